/* One function of some hundred statements of every kind: many points, many short-lived locals. */
#include "corpus.h"

static long work(long a, long b)
{
    long sum = 0;

    b = quiet(sum & 7) ? b + 0 : quiet(a % 7) - 0;
    {
        int local = (int)quiet(a % 6), *p = &local;
        *p += 1;
        b += quiet(*p);
    }
    a = a * 3 % 10007 + (b & 3), sum += a;
    {
        int local = (int)quiet(a % 8), *p = &local;
        *p += 3;
        b += quiet(*p);
    }
    note("step 4", (sum + a) % 1000003);
    a = a * 3 % 10007 + (b & 6), sum += a;
    note("step 6", (sum + a) % 1000003);
    a = a * 3 % 10007 + (b & 8), sum += a;
    a = a * 3 % 10007 + (b & 9), sum += a;
    b = quiet(sum & 7) ? b + 9 : quiet(a % 7) - 9;
    sum += quiet(a + 10) * 8;
    note("step 11", (sum + a) % 1000003);
    if (quiet(b) > 0)
        a = (a + 12) % 100003;
    if (quiet(b) > 1)
        a = (a + 13) % 100003;
    {
        int local = (int)quiet(a % 19), *p = &local;
        *p += 14;
        b += quiet(*p);
    }
    for (int i = 0; i < 1; i++)
        sum ^= quiet(i + b % 17);
    for (int i = 0; i < 3; i++)
        sum ^= quiet(i + b % 18);
    sum += quiet(a + 17) * 4;
    sum += quiet(a + 18) * 4;
    for (int i = 0; i < 2; i++)
        sum ^= quiet(i + b % 21);
    if (quiet(b) > 6)
        a = (a + 20) % 100003;
    if (quiet(b) > 1)
        a = (a + 21) % 100003;
    if (quiet(b) > 7)
        a = (a + 22) % 100003;
    if (quiet(b) > 2)
        a = (a + 23) % 100003;
    sum += quiet(a + 24) * 1;
    if (quiet(b) > 3)
        a = (a + 25) % 100003;
    if (quiet(b) > 2)
        a = (a + 26) % 100003;
    {
        int local = (int)quiet(a % 32), *p = &local;
        *p += 27;
        b += quiet(*p);
    }
    {
        int local = (int)quiet(a % 33), *p = &local;
        *p += 28;
        b += quiet(*p);
    }
    if (quiet(b) > 8)
        a = (a + 29) % 100003;
    a = a * 3 % 10007 + (b & 31), sum += a;
    a = a * 3 % 10007 + (b & 32), sum += a;
    if (quiet(b) > 2)
        a = (a + 32) % 100003;
    a = a * 3 % 10007 + (b & 34), sum += a;
    if (quiet(b) > 6)
        a = (a + 34) % 100003;
    {
        int local = (int)quiet(a % 40), *p = &local;
        *p += 35;
        b += quiet(*p);
    }
    sum += quiet(a + 36) * 6;
    for (int i = 0; i < 1; i++)
        sum ^= quiet(i + b % 39);
    if (quiet(b) > 4)
        a = (a + 38) % 100003;
    sum += quiet(a + 39) * 6;
    {
        int local = (int)quiet(a % 45), *p = &local;
        *p += 40;
        b += quiet(*p);
    }
    note("step 41", (sum + a) % 1000003);
    b = quiet(sum & 7) ? b + 42 : quiet(a % 7) - 42;
    b = quiet(sum & 7) ? b + 43 : quiet(a % 7) - 43;
    sum += quiet(a + 44) * 6;
    sum += quiet(a + 45) * 5;
    {
        int local = (int)quiet(a % 51), *p = &local;
        *p += 46;
        b += quiet(*p);
    }
    note("step 47", (sum + a) % 1000003);
    {
        int local = (int)quiet(a % 53), *p = &local;
        *p += 48;
        b += quiet(*p);
    }
    for (int i = 0; i < 3; i++)
        sum ^= quiet(i + b % 51);
    {
        int local = (int)quiet(a % 55), *p = &local;
        *p += 50;
        b += quiet(*p);
    }
    if (quiet(b) > 7)
        a = (a + 51) % 100003;
    for (int i = 0; i < 3; i++)
        sum ^= quiet(i + b % 54);
    if (quiet(b) > 0)
        a = (a + 53) % 100003;
    {
        int local = (int)quiet(a % 59), *p = &local;
        *p += 54;
        b += quiet(*p);
    }
    sum += quiet(a + 55) * 6;
    note("step 56", (sum + a) % 1000003);
    for (int i = 0; i < 1; i++)
        sum ^= quiet(i + b % 59);
    b = quiet(sum & 7) ? b + 58 : quiet(a % 7) - 58;
    note("step 59", (sum + a) % 1000003);
    for (int i = 0; i < 2; i++)
        sum ^= quiet(i + b % 62);
    for (int i = 0; i < 3; i++)
        sum ^= quiet(i + b % 63);
    note("step 62", (sum + a) % 1000003);
    sum += quiet(a + 63) * 8;
    sum += quiet(a + 64) * 3;
    b = quiet(sum & 7) ? b + 65 : quiet(a % 7) - 65;
    if (quiet(b) > 1)
        a = (a + 66) % 100003;
    note("step 67", (sum + a) % 1000003);
    if (quiet(b) > 7)
        a = (a + 68) % 100003;
    {
        int local = (int)quiet(a % 74), *p = &local;
        *p += 69;
        b += quiet(*p);
    }
    b = quiet(sum & 7) ? b + 70 : quiet(a % 7) - 70;
    {
        int local = (int)quiet(a % 76), *p = &local;
        *p += 71;
        b += quiet(*p);
    }
    b = quiet(sum & 7) ? b + 72 : quiet(a % 7) - 72;
    {
        int local = (int)quiet(a % 78), *p = &local;
        *p += 73;
        b += quiet(*p);
    }
    note("step 74", (sum + a) % 1000003);
    for (int i = 0; i < 1; i++)
        sum ^= quiet(i + b % 77);
    b = quiet(sum & 7) ? b + 76 : quiet(a % 7) - 76;
    a = a * 3 % 10007 + (b & 78), sum += a;
    note("step 78", (sum + a) % 1000003);
    note("step 79", (sum + a) % 1000003);
    {
        int local = (int)quiet(a % 85), *p = &local;
        *p += 80;
        b += quiet(*p);
    }
    note("step 81", (sum + a) % 1000003);
    {
        int local = (int)quiet(a % 87), *p = &local;
        *p += 82;
        b += quiet(*p);
    }
    sum += quiet(a + 83) * 7;
    sum += quiet(a + 84) * 4;
    {
        int local = (int)quiet(a % 90), *p = &local;
        *p += 85;
        b += quiet(*p);
    }
    b = quiet(sum & 7) ? b + 86 : quiet(a % 7) - 86;
    b = quiet(sum & 7) ? b + 87 : quiet(a % 7) - 87;
    {
        int local = (int)quiet(a % 93), *p = &local;
        *p += 88;
        b += quiet(*p);
    }
    if (quiet(b) > 5)
        a = (a + 89) % 100003;
    {
        int local = (int)quiet(a % 95), *p = &local;
        *p += 90;
        b += quiet(*p);
    }
    a = a * 3 % 10007 + (b & 92), sum += a;
    b = quiet(sum & 7) ? b + 92 : quiet(a % 7) - 92;
    sum += quiet(a + 93) * 5;
    a = a * 3 % 10007 + (b & 95), sum += a;
    {
        int local = (int)quiet(a % 100), *p = &local;
        *p += 95;
        b += quiet(*p);
    }
    {
        int local = (int)quiet(a % 101), *p = &local;
        *p += 96;
        b += quiet(*p);
    }
    if (quiet(b) > 1)
        a = (a + 97) % 100003;
    a = a * 3 % 10007 + (b & 99), sum += a;
    if (quiet(b) > 4)
        a = (a + 99) % 100003;
    for (int i = 0; i < 1; i++)
        sum ^= quiet(i + b % 102);
    a = a * 3 % 10007 + (b & 102), sum += a;
    sum += quiet(a + 102) * 2;
    b = quiet(sum & 7) ? b + 103 : quiet(a % 7) - 103;
    b = quiet(sum & 7) ? b + 104 : quiet(a % 7) - 104;
    for (int i = 0; i < 1; i++)
        sum ^= quiet(i + b % 107);
    if (quiet(b) > 5)
        a = (a + 106) % 100003;
    note("step 107", (sum + a) % 1000003);
    {
        int local = (int)quiet(a % 113), *p = &local;
        *p += 108;
        b += quiet(*p);
    }
    for (int i = 0; i < 3; i++)
        sum ^= quiet(i + b % 111);
    for (int i = 0; i < 1; i++)
        sum ^= quiet(i + b % 112);
    sum += quiet(a + 111) * 1;
    note("step 112", (sum + a) % 1000003);
    for (int i = 0; i < 2; i++)
        sum ^= quiet(i + b % 115);
    note("step 114", (sum + a) % 1000003);
    if (quiet(b) > 2)
        a = (a + 115) % 100003;
    a = a * 3 % 10007 + (b & 117), sum += a;
    b = quiet(sum & 7) ? b + 117 : quiet(a % 7) - 117;
    if (quiet(b) > 6)
        a = (a + 118) % 100003;
    sum += quiet(a + 119) * 3;
    return sum % 1000003 + a + b;
}

int main(void)
{
    note("work", work(3, 4));
    note("work", work(50, 1));
    return finish();
}
