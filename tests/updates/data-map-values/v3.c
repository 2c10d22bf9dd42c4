/* What only the programmer knows: new fields in terms of old ones, other names of types, fields and enumerators, bytes that are opaque. */
#include "../step.h"

enum kind { PLAIN, SPECIAL };
struct price { int cents; enum kind kind; void *cookie; };
static struct price price = { 199, SPECIAL, 0 };
static struct price *current = &price;

int main(void)
{
    price.cookie = (char *)&price.kind + 1;
    for (int i = 0; i < 6; i++) {
        struct price *p = current;

        step();
        p->cents += 50;
        printf("%d.%02d; %s\n", p->cents / 100, p->cents % 100, p->kind == SPECIAL ? "special" : "plain");
    }
    return 0;
}
