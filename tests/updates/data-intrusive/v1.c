/* Pointers to the middle of what moves: links of an intrusive list (container_of), chained buckets, void pointers to heap, stack and globals. */
#include "../step.h"
#include <stddef.h>
#include <stdlib.h>

#define CONTAINER(p, type, member) ((type *)((char *)(p) - offsetof(type, member)))

struct link { struct link *next, *previous; };
struct job { int number; struct link link; struct job *chain; };
struct table { unsigned size; struct job **buckets; };

static struct link jobs = { &jobs, &jobs };
static struct table table;
static void *user;          /* a callback's argument: whatever it is that was registered */

static void append(struct link *link)
{
    link->previous = jobs.previous;
    link->next = &jobs;
    jobs.previous->next = link;
    jobs.previous = link;
}

static struct job *make(int number)
{
    struct job *job = calloc(1, sizeof *job), **bucket = &table.buckets[(unsigned)number % table.size];

    job->number = number;
    job->chain = *bucket;
    *bucket = job;
    append(&job->link);
    return job;
}

static void resize(unsigned size)
{
    struct job **buckets = calloc(size, sizeof *buckets);

    for (struct link *l = jobs.next; l != &jobs; l = l->next) {
        struct job *job = CONTAINER(l, struct job, link), **bucket = &buckets[(unsigned)job->number % size];

        job->chain = *bucket;
        *bucket = job;
        step();
    }
    free(table.buckets);
    table.buckets = buckets;
    table.size = size;
}

static int find(int number)
{
    int steps = 1;

    for (struct job *job = table.buckets[(unsigned)number % table.size]; job; job = job->chain, steps++)
        if (job->number == number)
            return steps;
    return -1;
}

static int callback(void *argument)
{
    struct job *job = argument;

    step();
    return job->number;
}

int main(void)
{
    struct job local = { 100, { 0, 0 }, 0 };

    table.size = 2;
    table.buckets = calloc(table.size, sizeof *table.buckets);
    append(&local.link);
    for (int i = 1; i <= 6; i++) {
        struct job *job = make(i);
        int sum = 0, back = 0;

        user = i % 2 ? (void *)job : (void *)&local;
        if (i == 4)
            resize(5);
        step();
        for (struct link *l = jobs.next; l != &jobs; l = l->next)
            sum += CONTAINER(l, struct job, link)->number;
        for (struct link *l = jobs.previous; l != &jobs; l = l->previous)
            back += CONTAINER(l, struct job, link)->number;
        printf("%d %d, %d, found %d %d", sum, back, callback(user), find(1), find(i));
        printf(" %d\n", local.number++);
    }
    return 0;
}
