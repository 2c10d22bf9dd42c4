using UpStare.Compiler.Analysis;
using UpStare.Compiler.Driver;
using UpStare.Compiler.Emit;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Tests.Passes;

/// <summary>The analyses: what has escaped, where points are, what is live there, what can hold something, what is refused.</summary>
[TestFixture]
public sealed class AnalysisTests
{
    private const string Foreign = "int g (), h (); void v (); void undo (int *); double d (double); ";

    private static CUnit Body(string body, string parameters = "int a, int b, int c, int *p, struct s { int m; int v[2]; } s") =>
        CUnit.Analyse($"{Foreign}int f ({parameters}) {{ {body} }}");

    // ---- EscapedLocals ----

    [TestCase("p = &a;", "a")]
    [TestCase("p = &s.m;", "s")]
    [TestCase("p = s.v;", "s")]
    [TestCase("a = s.m;", "")]
    [TestCase("p = &*p;", "")]
    [TestCase("p = &p[1];", "")]
    [TestCase("int x[2]; a = x[0];", "x")]
    [TestCase("volatile int x = 1; _Atomic int y = 2;", "x y")]
    [TestCase("p = &(a);", "a")]
    [TestCase("p = &((struct s *) p)->m;", "")]
    [TestCase("a = sizeof &b;", "b")]
    [TestCase("__asm__ (\"\" : \"+m\" (a));", "a")]
    [TestCase("__asm__ (\"\" : \"=g\" (a), \"+r\" (b) : \"m\" (s.m));", "a s")]
    [TestCase("__asm__ (\"\" : \"+r\" (a) : \"m\" (*p));", "")]
    [TestCase("register volatile int x __asm__ (\"r12\") = 1;", "")]
    public void Escaped_AddressUsed_TheLocalKeepsItsPlace(string body, string expected) =>
        Assert.That(string.Join(' ', Body(body).Function("f").Locals.Where(l => l.IsEscaped).Select(l => l.Name)), Is.EqualTo(expected));

    [TestCase("p = __builtin_alloca (4);", true)]
    [TestCase("p = (int[2]) { 1, 2 };", true)]
    [TestCase("s = (struct s) { 1 };", false)]
    [TestCase("v (&(struct s) { 1 });", true)]
    public void Escaped_UnnamedMemory_TheFrameIsKept(string body, bool expected) => Assert.That(Body(body).Function("f").KeepsFrame, Is.EqualTo(expected));

    [Test]
    public void Escaped_VariadicFunction_TheFrameIsKept() => Assert.That(CUnit.Analyse("void f (int n, ...) { }").Function("f").KeepsFrame);

    // ---- ContinuationPoints ----

    [TestCase("g (); h (); return 0;", "g h")]
    [TestCase("return g () + h ();", "g h")]
    [TestCase("return g ();", "")]
    [TestCase("if (a) return g (); else return h ();", "")]
    [TestCase("return g (&a);", "g")]
    [TestCase("((int (*) (void)) p) (); return 0;", "*")]
    [TestCase("__builtin_expect (a, 0); return __builtin_abs (a);", "")]
    [TestCase("return sizeof (g ());", "")]
    public void Points_Calls_AreThoseBehindWhichSomethingIsLeft(string body, string expected) => Assert.That(Body(body).Points("f"), Is.EqualTo(expected));

