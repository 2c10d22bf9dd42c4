/* exits.c - a program that ends in one of its threads while an update waits for just that one.
 *
 *   exits WAY    return, exit, quick_exit, _exit, pthread_exit: main ends so
 *                thread: another thread calls exit, main waits
 *
 * What ends is in a region without updates until a byte of standard input comes.  The functions that are called at the end have points and wait for a
 * byte each: an update can be asked for there, too. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../../../UpStare.Runtime.C/include/upstare.h"

static int ended, data_of_thread;
static volatile int never;
static pthread_key_t key;

static void await_byte(void)
{
    char c;

    fflush(stdout);
    while (read(0, &c, 1) < 0)
        continue;
}

static int count(int n)
{
    int sum = 0;

    while (n > 0)
        sum += n--;
    return sum;
}

static void say(const char *what)
{
    printf("%s %d %d\n", what, ended++, count(3));
    fflush(stdout);
}

static void late(void) { say("late"); }

static void last(void)
{
    for (int i = 0; i < 2; i++)
        say("last");
}

static void first(void)
{
    say("first");
    await_byte();
    atexit(late);
    say("first again");
}

static void quick(void)
{
    say("quick");
    await_byte();
    say("quick again");
}

__attribute__((destructor)) static void destroy(void) { say("destructor"); }

static void gone(void *data) { printf("data %d\n", *(int *)data); }

static void *wait_for_ever(void *data)
{
    pthread_setspecific(key, data);
    while (!never)
        usleep(1000);
    return NULL;
}

static int end(const char *way)
{
    UPSTARE_NO_UPDATE_BEGIN();
    puts("ready");
    await_byte();
    if (strcmp(way, "exit") == 0 || strcmp(way, "thread") == 0)
        exit(3);
    if (strcmp(way, "quick_exit") == 0)
        quick_exit(4);
    if (strcmp(way, "_exit") == 0)
        _exit(5);
    if (strcmp(way, "pthread_exit") == 0)
        pthread_exit(NULL);
    return 6;
}

static void *end_here(void *way)
{
    end(way);
    return NULL;
}

int main(int argc, char **argv)
{
    const char *way = argc > 1 ? argv[1] : "return";
    pthread_t thread;

    atexit(last);
    atexit(first);
    at_quick_exit(quick);
    pthread_key_create(&key, gone);
    if (strcmp(way, "thread") == 0) {
        pthread_create(&thread, NULL, end_here, argv[1]);
        wait_for_ever(&data_of_thread);
    }
    if (strcmp(way, "pthread_exit") == 0)
        pthread_setspecific(key, &data_of_thread);
    else
        pthread_create(&thread, NULL, wait_for_ever, &data_of_thread);
    return end(way);
}
