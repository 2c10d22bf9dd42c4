/* packed and aligned: misaligned members in expressions with calls, over-aligned locals that move the frame. */
#include <stdint.h>
#include "corpus.h"

struct __attribute__((packed)) header { char type; int length; short port; double weight; };
struct __attribute__((aligned(64))) line { int words[3]; };
typedef int aligned_int __attribute__((aligned(32)));

static struct header make(int n) { return (struct header) { (char)n, (int)quiet(n * 1000), (short)quiet(n), n * 0.5 }; }

static long aligned(int n)
{
    struct line here = { { n, n + 1, n + 2 } };
    _Alignas(128) char buffer[16] = "aligned";
    aligned_int counter = 0;

    for (int i = 0; i < n; i++) {
        counter += (aligned_int)quiet(here.words[i % 3]);
        buffer[0]++;
    }
    note("aligned", (long)((uintptr_t)&here % 64 + (uintptr_t)buffer % 128 + (uintptr_t)&counter % 32));
    return counter + buffer[0];
}

int main(void)
{
    struct header headers[3], *p = headers;

    for (int i = 0; i < 3; i++)
        headers[i] = make(i + 1);
    p[1].length += (int)note("length", p[2].length);
    p->weight *= quiet_real(3);
    (p + quiet(2))->port--;
    for (int i = 0; i < 3; i++)
        note_real("header", headers[i].length + headers[i].port * headers[i].weight);
    note("aligned", aligned(5));
    return finish();
}
