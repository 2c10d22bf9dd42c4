/* The function that was in extra.c, a unit that is gone. */
static const char *const marks[] = { ".", "!" };
const char *mark(int n) { return marks[n % 2]; }
