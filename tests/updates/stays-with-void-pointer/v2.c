/* A void pointer to a struct whose first field lies elsewhere in the new version: is the struct meant, or the field? */
#include "../step.h"

struct job { long started; int number; int uses; };
static struct job job = { 0, 1, 2 };
static void *user = &job;

int main(void)
{
    puts("begins");
    for (int i = 0; i < 3; i++) {
        step();
        printf("%d %d\n", ((struct job *)user)->number++, job.uses);
    }
    return 0;
}
