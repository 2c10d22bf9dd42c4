/* Heap objects of a changed type move: a list, a tree with cycles, a hash table, arrays of structs and of pointers, pointers into objects. */
#include "../step.h"
#include <stdlib.h>
#include <string.h>

struct customer { char name[8]; float balance; struct customer *next; };
struct node { int key; struct node *left, *right, *parent; struct customer *owner; };
struct table { size_t size; struct customer **slots; float *sum; };
struct text { int length; char bytes[]; };

static struct customer *first;
static struct node *root;
static struct table table;
static struct text *note;

static struct customer *add(const char *name, float balance)
{
    struct customer *c = malloc(sizeof *c);

    strcpy(c->name, name);
    c->balance = balance;
    c->next = first;
    return first = c;
}

static struct node *insert(struct node *parent, struct node **place, int key, struct customer *owner)
{
    if (!*place) {
        *place = calloc(1, sizeof **place);
        **place = (struct node) { key, 0, 0, parent, owner };
        return *place;
    }
    step();
    return insert(*place, key < (*place)->key ? &(*place)->left : &(*place)->right, key, owner);
}

static float total(struct node *n)
{
    if (!n)
        return 0;
    step();
    return total(n->left) + n->key + n->owner->balance + (n->parent ? n->parent->key : 0) + total(n->right);
}

int main(void)
{
    const char *names[] = { "anna", "bert", "carl", "dora" };
    struct customer *extra = calloc(3, sizeof *extra), *last = &extra[2], **cursor = &first;

    table.slots = calloc(8, sizeof *table.slots);
    table.size = 8;
    note = malloc(sizeof *note + 6);
    note->length = 5;
    strcpy(note->bytes, "hello");
    for (int i = 0; i < 4; i++) {
        struct customer *c = add(names[i], i + 0.5f);

        insert(0, &root, (i * 5 + 3) % 7, c);
        table.slots[i * 3 % 8] = c;
        table.sum = &c->balance;
        *table.sum += 1;
        last->balance += 2;
        extra[i % 3].next = c;
        cursor = &first->next;
        step();
        printf("%.1f %s %.1f %.1f %.1f", total(root), table.slots[0]->name, *table.sum, last->balance, extra[0].next->balance);
        note->bytes[0]++;
        printf(" %s %d\n", note->bytes, *cursor ? (int)((*cursor)->name[0]) : 0);
        if (i == 2) {
            struct customer *gone = first;

            first = first->next;
            table.slots[6] = 0;
            root->owner = first;
            for (struct node *n = root; n; n = n->right)
                if (n->owner == gone)
                    n->owner = first;
            for (struct node *n = root; n; n = n->left)
                if (n->owner == gone)
                    n->owner = first;
            extra[2].next = first;
            table.sum = &first->balance;
            cursor = &first;
            free(gone);
        }
    }
    return 0;
}
