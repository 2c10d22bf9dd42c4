using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Tests.Versions;

/// <summary>Matcher and PointMatcher: what of the old version is what of the new one.</summary>
[TestFixture]
public sealed class MatchTests
{
    private const string Foreign = "int g (int), h (int), k (int); ";

    private static string Units((string Name, string Text)[] old, (string Name, string Text)[] @new)
    {
        using var pair = Pair.OfUnits(old, @new);
        return string.Join(' ', pair.Match.NewUnitOf.OrderBy(p => p.Key.Index).Select(p => $"{p.Key.Index}>{p.Value.Index}"));
    }

    [Test]
    public void Units_InAnotherOrder_MatchByName() =>
        Assert.That(Units([("a.c", ""), ("b.c", "int b;")], [("b.c", ""), ("a.c", "int a;")]), Is.EqualTo("0>1 1>0"));

    [Test]
    public void Units_OfOneFileName_MatchByTheRestOfTheirPaths() =>
        Assert.That(Units([("a.c", ""), ("x/net/u.c", "int p;"), ("x/disk/u.c", "int q;")], [("a.c", ""), ("/y/disk/u.c", "int q;"), ("/y/net/u.c", "int p;")]), Is.EqualTo("0>0 1>2 2>1"));

    [Test]
    public void Units_Moved_MatchByFileName() => Assert.That(Units([("src/a.c", "")], [("lib/a.c", "")]), Is.EqualTo("0>0"));

    [Test]
    public void Units_Renamed_MatchByTheirFunctions() =>
        Assert.That(Units([("x.c", ""), ("a.c", "int p (void) { return 1; } int q (void) { return 1; }")], [("x.c", ""), ("b.c", "int p (void) { return 2; } int q (void) { return 1; }")]), Is.EqualTo("0>0 1>1"));

    [Test]
    public void Units_WithLittleInCommon_DoNotMatch() =>
        Assert.That(Units([("x.c", ""), ("a.c", "int p (void) { return 1; } int q (void) { return 1; }")], [("x.c", ""), ("b.c", "int p (void) { return 2; }")]), Is.EqualTo("0>0"));

    [Test]
    public void Units_CompiledTwice_PairUpInLinkOrder() =>
        Assert.That(Units([("x.c", ""), ("a.c", "static int p;"), ("a.c", "static int q;")], [("x.c", ""), ("a.c", "static int p;"), ("a.c", "static int q;")]), Is.EqualTo("0>0 1>1 2>2"));

    [Test]
    public void Function_External_MatchesAcrossUnits()
    {
        using var pair = Pair.OfUnits([("a.c", "int f (void) { return 1; }"), ("b.c", "")], [("a.c", ""), ("b.c", "int f (void) { return 2; }")]);
        Assert.That(pair.Match.Functions[Pair.Function(pair.Old, "f")].NewUnit.Index, Is.EqualTo(1));
    }

    [Test]
    public void Function_StaticInTwoUnits_MatchesInItsOwn()
    {
        const string f = "__attribute__ ((used)) static int f (void) { return 1; }";
        using var pair = Pair.OfUnits([("a.c", f), ("b.c", f)], [("b.c", f), ("a.c", f)]);
        Assert.That(pair.Match.Functions.Values.Where(p => p.Old.Declaration.Name == "f").Select(p => (p.OldUnit.Index, p.NewUnit.Index)), Is.EquivalentTo(new[] { (0, 1), (1, 0) }));
    }

    [TestCase("static int f (void) { return 1; }", "int f (void) { return 1; }")]
    [TestCase("int f (void) { return 1; }", "static int f (void) { return 1; }")]
    public void Function_WhoseLinkageChanges_IsTheSame(string old, string @new)
    {
        using var pair = Pair.Of(old, @new);
        Assert.That(pair.Match.Functions.Keys.Select(f => f.Declaration.Name), Does.Contain("f"));
    }

    [Test]
    public void Function_WhoseNameIsStaticInTwoUnits_HasOneTwinOnly()
    {
        using var pair = Pair.OfUnits([("a.c", "static int f (void) { return 1; } int a (void) { return f (); }"), ("b.c", "static int f (void) { return 2; } int b (void) { return f (); }")],
            [("a.c", "int a (void) { return 1; }"), ("b.c", "static int f (void) { return 2; } int b (void) { return f (); }")]);
        Assert.That(pair.Match.Functions.Values.Where(p => p.Old.Declaration.Name == "f").Select(p => (p.OldUnit.Index, p.NewUnit.Index)), Is.EqualTo(new[] { (1, 1) }));
    }

