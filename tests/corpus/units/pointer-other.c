/* The other unit of pointer-main.c. */
#include <stdio.h>

long other(long n) { return n + 1; }

long another(long n)
{
    if (n > 1000)
        puts("never");
    return n;
}
