/* Prints a list of numbers that it gets as variable arguments, one every tenth of a second.
 *
 * Version 2 shows weight and value of each pair, and cents.  An update in the middle of the list meets a live
 * va_list, which points into the argument area of a stack frame of the old version.  That memory stays where it
 * is, so the next number is the next number. */
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static void take_time(void)
{
    usleep(100 * 1000);
}

/* Takes the next number from the caller's list: a pair of a weight and a value. */
static double weighted(va_list *list)
{
    int weight = va_arg(*list, int);
    double value = va_arg(*list, double);

    printf("%d x %.2f\n", weight, value);
    take_time();
    return weight * value;
}

static double total(const char *title, int pairs, ...)
{
    va_list list;
    double sum = 0;

    va_start(list, pairs);
    for (int i = 1; i <= pairs; i++) {
        double part = weighted(&list);
        sum += part;
        printf("%s %d: %.2f, sum %.2f\n", title, i, part, sum);
    }
    va_end(list);
    return sum;
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    double sum = total("part", 12, 1, 0.5, 2, 1.5, 3, 2.5, 4, 3.5, 5, 4.5, 6, 5.5, 7, 6.5, 8, 7.5, 9, 8.5, 10, 9.5,
                       11, 10.5, 12, 11.5);
    printf("TOTAL %.2f\n", sum);
    return 0;
}
