/* Left sides with calls in them: array elements, fields, pointers that functions return. */
#include "corpus.h"

struct point { int x, y; };
struct box { struct point corner[2]; int *count; };

static struct box boxes[3];
static int counts[3];

static struct box *at(long i) { return &boxes[quiet(i)]; }
static int *count_of(long i) { return &counts[quiet(i)]; }

int main(void)
{
    int matrix[4][4] = { { 0 } };
    struct point local = { 1, 2 }, *where = &local;

    for (int i = 0; i < 3; i++)
        at(i)->count = count_of(i);
    at(1)->corner[quiet(1)].x = (int)note("x", 5);
    at(1)->corner[quiet(1)].y += (int)note("y", 6);
    *at(2)->count += (int)note("counted", 7);
    (*count_of(0))++;
    ++*count_of(1);
    note("post", (*count_of(2))--);
    matrix[quiet(1)][quiet(2)] = (int)quiet(9);
    matrix[quiet(1)][quiet(2)] <<= quiet(2);
    where->x += (int)quiet(10);
    (quiet(1) ? &local : &boxes[0].corner[0])->y = (int)note("chosen", 44);
    quiet(1)[counts] += 5;
    for (int i = 0; i < 3; i++) {
        note("count", counts[i]);
        note("corner", boxes[i].corner[1].x * 10 + boxes[i].corner[1].y);
    }
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 4; k++)
            if (quiet(matrix[i][k]))
                note("matrix", i * 100 + k * 10 + matrix[i][k]);
    note("local", local.x * 100 + local.y);
    *at(0) = *at(1);
    note("copied", boxes[0].corner[1].x);
    return finish();
}
