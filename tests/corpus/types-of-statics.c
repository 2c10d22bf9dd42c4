#include "corpus.h"
#include <stddef.h>
#include <stdio.h>

/* A static local whose name stands in types only: of casts, of declarations, where the macros of lists have it. */
struct list {
    struct list *next;
};

struct item {
    int id;
    struct list list;
};

#define ENTRY(address, type, member) ((type)((const char *)(address) - (size_t)&((type)NULL)->member))
#define FOR_EACH(item, head, member)                                                                                  \
    for (item = ENTRY((head)->next, typeof(item), member); &item->member != (head);                                   \
         item = ENTRY(item->member.next, typeof(item), member))

static struct list head;
static struct item items[4];

static int find(int id)
{
    static struct item *current = NULL;

    FOR_EACH(current, &head, list) {
        note("item", current->id);
        if (current->id == id)
            return 1;
    }
    return 0;
}

static long types(int n)
{
    static long count = 3, sizes[sizeof(int)];
    typeof(count) copy = count + n;
    typeof(sizes[0]) *each = sizes;

    for (int i = 0; i < n; i++) {
        static long inner;

        each[i % (int)(sizeof(typeof(sizes)) / sizeof *sizes)] += quiet((typeof(count))i);
        inner += ((typeof(count)){ i }) + (long)sizeof(typeof(inner)) + __builtin_types_compatible_p(typeof(count), long);
        copy += note("inner", inner) + (long)__builtin_offsetof(typeof(items[0]), list);
        count += copy;
    }
    return count + copy + sizes[1];
}

int main(void)
{
    struct list *last = &head;

    for (int i = 0; i < 4; i++) {
        items[i].id = i;
        last->next = &items[i].list;
        last = last->next;
    }
    last->next = &head;
    note("found", find(2));
    note("not found", find(7));
    note("types", types(5));
    note("types", types(3));
    return finish();
}
