/* New globals start with their initial values; those that point to old ones point to where these are. */
#include "../step.h"

static int visits = 100;
static int *counter = &visits;
int unit = 2;
static char buffer[16] = "visits";
static int **where = &counter, *unit_at = &unit, fresh = 3;
static const char *word = buffer;

int main(void)
{
    for (int i = 1; i <= 6; i++) {
        **where += unit - 1;
        printf("%s; %d, times %d, %d\n", word, visits, *unit_at, fresh);
        step();
    }
    return 0;
}
