using UpStare.Compiler.Emit;
using UpStare.PatchGen.Build;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Tests.Versions;

/// <summary>StackTransformers, Bindings, InitialValues and Checks.</summary>
[TestFixture]
public sealed class GenerateTests
{
    private const string Foreign = "extern int n; int g (int); void take (void *); struct q { int a; double b; }; ";

    private static Pair Bodies(string old, string @new, string? map = null) =>
        Pair.Of($"{Foreign} int f (int a, int b) {{ {old} }}", $"{Foreign} int f (int a, int b) {{ {@new} }}", map);

    private static string Moves(string old, string @new)
    {
        using var pair = Bodies(old, @new);
        return pair.Moves("f");
    }

    private static string Refusal(string old, string @new)
    {
        using var pair = Bodies(old, @new);
        var transformer = pair.Transformer("f");
        Assert.That((transformer.Point, transformer.Moves.Count), Is.EqualTo(((Compiler.Tree.ContinuationPoint?)null, 0)));
        return transformer.Reason;
    }

    // ---- StackTransformers ----

    [TestCase("g (1); return a + b;", "g (1); return a - b;", "a>a b>b")]
    [TestCase("g (1); return a + b;", "g (1); return a;", "a>a")]
    [TestCase("int x = a; double y = b; g (1); return x + y;", "double y = b; int x = a; g (1); return x + y;", "y>y x>x")]
    [TestCase("struct q q = { a, b }; g (1); return q.a + q.b;", "struct q q = { a, b }; g (1); return q.b + q.a;", "q.a>q q.b>q+8")]
    public void Transformer_SameVariables_MovesTheirValues(string old, string @new, string expected) => Assert.That(Moves(old, @new), Is.EqualTo(expected));

    [Test]
    public void Transformer_EscapedInBoth_MovesTheAddress() =>
        Assert.That(Moves("int x = a; take (&x); g (1); return x;", "int x = a; take (&x); g (1); return x + 1;"), Is.EqualTo("&x>x"));

    [Test]
    public void Transformer_EscapedInTheOldOnly_MovesTheValue()
    {
        using var pair = Bodies("int x = a; take (&x); g (x); return x;", "int x = a; take (0); g (x); return x;");
        Assert.That(pair.Moves("f", 1), Is.EqualTo("x>x"));
    }

    [Test]
    public void Transformer_EscapedInTheNewOnly_HasNoAddress()
    {
        using var pair = Bodies("int x = a; take (0); g (x); return x;", "int x = a; take (&x); g (x); return x;");
        Assert.That(pair.Transformer("f", 1).Reason, Is.EqualTo("'x' (unit.c:1) needs an address in the new version and has none in the old one"));
    }

    [TestCase("int x = 3; g (1); return a + x;", 3)]
    [TestCase("g (1); { const char x = -'a'; g (2); } return a;", -97, 1)]
    [TestCase("int x = (1 << 4) | 0x21; g (1); a += x; x = b; return a + x;", 49)]
    [TestCase("for (;;) { int x = 7; g (1); x++; take ((void *) (long) x); }", 7)]
    [TestCase("switch (a) { case 1: { int x = 010; g (1); b += x; } } return b;", 8)]
    [TestCase("again: ; int x = 9; g (1); if (x + a > 10) goto again; return 0;", 9)]
    public void Transformer_NewVariableThatHoldsItsInitialiser_HasItsValue(string @new, int value, int point = 0)
    {
        using var pair = Bodies(point == 0 ? "g (1); return a + b;" : "g (1); g (2); return a + b;", @new.Replace("g (2); }", "g (2); b += x; }"));
        pair.Match.Points[Pair.Function(pair.Old, "f").Points[point]] = new PointMatch(Pair.Function(pair.New, "f").Points[point], "");
        Assert.That(pair.Moves("f", point), Does.Contain("const>x"));
        Assert.That(BitConverter.ToInt64(pair.Constants.ToArray()), Is.EqualTo(value));
    }