    [TestCase("static int f (int a) { return a * a + 1; } int b (void) { return f (2); }", 1)]
    [TestCase("static int f (char *s) { while (*s) s++; return s[-1]; } int b (void) { return f (\"x\"); }", 0)]
    public void Function_MovedToAnotherUnit_IsTheSameIfItsBodyIs(string other, int count)
    {
        using var pair = Pair.OfUnits([("a.c", "static int f (int a) { return a * a + 2; } int a (void) { return f (1); }"), ("b.c", "int b (void) { return 1; }")],
            [("a.c", "int a (void) { return 1; }"), ("b.c", other)]);
        Assert.That(pair.Match.Functions.Values.Count(p => p.Old.Declaration.Name == "f"), Is.EqualTo(count));
    }

    [TestCase("static int n; int b (void) { return 1; } int a (void) { return n++; }", true)]
    [TestCase("static int n; int b (void) { return n++; } int a (void) { return 1; }", false)]
    [TestCase("static long n; int b (void) { return 1; } int a (void) { return n++; }", false)]
    public void Variable_MovedToAnotherUnit_IsTheSameIfAUserMovedWithIt(string other, bool isSame)
    {
        using var pair = Pair.OfUnits([("a.c", "static int n; int a (void) { return n++; } int c (void) { return 1; }"), ("b.c", "int b (void) { return 1; }")], [("a.c", "int c (void) { return 1; }"), ("b.c", other)]);
        Assert.That(pair.Match.OldEntityOf.Values.Any(e => e.Entity.Name == "n"), Is.EqualTo(isSame));
    }

    [TestCase("static int n = 1; n++; { static int n = 2; n++; }", "{ static int n = 2; n++; }", "1>0")]
    [TestCase("{ static int n = 2; n++; }", "static int n = 1; n++; { static int n = 2; n++; }", "0>1")]
    public void StaticLocals_OfOneName_MatchByTheirDeclaration(string old, string @new, string expected)
    {
        using var pair = Pair.Of($"int f (void) {{ {old} return 1; }}", $"int f (void) {{ {@new} return 1; }}");
        Assert.That(string.Join(' ', pair.New.Entities.Where(e => e.Entity.QualifiedName == "f.n" && pair.Match.OldEntityOf.ContainsKey(e.Number)).Select(e => $"{pair.Match.OldEntityOf[e.Number].Number - 1}>{e.Number - 1}")), Is.EqualTo(expected));
    }

    [Test]
    public void StaticLocals_ThatCannotBeTold_AreRefused()
    {
        using var pair = Pair.Of("int f (void) { { static int n = 1; n++; } { static int n = 2; n++; } return 1; }", "int f (void) { static int n = 3; return n++; }");
        Assert.That(pair.Refusals().Single(), Does.StartWith("unit.c:1: 'f.n' is one of 2 static variables of that name before (unit.c:1, unit.c:1) and of 1 now"));
    }

    [Test]
    public void Function_Renamed_IsAnotherOne()
    {
        using var pair = Pair.Of("int f (void) { return 1; }", "int f2 (void) { return 1; }");
        Assert.That(pair.Match.Functions.Keys.Select(f => f.Declaration.Name), Is.EqualTo(new[] { "main" }));
    }

    [Test]
    public void Function_RenamedInTheMap_IsTheSame()
    {
        using var pair = Pair.Of("int f (void) { return 1; }", "int f2 (void) { return 1; }", "function f -> f2");
        Assert.That(pair.Match.Functions[Pair.Function(pair.Old, "f")].New.Declaration.Name, Is.EqualTo("f2"));
    }

    [Test]
    public void Entities_Variables_MatchByNameAndPlace()
    {
        using var pair = Pair.Of(
            "int x; static int s; int f (void) { static int n; { static int n = 2; n++; } return n + s; }",
            "static int s; static int new_one; int f (void) { static int n; { static int n = 2; n++; } return n + s + new_one; } int x;");
        Assert.That(pair.New.Entities.Where(e => pair.Match.OldEntityOf.ContainsKey(e.Number)).Select(e => $"{pair.Match.OldEntityOf[e.Number].Number}>{e.Number} {e.Entity.QualifiedName}"),
            Is.EqualTo(new[] { "1>0 s", "2>2 f", "3>3 f.n", "4>4 f.n", "0>5 x", "5>6 main" }));
    }

