/* Flexible array members, zero-length arrays and the old [1] idiom, grown with realloc. */
#include <stdlib.h>
#include "corpus.h"

struct vector { int length, room; long items[]; };
struct old { int n; char text[1]; };

static struct vector *push(struct vector *v, long item)
{
    if (v == NULL || v->length == v->room) {
        int room = v ? v->room * 2 : 2;
        int length = v ? v->length : 0;
        v = realloc(v, sizeof *v + (size_t)room * sizeof v->items[0]);
        v->room = room;
        v->length = length;
    }
    v->items[v->length++] = quiet(item);
    return v;
}

int main(void)
{
    struct vector *v = NULL;
    static struct { struct vector head; long space[3]; } fixed = { { 3, 3 }, { 7, 8, 9 } };

    for (int i = 0; i < 11; i++)
        v = push(v, i * i);
    for (int i = 0; i < v->length; i++)
        note("item", v->items[i]);
    note("room", v->room);
    free(v);
    struct vector *f = &fixed.head;
    note("fixed", f->items[quiet(2)]);
    struct old *o = malloc(sizeof *o + 8);
    strcpy(o->text, "seven77");
    o->n = (int)quiet((long)strlen(o->text));
    note(o->text, o->n);
    free(o);
    return finish();
}
