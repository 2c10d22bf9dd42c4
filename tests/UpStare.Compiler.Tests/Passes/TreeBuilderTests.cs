using UpStare.Compiler.Analysis;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Tests.Passes;

/// <summary>What the frontend makes of declarations: types, layouts, entities, functions.</summary>
[TestFixture]
public sealed class TreeBuilderTests
{
    private static CType TypeOf(string declaration) => CUnit.Parse(declaration).Entity("x").Type;

    [TestCase("int x;", TypeClass.Integer, 4)]
    [TestCase("enum e { A } x;", TypeClass.Integer, 4)]
    [TestCase("char *x;", TypeClass.Integer, 8)]
    [TestCase("_Bool x;", TypeClass.Integer, 1)]
    [TestCase("typedef unsigned short t; t x;", TypeClass.Integer, 2)]
    [TestCase("float x;", TypeClass.Floating, 4)]
    [TestCase("double x;", TypeClass.Floating, 8)]
    [TestCase("long double x;", TypeClass.Memory, 16)]
    [TestCase("__int128 x;", TypeClass.Memory, 16)]
    [TestCase("_Complex double x;", TypeClass.Memory, 16)]
    [TestCase("struct s { int a; char b; } x;", TypeClass.Memory, 8)]
    [TestCase("int x[3];", TypeClass.Array, 12)]
    [TestCase("_Atomic int x;", TypeClass.Integer, 4)]
    public void Type_OfAVariable_HasClassAndSize(string declaration, TypeClass expected, int size)
    {
        var type = TypeOf(declaration);
        Assert.That((type.Class, type.Size), Is.EqualTo((expected, (long)size)));
    }

    [TestCase("volatile int x;", true)]
    [TestCase("_Atomic int x;", true)]
    [TestCase("volatile int x[2][2];", true)]
    [TestCase("volatile int *x;", false)]
    public void Type_WithCountedAccesses_IsVolatile(string declaration, bool expected) => Assert.That(TypeOf(declaration).IsVolatile, Is.EqualTo(expected));

    [TestCase("const int x = 1;", true)]
    [TestCase("const int x[1] = { 1 };", true)]
    [TestCase("const int *x;", false)]
    [TestCase("int *const x;", true)]
    public void Type_ConstAtTheTopLevel_IsConst(string declaration, bool expected) => Assert.That(TypeOf(declaration).IsConst, Is.EqualTo(expected));

    [Test]
    public void Type_OfAnUnnamedStruct_CannotBeSpelled() => Assert.That(TypeOf("struct { int a; } x;").IsSpellable, Is.False);

    [Test]
    public void Type_OfAnUnnamedEnum_IsSpelledAsItsInteger() => Assert.That(TypeOf("enum { A } x;").Spelling, Is.EqualTo("unsigned int"));

    [Test]
    public void Type_OfAParameter_IsAdjusted()
    {
        var unit = CUnit.Parse("void f (int a[4], int b[2][3], int c (int), char d[]) { }");
        Assert.That(unit.Function("f").Locals.Select(l => l.Type.Spelling), Is.EqualTo(new[] { "int *", "int (*)[3]", "int (*)(int)", "char *" }));
    }

    private static string Leaves(string declaration) => string.Join(' ', TypeOf(declaration).Leaves.Select(l => $"{l.Path}@{l.Offset}"));

    [TestCase("struct { int a; double b; } x;", ".a@0 .b@8")]
    [TestCase("struct i { char c; void *p; }; struct { short s; struct i i; } x;", ".s@0 .i.c@8 .i.p@16")]
    [TestCase("struct { int a, b, c, d, e, f, g, h; } x;", ".a@0 .b@4 .c@8 .d@12 .e@16 .f@20 .g@24 .h@28")]
    public void Leaves_OfASmallStructOfScalars_AreItsScalars(string declaration, string expected) => Assert.That(Leaves(declaration), Is.EqualTo(expected));

    [TestCase("struct { int a[2]; } x;")]
    [TestCase("struct { int a : 3; } x;")]
    [TestCase("union { int a; float b; } x;")]
    [TestCase("struct { union { int a; float b; }; } x;")]
    [TestCase("struct { volatile int a; } x;")]
    [TestCase("struct { long double a; } x;")]
    [TestCase("struct { int a, b, c, d, e, f, g, h, i; } x;")]
    public void Leaves_OfAnythingElse_AreNone(string declaration) => Assert.That(Leaves(declaration), Is.Empty);

