using UpStare.PatchGen.Build;
using UpStare.PatchGen.Generate;

namespace UpStare.PatchGen.Tests.Versions;

/// <summary>Frames that the map splits, merges or takes elsewhere, and values that it computes.</summary>
[TestFixture]
public sealed class FrameGroupTests
{
    private const string Foreign = "int g (int); ";
    private const string Whole = Foreign + "int f (int n) { int sum = 0; for (int i = 0; i < n; i++) sum += g (i); return sum; }";
    private const string Parts = Foreign + "static int part (int n) { int sum = 0; for (int i = 0; i < n; i++) sum += g (i + 1); return sum; } int f (int n) { int r = part (n); return r + n; }";

    private static GroupTransformer Group(Pair pair) => StackTransformers.For(pair.Match, pair.Match.Groups.Single(), pair.Constants);

    // What each new frame takes from each old one: "new<old: moves", innermost first.
    private static string Moves(Pair pair)
    {
        var group = Group(pair);
        Assert.That(group.Reason, Is.Empty);
        var (old, @new) = (group.Mapping.Old.Reverse().ToList(), group.Mapping.New.Reverse().ToList());
        var pieces = Enumerable.Range(0, @new.Count).SelectMany(to => Enumerable.Range(0, old.Count).Select(frame => (To: to, From: frame, Moves: group.Frames[to].Moves[frame])));
        return string.Join(", ", pieces.Where(piece => piece.Moves.Count > 0)
            .Select(piece => $"{@new[piece.To].Function.Declaration.Name}<{old[piece.From].Function.Declaration.Name}: {string.Join(' ', piece.Moves.Select(move => Show(move, old[piece.From], @new[piece.To])))}"));
    }

    private static string Show(MoveEntry move, Compiler.Tree.ContinuationPoint old, Compiler.Tree.ContinuationPoint @new)
    {
        var operands = old.Operands.ToList();
        string To() => @new.Variables.Single(v => v.FrameOffset == move.To).Name;
        return move.Kind switch
        {
            MoveKind.Value => $"{operands[(int)move.Operand].Local.Name}>{To()}",
            MoveKind.Old => $"{operands[(int)move.Operand].Local.Name}>old+{move.To}",
            MoveKind.Compute => $"x{move.Operand}>{To()}",
            MoveKind.Constant => $"const>{To()}",
            _ => move.Kind.ToString(),
        };
    }

    [Test]
    public void Frame_Split_GivesEachNewFrameItsValues()
    {
        using var pair = Pair.Of(Whole, Parts, "point f: call g -> f: call part, part: call g");
        Assert.That(Moves(pair), Is.EqualTo("part<f: n>n sum>sum i>i upstare_t1>upstare_t1, f<f: n>n"));
    }

    [Test]
    public void Frames_Merged_TakeFromBoth_AndTheTwinComesFirst()
    {
        using var pair = Pair.Of(Parts, Whole, "point f: call part, part: call g -> f: call g");
        Assert.That(Moves(pair), Is.EqualTo("f<part: sum>sum i>i upstare_t1>upstare_t1, f<f: n>n"));
    }

    [Test]
    public void Value_OfAnExpression_IsComputedInThePatch()
    {
        using var pair = Pair.Of(Foreign + "int f (int n) { int a = n; long b = n; g (1); return a + b; }", Foreign + "int f (int n) { double c = n; int d = 0; d += n; g (1); return c + d; }", "point f: call g -> f: call g {\n c = old.a / 2.0;\n d = old.b > 3 ? old.a : 7 }");
        Assert.That(Moves(pair), Is.EqualTo("f<f: a>old+0 x0>c b>old+16 a>old+32 x1>d"));
        Assert.That(pair.Match.Computations.Source(pair.New.Units[0]), Does.Contain("__typeof__ (int) upstare_o0; __builtin_memcpy (&upstare_o0, upstare_old + 0, sizeof upstare_o0);")
            .And.Contain("# 2 \"map\"\n  __typeof__ (double) upstare_v = ( upstare_o0  / 2.0);").And.Contain("void __upstare_x1 ("));
    }

    [Test]
    public void Value_OfALocal_IsComputedAtEveryPoint()
    {
        using var pair = Pair.Of(Foreign + "int f (int n) { int a = n; g (1); g (2); return a; }", Foreign + "int f (int n) { int b = n; g (1); g (2); return b; }", "local f.b = old.a + 1");
        Assert.That((pair.Transformer("f", 0).Moves.Count, pair.Transformer("f", 1).Moves.Count, pair.Transformer("f", 1).Moves[^1].Kind), Is.EqualTo((2, 2, MoveKind.Compute)));
    }

    [TestCase("point f: call g -> f: call g { c = old.z; }", "the old version has no value 'old.z' there")]
    [TestCase("point f: call g -> f: call g", "the new version needs 'c' (unit.c:1) there, and the old one has no value for it")]
    [TestCase("point f: call g -> f: call g, f: call g { c = 1; }", "'f: call g #1' does not call 'f'")]
    [TestCase("point f: loop -> f: call g { c = 1; }", "'f: loop #1' and 'f: call g #1' are a call and a loop")]
    [TestCase("point h: call g -> f: call g { c = 1; }", "'h' returns long, 'f' returns int")]
    [TestCase("point f: call g -> k: call g { p = 1; }", "'f' returns int, 'k' returns void")]
    public void Group_ThatCannotBe_SaysWhy(string map, string reason)
    {
        using var pair = Pair.Of(Foreign + "int f (int n) { while (n) n /= 2; g (1); return 1; } long h (int n) { g (2); return n; }",
            Foreign + "int f (int n) { int c = n; while (n) n /= 2; g (1); return c; } long h (int n) { g (2); return n; } void k (int n) { int p = n; g (1); p++; h (p); }", map);
        var found = pair.Match.Groups.Count == 0 ? pair.Transformer("f", 1).Reason : Group(pair).Reason;
        Assert.That(found, Does.Contain(reason));
    }

    [TestCase("point f: call g -> k: call g { n = 1; }", GroupFlags.Elsewhere)]
    [TestCase("point f: call g -> f: call h { n = 1; }", GroupFlags.OtherCallee)]
    [TestCase("point f: call g -> f: call g { n = 1; }", GroupFlags.None)]
    [TestCase("function f -> k\npoint f: call g -> k: call g { n = 1; }", GroupFlags.None)]
    public void Group_SaysWhatMustHoldBesideIt(string map, GroupFlags flags)
    {
        const string old = "int g (int), h (int); int f (int n) { g (1); return n; }";
        using var pair = Pair.Of(old, old.Replace("g (1)", "g (1); h (2)") + " int k (int n) { g (1); return n; }", map);
        Assert.That(Group(pair).Flags, Is.EqualTo(flags));
    }
}
