/* Unions whose members change or hold pointers to what moves: the map says by the fields beside them which member holds the value. */
#include "../step.h"
#include <stdlib.h>

enum kind { NUMBER, TEXT, LINK };
struct item { int n; struct item *next; };
union value { int number; const char *text; struct item *item; short pair[2]; };
struct cell { enum kind kind; union value value; };
struct note { int is_item; union { long number; struct item *item; } u; };

static struct item items[3] = { { 10, &items[1] }, { 20, &items[2] }, { 30, 0 } };
static struct cell cells[3] = { { NUMBER, { 1 } }, { TEXT, { .text = "abc" } }, { LINK, { .item = items } } };
static struct note notes[2] = { { 0, { 7 } }, { 1, { .item = &items[2] } } };

static void show(struct cell *cell)
{
    step();
    if (cell->kind == NUMBER)
        printf("%ld ", (long)cell->value.number++);
    else if (cell->kind == TEXT)
        printf("%s ", cell->value.text++);
    else
        printf("%d ", cell->value.item->n++);
}

int main(void)
{
    struct cell *heap = calloc(3, sizeof *heap), local = { LINK, { .item = &items[1] } };
    struct note *note = malloc(sizeof *note);

    heap[0] = cells[1];
    heap[1].kind = LINK;
    heap[1].value.item = items[0].next;
    heap[2].value.number = -5;
    note->is_item = 1;
    note->u.item = &items[1];
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 3; k++) {
            show(&cells[k]);
            show(&heap[k]);
        }
        show(&local);
        printf("%d %ld %d\n", note->u.item->n, notes[0].u.number++, notes[1].u.item->n);
    }
    return 0;
}
