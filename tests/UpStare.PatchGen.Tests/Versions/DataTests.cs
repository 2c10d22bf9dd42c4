using UpStare.Compiler.Emit;
using UpStare.PatchGen.Build;
using UpStare.PatchGen.Generate;

namespace UpStare.PatchGen.Tests.Versions;

/// <summary>DataPairs, DataTransformers, TypeTable: what becomes of data of a changed type.</summary>
[TestFixture]
public sealed class DataTests
{
    // The pair of the types of a variable x.
    private static string Change(string old, string @new, string map = "")
    {
        using var pair = Pair.Of(old, @new, map.Length == 0 ? null : map);
        var data = pair.Binding("x").Data!;
        return data.Change == DataChange.Refused ? data.Reason : data.Change.ToString();
    }

    private static string Source(string old, string @new, string map = "")
    {
        using var pair = Pair.Of(old, @new, map.Length == 0 ? null : map);
        pair.Match.Data.Collect(pair.Bind().Bindings);
        return pair.Match.Data.Source() ?? "";
    }

    [TestCase("int x;", "long x;", "Converted")]
    [TestCase("unsigned x;", "long x;", "Converted")]
    [TestCase("float x;", "double x;", "Converted")]
    [TestCase("int x;", "double x;", "Converted")]
    [TestCase("double x;", "long double x;", "Converted")]
    [TestCase("long double x;", "_Float128 x;", "Converted")]
    [TestCase("long double x;", "long double x;", "Same")]
    [TestCase("long x;", "__int128 x;", "Converted")]
    [TestCase("unsigned long x;", "__int128 x;", "Converted")]
    [TestCase("long x;", "long double x;", "Converted")]
    [TestCase("unsigned __int128 x;", "unsigned __int128 x;", "Same")]
    [TestCase("float _Complex x;", "double _Complex x;", "Converted")]
    [TestCase("float x;", "double _Complex x;", "Converted")]
    [TestCase("long double _Complex x;", "long double _Complex x;", "Same")]
    [TestCase("_Bool x;", "int x;", "Converted")]
    [TestCase("char *x;", "const char *x;", "Same")]
    [TestCase("char *x;", "unsigned char *x;", "Same")]
    [TestCase("struct s *x;", "void *x;", "Same")]
    [TestCase("int (*x) (int);", "long (*x) (long);", "Same")]
    [TestCase("int x[3];", "int x[4];", "Converted")]
    [TestCase("struct s { int a, b; } x;", "struct s { int a, b; } x;", "Same")]
    [TestCase("struct s { int a, b; } x;", "struct s { int b, a; } x;", "Converted")]
    [TestCase("struct s { int a; struct { int b; }; } x;", "struct s { struct { int b; }; int a; } x;", "Converted")]
    [TestCase("enum e { A, B }; enum e x;", "enum e { A, B, C }; enum e x;", "Same")]
    [TestCase("enum e { A, B }; enum e x;", "enum e { B, A }; enum e x;", "Converted")]
    [TestCase("struct n { struct n *next; }; struct n *x;", "struct n { struct n *next; int a; }; struct n *x;", "Same")]
    public void Pair_OfTypes_SaysWhatBecomesOfData(string old, string @new, string expected) => Assert.That(Change(old, @new), Is.EqualTo(expected));

    // What a type consists of was part of its key, and what that consists of: such keys have no end.
    [Test]
    public void Pair_OfStructsThatHoldEachOtherTwice_IsFoundAtOnce()
    {
        static string Version(string inner) => $"struct s0 {{ {inner}; }}; {string.Concat(Enumerable.Range(1, 24).Select(i => $"struct s{i} {{ struct s{i - 1} a, b; }}; "))} struct s24 x;";
        Assert.That((Change(Version("char a"), Version("char a")), Change(Version("char a"), Version("char b"))), Is.EqualTo(("Same", "Converted")));
    }

