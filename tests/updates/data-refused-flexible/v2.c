/* The array at the end of a variable would get fewer elements, or others would follow it in memory. */
#include "../step.h"

struct text { int length; char bytes[]; };
struct list { int used; long numbers[]; };
static struct text note = { 2, "he" };
static struct list list = { 4, { 1, 2, 3, 4 } };

int main(void)
{
    for (int i = 0; i < 3; i++) {
        step();
        printf("%s %ld\n", note.bytes, list.numbers[i]);
    }
    return 0;
}
