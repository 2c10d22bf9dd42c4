/* Only comments and white space change, so there is really nothing to do. */
#include "../step.h"

int main(void) {
    for (int i = 0; i < 3; i++) {
        printf("%d\n", i);      /* one number a line */
        step();
    }
    return 0;
}