    // ---- points ----

    private static string Points(string old, string @new)
    {
        using var pair = Pair.Of($"{Foreign} int f (int a, int b) {{ {old} return a; }}", $"{Foreign} int f (int a, int b) {{ {@new} return a; }}");
        return pair.Points("f");
    }

    private static string Reason(string old, string @new, int point = 0)
    {
        using var pair = Pair.Of($"{Foreign} int f (int a, int b) {{ {old} return a; }}", $"{Foreign} int f (int a, int b) {{ {@new} return a; }}");
        return pair.Reason("f", point);
    }

    [TestCase("g (1); h (2);", "g (3); a++; h (4);", "g:0>0 h:1>1")]
    [TestCase("while (a) { a /= 2; } g (1);", "while (b) { b /= 3; } g (2);", "loop:0>0 g:1>1")]
    [TestCase("g (1); g (2);", "g (3); g (4);", "g:0>0 g:1>1")]
    public void Points_SameSequence_MapInOrder(string old, string @new, string expected) => Assert.That(Points(old, @new), Is.EqualTo(expected));

    [TestCase("g (1); h (2);", "g (1); k (3); h (2);", "g:0>0 h:1>2")]
    [TestCase("g (1); g (2);", "k (0); g (1); g (2);", "g:0>1 g:1>2")]
    [TestCase("g (1); g (2);", "g (2); g (3); g (1);", "g:0>- g:1>-")]
    public void Points_Unique_MapByWhatTheySay(string old, string @new, string expected) => Assert.That(Points(old, @new), Is.EqualTo(expected));

    [TestCase("g (1); g (2);", "g (2); g (1);", "g:0>- g:1>-")]
    [TestCase("g (1); h (2);", "h (2); g (1);", "g:0>- h:1>-")]
    [TestCase("g (1); k (7); h (2);", "h (2); k (8); k (9); g (1);", "g:0>- k:1>- h:2>-")]
    public void Points_ThatChangePlaces_AreAmbiguous(string old, string @new, string expected) => Assert.That(Points(old, @new), Is.EqualTo(expected));

    [TestCase("g (1); g (2);", "g (2); g (3);", "g:0>- g:1>0")]
    [TestCase("g (1); g (1);", "g (1); g (1); g (1);", "g:0>- g:1>-")]
    [TestCase("g (1); a++; g (1); b--;", "g (1); a++; g (1); a = b * 3; g (1); b--;", "g:0>0 g:1>-")]
    [TestCase("g (a); h (1);", "if (b) g (a); h (1);", "g:0>0 h:1>1")]
    [TestCase("if (a) g (1); else g (1);", "if (a) g (1); else { a--; g (1); }", "g:0>0 g:1>1")]
    [TestCase("switch (a) { case 1: g (1); break; case 2: g (2); break; }", "switch (a) { case 0: g (0); break; case 1: g (1); break; case 2: g (2); break; }", "g:0>1 g:1>2")]
    public void Points_OfASequence_AreAlignedWhereThatIsCertain(string old, string @new, string expected) => Assert.That(Points(old, @new), Is.EqualTo(expected));

    [TestCase("while (a) { a /= 2; } while (b) { b /= 3; }", "while (b) { b /= 3; }", "loop:0>- loop:1>0")]
    [TestCase("while (a--) g (1); while (b--) g (2);", "while (b--) g (2);", "g:0>- g:1>0")]
    [TestCase("for (int i = 0; i < a; i++) { g (i); h (i); }", "for (int i = a - 1; i >= 0; i--) { g (i); k (2); h (i); }", "g:0>0 h:1>2")]
    [TestCase("while (a--) { while (b--) g (1); h (2); }", "while (a--) { h (2); }", "g:0>- h:1>0")]
    [TestCase("while (a--) g (1);", "do g (1); while (a--);", "g:0>0")]
    public void Points_InLoops_GoWithTheirLoop(string old, string @new, string expected) => Assert.That(Points(old, @new), Is.EqualTo(expected));