    [TestCase("short f (void) { return g (); }", "g")]
    [TestCase("unsigned f (void) { return g (); }", "g")]
    [TestCase("double f (double x) { return d (x); }", "")]
    [TestCase("void f (void) { v (); }", "")]
    [TestCase("void f (void) { v (); return; }", "")]
    [TestCase("void f (int a) { if (a) v (); }", "")]
    [TestCase("void f (int a) { v (); ((void) 0); }", "")]
    [TestCase("void f (int a) { v (); (void) a; do { } while (0); ; return; }", "")]
    [TestCase("void f (int a) { do { v (); } while (0); }", "")]
    [TestCase("void f (int a) { do { if (a) { v (); ((void) 1); } else break; } while (0); { { ; } ((void) 0); } }", "")]
    [TestCase("void f (int a) { v (); a = 1; }", "v")]
    [TestCase("void f (int a) { v (); *(char *) 64 = 1; }", "v")]
    [TestCase("void f (int a) { v (); __asm__ volatile (\"\"); }", "v")]
    [TestCase("void f (volatile int a) { v (); (void) a; }", "v")]
    [TestCase("void f (int a) { do { v (); } while (a); }", "v")]
    [TestCase("int f (int a) { a = g (); return a; }", "")]
    [TestCase("int f (void) { int r = g (); ((void) 0); return (r); }", "")]
    [TestCase("int f (int a) { int r = 0; if (a) { r = (g ()); ; return r; } return r; }", "")]
    [TestCase("int f (int a) { int r = g (); return a; }", "g")]
    [TestCase("int f (int a) { int r = g (); a++; return r; }", "g")]
    [TestCase("int f (int a) { int r = g () + 1; return r; }", "g")]
    [TestCase("int f (int a) { int r = 1; r += g (); return r; }", "g")]
    [TestCase("long f (int a) { int r = g (); return r; }", "g")]
    [TestCase("int f (int a) { long r = g (); return r; }", "g")]
    [TestCase("int f (int a) { short r = g (); return r; }", "g")]
    [TestCase("int f (int a) { volatile int r = g (); return r; }", "g")]
    [TestCase("int f (int *p) { *p = g (); return *p; }", "g")]
    [TestCase("int f (int a) { int r = g (), q = 1; return r; }", "g")]
    [TestCase("int f (int a) { static int r; r = g (); return r; }", "g")]
    [TestCase("int f (int a) { int r, *p = &r; r = g (); return r; }", "g")]
    [TestCase("void f (int a) { g (); }", "g")]
    [TestCase("void f (int a) { while (a) v (); }", "v")]
    [TestCase("struct t { long a, b; } t (void); struct t f (void) { return t (); }", "t")]
    public void Points_CallInTailPosition_IsNoneIfTheTypesAreTheSame(string text, string expected) => Assert.That(CUnit.Analyse(Foreign + text).Points("f"), Is.EqualTo(expected));

    [Test]
    public void Points_FunctionThatReachesNone_IsNoPoint()
    {
        var unit = CUnit.Analyse(CUnit.WithHeader("unsigned long strlen (const char *);", "static int leaf (int x) { return x + 1; } static int two (const char *s) { return leaf (strlen (s)) + 1; } int f (const char *s) { return two (s) + 1; }"));
        Assert.That((unit.Points("f"), unit.Points("two"), unit.Function("two").ReachesPoint), Is.EqualTo(("", "", false)));
    }

    [Test]
    public void Points_FunctionThatReachesOne_IsAPoint()
    {
        var unit = CUnit.Analyse("int g (void); static int inner (void) { return g () + 1; } static int middle (void) { return inner (); } int f (void) { return middle () + 1; }");
        Assert.That((unit.Points("f"), unit.Points("middle"), unit.Points("inner")), Is.EqualTo(("middle", "", "g")));
    }

    [TestCase("int puts ();", "puts")]
    [TestCase("unsigned long strlen ();", "")]
    [TestCase("void qsort ();", "qsort")]
    public void Points_LibraryFunctions_AreJudgedByTheirNames(string header, string expected)
    {
        var name = header[..header.IndexOf(" (", StringComparison.Ordinal)].Split(' ')[^1];
        Assert.That(CUnit.Analyse(CUnit.WithHeader(header, $"void f (int a) {{ {name} (\"\", 1); a++; }}")).Points("f"), Is.EqualTo(expected));
    }

    [Test]
    public void Points_FunctionThatOnlyIsCalledLikeTheLibrarys_IsAPoint() =>
        Assert.That(CUnit.Analyse("int strlen (int); int f (int a) { return strlen (a) + 1; }").Points("f"), Is.EqualTo("strlen"));

    [Test]
    public void Points_PureFunctions_AreNone() =>
        Assert.That(CUnit.Analyse("int p (int) __attribute__ ((pure)); int q (int) __attribute__ ((const)); int f (int a) { return p (a) + q (a) + 1; }").Points("f"), Is.Empty);

    [Test]
    public void Points_Recursion_IsAPointOfItsOwn()
    {
        var unit = CUnit.Analyse("int f (int n) { return n < 2 ? n : f (n - 1) + f (n - 2); }");
        Assert.That(unit.Points("f"), Is.EqualTo("f f"));
    }

