// C programs that are instrumented by hand, in exactly the record format of upstare_abi.h, part 1.
using System.IO.Compression;

namespace UpStare.PatchGen.Tests.Image;

/// <summary>Sources with sites.</summary>
internal static class SiteSource
{
  /// <summary>SITE, PART (a partial site) and ENTITY; -DPOLL_FLAG makes sites in flag mode.</summary>
  private const string Macros = """
    #ifdef POLL_FLAG
    extern char __upstare_flag __attribute__((visibility("hidden")));
    #define POLL "cmpb $0,__upstare_flag(%%rip)\n\tjne .Lup%=\n.Lupk%=:\n\t.subsection 1\n" \
      ".Lup%=: int3\n\tjmp .Lupk%=\n\t.previous\n\t"
    #define MODE "2"
    #define PARTIAL_MODE "3"
    #else
    #define POLL ".Lup%=: nop\n\t"
    #define MODE "0"
    #define PARTIAL_MODE "1"
    #endif
    #define REC(n, cold, flags, count, ops) ".pushsection .debug.upstare.sites,\"\",@progbits\n\t" \
      ".quad .Lupstare_unit,.Lup%=," cold "\n\t.long " #n "\n\t.byte " flags "," #count "\n\t" \
      ".short .Lupe%=-.Lupb%=\n.Lupb%=:\n\t" ops "\n.Lupe%=:\n\t.popsection"
    #define SITE(n, count, ops, ...) __asm__ __inline__ goto (POLL REC(n, "%l[up_cold]", MODE, count, ops) \
      :: __VA_ARGS__ : "memory" : up_cold)
    #define PART(n, count, ops, ...) __asm__ __inline__ volatile (POLL REC(n, "0", PARTIAL_MODE, count, ops) \
      :: __VA_ARGS__ : "memory")
    #define ENTITY(symbol, ordinal, kind) __asm__(".pushsection .debug.upstare.entities,\"\",@progbits\n" \
      ".quad .Lupstare_unit," #symbol "\n.long " #ordinal "\n.byte " #kind ",0,0,0\n.popsection")
    #define NOIPA __attribute__((noipa))
    #define COLD up_cold: __attribute__((cold))

    """;