    [TestCase("long x;", "int x;", "its type changed from long to int, which cannot hold all its values: a conversion needs a word in the map")]
    [TestCase("double _Complex x;", "float _Complex x;", "its type changed from _Complex double to _Complex float, which cannot hold all its values: a conversion needs a word in the map")]
    [TestCase("double _Complex x;", "double x;", "its type changed from _Complex double to double")]
    [TestCase("double x;", "float _Complex x;", "its type changed from double to _Complex float")]
    [TestCase("int x;", "unsigned x;", "its type changed from int to unsigned int, which cannot hold all its values: a conversion needs a word in the map")]
    [TestCase("long x;", "double x;", "its type changed from long to double, which cannot hold all its values: a conversion needs a word in the map")]
    [TestCase("_Float128 x;", "long double x;", "its type changed from __float128 to long double, which cannot hold all its values: a conversion needs a word in the map")]
    [TestCase("__int128 x;", "long x;", "its type changed from __int128 to long, which cannot hold all its values: a conversion needs a word in the map")]
    [TestCase("__int128 x;", "_Float128 x;", "its type changed from __int128 to __float128, which cannot hold all its values: a conversion needs a word in the map")]
    [TestCase("int x[4];", "int x[3];", "the array became shorter (4 -> 3 elements)")]
    [TestCase("struct a *x;", "struct b *x;", "its type changed from struct a * to struct b *")]
    [TestCase("void *x;", "struct b *x;", "its type changed from void * to struct b *")]
    [TestCase("struct s { int a; } x;", "struct t { int a; } x;", "its type changed from struct s to struct t")]
    [TestCase("struct s { int a : 5; } x;", "struct s { int a : 4; } x;", "struct s: field 'a': the bit-field became narrower, so it cannot hold all its values: a conversion needs a word in the map")]
    [TestCase("int x;", "struct s { int a; } x;", "its type changed from int to struct s")]
    public void Pair_OfTypesThatNobodyUnderstands_SaysWhy(string old, string @new, string expected) => Assert.That(Change(old, @new), Is.EqualTo(expected));

    [TestCase("long x;", "int x;", "narrow variable x")]
    [TestCase("int x[4];", "int x[3];", "narrow variable x")]
    [TestCase("struct s { long a; } x;", "struct s { int a; } x;", "narrow field struct s.a")]
    [TestCase("struct s { int a; } x;", "struct t { int a; int b; } x;", "type struct s -> struct t")]
    [TestCase("struct s { int a; } x;", "struct s { int b; } x;", "field struct s.a -> b")]
    [TestCase("struct s { struct { long a; } in; } x;", "struct s { struct { int a; } in; } x;", "narrow field struct s.in.a")]
    [TestCase("struct s { struct { long a; } in[2]; } x;", "struct t { struct { int b; } in[2]; } x;", "type struct s -> struct t\nnarrow field struct t.in.b\nfield struct s.in.a -> b")]
    [TestCase("double _Complex x;", "float _Complex x;", "narrow variable x")]
    public void Pair_ThatTheMapAllows_IsConverted(string old, string @new, string map) => Assert.That(Change(old, @new, map), Is.EqualTo("Converted"));

    [TestCase("void *x;", "struct s *x;", "s", "Same")]
    [TestCase("struct s *x;", "void *x;", "s", "Same")]
    [TestCase("char **x;", "void **x;", "s", "Same")]
    [TestCase("void *x;", "struct t *x;", "t", "the map says that it leads to 'struct t', which is not one type in both versions")]
    public void Pair_OfAPointerToAnything_IsWhatTheMapSays(string old, string @new, string pointee, string expected) =>
        Assert.That(Change($"struct s {{ int a; }} y; {old}", $"struct s {{ int a; }} y; struct t {{ int b; }} z; {@new}", $"pointee variable x = struct {pointee}"), Is.EqualTo(expected));

