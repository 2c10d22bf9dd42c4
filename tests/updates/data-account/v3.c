/* A struct gets new fields: those of the old one keep their values, the others start as the new initialiser says. */
#include "../step.h"

struct account { short branch; long balance; int number; };

static struct account account = { 3, 100, 7 };

int main(void)
{
    for (int i = 0; i < 9; i++) {
        account.balance += i;
        printf("%ld of %d in branch %d\n", account.balance, account.number, account.branch);
        step();
    }
    return 0;
}
