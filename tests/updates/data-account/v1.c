/* A struct gets new fields: those of the old one keep their values, the others start as the new initialiser says. */
#include "../step.h"

struct account { int number; long balance; };

static struct account account = { 7, 100 };

int main(void)
{
    for (int i = 0; i < 9; i++) {
        account.balance += i;
        printf("%d %ld\n", account.number, account.balance);
        step();
    }
    return 0;
}