    [TestCase("while (a) { a = a / 2; }", "loop")]
    [TestCase("while (p) p = *(int **) p;", "loop")]
    [TestCase("for (;;) if (a--) break;", "loop")]
    [TestCase("do a = b; while (a);", "loop")]
    [TestCase("for (int i = 0; i < a; i++) b += i;", "")]
    [TestCase("while (a--) b += a;", "")]
    [TestCase("for (int i = 0; i < a; i += 2) b += i;", "")]
    [TestCase("for (int i = 1; i < a; i *= 2) b += i;", "loop")]
    [TestCase("for (int i = 0; i < a; i++) i = b;", "loop")]
    [TestCase("for (int i = 0; i < a; i++) { p = &i; b++; }", "loop")]
    [TestCase("for (int i = 0; i < a; i++) for (int j = 0; j < i; j++) b++;", "loop")]
    [TestCase("for (int i = 0; i < a; i++) while (b) b /= 2;", "loop")]
    [TestCase("for (int i = 0; i < a; i++) v ();", "v")]
    [TestCase("do { b++; } while (0);", "")]
    public void Points_Loops_HaveOneUnlessTheyCount(string body, string expected) => Assert.That(Body(body + " return b;").Points("f"), Is.EqualTo(expected));

    [Test]
    public void Points_NestedLoops_StandInTheInnermostThatNeedsOne()
    {
        var unit = Body("for (int i = 0; i < a; i++) while (b) b /= 2; return b;");
        Assert.That((unit.Point("f", null).LoopDepth, unit.Text(unit.Point("f", null).Statement)), Is.EqualTo((2, "b /= 2;")));
    }

    [Test]
    public void Points_CycleOfTailCalls_HasOneAtEachEntry()
    {
        var unit = CUnit.Analyse("int o (int); int e (int n) { if (n) return o (n - 1); return 1; } int o (int n) { if (n) return e (n - 1); return 0; }");
        Assert.That((unit.Points("e"), unit.Points("o")), Is.EqualTo(("loop", "loop")));
    }

    [Test]
    public void Points_TailCallThroughAPointer_HasOneAtTheEntry() => Assert.That(CUnit.Analyse("int f (int (*p) (void)) { return p (); }").Points("f"), Is.EqualTo("loop"));

    [Test]
    public void Points_Manual_AreWhatLeadsOutOfTheProgramOnly()
    {
        var text = CUnit.WithHeader("int puts (const char *);", "void update (void); static void g (void) { update (); puts (\"\"); } void f (int a) { while (a) a /= 2; g (); puts (\"\"); a++; }");
        var unit = CUnit.Analyse(text, new CompileOptions { Points = PointMode.Manual });
        Assert.That((unit.Points("f"), unit.Points("g")), Is.EqualTo(("g", "update")));
    }

    // ---- LiveLocals ----

    [TestCase("a = 1; g (); return b;", "b")]
    [TestCase("g (); a = b; return a;", "b")]
    [TestCase("a = g (); return a + c;", "a c")]
    [TestCase("g (); return 0;", "")]
    [TestCase("if (g ()) return b; return c;", "b c")]
    [TestCase("g (); if (a) b = 1; return b;", "a b")]
    [TestCase("g (); s.m = 1; return s.m;", "s")]
    [TestCase("g (); return sizeof a;", "")]
    [TestCase("g (); a += 1; return b;", "a b")]
    [TestCase("g (); *p = a; return 0;", "a p")]
    [TestCase("g (); int x = b; { int b = x; a = b; } return a;", "b")]
    public void Live_StraightCode_IsWhatIsReadLater(string body, string expected) => Assert.That(Body(body).Live("f", "g"), Is.EqualTo(expected));

    [TestCase("while (a) { g (); a -= b; } return c;", "a b c")]
    [TestCase("for (int i = 0; i < a; i++) g (); return 0;", "a i")]
    [TestCase("for (int i = 0; i < a; i++) { int x = b; g (); c = x; } return c;", "a b i x")]
    [TestCase("do { g (); if (a) continue; b = 0; } while (b); return c;", "a b c")]
    [TestCase("while (1) { g (); if (a) break; b = 0; } return c;", "a c")]
    [TestCase("for (;;) { g (); if (a) { c = 1; break; } } return c;", "a")]
    [TestCase("while (g ()) { b = 1; p = 0; } return a;", "a")]
    [TestCase("for (; a; b = c) { g (); if (p) continue; c = 1; } return 0;", "a c p")]
    public void Live_Loops_IsWhatAnyRoundReads(string body, string expected) => Assert.That(Body(body).Live("f", "g"), Is.EqualTo(expected));

