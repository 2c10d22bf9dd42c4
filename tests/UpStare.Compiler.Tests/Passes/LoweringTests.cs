using UpStare.Compiler.Driver;
using UpStare.Compiler.Lowering;

namespace UpStare.Compiler.Tests.Passes;

/// <summary>Lowering and emitting in detail; how the results read is what the goldens show.</summary>
[TestFixture]
public sealed class LoweringTests
{
    // ---- BlockingCalls ----

    [Test]
    public void Blocking_CallOfTheLibrary_IsWrapped()
    {
        var text = CUnit.Analyse(CUnit.WithHeader("long read (int, void *, unsigned long);", "long f (char *b) { return read (0, b, 1) + 1; }")).Instrumented();
        Assert.That(text, Does.Contain("extern __typeof__ (read) __upstare_read __attribute__ ((__visibility__ (\"hidden\")));").And.Contain("__upstare_read (0, b, 1)"));
    }

    [TestCase("long read (int); long f (int a) { return read (a) + 1; }")]
    [TestCase("static long read (int a) { return a; } long f (int a) { return read (a) + 1; }")]
    public void Blocking_FunctionOfTheProgram_IsNotWrapped(string text) => Assert.That(CUnit.Analyse(text).Instrumented(), Does.Not.Contain("__upstare_read"));

    [TestCase("int g (int (*) (void)); int f (void) { return g (pause) + 1; }", "g (__upstare_pause)")]
    [TestCase("int (*p) (void) = pause;", "int (*p) (void) = __upstare_pause;")]
    [TestCase("struct s { int (*p) (void); }; static const struct s t[] = { { .p = &pause } }; const struct s *u = t;", "{ .p = &__upstare_pause }")]
    [TestCase("int g (void); int f (void) { static int (*p) (void) = pause; return g () + p (); }", "= __upstare_pause;")]
    public void Blocking_AddressOfTheFunction_IsTheWrappers(string text, string expected)
    {
        var written = CUnit.Analyse(CUnit.WithHeader("int pause (void);", text)).Instrumented();
        Assert.That(written, Does.Contain(expected).And.Contain("extern __typeof__ (pause) __upstare_pause __attribute__ ((__visibility__ (\"hidden\"))); "));
    }

    [Test]
    public void Blocking_CallInTailPosition_IsWrapped()
    {
        var unit = CUnit.Analyse(CUnit.WithHeader("int pause (void);", "int f (void) { return pause (); }"));
        Assert.That(unit.Function("f").Points, Is.Empty);
        Assert.That(unit.Instrumented(), Does.Contain("return __upstare_pause ();"));
    }

    [Test]
    public void Blocking_WrapperIsDeclaredOnce()
    {
        var text = CUnit.Analyse(CUnit.WithHeader("int pause (void);", "int (*p) (void) = pause; int f (void) { return pause () + 1; } int g (void) { return pause () + 2; }")).Instrumented();
        Assert.That(text.Split("extern __typeof__ (pause)"), Has.Length.EqualTo(2));
    }

    // glibc's way with _FORTIFY_SOURCE and with inline functions: what stands in the header is redirected.
    [Test]
    public void Blocking_InlineFunctionOfTheHeader_IsRedirectedInside()
    {
        const string header = "extern long __read_chk (int, void *, unsigned long, unsigned long); extern long __read_alias (int, void *, unsigned long) __asm__ (\"read\");\n"
            + "extern __inline __attribute__ ((__always_inline__, __gnu_inline__)) long read (int d, void *b, unsigned long n) { return n < 9 ? __read_alias (d, b, n) : __read_chk (d, b, n, 9); }";
        var text = CUnit.Analyse(CUnit.WithHeader(header, "long f (char *b) { return read (0, b, 1) + 1; } long (*p) (int, void *, unsigned long) = read;")).Instrumented();
        Assert.That(text, Does.Contain("__upstare_read (d, b, n) : __upstare___read_chk (d, b, n, 9)").And.Contain("= read (0, b, 1)").And.Contain("= __upstare_read;"));
    }

    // glibc's way with -std=c11: signal is System V's.
    [Test]
    public void Blocking_NameThatTheHeaderRedirects_IsThatOfTheSymbol()
    {
        const string header = "extern long signal (int, long) __asm__ (\"__sysv_signal\");";
        Assert.That(CUnit.Analyse(CUnit.WithHeader(header, "long f (int a) { return signal (a, 0) + 1; }")).Instrumented(), Does.Contain("return __upstare___sysv_signal (a, 0)").Or.Contain("= __upstare___sysv_signal (a, 0)"));
    }

