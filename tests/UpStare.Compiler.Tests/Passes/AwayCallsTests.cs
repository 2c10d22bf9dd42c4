using UpStare.Compiler.Analysis;
using UpStare.Compiler.Driver;
using UpStare.Compiler.Metadata;

namespace UpStare.Compiler.Tests.Passes;

/// <summary>-fupstare-away= and UPSTARE_AWAY: which calls go through a stub, and what is said of the others.</summary>
[TestFixture]
public sealed class AwayCallsTests
{
    private const string Library = "struct pair { long a, b; }; struct large { long a, b, c; }; struct packed { char a; long b; } __attribute__ ((__packed__)); typedef int lanes __attribute__ ((__vector_size__ (16)));\n";

    private static CUnit Analyse(string text, string away = "slow") => CUnit.Analyse(Library + text, new CompileOptions { Away = away });

    private static IEnumerable<string> Warnings(string text, string away = "slow") => AwayCalls.Warnings(Analyse(text, away).Tree).Select(warning => warning.Text);

    [Test]
    public void Call_ByName_GoesThroughTheStub()
    {
        var text = Analyse("int slow (int); int f (int a) { return slow (a) + 1; }").Instrumented();
        Assert.That(text, Does.Contain("extern __typeof__ (slow) __upstare_away_slow __attribute__ ((__visibility__ (\"hidden\")));").And.Contain("__upstare_away_slow (a)")
            .And.Contain(".weak __upstare_away_slow").And.Contain("mov slow@GOTPCREL(%rip),%r11\\n\\tjmp __upstare_away_call").And.Contain("__upstare_missing__link_with_upstare_cc"));
    }

    [Test]
    public void Call_InAPatch_GoesThroughAStubOfThePatch() =>
        Assert.That(Analyse("int slow (int); int f (int a) { return slow (a) + 1; }").Patch(), Does.Contain("__upstare_away_slow (a)").And.Contain(".weak __upstare_away_slow"));

    [Test]
    public void Call_InTailPosition_GoesThroughTheStub() =>
        Assert.That(Analyse("int slow (int); int f (int a) { return slow (a); }").Instrumented(), Does.Contain("return __upstare_away_slow (a);").And.Contain(".weak __upstare_away_slow"));

    [Test]
    public void Attribute_OnADeclaration_IsTakenLikeTheOption()
    {
        var text = Analyse("int slow (int); int slow (int) __attribute__ ((__upstare_away__)); int f (int a) { return slow (a) + 1; }", "").Instrumented();
        Assert.That(text, Does.Contain("__upstare_away_slow (a)").And.Contain("__attribute__ ((__unused__))").And.Not.Contain("__upstare_away__"));
    }

    // It is the same in libraries, and in a version that does not name the function.
    [TestCase("int slow (int); int (*p) (int) = slow; int f (int a) { return p (a) + 1; }")]
    [TestCase("int slow (int); int g (int (*) (int)); int f (void) { return g (slow) + 1; }")]
    [TestCase("int fast (int); int f (int a) { return fast (a) + 1; }")]
    public void AddressOrOtherFunction_IsLeftAlone(string text) => Assert.That(Analyse(text).Instrumented(), Does.Not.Contain("__upstare_away"));

    [TestCase("int slow (int, int, int, int, int, int)", "1, 2, 3, 4, 5, 6", 0)]
    [TestCase("int slow (int, char *, int, int, int, int, char, long)", "1, 0, 3, 4, 5, 6, 7, 8", 2)]
    [TestCase("int slow (int, double, float, double, double, double, double, double, double, double)", "1, 2, 3, 4, 5, 6, 7, 8, 9, 10", 1)]
    [TestCase("int slow (long double)", "1", 3)]
    [TestCase("int slow (int, int, int, int, int, struct pair)", "1, 2, 3, 4, 5, q", 4)]
    [TestCase("int slow (int, ...)", "1, 2.0", AwayWords)]
    [TestCase("int slow ()", "1, 2.0", AwayWords)]
    public void Stub_KnowsHowMuchOfTheStackIsArguments(string declaration, string arguments, int words) =>
        Assert.That(Analyse($"struct pair q; {declaration}; int f (void) {{ return slow ({arguments}) + 1; }}").Instrumented(), Does.Contain($"mov ${words},%r10d"));

    private const int AwayWords = UpStare.Compiler.Frontend.AwayTypes.WordsOfOthers;

    [TestCase("int", "char *", "double", "struct pair", "__int128", "_Complex double")]
    public void Result_InTheUsualRegisters_IsTaken(params string[] types)
    {
        foreach (var type in types)
            Assert.That(Warnings($"{type} slow (void); int f (void) {{ slow (); return 1; }}"), Is.Empty, type);
    }