    [TestCase("again: g (); if (a) goto again; return b;", "a b")]
    [TestCase("g (); goto out; b = a; out: return c;", "c")]
    [TestCase("if (a) goto in; b = 1; in: g (); return b;", "b")]
    [TestCase("back: a = b; g (); b = c; if (p) goto back; return 0;", "c p")]
    [TestCase("static const void *const t[] = { &&x, &&y }; g (); goto *t[a]; x: return b; y: return c;", "a b c")]
    [TestCase("g (); __asm__ goto (\"\" : : \"r\" (b) : : out); return 0; out: return c;", "b c")]
    [TestCase("again: g (); __asm__ goto (\"\" : : \"r\" (b) : : again); return 0;", "b")]
    [TestCase("g (); __asm__ (\"\" : \"=r\" (a) : \"r\" (b)); return a;", "b")]
    [TestCase("g (); __asm__ (\"\" : \"=r\" (a) : \"0\" (a)); return a;", "a")]
    [TestCase("g (); __asm__ (\"\" : \"+r\" (a)); return a;", "a")]
    public void Live_Jumps_FollowThem(string body, string expected) => Assert.That(Body(body).Live("f", "g"), Is.EqualTo(expected));

    [TestCase("g (); switch (a) { case 1: return b; default: return c; } return s.m;", "a b c")]
    [TestCase("g (); switch (a) { case 1: return b; } return c;", "a b c")]
    [TestCase("switch (a) { case 1: g (); case 2: return b; default: return c; }", "b")]
    [TestCase("switch (a) { case 1: g (); break; default: return c; } return b;", "b")]
    [TestCase("g (); switch (a) { default: switch (b) { case 1: return c; } } return 0;", "a b c")]
    public void Live_Switch_IsTheUnionOfItsCases(string body, string expected) => Assert.That(Body(body).Live("f", "g"), Is.EqualTo(expected));

    [Test]
    public void Live_Setjmp_IsEverywhereWhatIsReadWhereItLands()
    {
        var unit = CUnit.Analyse("int _setjmp (void *); int g (void); extern int buffer[50]; int f (int a, int b, int c) { if (_setjmp (buffer)) return b; a = 2; g (); return c; }");
        Assert.That(unit.Live("f", "g"), Is.EqualTo("b c"));
    }

    [Test]
    public void Live_Escaped_IsNotItsBusiness()
    {
        var unit = Body("p = &a; g (); return a + *p;");
        Assert.That((unit.Live("f", "g"), unit.Recorded("f", "g")), Is.EqualTo(("p", "a p")));
    }

    // ---- AssignedLocals and BuildFrames ----

    [TestCase("int x[2]; g (); x[0] = 1; return x[0];", "")]
    [TestCase("int x[2]; x[0] = 1; g (); return x[0];", "x")]
    [TestCase("int x[2]; while (a) { g (); x[0] = 1; } return x[0];", "a x")]
    [TestCase("while (a) { int x[2] = { 0 }; g (); b = x[0]; } return 0;", "a x")]
    [TestCase("again: ; int x[2]; g (); x[0] = 1; if (a) goto again; return x[0];", "a")]
    [TestCase("int x[2]; again: g (); x[0] = 1; if (a) goto again; return x[0];", "a x")]
    [TestCase("int x; p = &x; g (); return *p;", "p x")]
    [TestCase("{ int x; p = &x; } g (); return *p;", "p")]
    public void Assigned_EscapedLocals_AreRecordedWhereTheyCanHoldSomething(string body, string expected) => Assert.That(Body(body).Recorded("f", "g"), Is.EqualTo(expected));

    [Test]
    public void Frames_SaveAll_RecordsAllThatCanHoldSomethingInScope()
    {
        var unit = CUnit.Analyse("int g (void); int f (int a, int b) { int x = 1, y; { int z = 2; b = z; } g (); y = a; return y; }", new CompileOptions { Save = SaveMode.All });
        Assert.That(unit.Recorded("f", "g"), Is.EqualTo("a b x"));
    }

