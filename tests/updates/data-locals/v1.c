/* Locals whose type changes: values are converted; those that have an address move, and pointers to them, to parts of them, in frames and globals, with them. */
#include "../step.h"

struct customer { char name[12]; float balance; int visits; };
static struct customer *current;
static int *visits;

static void visit(struct customer *c, int *count, char *letter, int depth)
{
    struct customer guest = { "guest", 1, 0 };

    guest.visits = depth;
    if (depth > 0)
        visit(depth == 1 ? &guest : c, count, letter, depth - 1);
    step();
    c->balance += 0.5f;
    ++*count;
    current->visits += 10;
    ++*visits;
    step();
    printf("%s %.1f %d %c %d\n", c->name, c->balance, c->visits, *letter, guest.visits);
}

static float value(struct customer c, float factor)
{
    step();
    return c.balance * factor + c.visits;
}

int main(void)
{
    struct customer list[2] = { { "anna", 1.5f, 3 }, { "bert", 2.5f, 4 } };
    struct customer copy = list[1];

    current = &list[1];
    visits = &list[0].visits;
    for (int i = 0; i < 3; i++) {
        visit(&list[i % 2], &list[0].visits, &list[1].name[1], 2);
        copy.visits++;
        step();
        printf("%d %d %.2f %d\n", list[0].visits, list[1].visits, value(copy, 2), copy.visits);
    }
    return 0;
}
