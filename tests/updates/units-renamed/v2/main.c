/* A file gets another name and another folder, with a suspended frame, static variables and a static local in it; back again by its old name. */
#include "../../step.h"

int push(int n);
int total(void);

int main(void)
{
    for (int i = 1; i <= 4; i++) {
        int pushed = push(i);

        step();
        printf("%d; %d\n", pushed, total());
    }
    return 0;
}
