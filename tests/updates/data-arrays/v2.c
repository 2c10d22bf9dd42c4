/* Arrays become longer: what was there is kept, the rest is the new initialiser's; and shorter, by the map. */
#include "../step.h"

static int table[6] = { 1, 2, 3, 4, 1000, 2000 };
char word[16] = "word";
static int grid[3][4] = { { 1, 2, 3, 0 }, { 4, 5, 6, 0 } };
static int *cursor = &table[1], *end = table + 6;
static char *letter = &word[2];

static int sum(void)
{
    int result = 0;

    for (int *p = table; p < table + sizeof table / sizeof *table; p++) {
        result += *p;
        step();
    }
    return result;
}

int main(void)
{
    for (int i = 0; i < 5; i++) {
        end = table + sizeof table / sizeof *table;
        ++*cursor;
        ++*letter;
        grid[1][2]++;
        step();
        printf("%d: %s %d %d %d %d %s\n", sum(), word, grid[0][2], grid[1][0], grid[1][2], *cursor, cursor < end && end - cursor >= 3 ? "ok" : "wrong");
    }
    return 0;
}
