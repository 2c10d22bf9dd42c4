/* Argument lists are half read when the function that owns them changes: its own list, a copy that is behind, one in the hands of a callee that is active,
 * and one whose registers are used up. */
#include "../step.h"
#include <stdarg.h>

static long two_of(va_list *list)
{
    char room[40];
    long sum = va_arg(*list, long);

    printf("two: two_of %ld\n", sum);
    step();
    int second = va_arg(*list, int);
    snprintf(room, sizeof room, "%ld", sum + second);
    return room[0] ? sum + second : 0;
}

static double rest(int count, va_list list)
{
    double sum = 0;

    while (count-- > 0) {
        sum += va_arg(list, double);
        printf("two: rest %.1f\n", sum);
        step();
    }
    return sum;
}

static double mixed(const char *kinds, ...)
{
    double sum = 0, largest, factor = 1;
    va_list behind, list;

    va_start(list, kinds);
    va_copy(behind, list);
    for (; *kinds != 'r'; kinds++) {
        switch (*kinds) {
        case 'i': sum += va_arg(list, int); break;
        case 'd': sum += va_arg(list, double); break;
        case 's': sum += (double)*va_arg(list, const char *); break;
        case '2': sum += (double)two_of(&list); break;
        }
        largest = sum * factor;
        sum += largest - sum * factor;
        printf("two: %c %.1f\n", *kinds, sum);
        step();
    }
    sum += rest(3, list);
    va_end(list);
    printf("two: first %d\n", va_arg(behind, int));
    step();
    printf("two: second %.1f\n", va_arg(behind, double));
    va_end(behind);
    return sum;
}

int main(void)
{
    for (int i = 1; i <= 2; i++)
        printf("two: sum %.1f\n", mixed("idid2siiidd2ddddddr", i, 0.5, 2, 1.5, 3L, 4, "A", 5, 6, 7, 2.5, 3.5, 8L, 9, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5, 11.5, 12.5));
    return 0;
}
