/* The program says itself that some code is to run wholly in one version. */
#include "../step.h"
#include "../../../UpStare.Runtime.C/include/upstare.h"

int main(void)
{
    UPSTARE_NO_UPDATE_BEGIN();
    for (int i = 0; i < 3; i++) {
        printf("transaction %d\n", i);
        step();
    }
    UPSTARE_NO_UPDATE_END();
    printf("all committed\n");
    return 0;
}
