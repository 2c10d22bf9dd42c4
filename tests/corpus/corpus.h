/* corpus.h - how the programs of the corpus say what they compute.
 *
 * Every program prints each step and ends with a checksum, so that one lost, doubled or changed value shows in the
 * output, in the checksum and in the exit status.  The helpers contain loops that are not counted, hence
 * continuation points: every call of a helper is a place where an update can strike.
 *
 * C leaves the order of sibling operands open.  Where a program calls helpers as siblings it uses quiet(), which
 * prints nothing and mixes commutatively; note() is for calls whose order C prescribes. */
#ifndef CORPUS_H
#define CORPUS_H
#include <stdio.h>
#include <string.h>

#define MAYBE_UNUSED __attribute__((unused))

static unsigned long checksum = 5381;
static unsigned long commutative;

/* Mixes the digits of a value into the checksum. */
static void mix(unsigned long value)
{
    do {
        checksum = checksum * 33 + value % 10;
        value /= 10;
    } while (value != 0);
}

/* Prints a step and returns its value, for use in the middle of an expression. */
static MAYBE_UNUSED long note(const char *what, long value)
{
    printf("%s %ld\n", what, value);
    mix((unsigned long)value);
    return value;
}

/* The same for floating point, exact to the last bit. */
static MAYBE_UNUSED double note_real(const char *what, double value)
{
    unsigned long bits;

    printf("%s %a\n", what, value);
    memcpy(&bits, &value, sizeof bits);
    mix(bits);
    return value;
}

/* Returns its argument after a loop that is not counted; what it remembers does not depend on the order. */
static MAYBE_UNUSED long quiet(long value)
{
    unsigned long rest = (unsigned long)value;

    while (rest != 0) {
        commutative += rest;
        rest >>= 4;
    }
    return value;
}

static MAYBE_UNUSED double quiet_real(double value)
{
    return quiet((long)(value * 16)) == 0 ? 0.0 : value;
}

/* The last line of every main: return finish(); */
static MAYBE_UNUSED int finish(void)
{
    mix(commutative);
    printf("checksum %lu\n", checksum);
    return (int)(checksum % 100);
}
#endif