    [Test]
    public void Frames_Values_AreLaidOutByOrdinalInMultiplesOfEight()
    {
        var unit = CUnit.Analyse("int g (void); struct big { char c[20]; }; int f (int a, double b, struct big c, char d) { int e[9] = { a }; g (); return a + b + c.c[0] + d + e[0]; }");
        var point = unit.Point("f", "g");
        Assert.That(point.Variables.Select(l => $"{l.Name}@{l.FrameOffset}"), Is.EqualTo(new[] { "a@0", "b@8", "c@16", "d@24", "e@32" }), "arrays and what holds them are recorded by their address");
        Assert.That(unit.Function("f").FrameSize, Is.EqualTo(40));
    }

    [Test]
    public void Frames_SmallStruct_IsRecordedByItsScalars()
    {
        var unit = CUnit.Analyse("int g (void); struct q { int a; double b; }; int f (struct q q) { g (); return q.a + q.b; }");
        Assert.That((unit.Recorded("f", "g"), unit.Function("f").FrameSize), Is.EqualTo(("q.a q.b", 16)));
    }

    [Test]
    public void Frames_SeveralPoints_ShareTheOffsets()
    {
        var unit = Body("g (a); h (); return b;");
        Assert.That(unit.Local("f", "b").FrameOffset, Is.Zero);
        Assert.That((unit.Recorded("f", "g"), unit.Recorded("f", "h"), unit.Function("f").FrameSize), Is.EqualTo(("b", "b", 8)));
    }

    // ---- variably modified types ----

    [TestCase("int x[a]; g (); return x[0];", "a x")]
    [TestCase("int x[a]; a++; g (); return x[0];", "x upstare_size1")]
    [TestCase("int x[a]; g (); return 0;", "a x")]
    [TestCase("{ int x[a]; x[0] = 1; } g (); return 0;", "")]
    [TestCase("int x[a], (*y)[a] = &x; g (); return (*y)[0];", "a x y")]
    [TestCase("int (*y)[a] = p; g (); return 0;", "")]
    [TestCase("int (*y)[a] = p; a = 1; g (); return y[1][0];", "y upstare_size1")]
    [TestCase("typedef int t[a]; t *y = p; a = 1; g (); return y[1][0];", "y upstare_size1")]
    [TestCase("int x[a][sizeof b], (*y)[sizeof x[0]] = p; b = 0; g (); return y[0][0];", "a x y")]
    [TestCase("int x[3][b]; b = 0; g (); return sizeof x[0];", "x upstare_size1")]
    public void Computed_Sizes_AreRecordedWithWhatTheyBelongTo(string body, string recorded) =>
        Assert.That(CUnit.Analyse($"int g (); extern void *p; int f (int a, int b) {{ {body} }}").Recorded("f", "g"), Is.EqualTo(recorded));

    [TestCase("int n, int x[n][n]", "x[1][0]", "n x")]
    [TestCase("int n, int x[n][n + 1]", "x[1][0]", "x upstare_size1")]
    [TestCase("int n, int (*x)[n][4]", "x[1][0][2]", "n x")]
    [TestCase("int n, int x[n]", "x[1]", "x")]
    public void Computed_Parameters_BringTheirSizes(string parameters, string use, string recorded) =>
        Assert.That(CUnit.Analyse($"int g (); int f ({parameters}) {{ g (); return {use}; }}").Recorded("f", "g"), Is.EqualTo(recorded));

    [TestCase("int n, int x[g ()]", "a call in the size of the parameter 'x'")]
    [TestCase("int n, __typeof__ (int (*)[n]) x", "'x' has a size that is computed at run time, in a way that is not understood")]
    [TestCase("int n, int (*(*x)[n + 1])[n]", "'x' has a size that is computed at run time, in a way that is not understood")]
    public void Computed_Parameters_NotUnderstood(string parameters, string reason) =>
        Assert.That(CUnit.Analyse($"int g (); int f ({parameters}) {{ g (); return x != 0; }}").Reasons("f"), Has.Some.EqualTo(reason));

    // ---- AccountedNames, Unsupported ----

    private static IEnumerable<string> Unaccounted(string text)
    {
        var unit = CUnit.Parse(text);
        return AccountedNames.Run(unit.Source, unit.Function("f")).Select(reason => reason.Text);
    }

    [TestCase("void f (int x) { struct s { int x; } y = { .x = 1 }; y.x = x; (&y)->x = x; goto x; x: ; int z = sizeof (x); enum x { A }; }")]
    [TestCase("int f (int x) { return ({ int x = 1; x; }) + x; }")]
    [TestCase("int f (int x) { return __builtin_types_compatible_p (__typeof__ (x), int) && x; }")]
    [TestCase("int f (int x) { switch (x) { case 1: return x; default: return -x; } }")]
    public void Accounted_AllUsesInTheTree_NothingIsSaid(string text) => Assert.That(Unaccounted(text), Is.Empty);