    [TestCase("long double slow (void);", "", "its result has the type 'long double'")]
    [TestCase("struct large slow (void);", "", "its result has the type 'struct large'")]
    [TestCase("struct packed slow (void);", "", "its result has the type 'struct packed'")]
    [TestCase("int slow (struct large);", "large", "a parameter has the type 'struct large'")]
    [TestCase("int slow (int, ...);", "1, large", "an argument has the type 'struct large'")]
    [TestCase("int slow (int, ...);", "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15", "too many arguments are passed on the stack, and its type does not tell how many")]
    [TestCase("int slow (void) __attribute__ ((ms_abi));", "", "its type has an attribute")]
    [TestCase("int slow (lanes);", "(lanes) { 0 }", "its type has an attribute")]
    [TestCase("int slow (void) __asm__ (\"slow64\");", "", "its symbol is 'slow64'")]
    [TestCase("int slow (void) __attribute__ ((const));", "", "it is not one that blocks")]
    [TestCase("void slow (void) __attribute__ ((noreturn));", "", "its type has an attribute")]
    public void Call_ThatTheStubCannotMake_IsLeftAloneWithAWarning(string declaration, string arguments, string reason)
    {
        var text = $"extern struct large large; {declaration} int f (void) {{ slow ({arguments}); return 1; }}";
        Assert.Multiple(() =>
        {
            Assert.That(Warnings(text), Is.EqualTo(new[] { $"a thread is not away in 'slow': {reason}" }));
            Assert.That(Analyse(text).Instrumented(), Does.Not.Contain("__upstare_away"));
        });
    }

    [Test]
    public void Function_DeclaredInABlock_IsLeftAloneWithAWarning() =>
        Assert.That(Warnings("int f (int a) { extern int slow (int); return slow (a) + 1; }"), Is.EqualTo(new[] { "a thread is not away in 'slow': it is not declared before 'f'" }));

    [Test]
    public void Function_ThatDoesNotBlock_IsLeftAloneWithAWarning()
    {
        var unit = CUnit.Analyse(CUnit.WithHeader("void *malloc (unsigned long);", "void *f (void) { void *p = malloc (4); return p; }"), new CompileOptions { Away = "malloc", HeapTypes = true });
        Assert.That(AwayCalls.Warnings(unit.Tree).Select(warning => warning.Text), Is.EqualTo(new[] { "a thread is not away in 'malloc': it is not one that blocks" }));
        Assert.That(unit.Instrumented(), Does.Not.Contain("__upstare_away_"));
    }

    // Other units may call it through stubs: those of this unit lead them to the program's own.
    [TestCase("int slow (int a) { return a; }", "globl")]
    [TestCase("__attribute__ ((__weak__)) int slow (int a) { return a; }", "weak")]
    public void Function_OfTheProgram_HasAStubThatLeadsThere(string definition, string binding)
    {
        var text = definition + " int f (int a) { return slow (a) + 1; }";
        Assert.Multiple(() =>
        {
            Assert.That(Warnings(text), Is.EqualTo(new[] { "'slow' is a function of the program's own: a thread is not away in it" }));
            Assert.That(Analyse(text).Instrumented(), Does.Contain("slow (a)").And.Not.Contain("__upstare_away_slow (a)").And.Contain($".{binding} __upstare_away_slow").And.Contain("jmp slow@PLT"));
        });
    }

    [Test]
    public void Function_OfTheUnitAlone_HasNoStub() =>
        Assert.That(Analyse("static int slow (int a) { return a; } int f (int a) { return slow (a) + 1; }").Instrumented(), Does.Not.Contain("__upstare_away"));

    // What the runtime wraps anyway can be interrupted, or is on its own list.
    [Test]
    public void Function_ThatIsWrapped_StaysSo()
    {
        var unit = CUnit.Analyse(CUnit.WithHeader("long read (int, void *, unsigned long);", "long f (char *b) { return read (0, b, 1) + 1; }"), new CompileOptions { Away = "read" });
        Assert.That(AwayCalls.Warnings(unit.Tree), Is.Empty);
        Assert.That(unit.Instrumented(), Does.Contain("__upstare_read (0, b, 1)").And.Not.Contain("__upstare_away_"));
    }

    [Test]
    public void Options_AreStored()
    {
        var options = new CompileOptions { Away = "PQexec,SSL_read" };
        Assert.That(CompileOptions.FromStored(new UnitSource { MainFile = "", WorkingDirectory = "", Arguments = [], Options = options.ToStoredOptions(), Text = [] }), Is.EqualTo(options));
        Assert.That(new CompileOptions().ToStoredOptions(), Has.None.Contains("away"));
    }
}
