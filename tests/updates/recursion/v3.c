/* A tree walk is updated at every depth; parents print after their children, in whichever version they have come to. */
#include "../step.h"

struct node { int value; const struct node *left, *right; };

static int walk(const struct node *n)
{
    int size = 1;

    if (n == NULL)
        return 0;
    printf("=> %d\n", n->value);
    step();
    size += walk(n->left);
    size += walk(n->right);
    printf("%d of %d\n", size, n->value);
    return size;
}

static const struct node d = { 4, NULL, NULL }, e = { 5, NULL, NULL }, f = { 6, NULL, NULL }, b = { 2, &d, &e },
                         c = { 3, NULL, &f }, a = { 1, &b, &c };

int main(void)
{
    int size = walk(&a);
    printf("nodes: %d\n", size);
    return 0;
}