    [Test]
    public void Points_OfUnchangedText_AreThoseOfTheSameWords()
    {
        // k can be interrupted in the old version only.
        const string f = "int f (int a) { k (1); g (a); return a; }";
        using var pair = Pair.Of($"int g (int); static int k (int a) {{ g (a); return 1; }} {f}", $"int g (int); static int k (int a) {{ return a; }}\n {f}");
        Assert.That((pair.Points("f"), pair.Reason("f")), Is.EqualTo(("k:0>- g:1>0", "the new version has no continuation point here: 'k' cannot be interrupted any more")));
    }

    [TestCase("g (1); h (1); g (2);", "g (1); h (5); k (0); g (2);", "g:0>0 h:1>1 g:2>3")]
    [TestCase("h (1); g (1); h (1); k (9);", "h (1); g (7); h (1); k (9); k (8);", "h:0>0 g:1>1 h:2>2 k:3>3")]
    public void Points_BetweenMappedNeighbours_MapInOrder(string old, string @new, string expected) => Assert.That(Points(old, @new), Is.EqualTo(expected));

    [Test]
    public void Points_InAnotherDepth_AreOthers() => Assert.That(Points("g (a); h (1);", "while (b--) g (a); h (1);"), Is.EqualTo("g:0>- h:1>1"));

    [Test]
    public void Points_Ambiguous_SayWhy() => Assert.That(Reason("g (1);", "g (2); g (3);"), Is.EqualTo("more than one place of the new version could continue this call of 'g': call g #1 (unit.c:1), call g #2 (unit.c:1)"));

    [TestCase("g (a);", "while (b--) g (a);", "the new version calls 'g' inside of a loop: call g #1 (unit.c:1)")]
    [TestCase("while (a) { a /= 2; }", "while (a) { a /= 2; g (1); }", "the loop has no point at its head in the new version, but points inside: call g #1 (unit.c:1)")]
    [TestCase("g (1);", "h (1);", "the new version has no place that continues this call of 'g'")]
    [TestCase("while (a) a /= 2; g (1);", "g (1);", "the new version has no place that continues this loop")]
    [TestCase("((int (*) (int)) (long) a) (1); g (1);", "g (1);", "the new version has no place that continues this call through a pointer")]
    public void Points_Gone_SayWhy(string old, string @new, string reason) => Assert.That(Reason(old, @new), Is.EqualTo(reason));

    [Test]
    public void Points_OfAFunctionThatIsGone_SayWhy()
    {
        using var pair = Pair.Of($"{Foreign} int f (int a) {{ g (a); return a; }}", "");
        Assert.That(pair.Reason("f"), Is.EqualTo("'f' is not in the new version"));
    }

    [Test]
    public void Points_OfAFunctionThatIsNotInstrumentedAnyMore_SayWhy()
    {
        using var pair = Pair.Of($"{Foreign} int f (int a) {{ g (a); return a; }}", $"{Foreign} int f (int a) {{ static int (*v)[a]; g (a); return v != 0; }}");
        Assert.That(pair.Reason("f"), Is.EqualTo("'f' is not instrumented in the new version"));
    }

    [Test]
    public void Points_OfAFunctionWithAnotherResult_SayWhy()
    {
        using var pair = Pair.Of($"{Foreign} int f (int a) {{ g (a); return a; }}", $"{Foreign} long f (int a) {{ g (a); return a; }}");
        Assert.That(pair.Reason("f"), Is.EqualTo("the result type of 'f' changed from int to long"));
    }

    [Test]
    public void Points_WhoseCallHasAnotherResult_SayWhy()
    {
        using var pair = Pair.Of("int g (int); int f (int a) { g (a); return a; }", "long g (int); int f (int a) { g (a); return a; }");
        Assert.That(pair.Reason("f"), Is.EqualTo("the result of 'g' changed from int to long"));
    }

    private static Pair Mapped(string old, string @new, string map) => Pair.Of($"{Foreign} int f (int a) {{ {old} return a; }}", $"{Foreign} int f (int a) {{ {@new} return a; }}", map);

    [TestCase("point f: call g #1 -> f: call g #2")]
    [TestCase("point f: call g -> f: call g #2")]
    [TestCase("point f in \"unit.c\": call g -> f: call g #2 # which is the second")]
    public void Points_InTheMap_GoWhereItSays(string map)
    {
        using var pair = Mapped("g (1);", "g (2); g (3);", map);
        Assert.That(pair.Points("f"), Is.EqualTo("g:0>1"));
    }

