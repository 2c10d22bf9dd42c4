/* What the goldens call.  Every call prints, so it is a continuation point and the order of calls shows. */
#include <stdio.h>

static int ask (int x) { printf ("ask %d\n", x); return (x * 5 + 3) % 7; }
static int *place (int *p) { printf ("place %d\n", *p); return p; }
static double measure (double x) { printf ("measure %g\n", x); return x / 2; }
static void tell (int x) { printf ("tell %d\n", x); }

struct pair { long first, second; };
static struct pair make (int x) { struct pair p = { x, x + 1 }; printf ("make %d\n", x); return p; }
