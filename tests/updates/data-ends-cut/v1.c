/* The end of an array in a struct that becomes shorter and longer again: a pointer to it stays one, whatever follows. */
#include "../step.h"

struct line { int cells[6]; char mark; };
static struct line line = { { 1, 2, 3, 4, 50, 60 }, 'm' };
static int *end, *last;

int main(void)
{
    end = line.cells + sizeof line.cells / sizeof *line.cells;
    last = &line.cells[3];
    for (int i = 0; i < 6; i++) {
        int sum = 0;

        step();
        ++*last;
        for (const int *p = line.cells; p < end; p++)
            sum += *p < 10 + i ? *p : 0;
        printf("%d %c\n", sum, line.mark);
    }
    return 0;
}
