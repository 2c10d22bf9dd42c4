/* step.h - lets a test decide how far a program has come.
 *
 * A program of tests/updates prints something and then makes a step: it reads one byte from its standard input, so
 * a test that holds the other end can update it exactly there.  At the end of the input no step waits. */
#ifndef STEP_H
#define STEP_H
#include <stdio.h>
#include <unistd.h>

static void step(void)
{
    char c;

    fflush(stdout);
    while (read(0, &c, 1) < 0)
        continue;
}
#endif
