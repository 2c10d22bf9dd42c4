/* A function is replaced by one of another name and shape while it is active; the map says for each call where it goes on. */
#include "../step.h"

static int serve(int client, int requests)
{
    int done = 0;

    while (done < requests) {
        printf("old %d.%d\n", client, done);
        step();
        done++;
    }
    return done;
}

int main(void)
{
    int total = 0;

    for (int client = 1; client <= 3; client++) {
        int n = serve(client, 2);
        total += n;
    }
    printf("total %d\n", total);
    return 0;
}