    [TestCase("int x = 3; g (1); take (&x); return x;", "")]
    [TestCase("for (;;) { int x = 3; g (1); take (&x); }", "")]
    [TestCase("int x = b; take (&x); g (1); return x;", "local f.x = old.a + 1")]
    [TestCase("int x = b; take (&x); g (1); return x;", "local f.x = 3")]
    [TestCase("struct q x = { b, b }; take (&x); g (1); return x.a;", "local f.x = (struct q) { old.a, 1 }")]
    public void Transformer_NewVariableWithAnAddress_GetsStorage(string @new, string map)
    {
        using var pair = Bodies("g (1); return a + b;", @new, map.Length == 0 ? null : map);
        pair.Match.Points[Pair.Function(pair.Old, "f").Points[0]] = new PointMatch(Pair.Function(pair.New, "f").Points.First(point => point.Callee == "g"), "");
        var x = Pair.Function(pair.New, "f").Locals.Single(local => local.Name == "x");
        var storage = pair.Transformer("f").Moves.Single(move => move.Kind == MoveKind.Storage);
        Assert.That((x.IsEscaped, (long)storage.Size, (int)storage.To), Is.EqualTo((true, x.Type.Size, x.FrameOffset)));
    }

    [TestCase("int x = a; take (&x); g (1); return x;", "int x = a; take (&x); g (1); return x + 1;", "local f.x = 3", "'x' has an address that is known elsewhere: the map (map:1:13) cannot give it a value")]
    [TestCase("g (1); return a;", "int x = a; g (1); return x;", "local f.x = old.b", "map:1:13: the old version does not keep 'old.b' there, because it does not use it any more (compiled with -fupstare-save=all it would)")]
    public void Transformer_ValueThatTheMapCannotGive_IsRefused(string old, string @new, string map, string reason)
    {
        using var pair = Bodies(old, @new, map);
        var point = Pair.Function(pair.Old, "f").Points.Count - 1;
        Assert.That(pair.Transformer("f", point).Reason, Is.EqualTo(reason));
    }

    [Test]
    public void Transformer_OldVariableThatIsNotKeptButKnown_CountsInTheMap()
    {
        using var pair = Bodies("int k = 5; take ((void *) (long) k); g (1); return a;", "int x = a; take (0); g (1); return x;", "local f.x = old.k + old.a");
        Assert.That(pair.Transformer("f", 1).Reason, Is.Empty);
        Assert.That(pair.Match.Computations.Source(pair.New.Units[0]), Does.Contain("= 5;"));
    }

    [TestCase("int x = 3; x += a; g (1); return x;")]
    [TestCase("int x = 3; while (a--) { g (1); x++; } return x;")]
    [TestCase("int x = 3; back: g (1); if (x++ < b) goto back; return x;")]
    [TestCase("if (b) goto in; { int x = 3; in: g (1); b = x; } return b;")]
    [TestCase("switch (a) { int x = 3; default: g (1); b = x; } return b;")]
    [TestCase("int x = b; g (1); return x;")]
    [TestCase("int x = 3; take (&x); g (1); return x;")]
    [TestCase("unsigned char x = 300; g (1); return x;")]
    [TestCase("int x; g (1); x = 3; return x + (&x == 0);")]
    public void Transformer_NewVariableThatCanHoldSomethingElse_IsRefused(string @new)
    {
        using var pair = Bodies("g (1); return a + b;", @new);
        var to = Pair.Function(pair.New, "f").Points.First(point => point.Callee == "g");
        pair.Match.Points[Pair.Function(pair.Old, "f").Points[0]] = new PointMatch(to, "");
        var names = to.Variables.Select(variable => variable.Name).ToList();
        Assert.That((pair.Transformer("f").Point, names.Contains("x") || @new.Contains("int x; g")), Is.EqualTo((names.Contains("x") ? null : to, true)));
    }

    [TestCase("{ int x = a; g (x); take ((void *) (long) x); }", "int x = b; { int x = a; g (x); take ((void *) (long) x); } return x;")]
    public void Transformer_OneOfOneNameMoreInScope_IsRefused(string old, string @new) => Assert.That(Refusal(old + " return 0;", @new), Does.Contain("the new version needs 'x'"));

    [Test]
    public void Transformer_VariableThatTheOldDoesNotHave_IsRefused() =>
        Assert.That(Refusal("g (1); return a;", "int x = b; g (1); return x;"), Is.EqualTo("the new version needs 'x' (unit.c:1) there, and the old one has no value for it"));

    [Test]
    public void Transformer_VariableThatIsDeadInTheOld_IsRefused() =>
        Assert.That(Refusal("g (1); return a;", "g (1); return b;"), Is.EqualTo("the new version needs 'b' (unit.c:1) there, which the old one does not use any more (compiled with -fupstare-save=all it would keep the value)"));

    [Test]
    public void Transformer_VariableOfAnotherType_IsRefused() =>
        Assert.That(Refusal("long x = a; g (1); return x;", "int x = a; g (1); return x;"), Is.EqualTo("'x' (unit.c:1) changed its type from long to int, which cannot hold all its values: a conversion needs a word in the map"));

