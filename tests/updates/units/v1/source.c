/* Has statics of the same names as main.c. */
extern int limit;
static int count;
static int show(int n) { return n <= limit ? n : limit + 1; }

int next(void)
{
    return show(++count);
}