    [Test]
    public void Accounted_UseMissingInTheTree_IsSaid()
    {
        var unit = CUnit.Parse("int f (int x) { return 0; }");
        var function = unit.Function("f");
        // As if libclang had not shown the statement.
        var other = CUnit.Parse("int f (int x) { return x; }");
        other.Function("f").Body = other.Function("f").Body! with { Statements = [] };
        Assert.That(AccountedNames.Run(unit.Source, function), Is.Empty);
        Assert.That(AccountedNames.Run(other.Source, other.Function("f")).Select(r => r.Text), Is.EqualTo(new[] { "a use of 'x' that libclang does not show" }));
    }

    [TestCase("register void *x __asm__ (\"rsp\"); g (x);", "'x' is bound to the stack's register")]
    [TestCase("register const int x __asm__ (\"r12\") = 1; g (); a += x;", "'x' is bound to a register, and const or not a scalar")]
    [TestCase("int twice (void) __attribute__ ((returns_twice)); if (twice ()) g ();", "it calls twice, which returns twice")]
    [TestCase("int y[a]; __typeof__ (y) x; g (x); a++;", "'x' has a size that is computed at run time, in a way that is not understood")]
    [TestCase("int x[a] __attribute__ ((deprecated)); g (x); a++;", "'x' has a size that is computed at run time, in a way that is not understood")]
    [TestCase("static int (*x)[a]; g (x); a++;", "'x' is static and points to something of a size that is computed at run time")]
    [TestCase("typedef int t; t x[a]; { long t = 1; g (x, t); } a++;", "the type of 'x' means something else where it is used")]
    [TestCase("struct t { int m; }; struct t x[a]; { struct t { long m; } y; g (x, y); } a++;", "the type of 'x' means something else where it is used")]
    [TestCase("int x[a] __attribute__ ((aligned (64))); g (x, _Alignof (x)); a++;", "'x' has a size that is computed at run time and an alignment that may be asked for")]
    [TestCase("__builtin_unwind_init (); g ();", "it calls __builtin_unwind_init")]
    [TestCase("{ __label__ out; p = &&out; g (); out: a++; }", "an address of a label is used as a value, and __label__ declares labels of one name in several blocks")]
    [TestCase("long d = (char *) &&out - (char *) &&in; g (); in: a += d; out: goto *((char *) &&in + d);", "an address of a label is used as a value, and distances between labels are computed, which differ from version to version")]
    [TestCase("int vfork (void); if (vfork ()) g ();", "it calls vfork")]
    public void Unsupported_Construct_TheFunctionIsRefusedForIt(string body, string reason)
    {
        var unit = Body(body + " return a;");
        Assert.That(unit.Reasons("f"), Has.Some.EqualTo(reason));
        Assert.That((unit.Function("f").Body, unit.Function("f").Points.Count), Is.EqualTo(((BlockStatement?)null, 0)));
    }

    // p is a global variable.
    [TestCase("static void *const t[] = { &&out }; g (); goto *t[a]; out: return 1;", "")]
    [TestCase("static void *t[] = { &&out }; g (); goto *t[a]; out: return 1;", "")]
    [TestCase("g (); goto *(a ? &&in : &&out); in: a++; out: return 1;", "")]
    [TestCase("void *l = &&out, *m; m = l; g (); goto *m; out: return 1;", "out")]
    [TestCase("p = &&out; g (); out: return 1;", "out")]
    [TestCase("static void *const t[] = { &&out, &&in, &&out }; p = t[0]; g (); in: a++; out: return 1;", "out in")]
    [TestCase("static void *t[] = { &&out }; t[a] = 0; g (); out: goto *t[a];", "out")]
    [TestCase("static void *t[] = { &&out }; g (); out: goto *(t[0] = t[1]);", "out")]
    [TestCase("struct { void *m; } s; s.m = &&out; g (); out: return 1;", "out")]
    public void LabelIdentities_OfLabelsWhoseAddressesAreValues_AreGiven(string body, string labels)
    {
        var unit = CUnit.Analyse($"{Foreign}void *p; int f (int a) {{ {body} return a; }}");
        Assert.Multiple(() =>
        {
            Assert.That(string.Join(' ', unit.Function("f").Labels.Select(label => label.Name)), Is.EqualTo(labels));
            Assert.That((unit.Reasons("f"), unit.Function("f").KeptLabel), Is.EqualTo((Array.Empty<string>(), (int?)null)));
            Assert.That(unit.Analysed.Tree.Entities.Where(entity => entity.Name == "t").Select(entity => (entity.HoldsLabels, entity.HoldsIdentities)), Is.All.EqualTo((labels == "", labels != "")));
        });
    }

