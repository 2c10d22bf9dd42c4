/* Structs get fields, lose some, change their order and types; nested ones too, in arrays, static locals, and with unnamed parts. */
#include "../step.h"

struct date { unsigned char day, month; int year; char zone[4]; };
struct customer { long id; struct date since; double balance; union { struct { int visits; int calls; }; long both; } *unused; char name[12]; int visits; };
typedef struct { int z; int y, x; } point;
struct { point where; int total; } sums = { { 0, 2, 1 }, 5 };

static struct customer customers[3] = { { 1, { 2, 1, 1999, "CET" }, 1.5, 0, "anna", 1 }, { 2, { 4, 3, 2001, "CET" }, 2.5, 0, "bert", 2 }, { 3, { 7, 6, 2005, "CET" }, 3.5, 0, "carl", 3 } };
struct customer vip = { 4, { 31, 12, 1980, "CET" }, 99.5, 0, "dora", 9 };

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
    printf("%ld %s: %s %d %.1f %d-%d-%d log %d %d sums %d %d %d\n", c->id, c->since.zone, c->name, c->visits, c->balance, c->since.year, c->since.month, c->since.day, log.calls, log.last.x, sums.total, sums.where.x, sums.where.y);
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
