/* Thread-local variables of a changed type: each thread's copy is converted, and pointers to it follow; threads to come begin with the new initial value. */
#include "../step.h"
#include <pthread.h>

struct account { struct account *next; char name[20]; long count; };
static _Thread_local struct account mine = { 0, "new", 100 };
static _Thread_local struct account *known;
static _Thread_local int level = 7;
static _Thread_local int fresh = 3;
static struct account *of_main;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn = PTHREAD_COND_INITIALIZER;
static int next;

static void work(int who)
{
    known->count++;
    level += fresh - 2;
    fresh = mine.name[0] ? 3 : fresh;
    mine.next->count += 10;
    printf("%d; %ld %d %ld\n", who, mine.count, level, of_main->count);
}

static void *run(void *argument)
{
    known = mine.next = &mine;
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&lock);
        while (next != 1)
            pthread_cond_wait(&turn, &lock);
        work(1);
        next = 0;
        pthread_cond_signal(&turn);
        pthread_mutex_unlock(&lock);
    }
    return argument;
}

static void *late(void *argument)
{
    known = mine.next = &mine;
    work(2);
    return argument;
}

int main(void)
{
    pthread_t thread, other;

    of_main = known = mine.next = &mine;
    pthread_create(&thread, 0, run, 0);
    for (int i = 0; i < 3; i++) {
        step();
        work(0);
        pthread_mutex_lock(&lock);
        next = 1;
        pthread_cond_signal(&turn);
        while (next)
            pthread_cond_wait(&turn, &lock);
        pthread_mutex_unlock(&lock);
    }
    pthread_join(thread, 0);
    pthread_create(&other, 0, late, 0);
    pthread_join(other, 0);
    return 0;
}
