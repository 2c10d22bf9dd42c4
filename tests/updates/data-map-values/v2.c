/* What only the programmer knows: new fields in terms of old ones, other names of types, fields and enumerators, bytes that are opaque. */
#include "../step.h"

enum sort { RARE, COMMON, OFFER };
struct amount { long units; int hundredths; enum sort sort; void *cookie; };
static struct amount price = { 1, 99, OFFER, 0 };
static struct amount *current = &price;

int main(void)
{
    price.cookie = 0;
    for (int i = 0; i < 6; i++) {
        struct amount *p = current;

        step();
        p->hundredths += 50;
        p->units += p->hundredths / 100;
        p->hundredths %= 100;
        printf("%ld.%02d: %s\n", p->units, p->hundredths, p->sort == OFFER ? "special" : "plain");
    }
    return 0;
}