    [Test]
    public void Entities_OfAUnit_AreNumberedInOrderOfDeclaration()
    {
        var unit = CUnit.Parse("extern int declared; static int a; int f (void) { static int b; return b + a; } __thread int c; int a2 = 1, *a3;");
        Assert.Multiple(() =>
        {
            Assert.That(unit.Tree.Entities.Select(e => $"{e.QualifiedName}:{e.Kind}"), Is.EqualTo(new[] { "a:Variable", "f:Function", "f.b:Variable", "c:ThreadLocal", "a2:Variable", "a3:Variable" }));
            Assert.That(unit.Tree.Entities.Select(e => e.Ordinal), Is.EqualTo(new[] { 0, 1, 2, 3, 4, 5 }));
            Assert.That(unit.Tree.Externals.Keys, Is.EqualTo(new[] { "declared" }));
        });
    }

    [Test]
    public void Entity_DeclaredSeveralTimes_IsOneWithAllSites()
    {
        var unit = CUnit.Parse("extern int v[]; int v[3]; extern int v[3];");
        Assert.That((unit.Tree.Entities.Count, unit.Entity("v").Sites.Count, unit.Entity("v").Type.Size, unit.Tree.Externals.Count), Is.EqualTo((1, 3, 12L, 0)));
    }

    [Test]
    public void Entity_StaticLocals_AreOfTheirFunction()
    {
        var unit = CUnit.Parse("int f (void) { static int n; { static int n = 2; n++; } return n; } int g (void) { static int n; return n; }");
        Assert.That(unit.Tree.Entities.Where(e => e.Kind == EntityKind.Variable).Select(e => e.QualifiedName), Is.EqualTo(new[] { "f.n", "f.n", "g.n" }));
        Assert.That(unit.Tree.StaticUses.Select(u => unit.Tree.EntityOf[u.Variable].Ordinal), Is.EqualTo(new[] { 2, 1, 4 }));
    }

    [Test]
    public void Entity_InAGroupOfDeclarators_KnowsItsPartsOfTheText()
    {
        var unit = CUnit.Parse("static const int a = 1, *b = &a, c[2] = { 3 };");
        Assert.Multiple(() =>
        {
            foreach (var (name, declarator, initialiser) in new[] { ("a", "a", "1"), ("b", "b", "&a"), ("c", "c[2]", "{ 3 }") })
            {
                var site = unit.Entity(name).Sites.Single();
                Assert.That(unit.Text(site.Specifiers).Trim(), Is.EqualTo("static const int"), name);
                Assert.That(unit.Text(new TextSpan(site.NameSpan.Start, site.DeclaratorEnd)), Is.EqualTo(declarator));
                Assert.That(unit.Text(site.Initialiser!.Value), Is.EqualTo(initialiser));
                Assert.That(unit.Text(site.Statement), Is.EqualTo(unit.Source.Text));
            }
        });
    }

    [Test]
    public void Entity_BehindADefinedType_StartsBeforeTheType()
    {
        var site = CUnit.Parse("static struct { int a; } x = { 1 };").Entity("x").Sites.Single();
        Assert.That(site.Statement.Start, Is.Zero);
    }

    [Test]
    public void Entity_WithLabelsInIt_IsKnown()
    {
        var unit = CUnit.Parse("int f (int i) { static const void *const t[] = { &&a, &&b }; static int n[2]; goto *t[i]; a: return 1; b: return n[0]; }");
        Assert.That((unit.Entity("f.t").HoldsLabels, unit.Entity("f.n").HoldsLabels), Is.EqualTo((true, false)));
    }

    [TestCase("int x; int *p = &x;", true)]
    [TestCase("int x; int *f (void) { return &x; }", true)]
    [TestCase("int x[2]; int f (void) { return x[0]; }", true)]
    [TestCase("int x; int f (void) { return x; }", false)]
    public void Entity_WhoseAddressIsUsed_IsMarked(string text, bool expected) => Assert.That(CUnit.Parse(text).Entity("x").IsAddressTaken, Is.EqualTo(expected));

    [TestCase("int x __asm__ (\"y\");", true)]
    [TestCase("int y; extern int x __attribute__ ((alias (\"y\")));", true)]
    [TestCase("int x;", false)]
    public void Entity_WithASymbolOfItsOwn_IsTied(string text, bool expected) => Assert.That(CUnit.Parse(text).Entity("x").IsTied, Is.EqualTo(expected));

    [Test]
    public void FunctionAddresses_OfAUnit_AreThoseThatAreNotCalled()
    {
        var unit = CUnit.Parse("void a (void), b (void), c (void), d (void); void (*p) (void) = a; void f (void) { b (); (c) (); p = &d; p = d; (*d) (); }");
        Assert.That(unit.Tree.FunctionAddresses.Select(x => x.Function.Name), Is.EqualTo(new[] { "a", "d", "d", "d" }));
    }

    [Test]
    public void Function_OldStyle_HasItsParameters()
    {
        var unit = CUnit.Parse("int f (a, b) int a; char *b; { int c = a; return c + *b; }", "-std=gnu89");
        Assert.That(unit.Function("f").Locals.Select(l => (l.Name, l.IsParameter)), Is.EqualTo(new[] { ("a", true), ("b", true), ("c", false) }));
    }

