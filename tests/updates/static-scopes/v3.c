/* Static locals of one name, in nested scopes, in scopes beside each other and in two functions: each keeps its own value. */
#include "../step.h"

static int count = 1;

static int work(int n)
{
    static int count = 10;

    count++;
    if (n % 2) {
        static int count = 100;

        step();
        count += n;
        return count;
    } else {
        static int count = 1000;

        count += n;
        {
            static int count = 5000;

            step();
            count++;
            if (count % 2)
                return count;
        }
        return count;
    }
}

static int outer(void)
{
    static int count = 20000;

    step();
    return count++;
}

int main(void)
{
    for (int i = 0; i < 6; i++) {
        int sum = work(i);

        step();
        printf("%d: %d %d\n", sum, outer(), count++);
    }
    return 0;
}