  /// <summary>The functions that the table tests look at; each shows one construct.</summary>
  public const string Functions = """
    #include <stdio.h>
    struct S { long a[6]; }; struct P { long a, b; };
    struct Two { unsigned a, b; }; struct Floats { float a, b; };
    NOIPA int leaf(int x) { return x + 1; }
    NOIPA double dleaf(double x) { return x * 2; }
    NOIPA char cleaf(int x) { return x; }
    NOIPA struct S sleaf(int x) { return (struct S){ { x, x, x } }; }
    NOIPA struct P pleaf(int x) { return (struct P){ x, x + 1 }; }
    NOIPA long double lleaf(int x) { return x; }
    NOIPA struct Two twoleaf(int x) { return (struct Two){ x, x + 1 }; }
    NOIPA struct Floats fleaf(int x) { return (struct Floats){ x, x + 1 }; }
    int glob = 3;
    ENTITY(glob, 0, 0);
    static __attribute__((used)) __thread int per_thread = 5;
    ENTITY(leaf, 2, 2);
    static inline __attribute__((always_inline)) int inner(int x) {
      int t = leaf(x);
      SITE(0, 2, "pushq %q0\n\tpushq %q1", "rme"(t), "rme"(x));
      return t * x;
      COLD; return 0;
    }
    NOIPA int outer(int a) {
      int t = inner(a);
      SITE(1, 2, "pushq %q0\n\tpushq %q1", "rme"(t), "rme"(a));
      t += a;
      int u = inner(t);
      SITE(2, 1, "pushq %q0", "rme"(u));
      return t + u;
      COLD; return 0;
    }
    NOIPA double many(int n, double d, char *p, struct S s) {
      double k = 2.5; long big = 0x123456789abcL; char c = p[1]; int z = 5, gl = glob;
      for (int i = 0; i < n; i++) {
        int t = leaf(i);
        PART(3, 5, "pushq %q0\n\tpushq %q1\n\tmovups %2,%%xmm0\n\tmovups %3,%%xmm0\n\tpushq %q4",
          "rme"(i), "rme"(n), "xm"(d), "xm"(k), "rme"(big));
        SITE(3, 5, "pushq %q0\n\tpushq %1\n\tpushq %q2\n\tpushq %q3\n\tpushq %q4",
          "rme"(c), "m"(s), "rme"(z), "rme"(t), "rme"(gl));
        d += t * k + s.a[i % 6] + gl; p[i] = c + z;
      }
      return d + big;
      COLD; return 0;
    }
    NOIPA double dcalls(double x) {
      double r = dleaf(x);
      SITE(4, 2, "movups %0,%%xmm0\n\tmovups %1,%%xmm0", "xm"(r), "xm"(x));
      char c = cleaf((int)r);
      SITE(5, 2, "pushq %q0\n\tmovups %1,%%xmm0", "rme"(c), "xm"(r));
      struct S s = sleaf(c);
      SITE(6, 2, "pushq %0\n\tmovups %1,%%xmm0", "m"(s), "xm"(r));
      struct P p = pleaf(c);
      SITE(7, 2, "pushq %0\n\tmovups %1,%%xmm0", "m"(p), "xm"(r));
      long double l = lleaf(c);
      SITE(8, 2, "pushq %0\n\tmovups %1,%%xmm0", "m"(l), "xm"(r));
      return r + s.a[1] + p.b + l;
      COLD; return 0;
    }
    NOIPA int parts(int x) {
      struct Two t = twoleaf(x);
      SITE(12, 2, "pushq %q0\n\tpushq %q1", "rm"(t.a), "rm"(t.b));
      struct Floats f = fleaf(t.b);
      SITE(13, 3, "movups %0,%%xmm0\n\tmovups %1,%%xmm0\n\tpushq %q2", "xm"(f.a), "xm"(f.b), "rm"(t.a));
      return t.a + (int)(f.a * f.b);
      COLD; return 0;
    }
    NOIPA int condition(int x, long y) {
      int t = leaf(x);
      PART(14, 1, "pushq %q0", "rm"(x));
      int b = y != 0;
      __asm__("" : "+r"(b));
      SITE(14, 2, "pushq %q0\n\tpushq %q1", "rm"(b), "rm"(t));
      return t + b;
      COLD; return 0;
    }
    NOIPA int tail(int a, int b) { if (b) return 7; return leaf(a); }
    NOIPA double dtail(double a) { return dleaf(a); }
    NOIPA void vtail(int *p) { *p = 4; leaf(*p); }
    NOIPA int notail(int a) { return leaf(a) + 1; }
    NOIPA int stores(int a, int *p) { int r = leaf(a); *p = r; return r; }
    NOIPA void escapes(void) { int x = 3; __asm__("" :: "r"(&x) : "memory"); leaf(x); __asm__ goto("" ::: "memory" : l); l:; }
    NOIPA __attribute__((optimize("stack-protector-strong"))) int guarded(char *p) {
      char b[40];
      for (int i = 0; p[i]; i++) b[i] = p[i];
      int r = leaf(b[0]);
      SITE(9, 2, "pushq %0\n\tpushq %q1", "m"(b), "rme"(r));
      return r + b[3];
      COLD; return 0;
    }
    NOIPA void realigned(int a) {
      struct { char c[32]; } __attribute__((aligned(64))) v = { { 1, 2, 3 } };
      int t = leaf(a);
      SITE(10, 2, "pushq %0\n\tpushq %q1", "m"(v), "rme"(t));
      glob += v.c[t & 3];
      return;
      COLD; return;
    }
    NOIPA void looped(int n) {
      for (int i = 0; i < n; i++) {
        SITE(11, 2, "pushq %q0\n\tpushq %q1", "rme"(i), "rme"(n));
        glob += i;
      }
      return;
      COLD; return;
    }
    int main(int argc, char **argv) {
      char b[100] = "hello";
      int x = 0;
      vtail(&x); escapes(); realigned(argc); looped(3);
      printf("%d %f %f %d %f %d %d\n", outer(argc), many(argc, 2.0, b, (struct S){ { 1 } }), dcalls(argc),
        tail(argc, x == 5), dtail(2), notail(1) + stores(1, &x) + parts(argc) + condition(1, argc), guarded(b));
      return per_thread - 5;
    }
    """;

  /// <summary>One unit's source: macros, its frame with <paramref name="stored"/> in it, then the code.</summary>
  public static string Unit(string code, string stored = "the source of the unit")
  {
    using var stream = new MemoryStream();
    using (var zlib = new ZLibStream(stream, CompressionLevel.Optimal, true))
    {
      zlib.Write(System.Text.Encoding.UTF8.GetBytes(stored));
    }
    var data = stream.ToArray();
    string bytes = string.Join(',', data.Select(b => $"0x{b:x2}"));
    return $"""
      __asm__(".pushsection .debug.upstare,\"\",@progbits\n.Lupstare_unit: .ascii \"UPSUNIT\\n\"\n"
        ".long {16 + data.Length},{data.Length}\n.byte {bytes}\n.balign 8\n.popsection");
      {Macros}
      {code}
      """;
  }
}