    [TestCase("int main (void) { return 0; }", "main", true)]
    [TestCase("__attribute__ ((constructor)) void f (void) { }", "f", true)]
    [TestCase("void f (void) { }", "f", false)]
    public void Function_ThatTheSystemRuns_IsARoot(string text, string name, bool expected) => Assert.That(CUnit.Parse(text).Function(name).IsRoot, Is.EqualTo(expected));

    [Test]
    public void Function_OfASystemHeader_StaysVerbatim()
    {
        var unit = CUnit.Parse(CUnit.WithHeader("static inline int theirs (int x) { return x; }", "int ours (void) { return theirs (1); }"));
        Assert.That((unit.Function("theirs").IsSystemInline, unit.Function("theirs").Body, unit.Function("ours").IsSystemInline), Is.EqualTo((true, (BlockStatement?)null, false)));
    }

    [Test]
    public void Attributes_ThatPromiseNotToReturn_AreDropped()
    {
        var unit = CUnit.Parse("__attribute__ ((noreturn)) void a (void); _Noreturn void b (void); int *c (void) __attribute__ ((__returns_nonnull__, pure));");
        Assert.That(unit.Tree.DroppedAttributes.Select(d => $"{unit.Text(d.Span)}>{d.Text}"), Is.EqualTo(new[] { "noreturn>__cold__", "_Noreturn>", "__returns_nonnull__>__unused__" }));
    }

    [Test]
    public void Member_OfAnAnonymousStruct_IsAMemberOfTheObject()
    {
        var unit = CUnit.Parse("struct s { struct { int a; }; }; int f (struct s s, struct s *p) { return s.a + p->a; }");
        var members = unit.Function("f").Body!.AllExpressions().OfType<MemberExpression>().ToList();
        Assert.That(members.Select(m => (unit.Text(m.Span), m[0].Stripped is NameExpression, m.IsArrow)), Is.EquivalentTo(new[] { ("s.a", true, false), ("p->a", true, true) }));
    }

    [TestCase("x += y", Operator.CompoundAssign, "+=")]
    [TestCase("x <<= y", Operator.CompoundAssign, "<<=")]
    [TestCase("x = y", Operator.Assign, "=")]
    [TestCase("x == y", Operator.Swappable, "==")]
    [TestCase("x && y", Operator.LogicalAnd, "&&")]
    [TestCase("x || y", Operator.LogicalOr, "||")]
    [TestCase("x , y", Operator.Comma, ",")]
    [TestCase("x - y", Operator.None, "-")]
    public void Operator_BetweenTwoOperands_IsReadFromTheText(string expression, Operator expected, string symbol)
    {
        var e = CUnit.Parse($"void f (int x, int y) {{ {expression}; }}").Function("f").Body!.AllExpressions().OfType<BinaryExpression>().Single();
        Assert.That((e.Operator, e.Symbol), Is.EqualTo((expected, symbol)));
    }

    [Test]
    public void Conditional_WithoutAMiddle_HasTwoOperands()
    {
        var e = CUnit.Parse("int f (int x, int y) { return x ?: y; }").Function("f").Body!.AllExpressions().OfType<ConditionalExpression>().Single();
        Assert.That(e.Operands, Has.Length.EqualTo(2));
    }

    [TestCase("for (;;) n++;", false, false, false)]
    [TestCase("for (n = 0;;) n++;", true, false, false)]
    [TestCase("for (; n < 3;) n++;", false, true, false)]
    [TestCase("for (;; n++) break;", false, false, true)]
    [TestCase("for (int i = f (\";\", '('); i; i--) ;", true, true, true)]
    public void For_WithPartsMissing_HasTheOthers(string loop, bool initial, bool condition, bool step)
    {
        var s = CUnit.Parse($"int f (const char *, int); void g (int n) {{ {loop} }}").Function("g").Body!.Descendants().OfType<ForStatement>().Single();
        Assert.That((s.Initial is not null, s.Condition is not null, s.Step is not null), Is.EqualTo((initial, condition, step)));
    }

    [Test]
    public void Do_WhileZero_IsOnce()
    {
        var loops = CUnit.Parse("void f (int n) { do n++; while (0); do n--; while (n); }").Function("f").Body!.Descendants().OfType<DoStatement>();
        Assert.That(loops.Select(l => l.IsOnce), Is.EqualTo(new[] { true, false }));
    }

    [Test]
    public void Statements_OfAFunction_EndBehindTheirSemicolon()
    {
        var unit = CUnit.Parse("void f (int n) { if (n) n = 1; else n = 2; while (n) n--; return; }");
        Assert.That(unit.Function("f").Body!.Statements.Select(s => unit.Text(s.Span)), Is.EqualTo(new[] { "if (n) n = 1; else n = 2;", "while (n) n--;", "return;" }));
    }
}
