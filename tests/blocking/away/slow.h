/* slow.h - a library whose functions block: each waits for slow_end(), and returns what follows from its arguments.  They differ in what
 * they take and return, and in which registers. */
#ifndef SLOW_H
#define SLOW_H

struct slow_pair {
    long first, second;
};
struct slow_mixed {
    double number;
    long count;
};

/* Lets one call that waits with this number end. */
void slow_end(int number);
/* From now on a call says "in" on standard output when it is about to wait. */
void slow_tell(void);

int slow_int(int number, int x);
long slow_six(int number, long a, long b, long c, long d, long e);
long slow_many(int number, long a, long b, long c, long d, long e, long f, long double g, long h);
double slow_double(int number, double x, float y);
struct slow_pair slow_pair(int number, struct slow_pair x);
struct slow_mixed slow_mixed(struct slow_mixed x, int number);
/* Not one of those that may be named: it calls the program back. */
int slow_call(int number, int (*function)(int), int x);
double slow_sum(int number, int count, ...);
#endif
