/* Globals with every kind of initialiser: addresses of others, of functions, cyclic, const, zero, tentative, extern. */
#include "corpus.h"

struct link { const char *name; struct link *next; long (*run)(long); int *count; };

static long plus(long x);
static struct link second;
int tentative;
int tentative;
static int counts[4] = { 1, 2 };
static struct link first = { "first", &second, plus, &counts[1] };
static struct link second = { "second", &first, plus, counts + 3 };
static const struct link *const start = &first;
static const int powers[] = { 1, 2, 4, 8, sizeof(struct link), 'x' };
extern long shared;
long shared = 0x123456789;
static char text[8] = "abc", *cursor = text + 1;
static double real = 1.0 / 3;
static void *self = &self;

static long plus(long x) { return quiet(x) + tentative++; }

int main(void)
{
    const struct link *l = start;

    for (int i = 0; i < 5; i++, l = l->next) {
        *l->count += (int)l->run(powers[i]);
        note(l->name, *l->count);
    }
    note("shared", shared += quiet(1));
    note("cursor", *cursor++ + quiet(1));
    note_real("real", real *= quiet_real(3));
    note("self", self == &self);
    note("tentative", tentative);
    return finish();
}
