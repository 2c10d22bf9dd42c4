/* Blocks of alloca and arrays of variable length whose addresses callees hold, in lists over frames, while the frames' functions change. */
#include "../step.h"
#include <alloca.h>
#include <string.h>

struct link { const struct link *above; char *text; int size; };

static int total(const struct link *last)
{
    int sum = 0;

    for (; last; last = last->above) {
        printf("one: %s\n", last->text);
        step();
        sum += last->text[last->size - 2];
        last->text[0]++;
    }
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
    printf("one: level %d\n", depth);
    step();
    int below = depth > 0 ? level(depth - 1, &second) : total(&second);
    printf("one: %s %s %d\n", line, block, (int)sizeof line);
    step();
    return below + line[0] + block[0];
}

int main(void)
{
    printf("one: %d\n", level(2, NULL));
    return 0;
}
