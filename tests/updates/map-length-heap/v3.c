/* Arrays on the heap with room for more: what lies behind their last element is garbage, and only the map says where that is. */
#include "../step.h"
#include <stdlib.h>
#include <string.h>

enum color { RED, GREEN };
struct item { int n; enum color color; struct item *peer; };
struct vector { int used, room; struct item *items; };
struct line { int used; struct item *refs[]; };
struct letter { short x; };
struct word { short used, room; struct letter letters[]; };

static struct vector vectors[2];
static struct line *line;
static struct word *word;
static struct item *untyped, *end;

static void *get(size_t size) { return memset(malloc(size), 0x5a, size); }

static void push(struct vector *v, int n)
{
    v->items[v->used] = (struct item){ n, n % 2 ? GREEN : RED, &v->items[v->used / 2] };
    v->used++;
}

static void set_up(void)
{
    for (int i = 0; i < 2; i++) {
        vectors[i].room = 8;
        vectors[i].items = malloc(8 * sizeof *vectors[i].items);
        memset(vectors[i].items, 0x5a, 8 * sizeof *vectors[i].items);
    }
    line = malloc(sizeof *line + 8 * sizeof line->refs[0]);
    memset(line, 0x5a, sizeof *line + 8 * sizeof line->refs[0]);
    line->used = 0;
    word = malloc(sizeof *word + 8 * sizeof word->letters[0]);
    word->used = 0;
    word->room = 8;
    untyped = get(4 * sizeof *untyped);
    untyped[0] = (struct item){ 1, RED, vectors[0].items };
    untyped[1] = (struct item){ 2, GREEN, untyped };
    end = untyped + 2;
}

static long sum(const struct vector *v)
{
    long total = 0;

    for (int i = 0; i < v->used; i++)
        total += v->items[i].n * (v->items[i].color == GREEN ? 100 : 1) + v->items[i].peer->n;
    return total;
}

int main(void)
{
    set_up();
    for (int i = 0; i < 7; i++) {
        push(&vectors[0], i);
        if (i < 2)
            push(&vectors[1], i + 20);
        line->refs[line->used++] = &vectors[0].items[i];
        word->letters[word->used++].x = i;
        untyped[i % 2].n += i;
        step();
        printf("%ld %ld; %d %d %d %d %d\n", sum(&vectors[0]), sum(&vectors[1]), (int)line->refs[i / 2]->n, word->letters[i / 2].x, (int)untyped[0].n, (int)untyped[1].peer->n, (int)(end - untyped));
    }
    free(vectors[0].items);
    free(vectors[1].items);
    free(line);
    free(word);
    free(untyped);
    return 0;
}
