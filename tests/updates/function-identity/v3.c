/* Function pointers that were stored by the old version, on the heap and in libc, lead to the new code and compare equal
 * to what the new version knows under that name. */
#include "../step.h"
#include <stdlib.h>

typedef void action(int);

struct event { action *act; struct event *next; };

static void ring(int n) { printf("Ring %d\n", n); }
static void flash(int n) { printf("Flash %d\n", n); }
static int down(const void *a, const void *b) { return abs(*(const int *)a - 2) - abs(*(const int *)b - 2); }
static void bye(void) { printf("Bye\n"); }

static struct event *event(action *act, struct event *next)
{
    struct event *e = malloc(sizeof *e);

    e->act = act;
    e->next = next;
    return e;
}

int main(void)
{
    struct event *list = event(ring, event(flash, event(ring, event(flash, NULL))));
    int (*order)(const void *, const void *) = down;
    int numbers[4];

    atexit(bye);
    for (struct event *e = list; e != NULL; e = e->next) {
        e->act(1);
        printf("same: %d %d\n", e->act == ring, e->act == flash);
        for (int i = 0; i < 4; i++)
            numbers[i] = i * 7 % 5;
        qsort(numbers, 4, sizeof numbers[0], order);
        printf("first: %d\n", numbers[0]);
        step();
    }
    return 0;
}
