/* first.c - the first thread ends, and the program goes on in the second, which waits for a byte. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static pthread_t first;

static void *second(void *nothing)
{
    char c;

    pthread_join(first, NULL);
    puts("the first has ended");
    fflush(stdout);
    while (read(0, &c, 1) < 0)
        continue;
    puts("so has the second");
    return nothing;
}

int main(void)
{
    pthread_t thread;

    first = pthread_self();
    if (pthread_create(&thread, NULL, second, NULL))
        return 1;
    pthread_exit(NULL);
}
