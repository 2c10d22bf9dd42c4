/* Blocks of alloca and arrays of variable length whose addresses callees hold, in lists over frames, while the frames' functions change. */
#include "../step.h"
#include <alloca.h>
#include <string.h>

struct link { const struct link *above; char *text; int size; };

static int total(const struct link *last)
{
    char room[32];
    int sum = 0, factor = 1;

    for (; last; last = last->above) {
        printf("three: %s\n", last->text);
        step();
        sum += factor * last->text[last->size - 2];
        last->text[0]++;
    }
    snprintf(room, sizeof room, "%d", sum);
    printf("three: total %s\n", room);
    return sum;
}

static int level(int depth, const struct link *above)
{
    char line[depth + 4];
    struct link mine = { above, line, depth + 4 };
    char *block = alloca((size_t)depth + 3);
    struct link second = { &mine, block, depth + 3 };

    memset(line, 'a' + depth, sizeof line - 1);
    line[depth + 3] = 0;
    memset(block, 'A' + depth, (size_t)depth + 2);
    block[depth + 2] = 0;
    printf("three: level %d\n", depth);
    step();
    int below = depth > 0 ? level(depth - 1, &second) : total(&second);
    printf("three: %s %s %d\n", line, block, (int)sizeof line);
    step();
    int spare = below, *where = &spare;
    printf("three: at %d\n", *where);
    return spare + line[0] + block[0];
}

int main(void)
{
    printf("three: %d\n", level(2, NULL));
    return 0;
}
