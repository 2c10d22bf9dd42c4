/* The end of main returns 0, also where main was updated. */
#include "corpus.h"

int main(void)
{
    for (int i = 0; i < 3; i++)
        note("step", quiet(i));
    note("exit status", finish());
}
