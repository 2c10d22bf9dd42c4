/* Locals of the new version whose address is known elsewhere, and of which the old one has nothing: they get storage of their own, with what the map or
 * their initialiser says. An old local that is not used any more counts as well, if it can hold one value only. */
#include "../step.h"

struct item { struct item *next; long n; };
struct pair { double b; int a, c; };
static struct item items[2] = { { 0, 10 }, { items, 20 } };

static __attribute__((noinline)) long get(const long *p) { __asm__ volatile("" : : "r"(p) : "memory"); return *p; }
static __attribute__((noinline)) double both(const struct pair *p) { __asm__ volatile("" : : "r"(p) : "memory"); return p->a + p->b; }
static __attribute__((noinline)) void advance(struct item **p) { __asm__ volatile("" : : "r"(p) : "memory"); *p = (*p)->next ? (*p)->next : &items[1]; }

static int work(int rounds, int scale)
{
    int total = 0;
    long bias = 7 + scale;
    struct pair pair = { .a = scale, .b = 0.5 };
    struct item *last = &items[1];

    printf("7 %d\n", scale);
    for (int i = 0; i < rounds; i++) {
        long mass = 5;

        step();
        total += i + (int)last->n * (scale - 1);
        printf("%d; %ld %.1f %ld\n", total, get(&bias), both(&pair), get(&mass));
        advance(&last);
    }
    return total;
}

int main(void)
{
    step();
    return work(6, 2) == 0;
}