    [TestCase("point f: call g #2 -> f: call g #1", "map:1:7: 'f' has no continuation point 'call g #2' in the old version: it has call g #1, loop #1")]
    [TestCase("point f: call g -> f: call g", "map:1:20: 'f' has 2 points 'call g': say which, from #1 to #2")]
    [TestCase("point f: call g -> k: call g", "map:1:20: the map names the function 'k', which the new version does not have")]
    [TestCase("function g -> f", "map:1:10: the map names the function 'g', which the old version does not have")]
    [TestCase("local f.b -> a", "map:1:7: the map names the local variable 'f.b', which the old version does not have; did you mean 'f.a'?")]
    [TestCase("variable x -> y", "map:1:10: the map names the variable 'x', which the old version does not have")]
    public void Map_ThatNamesWhatIsNotThere_IsAnError(string map, string message) =>
        Assert.That(() => Mapped("g (1); while (a) a /= 2;", "g (2); g (3);", map), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(message));

    [TestCase("variable nothing = 1", "map:1:10: the map names the variable 'nothing', which the new version does not have")]
    [TestCase("arms field struct nothing.u { a otherwise; }", "map:1:12: the map names the type 'struct nothing', which the new version does not have")]
    [TestCase("opaque type struct nothing", "map:1:13: the map names the type 'struct nothing', which the new version does not have")]
    [TestCase("opaque local f.b", "map:1:14: the map names the local variable 'f.b', which the new version does not have; did you mean 'f.a'?")]
    [TestCase("opaque variable nothing", "map:1:17: the map names the variable 'nothing', which the new version does not have")]
    [TestCase("narrow field struct nothing.a", "map:1:14: the map names the type 'struct nothing', which the new version does not have")]
    [TestCase("field struct nothing.a = 1", "map:1:7: the map names the type 'struct nothing', which the new version does not have")]
    [TestCase("type struct nothing -> struct something", "map:1:6: the map names the type 'struct nothing', which the old version does not have")]
    [TestCase("field struct nothing.a -> b", "map:1:7: the map names the type 'struct nothing', which the old version does not have")]
    [TestCase("pointee variable nothing = struct something", "map:1:28: the map names the type 'struct something', which the new version does not have")]
    [TestCase("after in \"nowhere.c\" { }", "map:1:1: the map names the unit 'nowhere.c', which the new version does not have")]
    public void Map_AboutDataThatAreNotThere_IsAnError(string map, string message) =>
        Assert.That(() => Mapped("g (1);", "g (2);", map), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(message));

    [TestCase("length variable n = 1", "map:1:1: 'variable n' is neither a pointer to data that have a type nor an array without a size")]
    [TestCase("length variable v = 1", "map:1:1: 'variable v' is neither a pointer")]
    [TestCase("length variable t = 1", "map:1:1: 't' is thread-local: the map cannot say its length")]
    [TestCase("length field struct s.a = 1", "map:1:1: 'field struct s.a' is neither a pointer")]
    [TestCase("length field struct s.q = 1", "map:1:14: the map names the field 'struct s.q', which the new version does not have")]
    [TestCase("length local f.a = 1", "map:1:1: 'local f.a' is neither a pointer")]
    [TestCase("length variable x = 1\nlength variable x = 2", "map:2:1: 'variable x' gets two lengths")]
    [TestCase("length local f.p = 1\nlength local f.p = 2", "map:2:1: 'local f.p' gets two lengths")]
    public void Map_WithALengthOfWhatHasNone_IsAnError(string map, string message)
    {
        const string text = "struct s { int a; struct s *p; }; struct s *x; int n; void *v; __thread struct s *t; int g (int); int f (struct s *p, int a) { return g (a) + p->a; }";
        Assert.That(() => Pair.Of(text, text, map), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(message));
    }

    [TestCase("narrow field struct s.in.y", "map:1:14: the map names the field 'struct s.in.y', which the new version does not have")]
    [TestCase("narrow field struct s.t.x", "map:1:14: the type of 'struct s.t' has a name of its own, or no fields: name the field by it")]
    public void Map_AboutInnerFieldsThatAreNotThere_IsAnError(string map, string message)
    {
        const string text = "struct t { int x; }; struct s { struct { int x; } in; struct t t; } v;";
        Assert.That(() => Pair.Of(text, text, map), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(message));
    }

