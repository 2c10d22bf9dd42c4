/* weak, alias, visibility, section and used: functions and variables with attributes of their symbols. */
#include "corpus.h"

long original(long x) { return quiet(x) + 1; }
long renamed(long x) __attribute__((alias("original")));
__attribute__((weak)) long replaceable(long x) { return quiet(x) * 2; }
extern long missing(long x) __attribute__((weak));
__attribute__((visibility("hidden"))) long hidden(long x) { return renamed(x) + replaceable(x); }
__attribute__((section(".text.own"))) static long placed(long x) { return hidden(x) - quiet(1); }
int number = 42;
static int in_section __attribute__((section(".data.own"), used)) = 3;
static long local(long) __attribute__((alias("original")));
__asm__(".globl other_name");
long by_asm_name(long x) __asm__("other_name");
long by_asm_name(long x) { return quiet(x) ^ 5; }

int main(void)
{
    note("renamed", renamed(4));
    note("placed", placed(5));
    note("missing", missing ? missing(1) : -1);
    number += (int)quiet(3);
    note("number", number);
    in_section += (int)note("local", local(9));
    note("section", in_section);
    note("asm name", by_asm_name(6));
    return finish();
}
