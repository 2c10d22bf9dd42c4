/* A program: a chained hash table with its own string storage, growing, deleting, iterating by callback. */
#include <stdlib.h>
#include "corpus.h"

struct entry { struct entry *next; unsigned hash; long value; char key[]; };
struct map { struct entry **buckets; unsigned size, count; };

static unsigned hash(const char *key)
{
    unsigned h = 2166136261u;
    while (*key)
        h = (h ^ (unsigned char)*key++) * 16777619u;
    return h;
}

static struct entry **find(struct map *map, const char *key)
{
    unsigned h = hash(key);
    struct entry **link = &map->buckets[h % map->size];

    while (*link && ((*link)->hash != h || strcmp((*link)->key, key)))
        link = &(*link)->next;
    return link;
}

static void grow(struct map *map)
{
    struct map bigger = { calloc(map->size * 2 + 1, sizeof *map->buckets), map->size * 2 + 1, map->count };

    for (unsigned i = 0; i < map->size; i++)
        for (struct entry *e = map->buckets[i], *next; e; e = next) {
            struct entry **to = &bigger.buckets[e->hash % bigger.size];
            next = e->next;
            e->next = *to;
            *to = e;
        }
    free(map->buckets);
    *map = bigger;
}

static long *at(struct map *map, const char *key)
{
    struct entry **link = find(map, key), *e;

    if (*link)
        return &(*link)->value;
    if (map->count++ >= map->size) {
        grow(map);
        link = find(map, key);
    }
    e = malloc(sizeof *e + strlen(key) + 1);
    *e = (struct entry) { .hash = hash(key) };
    strcpy(e->key, key);
    return &(*link = e)->value;
}

static void drop(struct map *map, const char *key)
{
    struct entry **link = find(map, key), *e = *link;
    if (e) {
        *link = e->next;
        free(e);
        map->count--;
    }
}

static void each(struct map *map, void (*visit)(struct entry *, void *), void *context)
{
    for (unsigned i = 0; i < map->size; i++)
        for (struct entry *e = map->buckets[i]; e; e = e->next)
            visit(e, context);
}

static void add_up(struct entry *e, void *context) { *(long *)context += quiet(e->value); }

int main(void)
{
    struct map map = { calloc(3, sizeof *map.buckets), 3, 0 };
    char key[16];
    long sum = 0;

    for (int i = 0; i < 40; i++) {
        snprintf(key, sizeof key, "k%d", i * 7 % 23);
        *at(&map, key) += i;
    }
    note("count", map.count);
    for (int i = 0; i < 23; i += 4) {
        snprintf(key, sizeof key, "k%d", i);
        note(key, *at(&map, key));
        drop(&map, key);
    }
    each(&map, add_up, &sum);
    note("sum", sum);
    note("count", map.count);
    return finish();
}
