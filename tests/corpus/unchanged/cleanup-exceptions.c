/* With -fexceptions the attribute cleanup counts when a stack is unwound as well: by the cancellation of a thread. */
/* flags: -fexceptions -pthread */
/* warning: cleanup-exceptions\.c.*'a' has the attribute cleanup, which with -fexceptions */
#include <pthread.h>
#include <unistd.h>
#include "../corpus.h"

static void release(int *p) { note("release", *p); }

static void *wait_for_it(void *p)
{
    __attribute__((cleanup(release))) int a = 1;
    (void)p;
    for (;;)
        pause();
}

int main(void)
{
    pthread_t thread;

    pthread_create(&thread, NULL, wait_for_it, NULL);
    pthread_cancel(thread);
    pthread_join(thread, NULL);
    return finish();
}