    [Test]
    public void Transformer_SeveralOfOneName_CorrespondInOrder()
    {
        const string body = "int x = a; { int x = b; take (&x); g (x); take (&x); } return x;";
        using var pair = Bodies(body, body.Replace("return x", "return x + 1", StringComparison.Ordinal));
        var old = Pair.Function(pair.Old, "f").Points[1];
        Assert.That((pair.Moves("f", 1), old.Variables[0].IsEscaped, old.Variables[1].IsEscaped), Is.EqualTo(("x>x &x>x", false, true)));
    }

    [Test]
    public void Transformer_TemporaryOfTheSameStatement_Corresponds() =>
        Assert.That(Moves("return n * 3 + g (b);", "a++; return n * 3 + g (b);"), Is.EqualTo("upstare_t1>upstare_t1 upstare_t2>upstare_t2"));

    [Test]
    public void Transformer_TemporaryOfAnotherStatement_IsRefused() =>
        Assert.That(Refusal("return g (b) + 1;", "return n * 3 + g (b);"), Is.EqualTo("the new version needs an intermediate result of 'return n * 3 + g ( b ) ;' there that the old one does not have"));

    [TestCase("int x[a]; a++; g (1); return x[0];", "{ int y[a + 1]; take (y); } int x[a]; a++; g (1); return x[0];", "x>x upstare_size1>upstare_size2")]
    [TestCase("int x[a]; g (1); return x[0];", "int x[a]; g (1); a++; return x[0] + a;", "a>a x>x a>upstare_size1")]
    [TestCase("int (*x)[a] = 0; a++; g (1); return (*x)[0];", "int y[2]; int (*x)[a] = 0; a++; g (1); return (*x)[0];", "x>x upstare_size1>upstare_size1")]
    public void Transformer_SizesOfArrays_GoWithWhatTheyBelongTo(string old, string @new, string expected) => Assert.That(Moves(old, @new), Is.EqualTo(expected));

    [TestCase("int x[a]; a++; g (1); return x[0] + a;", "int x[a]; g (1); return x[0] + a;", "a size in the type of 'x' is kept in another variable than in the old version")]
    [TestCase("int x[a]; g (1); return x[0] + b;", "int x[b]; g (1); return x[0] + a;", "'x' (unit.c:1) changed its type from int[a] to int[b]")]
    [TestCase("g (1); return a;", "int x[a]; g (1); return a;", "the new version needs 'x' (unit.c:1) there, and the old one has no value for it")]
    public void Transformer_ArrayOfAnotherSize_IsRefused(string old, string @new, string reason) => Assert.That(Refusal(old, @new), Is.EqualTo(reason));

    [Test]
    public void Transformer_ValueInTheMap_IsAConstant()
    {
        using var pair = Bodies("g (1); return a;", "int x = 3; g (1); return a + x;", "local f.x = -7");
        Assert.That(pair.Moves("f"), Is.EqualTo("a>a const>x"));
        Assert.That(BitConverter.ToInt32(pair.Constants.ToArray()), Is.EqualTo(-7));
    }

    [Test]
    public void Transformer_LocalRenamedInTheMap_TakesTheOldOnesValue()
    {
        using var pair = Bodies("int x = a; g (1); return x;", "int y = a; g (1); return y;", "local f.x -> y");
        Assert.That(pair.Moves("f"), Is.EqualTo("x>y"));
    }

    // ---- Bindings ----

    private static (VariableBinding Variable, bool IsOld) Bound(string old, string @new, string name)
    {
        using var pair = Pair.Of(old, @new);
        var binding = pair.Binding(name);
        return (binding.Variable, binding.Old is not null);
    }

    [Test]
    public void Binding_VariableOfBoth_StaysInPlace() => Assert.That(Bound("int x;", "int x;", "x"), Is.EqualTo((VariableBinding.Shared, true)));

    [Test]
    public void Binding_NewVariable_IsThePatchs() => Assert.That(Bound("", "int x;", "x"), Is.EqualTo((VariableBinding.Own, false)));

    [Test]
    public void Binding_StaticLocalOfBoth_StaysInPlace()
    {
        const string f = "int f (void) { static int n = 1; return n++; }";
        Assert.That(Bound(f, f, "f.n"), Is.EqualTo((VariableBinding.Shared, true)));
    }