    // Rule C7: where labels can have no identity.
    [TestCase("__label__ out; void *l = &&out, *m; m = l; g (); goto *m; out: return 1;", false)]
    [TestCase("__label__ out; void *l[2] = { &&out, 0 }; l[1] = l[0]; g (); goto *l[a]; out: return 1;", false)]
    [TestCase("__label__ out; p = &&out; g (); out: return 1;", true)]
    [TestCase("__label__ out; static void *const t[] = { &&out }; p = t[0]; g (); out: return 1;", true)]
    [TestCase("__label__ out; void *l = &&out, *m; m = l; g (); p = m; out: return 1;", true)]
    [TestCase("__label__ out; struct { void *m; } s; s.m = &&out; g (); out: return 1;", true)]
    [TestCase("__label__ out; void *l; void **m = &l; *m = &&out; g (m); out: return 1;", true)]
    [TestCase("int nested (void) { return 1; } static void *t[] = { &&out }; g (); goto *t[a]; out: return nested ();", false)]
    [TestCase("int nested (void) { return 1; } static void *t[] = { &&out }; p = t[0]; out: return nested ();", true)]
    [TestCase("int nested (void) { return 1; } p = &&out; out: return nested ();", true)]
    public void KeptLabels_AddressOfALabelWithoutIdentity_MayOutliveTheCallOrNot(string body, bool isKept) =>
        Assert.That(CUnit.Analyse($"{Foreign}void *p; int f (int a) {{ {body} return a; }}").Function("f").KeptLabel is not null, Is.EqualTo(isKept));

    [Test]
    public void Unsupported_UnnamedTypes_AreRefusedWhereTheyMustBeSpelled()
    {
        var unit = CUnit.Analyse("int g (void); int f (struct { int a; } x) { g (); return x.a; }");
        Assert.That(unit.Reasons("f"), Is.EqualTo(new[] { "the type of the parameter 'x' has no name" }));
    }

    [Test]
    public void Unsupported_SeveralReasons_AreAllGiven() =>
        Assert.That(Body("int w[a]; __typeof__ (w) x, y; g (); return x[0] + y[0];").Reasons("f"), Has.Exactly(2).Items);

    [Test]
    public void Unsupported_OneFunction_TheOthersAreInstrumented()
    {
        var unit = CUnit.Analyse("int g (void); static int odd (int a) { __builtin_unwind_init (); return a; } int f (int a) { return odd (a) + 1; }");
        Assert.That((unit.Reasons("odd").Count(), unit.Points("f")), Is.EqualTo((1, "odd")), "a call of it may reach an update point");
    }

    // ---- Report ----

    private static string[] Messages(CUnit unit, bool isVerbose) => [.. Report.Messages(unit.Analysed, isVerbose)];

    [Test]
    public void Report_Reasons_AreWarningsWithPlaces()
    {
        var unit = CUnit.Analyse("int g (void);\nint f (int a)\n{\n  static int (*x)[a];\n  return g () + (*x)[0];\n}\n");
        Assert.That(Messages(unit, false), Is.EqualTo(new[] { "unit.c:2: warning: 'f' is not instrumented: 'x' is static and points to something of a size that is computed at run time (unit.c:4)" }));
    }

    [Test]
    public void Report_Verbose_SaysSomethingOfEveryFunction()
    {
        var unit = CUnit.Analyse("int g (void);\nint f (void) { g (); return 1; }\nint tail (void) { return g (); }\nint leaf (void) { return 1; }\n");
        Assert.That(Messages(unit, true), Is.EqualTo(new[]
        {
            "unit.c:2: note: 'f' is instrumented: 1 continuation points",
            "unit.c:3: note: 'tail' needs no continuation point: its calls are in tail position",
            "unit.c:4: note: 'leaf' needs no continuation point: it reaches no update point",
        }));
        Assert.That(Messages(unit, false), Is.Empty);
    }
}
