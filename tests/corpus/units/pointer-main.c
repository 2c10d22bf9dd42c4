/* A pointer that holds nothing but the address of a function of another unit, live at points: at -O1 gcc keeps it in the global offset table. */
#include "../corpus.h"

long other(long n);
long another(long n);

int main(int argc, char **argv)
{
    long (*f)(long) = other;

    (void)argv;
    for (int i = 0; i < argc + 2; i++) {
        another(i);
        note("other", f(i));
        another(2);
    }
    note("same", f == other);
    return finish();
}
