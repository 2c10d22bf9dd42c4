/* A struct gets new fields: those of the old one keep their values, the others start as the new initialiser says. */
#include "../step.h"

struct account { int number; int branch; long balance, limit; };

static struct account account = { 7, 3, 100, 500 };

int main(void)
{
    for (int i = 0; i < 9; i++) {
        account.balance += i;
        printf("%d %ld, branch %d limit %ld\n", account.number, account.balance, account.branch, account.limit);
        step();
    }
    return 0;
}