    [Test]
    public void Binding_ConstantNobodyPointsTo_IsEachCopysOwn()
    {
        const string text = "static const int x = 3; static const int y = 4; const int *p = &y; int f (void) { return x; }";
        using var pair = Pair.Of(text, text);
        Assert.That((pair.Binding("x").Variable, pair.Binding("y").Variable), Is.EqualTo((VariableBinding.Kept, VariableBinding.Shared)));
    }

    [Test]
    public void Binding_TableOfLabels_IsEachCopysOwn()
    {
        const string text = "int f (int i) { static const void *const t[] = { &&a, &&b }; goto *t[i]; a: return 1; b: return 2; }";
        Assert.That(Bound(text, text, "f.t"), Is.EqualTo((VariableBinding.Kept, false)));
    }

    [TestCase("int t (void) { return 1; }", "int t (void) { return 1; }", false, false)]
    [TestCase("int t (void) { return 1; } int (*p) (void) = t;", "int t (void) { return 1; } int (*p) (void) = t;", true, false)]
    [TestCase("int t (void) { return 1; } int (*p) (void) = t;", "int t (void) { return 1; } int (*p) (void);", true, false)]
    [TestCase("int t (void) { return 1; } int (*p) (void);", "int t (void) { return 1; } int (*p) (void) = t;", false, true)]
    [TestCase("int (*p) (void);", "int t (void) { return 1; } int (*p) (void) = t;", false, true)]
    public void Binding_Function_IsRedirectedIfTheOldVersionUsesItsAddress(string old, string @new, bool isRedirected, bool hasOwnIdentity)
    {
        using var pair = Pair.Of(old, @new);
        var binding = pair.Binding("t");
        Assert.That((binding.IsRedirected, binding.HasOwnIdentity), Is.EqualTo((isRedirected, hasOwnIdentity)));
    }

    [Test]
    public void Plan_OfAUnit_NumbersOverTheImage()
    {
        (string, string)[] units = [("a.c", "int x;"), ("b.c", "extern int x; static int y; int f (void) { return x + y; }")];
        using var pair = Pair.OfUnits(units, units);
        var plan = Generate.Bindings.PlanFor(pair.New.Units[1], pair.Bind().Bindings, pair.New.InlinedFunctions(pair.New.Units[1]));
        Assert.That((plan.Unit, string.Join(' ', plan.Numbers), plan.External["x"], plan.External.ContainsKey("y")), Is.EqualTo((1, "2 3", 0, false)));
    }

    // ---- InitialValues ----

    private static (string Values, List<string> Notes) Initial(string old, string @new, string link = "-pie -Wl,--build-id")
    {
        using var pair = Pair.Of(old, @new, link: link);
        var (_, values, notes) = pair.Bind();
        return (string.Join(' ', values.Select(v => $"{v.Binding.Entity.Entity.Name}:{Convert.ToHexString(v.OldBytes)}>{Convert.ToHexString(v.NewBytes)}{(v.IsConst ? "!" : "")}")), notes);
    }

    [Test]
    public void Initial_Unchanged_IsNoMatter() => Assert.That(Initial("int x = 3;", "int x  =  3;").Values, Is.Empty);

    [Test]
    public void Initial_WrittenOtherwise_IsNoMatter() => Assert.That(Initial("int x = 3;", "int x = 1 + 2;").Values, Is.Empty);

    [Test]
    public void Initial_Changed_HasBothValues()
    {
        var (values, notes) = Initial("int x = 3;", "int x = 4;");
        Assert.That((values, notes.Single()), Is.EqualTo(("x:03000000>04000000", "unit.c:1: 'x' takes its new initial value if it still holds the old one; a value that the program has changed is kept")));
    }

    [Test]
    public void Initial_FromNone_IsZeroBefore() => Assert.That(Initial("short x;", "short x = 4;").Values, Is.EqualTo("x:0000>0400"));

    [Test]
    public void Initial_OfAConstant_IsTakenAlways() =>
        Assert.That(Initial("const short x[2] = { 1, 2 };", "const short x[2] = { 1, 3 };").Values, Is.EqualTo("x:01000200>01000300!"));

    [TestCase("-pie -Wl,--build-id")]
    [TestCase("-no-pie -Wl,--build-id")]
    public void Initial_OfPointers_IsKept(string link)
    {
        var (values, notes) = Initial("int a, b, *p = &a;", "int a, b, *p = &b;", link);
        Assert.That((values, notes.Single()), Is.EqualTo(("", "unit.c:1: the initial value of 'p' changed and holds addresses: the running value is kept")));
    }

