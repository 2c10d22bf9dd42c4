/* The map names what several files have: statics of one name, a file that is too unlike its new self to be known by itself, code that runs in a file. */
#include "../../step.h"

int first(int n);
int second(int n);

int main(void)
{
    for (int i = 1; i <= 5; i++) {
        step();
        printf("%d: %d\n", first(i), second(i));
    }
    return 0;
}
