/* A courier with a stubborn plan: deliver four parcels; if a door stays shut, try that house again (an inner
 * setjmp); if a street is blocked, start the whole round again (an outer setjmp).
 *
 * A jmp_buf holds a stack pointer and a program counter of the version that called setjmp.  An update in between
 * renews both, so that a later longjmp lands in the rebuilt frame of the new version. */
#include <setjmp.h>
#include <stdio.h>
#include <unistd.h>

enum { HOUSES = 4 };

static jmp_buf street_blocked, door_shut;

static void walk(void)
{
    for (int step = 0; step < 5; step++)
        usleep(20 * 1000);
}

/* Rings at a door.  Odd houses open at the second try; house 3 blocks the street in the first round. */
static void ring(int round, int house, int try)
{
    walk();
    printf("round %d, house %d, try %d\n", round, house, try);
    walk();
    if (house % 2 == 1 && try == 1)
        longjmp(door_shut, 1);
    if (house == 3 && round == 1)
        longjmp(street_blocked, 1);
}

static void deliver(int round, int house)
{
    volatile int try = 1;

    if (setjmp(door_shut) != 0) {
        printf("the door is shut\n");
        try++;
    }
    ring(round, house, try);
    printf("delivered %d\n", house);
}

int main(void)
{
    volatile int round = 1;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (setjmp(street_blocked) != 0) {
        printf("the street is blocked\n");
        round++;
    }
    for (int house = 1; house <= HOUSES; house++)
        deliver(round, house);
    printf("done in %d rounds\n", round);
    return 0;
}