    [Test]
    public void Initial_OfAConstantTableOfPointers_TheTableIsThePatchs()
    {
        using var pair = Pair.Of("int a, b; int *const t[] = { &a };", "int a, b; int *const t[] = { &b };");
        Assert.That((pair.Binding("t").Variable, pair.Bind().Notes.Single()), Is.EqualTo((VariableBinding.Own, "unit.c:1: 't' is constant and holds addresses: new code has its own, old pointers to it see the old one")));
    }

    // ---- Checks ----

    private static string[] Refusals(string old, string @new)
    {
        using var pair = Pair.Of(old, @new);
        return [.. pair.Refusals()];
    }

    [Test]
    public void Check_NothingAgainstIt_IsEmpty() => Assert.That(Refusals("struct s { int a; } x;", "struct s { int a; } x; int y;"), Is.Empty);

    [Test]
    public void Check_LayoutChangedOnTheHeap_SaysWhatAndWhere() =>
        Assert.That(Refusals("# 1 \"stdlib.h\" 3\nvoid *malloc (unsigned long);\n# 2 \"unit.c\"\nstruct s { int a; }; struct s *f (void) { struct s *x = malloc (4); return x; }", "struct s { int a, b; }; struct s *f (void) { return 0; }").Single(),
            Does.StartWith("unit.c:2: objects of 'struct s', whose layout changed, are allocated on the heap (unit.c:2), and nothing remembers where they are: build the program with -fupstare-heap=types"));

    [Test]
    public void Check_UnionChanged_IsRefused() =>
        Assert.That(Refusals("union u { int a; char b; }; union u x;", "union u { long a; char b; }; union u x;").Single(), Does.Contain("the type of 'x' changed (before: unit.c:1): union u changed, and nothing says which of its fields is in use"));

    [TestCase("union u { int a; char b; };", Description = "a member more")]
    [TestCase("union u { long b; int a; };", Description = "a larger one")]
    public void Check_UnionWithMoreMembers_IsAccepted(string type) =>
        Assert.That(Refusals("union u { int a; }; union u x;", type + " union u x;"), Is.Empty);

    [Test]
    public void Check_StructThatLosesAFieldIntoPadding_StaysInPlace() =>
        Assert.That(Refusals("struct s { long a; char b; char gone; }; struct s x;", "struct s { long a; char b; }; struct s x;"), Is.Empty);

    [Test]
    public void Check_TypeOfAVariable_IsRefused() =>
        Assert.That(Refusals("long x;", "int x;").Single(), Is.EqualTo("unit.c:1: the type of 'x' changed from long to int, which cannot hold all its values: a conversion needs a word in the map (before: unit.c:1); its value cannot be carried over: keep the type, say in the map what becomes of it, or give the variable another name"));

    [Test]
    public void Check_TypeOfAStaticLocal_IsNamedWithItsFunction() =>
        Assert.That(Refusals("int f (void) { static int n; return n++; }", "int f (void) { static char n; return n++; }").Single(), Does.Contain("the type of 'f.n' changed from int to char"));

    [Test]
    public void Check_NewThreadLocal_IsAccepted() => Assert.That(Refusals("", "__thread int x;"), Is.Empty);

    [Test]
    public void Check_ThreadLocalInOneVersion_IsRefused() =>
        Assert.That(Refusals("int x;", "__thread int x;").Single(), Is.EqualTo("unit.c:1: 'x' is thread-local in one version only: give it another name"));

    [Test]
    public void Check_FunctionWithAnAddressInUseIsGone_IsRefused() =>
        Assert.That(Refusals("int t (void) { return 1; } int (*p) (void) = t;", "int (*p) (void);").Single(), Is.EqualTo("unit.c:1: 't' is gone in the new version, but its address is in use: keep a function of that name"));

    [Test]
    public void Check_FunctionThatIsOnlyCalledIsGone_IsNoMatter() => Assert.That(Refusals("int t (void) { return 1; }", ""), Is.Empty);

    [Test]
    public void Check_SeveralReasons_AreAllGiven() => Assert.That(Refusals("long x, y;", "int x, y;"), Has.Length.EqualTo(2));

    [Test]
    public void Check_NoBuildId_IsRefused()
    {
        using var pair = Pair.Of("", "", link: "-pie -Wl,--build-id=none");
        Assert.That(pair.Refusals(), Has.Exactly(2).Items.And.All.Contains("it has no build-id"));
    }
}
