/* Cleanups that are pending when their function changes run once each, in their order, and are the new version's. */
#include "../step.h"

#define CLEANUP(f) __attribute__((cleanup(f)))

static int open_handles, released[8];

static void say(const char *what, int number)
{
    printf("one: %s %d\n", what, number);
    step();
}

static int open_handle(int number)
{
    open_handles++;
    return number;
}

static void release(int *handle)
{
    released[*handle]++;
    open_handles--;
    say("release", *handle);
}

static int use(int depth)
{
    CLEANUP(release) int outer = open_handle(depth * 2);

    say("outer", outer);
    for (int i = 0; i < 2; i++) {
        CLEANUP(release) int inner = open_handle(depth * 2 + 1);

        if (depth > 0 && i == 0)
            use(depth - 1);
        if (i == 1)
            return inner * 10 + outer;
        say("inner", inner);
    }
    return 0;
}

int main(void)
{
    int result = use(1);

    printf("result %d, open %d, released %d %d %d %d\n", result, open_handles, released[0], released[1], released[2], released[3]);
    return 0;
}