    // In other inline functions of headers something may be done with the result before a site comes.
    [Test]
    public void Blocking_OtherInlineFunctionOfAHeader_IsLeftAlone()
    {
        const string header = "int pause (void); static inline int wait_twice (void) { return pause () + pause (); }";
        Assert.That(CUnit.Analyse(CUnit.WithHeader(header, "int f (void) { return wait_twice () + 1; }")).Instrumented(), Does.Not.Contain("__upstare_pause"));
    }

    [Test]
    public void Blocking_Names_AreThoseOfTheRuntimesLists()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "upstare.slnx"))) directory = directory.Parent!;
        var source = Path.Combine(directory.FullName, "UpStare.Runtime.C", "src");
        var lists = string.Concat(new[] { "blocking.h", "wrap_signals.h", "wrap_forks.h", "away.h" }.Select(file => File.ReadAllText(Path.Combine(source, file))));
        var names = System.Text.RegularExpressions.Regex.Matches(lists, @"\bX\((\w+)\)").Select(match => match.Groups[1].Value).Where(name => name != "X").ToList();
        Assert.That(names, Has.Count.GreaterThan(100));
        Assert.That(names.Where(name => !BlockingCalls.IsWrapped(name)), Is.Empty);
        Assert.That(BlockingCalls.All.Except(names), Is.Empty);
    }

    [Test]
    public void Blocking_WrappedFunctions_AreContinuationPoints() =>
        Assert.That(BlockingCalls.All.Except(["setsockopt", "pthread_cancel"]).Where(name => CUnit.Analyse(CUnit.WithHeader($"int {name} (void);", $"int f (void) {{ return {name} () + 1; }}")).Function("f").Points.Count == 0), Is.Empty);

    [TestCase("select", true)]
    [TestCase("sigaction", true)]
    [TestCase("printf", false)]
    public void Blocking_Names_AreThoseTheRuntimeHas(string name, bool expected) =>
        Assert.That((BlockingCalls.IsWrapped(name), BlockingCalls.WrapperOf(name)), Is.EqualTo((expected, "__upstare_" + name)));

    // ---- RenameHiding ----

    private static string Names(string body) => string.Join(' ', CUnit.Analyse($"int g (int); int f (int a) {{ {body} return g (a) + a; }}").Function("f").Locals.Where(l => !l.IsTemporary).Select(l => l.EmittedName));

    [TestCase("{ int a = 1; g (a); }", "a a__1")]
    [TestCase("{ int b = 1; g (b); } { int b = 2; g (b); }", "a b b")]
    [TestCase("for (int a = 0; a < 3; a++) g (a);", "a a__1")]
    [TestCase("{ int a = 1; { int a = 2; g (a); } g (a); }", "a a__1 a__2")]
    [TestCase("int b = ({ int a = 2; g (a); });", "a b a__2")]
    public void Hiding_LocalThatHidesAnother_HasANameOfItsOwn(string body, string expected) => Assert.That(Names(body), Is.EqualTo(expected));

    [Test]
    public void Hiding_Uses_FollowTheirDeclaration()
    {
        var text = CUnit.Analyse("int g (int); int f (int a) { { int a = 1; g (a); a++; } return g (a) + a; }").Instrumented();
        Assert.That(text, Does.Contain("int a__1 = 1;").And.Contain("g (a__1);").And.Contain("a__1++;").And.Contain("g (a);"));
    }

    // ---- what is not touched ----

    [Test]
    public void Unit_WithoutPoints_KeepsItsFunctionsVerbatim()
    {
        const string function = "int  f( int a )  {  return a+a ; }";
        var unit = CUnit.Analyse(function);
        Assert.That((unit.Analysed.Lowered.Count, unit.Instrumented().Contains("return a+a ; }", StringComparison.Ordinal)), Is.EqualTo((0, true)));
    }

    [Test]
    public void Statement_WithoutPoints_KeepsItsText()
    {
        var text = CUnit.Analyse("int g (int); int f (int a, int *p) { g (a); p [a+ 1]  =a ?3:4; return a; }").Instrumented();
        Assert.That(text, Does.Contain("p [a+ 1]  =a ?3:4;"));
    }

    [TestCase("a = sizeof (g (1));")]
    [TestCase("a = _Alignof (__typeof__ (g (1)));")]
    [TestCase("a = __builtin_constant_p (3);")]
    public void Operand_ThatIsNotEvaluated_StaysWhereItIs(string statement) =>
        Assert.That(CUnit.Analyse($"int g (int); int f (int a) {{ {statement} g (2); return a; }}").Instrumented(), Does.Contain(statement));

    // ---- numbering ----

    [Test]
    public void Points_OfAUnit_AreNumberedInOrderOfTheText()
    {
        var unit = CUnit.Analyse("int g (int), h (int); int f (int a) { g (1); while (a) a /= 2; return h (a) + 1; } int k (int a) { return g (g (a)) + 1; }");
        Assert.That(unit.Analysed.Points.Select(p => $"{p.Number}{p.Callee ?? "loop"}"), Is.EqualTo(new[] { "0g", "1loop", "2h", "3g", "4g" }));
    }

    [Test]
    public void Points_AnalysedTwice_AreTheSame()
    {
        const string text = "int g (int); int f (int a) { for (int i = 0; i < g (a); i++) a += g (i) && g (a) ? 1 : 2; return a; }";
        var first = CUnit.Analyse(text).Instrumented();
        Assert.That(CUnit.Analyse(text).Instrumented(), Is.EqualTo(first));
    }

    [Test]
    public void Points_Flag_ChangesTheMacrosOnly()
    {
        const string text = "int g (int); int f (int a) { g (a); return a; }";
        var (trap, flag) = (CUnit.Analyse(text).Instrumented(), CUnit.Analyse(text, new CompileOptions { Poll = PollMode.Flag }).Instrumented());
        Assert.That(flag, Does.Contain("cmpb $0,__upstare_flag"));
        Assert.That(trap, Does.Not.Contain("__upstare_flag"));
        Assert.That(flag, Does.Contain(@"UPSTARE_SITE (0, 1, ""pushq %q0\n\t"", UPSTARE_ANY (a));"));
    }

    // In a function with very many operands (40, SiteWriter) these prefer memory.
    [TestCase(13, false)]
    [TestCase(14, true)]
    public void Sites_OfAFunctionWithManyOperands_PreferMemory(int calls, bool preferMemory)
    {
        var body = string.Concat(Enumerable.Repeat("g (a); ", calls - 1));
        var text = CUnit.Analyse($"int g (int); int f (int a, double d, int n) {{ int x[2]; x[0] = n; g (*x); {body} return a + d + x[1]; }} int h (int a) {{ g (a); return a; }}").Instrumented();
        Assert.That(text.Contains("UPSTARE_MEMORY (a), \"xm,xm\" (d), \"m,m\" (x)", StringComparison.Ordinal), Is.EqualTo(preferMemory), text);
        Assert.That(text.Contains("UPSTARE_ANY (a), \"xm\" (d), \"m\" (x)", StringComparison.Ordinal), Is.Not.EqualTo(preferMemory));
        Assert.That(text, Does.Contain(@"UPSTARE_SITE (" + calls + @", 1, ""pushq %q0\n\t"", UPSTARE_ANY (a));"), "a small function beside it");
    }

    // ---- patches ----

    [Test]
    public void Patch_VariableThatStays_IsDeclaredOnly()
    {
        var text = CUnit.Analyse("static int x = 3; int g (int); int f (int a) { g (a); return x; }").Patch();
        Assert.That(text, Does.Contain("extern int x __asm__ (\"__upstare_e0\")").And.Not.Contain("= 3"));
    }

    [Test]
    public void Patch_NewVariable_IsDefinedUnderItsEntitysSymbol()
    {
        var text = CUnit.Analyse("static int x = 3; int g (int); int f (int a) { g (a); return x; }").Patch("x");
        Assert.That(text, Does.Match(@"(?<!extern )int x __asm__ \(""__upstare_e0""\).* = 3;"));
    }

    [Test]
    public void Patch_ArrayOfUnknownSize_GetsTheSizeOfItsInitialiser()
    {
        var text = CUnit.Analyse("static int x[] = { 1, 2, 3 }; int g (int); int f (int a) { g (a); return x[a]; }").Patch();
        Assert.That(text, Does.Contain("extern int x[3] __asm__"));
    }

    [Test]
    public void Patch_StaticLocals_MoveToFileScopeUnderNamesOfTheirOwn()
    {
        var text = CUnit.Analyse("int g (int); int f (int a) { static int n = 1; g (a); { static int n = 2; n++; } return n; }").Patch("f.n");
        Assert.That(text, Does.Contain("n__e1 __asm__ (\"__upstare_e1\")").And.Contain("n__e2++;").And.Contain("return n__e1;"));
    }

    [Test]
    public void Patch_AddressOfAFunction_IsTheOneItIsKnownBy()
    {
        var text = CUnit.Analyse("int g (int), k (int (*) (int)); static int t (int a) { return g (a) + 1; } int f (int a) { return k (t) + t (a); }").Patch();
        Assert.That(text, Does.Contain("k (upstare_id_t)").And.Contain("upstare_id_t __asm__ (\"__upstare_e0\")").And.Contain(".set __upstare_d0,t"));
    }

    [Test]
    public void Patch_Constructors_AreOrdinaryFunctions() =>
        Assert.That(CUnit.Analyse("int g (int); __attribute__ ((constructor (101))) void f (void) { g (1); g (2); }").Patch(), Does.Contain("__attribute__ ((__unused__)) void f"));

    [Test]
    public void Patch_EveryFunctionWithPoints_HasAClone()
    {
        var text = CUnit.Analyse("int g (int); int leaf (void) { return 1; } int f (int a) { return g (a) + 1; } double h (int a) { return g (a) + 1; }").Patch();
        Assert.That(text, Does.Contain("int __upstare_c0_1 (void)").And.Contain("double __upstare_c0_2 (void)").And.Not.Contain("__upstare_c0_0"));
    }

    // ---- LowerCleanups ----

    private const string Cleanup = "void h (int *); void k (void *); int g (int); ";

    [TestCase("int f (int a) { __attribute__ ((cleanup (h))) int b = g (a); return b; }", "__attribute__ ((__unused__)) int b = ")]
    [TestCase("int f (int a) { int b __attribute__ ((unused, __cleanup__ (h), aligned (8))) = g (a); return b; }", "int b __attribute__ ((unused, __unused__, aligned (8))) = ")]
    [TestCase("int f (int a) { int c = 1, b __attribute ((cleanup (h))) = g (a); return b + c; }", "int b __attribute ((__unused__)) = ")]
    public void Cleanup_Attribute_BecomesACall(string text, string declaration)
    {
        var instrumented = CUnit.Analyse(Cleanup + text).Instrumented();
        Assert.That(instrumented, Does.Contain(declaration).And.Contain("h (&b); UPSTARE_SITE").And.Not.Contain("cleanup"));
    }

    [TestCase("{ int b __attribute__ ((cleanup (h))) = g (a); if (a) return 1; b++; } return 2;", "g h h")]
    [TestCase("for (int b __attribute__ ((cleanup (h))) = 0; b < a; b++) if (b == 3) break; return 2;", "loop h")]
    [TestCase("while (a--) { int b __attribute__ ((cleanup (h))) = 0; if (a == 4) continue; if (a == 3) break; } return 2;", "h h h")]
    [TestCase("{ int b __attribute__ ((cleanup (h))) = 0, c __attribute__ ((cleanup (h))) = ({ if (a) goto out; g (1); }); } out: return 2;", "h g h h")]
    [TestCase("return ({ int b __attribute__ ((cleanup (h))) = g (a); b; });", "g h")]
    public void Cleanup_Exits_HaveOneCallEach(string body, string points) => Assert.That(CUnit.Analyse($"{Cleanup}int f (int a) {{ {body} }}").Points("f"), Is.EqualTo(points));

    [Test]
    public void Cleanup_InAFunctionWithoutPoints_StaysAsItIs()
    {
        const string function = "int f (int a) { int b __attribute__ ((cleanup (h))) = a; return b; }";
        Assert.That(CUnit.Analyse("static inline void h (int *p) { ++*p; } " + function).Instrumented(), Does.Contain(function));
    }

    [TestCase("int f (int a) { int b __attribute__ ((cleanup (h))) = g (a); { int h = b; return h; } }", "'h' is the cleanup function of 'b' and a variable")]
    [TestCase("int f (int a) { static int b __attribute__ ((cleanup (h))) = 1; return g (b); }", "an attribute cleanup that has no effect, or that libclang does not show")]
    [TestCase("int f (int a) { __attribute__ ((cleanup (k))) struct s { int n; } b = { g (a) }; return b.n; }", "'b' has the attribute cleanup in a declaration that defines a type")]
    public void Cleanup_ThatIsNotLowered_IsAReason(string text, string reason) => Assert.That(CUnit.Analyse(Cleanup + text).Reasons("f"), Does.Contain(reason));

    [Test]
    public void Cleanup_WithExceptions_IsAReason()
    {
        var unit = CUnit.Analyse(Cleanup + "int f (int a) { int b __attribute__ ((cleanup (h))) = g (a); return b; }", null, "-fexceptions");
        Assert.That(unit.Reasons("f"), Has.One.Contains("with -fexceptions"));
    }
}
