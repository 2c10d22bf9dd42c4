/* Structs get fields, lose some, change their order and types; nested ones too, in arrays, static locals, and with unnamed parts. */
#include "../step.h"

struct date { short year; unsigned char month, day; };
struct customer { char name[8]; int visits; float balance; struct date since; };
typedef struct { int x, y; } point;
struct { int total; point where; } sums = { 5, { 1, 2 } };

static struct customer customers[3] = { { "anna", 1, 1.5f, { 1999, 1, 2 } }, { "bert", 2, 2.5f, { 2001, 3, 4 } }, { "carl", 3, 3.5f, { 2005, 6, 7 } } };
struct customer vip = { "dora", 9, 99.5f, { 1980, 12, 31 } };

static void pay(struct customer *c, float amount)
{
    static struct { int calls; point last; } log = { 100, { 0, 0 } };

    step();
    c->balance += amount;
    c->visits++;
    log.calls++;
    log.last.x = c->visits;
    sums.total += c->visits;
    sums.where.y++;
    step();
    printf("back %s %d %.1f %d-%d-%d log %d %d sums %d %d %d\n", c->name, c->visits, c->balance, c->since.year, c->since.month, c->since.day, log.calls, log.last.x, sums.total, sums.where.x, sums.where.y);
}

int main(void)
{
    for (int i = 0; i < 2; i++) {
        for (int k = 0; k < 3; k++)
            pay(&customers[k], 0.5f);
        pay(&vip, 10);
    }
    return 0;
}
