using System.Text;
using UpStare.Compiler.Driver;
using UpStare.Compiler.Metadata;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Tests;

/// <summary>What must cost nothing: no sites where none are needed, nothing recorded that is dead.</summary>
[TestFixture]
public sealed class CostTests
{
    private static List<ContinuationPoint> Points(string text) => Pipeline.Analyse(
        new UnitSource { MainFile = "a.c", WorkingDirectory = "/", Arguments = ["-O2"], Options = [], Text = Encoding.Latin1.GetBytes(text) },
        new CompileOptions()).Points;

    private static string[] Recorded(ContinuationPoint point) => [.. point.Variables.Select(local => local.Name)];

    [TestCase("int k; for (k = 1; k <= n; ++k) a[k] = k;")]
    [TestCase("for (int k = 1; k <= n; ++k) a[k] = k;")]
    [TestCase("int k = n; while (k-- > 0) a[k] = k;")]
    [TestCase("int k = n; do { a[k] = k; } while (--k);")]
    [TestCase("do { a[0] = n; } while (0);")]
    public void CountedLoop_WithoutCalls_HasNoPoint(string loop) =>
        Assert.That(Points($"void f(int *a, int n) {{ {loop} }}\n"), Is.Empty);

    [TestCase("while (*a) { }")]
    [TestCase("int k; for (k = n; k != a[k]; k = a[k]) { }")]
    [TestCase("int k; for (k = 0; k < n; ++k) if (a[k] < 0) k = 0;")]
    [TestCase("for (;;) { }")]
    public void LoopThatMayNotEnd_HasAPoint(string loop) =>
        Assert.That(Points($"void f(volatile int *a, int n) {{ {loop} }}\n"), Has.Count.EqualTo(1));

    [Test]
    public void StructFilledFieldByField_IsDeadBefore()
    {
        var point = Points("struct c { float r, i; }; void g(void); float f(float x) { struct c t; g(); t.r = x; t.i = x; return t.r * t.i; }\n").Single();
        Assert.That(Recorded(point), Is.EqualTo(new[] { "x" }));
    }

    [Test]
    public void StructFilledInPart_IsLive()
    {
        var point = Points("struct c { float r, i; }; void g(void); float f(float x, struct c t) { g(); t.r = x; return t.r * t.i; }\n").Single();
        Assert.That(Recorded(point), Is.EqualTo(new[] { "x", "t" }));
    }

    [Test]
    public void StructOfStructs_IsLiveByTheInnerScalar()
    {
        const string Types = "struct c { float r, i; }; struct d { struct c a, b; }; void g(void);";
        Assert.That(Recorded(Points(Types + "float f(struct d t) { g(); return t.b.i; }\n").Single()), Is.EqualTo(new[] { "t" }));
        Assert.That(Recorded(Points(Types + "float f(struct d t, struct c x) { g(); t.b = x; t.a.r = 1; return t.b.i + t.a.r; }\n").Single()), Is.EqualTo(new[] { "x" }));
    }

    [Test]
    public void TailCall_OutsideTheScopeOfEscapedLocals_HasNoPoint()
    {
        var points = Points("int g(int), h(int *); int f(int x) { if (x) return g(x); int y = x; return h(&y); }\n");
        Assert.That(points.Select(point => point.Callee), Is.EqualTo(new[] { "h" }));
    }

    [TestCase("int g(int), h(int *); int f(int x) { h(&x); return g(1); }\n", "h g")]
    [TestCase("int g(int), h(int *); int f(int x) { int y[4]; h(y); return g(x); }\n", "h g")]
    [TestCase("int g(int), h(int *); int f(int x) { again: if (x == 2) return g(x); int y = x; x = h(&y); goto again; }\n", "g h")]
    public void TailCall_WhileAnEscapedLocalLives_HasAPoint(string text, string callees) =>
        Assert.That(Points(text).Where(point => !point.IsLoop).Select(point => point.Callee), Is.EqualTo(callees.Split(' ')));

    [TestCase("-O2", "--param=max-inline-insns-auto=17")]
    [TestCase("-O0 -g -O3", "--param=max-inline-insns-auto=32")]
    [TestCase("-O2 -Os", "")]
    [TestCase("-g", "")]
    public void InliningLimit_FollowsTheLastLevel(string flags, string words) =>
        Assert.That(string.Join(' ', InliningLimits.For(flags.Split(' '))), Is.EqualTo(words));
}
