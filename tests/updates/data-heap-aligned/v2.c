/* Every function of the C library that allocates: posix_memalign, aligned_alloc, memalign, valloc, reallocarray; characters of strdup stay. */
#define _GNU_SOURCE
#include "../step.h"
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct line { char kind; long values[9]; } __attribute__((aligned(32)));
struct pair { char *name; int a, b, c; };

static struct line *lines;
static struct pair *pairs[5];

int main(void)
{
    struct line *other = aligned_alloc(32, 2 * sizeof *other);
    struct pair *page = valloc(sizeof *page);

    if (posix_memalign((void **)&lines, 64, 3 * sizeof *lines) || !other)
        return 1;
    memset(lines, 0, 3 * sizeof *lines);
    memset(other, 0, 2 * sizeof *other);
    pairs[0] = memalign(64, sizeof **pairs);
    pairs[1] = page;
    pairs[2] = reallocarray(0, 2, sizeof **pairs);
    for (int i = 0; i < 3; i++)
        *pairs[i] = (struct pair) { strndup("name", 4), i, 10 * i, 0 };
    for (int i = 0; i < 5; i++) {
        struct line *last = lines + 2;

        pairs[2] = reallocarray(pairs[2], i + 2, sizeof **pairs);
        step();
        last->values[i]++;
        other[1].values[7] += 2;
        pairs[i % 3]->b++;
        pairs[i % 3]->name[0]++;
        printf("%ld %ld: %d", lines[2].values[i], other[1].values[7], (int)((uintptr_t)(lines + 1) % 32));
        printf(" %s %d %s\n", pairs[0]->name, pairs[1]->a + pairs[1]->b + pairs[2]->b, pairs[2]->name);
    }
    return 0;
}
