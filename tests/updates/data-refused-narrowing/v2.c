/* A variable and a field become narrower, an array shorter, and nothing in a map allows it. */
#include "../step.h"

static int count = 1;
struct price { float value; };
static struct price price = { 2 };
static int table[3];

int main(void)
{
    for (int i = 0; i < 3; i++) {
        count++;
        price.value += i;
        printf("%ld %.1f %d\n", (long)count, price.value, table[i]++);
        step();
    }
    return 0;
}
