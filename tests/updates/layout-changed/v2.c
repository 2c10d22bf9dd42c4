/* The layout of a type changes: this version of upstare-diff says no, with the place and the reason. */
#include "../step.h"

struct account { int number; int branch; long balance, limit; };

static struct account account = { 7, 1, 100, 0 };

int main(void)
{
    for (int i = 0; i < 3; i++) {
        account.balance += i;
        printf("%d %ld\n", account.number, account.balance);
        step();
    }
    return 0;
}
