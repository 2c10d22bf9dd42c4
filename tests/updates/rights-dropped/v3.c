/* A server that root starts gives its rights up.  It cannot write where requests come from any more; root can update it. */
#define _GNU_SOURCE
#include "../step.h"
#include <grp.h>

static int give_up_rights(void)
{
    return geteuid() ? 0 : setgroups(0, 0) || setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534);
}

long price(long pieces)
{
    long full = pieces * 10;

    return pieces >= 5 ? full * 8 / 10 : pieces >= 3 ? full * 9 / 10 : full;
}

int main(void)
{
    if (give_up_rights())
        return 1;
    for (int i = 1; i <= 8; i++) {
        printf("%d pieces: %ld\n", i, price(i));
        step();
    }
    return 0;
}
