/* The ways in which a thread ends: it returns, calls pthread_exit in the depth, is cancelled while it waits and while it runs,
 * is detached; with cleanup functions and thread-specific data.  And main leaves before the last. */
#include "../step.h"
#include <pthread.h>
#include <threads.h>

#define WHO "old"

static pthread_key_t key;
static int ends[2];

static void say(const char *what, long number)
{
    printf(WHO ": %s %ld\n", what, number);
    fflush(stdout);
}

static void gone(void *value)
{
    say("data of", (long)value);
}

static void clean(void *argument)
{
    usleep(200);
    say("cleans", (long)argument);
}

static void deep(int level, void *value)
{
    if (level == 0)
        pthread_exit(value);
    deep(level - 1, value);
    printf("not reached\n");
}

static void *returns(void *argument)
{
    pthread_setspecific(key, (void *)1);
    usleep(200);
    return (char *)argument + 1;
}

static void *exits(void *argument)
{
    pthread_cleanup_push(clean, (void *)2);
    usleep(200);
    deep(3, argument);
    pthread_cleanup_pop(0);
    return NULL;
}

static void *waits(void *argument)
{
    char c;

    pthread_cleanup_push(clean, argument);
    if (read(ends[0], &c, 1) == 1)
        printf("not reached\n");
    pthread_cleanup_pop(0);
    return NULL;
}

static void *runs(void *argument)
{
    pthread_cleanup_push(clean, argument);
    for (;;) {
        usleep(100);
        pthread_testcancel();
    }
    pthread_cleanup_pop(0);
    return NULL;
}

static int counts(void *argument)
{
    usleep(100);
    return *(int *)argument + 1;
}

static void *last(void *argument)
{
    usleep(20000);
    step();
    say("last", (long)argument);
    return NULL;
}

static void end(pthread_t thread, const char *what)
{
    void *value;

    pthread_join(thread, &value);
    say(what, value == PTHREAD_CANCELED ? -1 : (long)value);
    step();
}

int main(void)
{
    pthread_t thread;
    pthread_attr_t small;
    thrd_t other;
    int number = 6;

    pthread_key_create(&key, gone);
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    if (pipe(ends))
        return 1;
    pthread_create(&thread, &small, returns, (void *)1);
    end(thread, "returns");
    pthread_create(&thread, NULL, exits, (void *)3);
    end(thread, "exits");
    pthread_create(&thread, NULL, waits, (void *)4);
    usleep(1000);
    pthread_cancel(thread);
    end(thread, "waits");
    pthread_create(&thread, NULL, runs, (void *)5);
    usleep(1000);
    pthread_cancel(thread);
    end(thread, "runs");
    thrd_create(&other, counts, &number);
    thrd_join(other, &number);
    say("counts", number);
    pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
    pthread_create(&thread, &small, last, (void *)8);
    pthread_attr_destroy(&small);
    pthread_exit(NULL);
}