    [Test]
    public void Transformer_OfAStruct_IsReadableC()
    {
        var text = Source("struct s { char name[4]; float balance; int gone; } x;", "struct s { double balance; char name[8]; int added; } x;");
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain("struct old_s {\n  signed char name[4];\n  float balance;\n  signed int gone;\n} __attribute__ ((__packed__, __aligned__ (4)));\n_Static_assert (sizeof (struct old_s) == 12, \"struct s\");"));
            Assert.That(text, Does.Contain("  to->balance = from->balance; /* float -> double */\n"));
            Assert.That(text, Does.Contain("  __builtin_memcpy (&to->name, &from->name, 4 * sizeof to->name[0]); /* char[4] -> char[8] */\n"));
            Assert.That(text, Does.Contain("  /* to->added is new */\n  /* from->gone is gone */\n"));
        });
    }

    [Test]
    public void Transformer_OfEnumerators_GoesByName() =>
        Assert.That(Source("enum e { A, B, C }; enum e x;", "enum e { B, A }; enum e x;"), Does.Contain("    case 0: /* A */\n      return 1;\n    case 1: /* B */\n      return 0;\n    case 2: /* C */\n      __upstare_refuse (\"C of enum e is gone\");\n"));

    [Test]
    public void Transformer_ThatNarrows_ChecksEveryValue() =>
        Assert.That(Source("long x;", "int x;", "narrow variable x"), Does.Contain("if ((signed long) (signed int) (*from) != (*from)").And.Contain("__upstare_refuse (\"a value of int is too large for int\")"));

    [Test]
    public void Plan_WhereNothingIsConverted_KnowsNoTypes() => Assert.That(Source("struct s { struct s *p; } x;", "struct s { struct s *p; } x; int y;"), Is.Empty);

    [Test]
    public void Binding_OfAVariableThatIsConverted_IsThePatchsOwn()
    {
        using var pair = Pair.Of("int x;", "long x;");
        var binding = pair.Binding("x");
        Assert.That((binding.Variable, binding.Old, binding.MovedFrom!.Entity.Name), Is.EqualTo((VariableBinding.Own, (Match.VersionEntity?)null, "x")));
    }

    // A pointer on the heap to a variable that moves: nothing remembers where the heap's objects are.
    [TestCase("int x; int *p = &x;", "long x; long *p = &x;", "int", true)]
    [TestCase("int x[2]; int *p = x;", "int x[3]; int *p = x;", "int", true)]
    [TestCase("int x; int *p;", "long x; long *p;", "int", false)]
    [TestCase("int x; int *p = &x;", "int x; int *p = &x; int y;", "int", false)]
    [TestCase("int x; int *p = &x;", "long x; long *p = &x;", "char", false)]
    [TestCase("int x; int *p = &x;", "long x; long *p = &x;", "void", true)]
    [TestCase("struct s { int a; } x; void *p = &x;", "struct s { int a, b; } x; void *p = &x;", "void", true)]
    public void Pointers_OnTheHeapToWhatMoves_AreWarnedOf(string old, string @new, string target, bool isWarned)
    {
        const string rest = "\n# 1 \"stdlib.h\" 3\nvoid *malloc (unsigned long);\n# 2 \"unit.c\"\nstruct holder { TYPE *what; } *h; void f (void) { h = malloc (sizeof *h); }";
        using var pair = Pair.Of(old + rest.Replace("TYPE", target, StringComparison.Ordinal), @new + rest.Replace("TYPE", isWarned && target != "void" ? @new[..@new.IndexOf(' ', StringComparison.Ordinal)] : target, StringComparison.Ordinal));
        var expected = isWarned
            ? "unit.c:1: 'x' moves, and objects of 'struct holder' on the heap (unit.c:2) hold pointers to '" + target + "': those that lead to it are not seen, and go on with the old place; "
                + "build the program with -fupstare-heap=types before it is started, or set them in the map's 'after'"
            : "";
        Assert.That(string.Join('\n', UnseenPointers.Run(pair.Match, pair.Bind().Bindings)), Is.EqualTo(expected));
    }

    [Test]
    public void Moves_OfALocalThatIsConverted_TakeTheOldValueApart()
    {
        using var pair = Pair.Of("int g (int); int f (int a) { int x = a; g (1); return x; }", "int g (int); int f (int a) { long x = a; g (1); return x; }");
        var moves = pair.Transformer("f").Moves;
        Assert.That(moves.Select(move => move.Kind), Is.EqualTo(new[] { MoveKind.Old, MoveKind.Convert }));
    }
}
