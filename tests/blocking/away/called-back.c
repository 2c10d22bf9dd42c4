/* called-back.c - a program that a library's thread calls back (library.c), and that is updated back and forth between two versions (VERSION):
 * whoever runs the callback runs all of it in the version that the program is in.  Prints "ready", and at the end of its input what was wrong. */
#include <stdio.h>
#include <unistd.h>

int library_start(void (*function)(int));
int library_end(void);

static int version = VERSION; /* takes its new value at the moment of the update */
static int wrong;
static long calls;

static void called(int number)
{
    int before = __atomic_load_n(&version, __ATOMIC_SEQ_CST);

    for (int i = 0; i < number % 7; i++)
        usleep(50);
    if (before != VERSION || __atomic_load_n(&version, __ATOMIC_SEQ_CST) != VERSION)
        __atomic_add_fetch(&wrong, 1, __ATOMIC_SEQ_CST);
    __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
}

int main(void)
{
    char c;

    if (library_start(called) != 0)
        return 2;
    printf("ready\n");
    fflush(stdout);
    while (read(0, &c, 1) > 0)
        continue;
    library_end();
    printf("version %d, called %d, %d wrong\n", VERSION, calls > 0, wrong);
    return wrong != 0;
}