    [TestCase("field struct s.a -> z", "map:1:1: the map names the field 'struct s.z', which the new version does not have; did you mean 'struct s.b'?")]
    [TestCase("field struct s.in.x -> z", "map:1:1: the map names the field 'struct s.in.z', which the new version does not have")]
    [TestCase("constant RED -> BLU", "map:1:1: the map names the constant 'BLU', which the new version does not have; did you mean 'BLUE'?")]
    [TestCase("constant READ -> BLUE", "map:1:1: the map names the constant 'READ', which the old version does not have; did you mean 'RED'?")]
    [TestCase("field struct s.a -> b\nfield struct s.a -> b", "map:2:1: the map says two things of 'field struct s.a'")]
    [TestCase("field struct s.b = 1\nfield struct s.b = 2", "map:2:1: the map says two things of 'field struct s.b'")]
    [TestCase("constant RED -> BLUE\nconstant RED -> GREEN", "map:2:1: the map says two things of 'RED'")]
    [TestCase("pointee variable v = struct s\npointee variable v = struct t", "map:2:1: the map says two things of 'variable v'")]
    public void Map_AboutFieldsAndConstants_IsChecked(string map, string message)
    {
        const string rest = " struct t { int x; }; enum colour { GREEN, COLOUR } c; void *v; enum { NAMELESS } n;";
        Assert.That(() => Pair.Of("struct s { int a; struct { int x; } in; } s;" + rest.Replace("COLOUR", "RED", StringComparison.Ordinal), "struct s { int b; struct { int y; } in; } s;" + rest.Replace("COLOUR", "BLUE", StringComparison.Ordinal), map),
            Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(message));
    }

    [TestCase("field struct s.a -> b\nconstant RED -> BLUE\nconstant NAMELESS -> UNNAMED")]
    [TestCase("type struct s -> struct u\nfield struct s.a -> b")]
    public void Map_AboutFieldsAndConstantsThatAreThere_IsRight(string map)
    {
        const string old = "struct s { int a; } s; enum colour { GREEN, RED } c; enum { NAMELESS } n;";
        var @new = old.Replace(" a;", " b;", StringComparison.Ordinal).Replace("RED", "BLUE", StringComparison.Ordinal).Replace("NAMELESS", "UNNAMED", StringComparison.Ordinal);
        Assert.That(() => Pair.Of(old, map.StartsWith("type", StringComparison.Ordinal) ? @new.Replace("struct s", "struct u", StringComparison.Ordinal) : @new, map).Dispose(), Throws.Nothing);
    }

    [TestCase("pointee variable n = struct s", "map:1:1: 'variable n' is no pointer that could lead to anything")]
    [TestCase("pointee variable q = struct s", "map:1:1: 'variable q' is no pointer that could lead to anything")]
    [TestCase("pointee field struct s.a = struct s", "map:1:1: 'field struct s.a' is no pointer that could lead to anything")]
    [TestCase("pointee local f.a = struct s", "map:1:1: 'local f.a' is no pointer that could lead to anything")]
    public void Map_WithAPointeeOfWhatHasAType_IsAnError(string map, string message)
    {
        const string text = "struct s { int a; }; int n; int *q; int g (int); int f (int a) { return g (a) + n; } struct s x;";
        Assert.That(() => Pair.Of(text, text, map), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(message));
    }

    [TestCase("pointee variable v = struct s")]
    [TestCase("pointee variable a = struct s")]
    [TestCase("pointee variable p = struct s")]
    [TestCase("pointee variable c = struct s")]
    [TestCase("pointee variable s = struct s")]
    public void Map_WithAPointeeOfAPointerToAnything_IsRight(string map)
    {
        const string text = "struct s { int a; } x; void *v, *a[2], **p; char *c; struct s *s;";
        Assert.That(() => Pair.Of(text, text, map).Dispose(), Throws.Nothing);
    }

    [TestCase("forbid f", "the map forbids updates while 'f' is active")]
    [TestCase("forbid f: call g", "the map forbids updates at 'f: call g #1'")]
    public void Points_ThatTheMapForbids_AreUnmapped(string map, string reason)
    {
        using var pair = Mapped("g (1);", "g (1);", map);
        Assert.That((pair.Points("f"), pair.Reason("f")), Is.EqualTo(("g:0>-", reason)));
    }
}
