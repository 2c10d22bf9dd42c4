/* Attributes that change how a function is compiled or called, on functions with points; a restore clone has to be compiled alike. */
/* flags: -lm */
#include <cpuid.h>
#include <immintrin.h>
#include <limits.h>
#include <stdlib.h>
#include "corpus.h"

typedef long four __attribute__((vector_size(32)));
typedef int quad __attribute__((vector_size(16), aligned(16)));

/* Results in registers that only this target has: the clone of the caller and that of the callee must agree. */
static __attribute__((noinline, target("avx2"))) four spread(long x)
{
    four v = { x, quiet(x + 1), x + 2, x + 3 };
    v *= 3;
    quiet(v[1]);
    return v;
}
static __attribute__((target("avx2"))) long with_avx(long n)
{
    four sum = { 0 };

    for (long i = 0; i < n; i++) {
        sum += spread(i);
        sum = (four)_mm256_add_epi64((__m256i)sum, _mm256_set1_epi64x(quiet(i)));
    }
    return note("avx", sum[0] + sum[1] * 2 + sum[2] * 3 + sum[3] * 4);
}
__attribute__((target("sse4.2"))) static long with_crc(long n);
static long with_crc(long n)
{
    unsigned long crc = 1;

    while (n-- > 0)
        crc = _mm_crc32_u64(crc, (unsigned long)quiet(n));
    return (long)crc;
}
static quad vectors(quad v, int n) { while (n-- > 0) { v += (quad){ 1, 2, 3, (int)quiet(n) }; quiet(v[3]); } return v; }

/* With options of its own that change what the code means. */
__attribute__((optimize("wrapv", "no-tree-vectorize"))) static int wraps(int n)
{
    int sum = INT_MAX - 2, rounds = 0;

    for (int i = 0; i < n; i++) {
        sum += (int)quiet(1);
        if (sum + 1 < sum)
            rounds++;
    }
    return rounds * 10 + (sum < 0);
}
static int aliases(int *i, float *f) __attribute__((__optimize__("no-strict-aliasing"), noinline));
static int aliases(int *i, float *f)
{
    *i = (int)quiet(1);
    *f = 2.0f;
    quiet(3);
    return *i;
}
__attribute__((optimize("O0"))) static long slow(long n) { long sum = 0; for (long i = 0; i < n; i++) sum += quiet(i); return sum; }
__attribute__((optimize("O3"))) static long fast(long n) { long sum = 0; for (long i = 0; i < n; i++) sum += quiet(i) * 2; return sum; }
__attribute__((optimize(1))) static long modest(long n) { return n == 0 ? 0 : quiet(n) + modest(n - 1); }

#pragma GCC push_options
#pragma GCC optimize("Os")
#pragma GCC target("avx2")
static long under_pragmas(long n) { four v = { n, n, n, n }; while (n-- > 0) v += (four)_mm256_set1_epi64x(quiet(n)); return v[0] + v[3]; }
#pragma GCC pop_options

/* Called another way. */
__attribute__((ms_abi, noinline)) static long like_windows(long a, long b, double c, long d, long e) { long sum = a + quiet(b); return sum + quiet((long)c) + d * e; }
__attribute__((noinline)) static long calls_windows(long n)
{
    double scale = (double)n / 2;
    long sum = 0;
    for (long i = 0; i < n; i++) {
        sum += like_windows(i, n, scale, 3, sum);
        scale += 0.5;
    }
    return note("windows", sum + (long)scale);
}
__attribute__((force_align_arg_pointer, aligned(64))) static long aligned_entry(long n) { long block[3] __attribute__((aligned(32))) = { n, quiet(n), 1 }; quiet((long)block % 32); return block[0] + block[1] + (long)block % 32; }

/* Inlined, or not; hot or cold; other sections. */
static inline __attribute__((always_inline)) long inlined(long n) { long sum = quiet(n); sum += quiet(n + 1); return sum; }
static inline __attribute__((gnu_inline, always_inline)) long inlined_loop(long n) { long sum = 0; do sum += n; while ((n >>= 1) != 0); return sum + quiet(sum); }
__attribute__((flatten)) static long flat(long n) { long sum = 0; while (n-- > 0) sum += inlined(n) + inlined_loop(n) + modest(n); return sum; }
__attribute__((noinline, noclone, cold)) static long seldom(long n) { quiet(n); return note("seldom", n); }
__attribute__((hot, no_instrument_function)) static long often(long n) { quiet(n); return note("often", n); }
__attribute__((section(".text.far"), noipa)) static long placed(long n) { return note("placed", quiet(n)) + 1; }
__attribute__((no_stack_protector, no_sanitize("undefined"), no_reorder, noplt)) static long others(long n) { char text[40]; snprintf(text, sizeof text, "%ld", quiet(n)); return atol(text) + 1; }

/* May be called less often than it is written. */
__attribute__((pure, noinline)) static long pure_loop(const long *p, long n) { long sum = 0, i = 1; while (i < n) { sum += p[i % 3]; i *= 2; } return sum; }
__attribute__((const, noinline)) static long const_loop(long n) { long sum = 0; while (n != 0) { sum += n & 3; n >>= 2; } return sum; }
__attribute__((malloc, returns_nonnull, noinline, assume_aligned(8))) static long *make(unsigned long n) { long *p = malloc(n * sizeof *p); if (!p) abort(); quiet((long)n); return p; }
__attribute__((noreturn, cold)) static void leave(int status) { note("leaving", status); exit(status); }

int main(void)
{
    static long data[3] = { 4, 5, 6 };
    union { int i; float f; } both;
    unsigned a, b, c, d;
    const int has_avx2 = __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_AVX2) != 0;
    const int has_crc = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_2) != 0;

    for (int n = 0; n < 4; n++) {
        if (has_avx2) {
            note("with avx", with_avx(n));
            note("under pragmas", under_pragmas(n));
        }
        if (has_crc)
            note("with crc", with_crc(n));
        note("vectors", vectors((quad){ n }, n)[3]);
        note("wraps", wraps(n + 3));
        note("aliases", aliases(&both.i, &both.f));
        note("slow, fast, modest", slow(n) * 100 + fast(n) * 10 + modest(n));
        calls_windows(n);
        note("aligned", aligned_entry(n));
        note("flat", flat(n));
        seldom(n);
        often(n);
        placed(n);
        note("others", others(n));
        for (int i = 0; i < 3; i++)
            data[i] += pure_loop(data, 5 + i) + pure_loop(data, 5 + i) + const_loop(n * 77) + const_loop(n * 77);
        note("data", data[0] + data[1] + data[2]);
        long *p = make((unsigned long)n + 2);
        p[n] = quiet(n);
        note("made", p[n]);
        free(p);
    }
    leave(finish());
}
