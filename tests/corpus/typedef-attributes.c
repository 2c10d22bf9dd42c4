/* Elements that know how they are stored and aligned only by their type as it is written: packed, big-endian, vectors anywhere. What
   is computed with them between calls must not forget it. */
#include "corpus.h"

typedef int vector __attribute__((vector_size(16)));
typedef vector anywhere __attribute__((aligned(1), may_alias));

struct __attribute__((packed)) packed { char c; vector vectors[3]; __int128 wide[2]; };
struct __attribute__((scalar_storage_order("big-endian"))) big { int n; short shorts[4]; };

static struct packed packed, *inside = &packed;
static struct big big, *order = &big;
static char buffer[200] __attribute__((aligned(16)));
static anywhere *start = (anywhere *)(buffer + 1);
static __typeof__(start) same;

__attribute__((noinline)) static vector make(int n)
{
    note("make", n);
    return (vector){ n, n + 1, n + 2, n + 3 };
}

__attribute__((noinline)) static int move(int n)
{
    inside = &packed;
    order = &big;
    return (int)note("move", n);
}

static void of_packed(struct packed *p)
{
    p->vectors[move(1)] = make(3);
    p->vectors[move(1)] += make(4);
    inside->vectors[move(2)] = inside->vectors[1] + make(5);
    note("vector", p->vectors[2][move(3)]);
    inside->wide[move(1)] = note("wide", 7);
    note("wide", (long)(inside->wide[move(1)] * 2));
}

static void of_big(void)
{
    order->shorts[move(2)] = (short)note("short", 0x1234);
    order->shorts[move(2)] += (short)note("more", 2);
    order->shorts[move(2)]++;
    note("short", order->shorts[move(2)]);
    for (unsigned i = 0; i < sizeof big; i++)
        note("byte", ((unsigned char *)&big)[i]);
}

static void of_parameter(anywhere places[], int i)
{
    places[i] = make(1);
    places[i + move(1)] = places[i] + make(2);
    note("place", places[1][move(2)]);
}

static void of_typeof(void)
{
    same = start;
    same[move(2)] = make(9);
    note("typeof", same[2][move(1)]);
    *same++ = make(11);
    note("typeof", (*start)[move(0)] + same[move(1)][0]);
}

int main(void)
{
    of_packed(&packed);
    of_big();
    of_parameter(start, 0);
    of_typeof();
    return finish();
}
