/* A function of the program that returns twice: what it remembers of its caller's frame would outlive the frame. */
/* warning: returns-twice\.c:2[0-9]: warning: 'attempts' is not instrumented: it calls remember, which returns twice */
#include "../corpus.h"

extern int remember(long *place) __attribute__((returns_twice));
extern void go_back(long *place, int value) __attribute__((noreturn));

__asm__(".text\nremember: movq (%rsp), %rax\n\tmovq %rax, (%rdi)\n\tlea 8(%rsp), %rax\n\tmovq %rax, 8(%rdi)\n\tmovq %rbx, 16(%rdi)\n\t"
        "movq %rbp, 24(%rdi)\n\tmovq %r12, 32(%rdi)\n\tmovq %r13, 40(%rdi)\n\tmovq %r14, 48(%rdi)\n\tmovq %r15, 56(%rdi)\n\txor %eax, %eax\n\tret\n"
        "go_back: movl %esi, %eax\n\tmovq 16(%rdi), %rbx\n\tmovq 24(%rdi), %rbp\n\tmovq 32(%rdi), %r12\n\tmovq 40(%rdi), %r13\n\t"
        "movq 48(%rdi), %r14\n\tmovq 56(%rdi), %r15\n\tmovq 8(%rdi), %rsp\n\tjmp *(%rdi)\n");

static long place[8];

static void deep(int n)
{
    note("deep", n);
    if (n == 0)
        go_back(place, 7);
    deep(n - 1);
    quiet(n);
}

static __attribute__((noinline)) long attempts(int n)
{
    volatile long tries = quiet(n);

    if (remember(place) == 7)
        return note("back", tries);
    tries++;
    deep(n);
    return 0;
}

int main(void)
{
    for (int i = 0; i < 3; i++)
        note("attempts", attempts(i));
    return finish();
}
