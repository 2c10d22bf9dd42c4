/* New globals start with their initial values; those that point to old ones point to where these are. */
#include "../step.h"

static int visits = 100;
static int *counter = &visits;
int unit = 2;
static char buffer[16] = "visits";
static long seen;

int main(void)
{
    for (int i = 1; i <= 6; i++) {
        *counter += unit - 1;
        seen++;
        printf("%s: %d, times %d%s\n", buffer, visits, unit, seen > 0 ? "" : "?");
        step();
    }
    return 0;
}
