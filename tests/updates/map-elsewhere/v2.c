/* A function is replaced by one of another name and shape while it is active; the map says for each call where it goes on. */
#include "../step.h"

static int attend(int left, long client, int all)
{
    do {
        printf("new %ld.%d\n", client, all - left);
        step();
    } while (--left > 0);
    return all;
}

int main(void)
{
    int total = 0;

    for (int client = 1; client <= 3; client++) {
        int n = attend(2, client, 2);
        total += n;
    }
    printf("total %d\n", total);
    return 0;
}
