/* Cleanups that are pending when their function changes run once each, in their order, and are the new version's. */
#include "../step.h"

#define CLEANUP(f) __attribute__((cleanup(f)))

static int open_handles, released[8];

static void say(const char *what, int number)
{
    printf("three: %s %d\n", what, number);
    step();
}

static int open_handle(int number)
{
    open_handles++;
    return number;
}

static void give_back(int *handle)
{
    if (*handle < 0)
        return;
    char text[32];

    snprintf(text, sizeof text, "give back %d,", open_handles);
    released[*handle]++;
    open_handles--;
    say(text, *handle);
}

static int use(int depth)
{
    int rounds = 2;
    CLEANUP(give_back) int outer = open_handle(depth * 2);

    say("outer", outer);
    for (int i = 0; i < rounds; i++) {
        CLEANUP(give_back) int inner = open_handle(depth * 2 + 1);

        if (depth > 0 && i == 0)
            use(depth - 1);
        if (i == 1)
            goto done;
        say("inner", inner);
    }
    return -1;
done:
    return (depth * 2 + 1) * 10 + outer;
}

int main(void)
{
    int result = use(1);

    printf("result %d, open %d, released %d %d %d %d\n", result, open_handles, released[0], released[1], released[2], released[3]);
    return 0;
}
