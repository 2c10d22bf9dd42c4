/* A unit that is new. */
static const char *const marks[] = { ".", "!" };
const char *mark(int n) { return marks[n % 2]; }
