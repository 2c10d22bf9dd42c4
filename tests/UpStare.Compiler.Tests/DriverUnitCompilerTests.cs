using System.Text;
using UpStare.Compiler.Driver;

namespace UpStare.Compiler.Tests;

/// <summary>One unit through gcc, with passes that do what a test wants.</summary>
[TestFixture, NonParallelizable]
public sealed class DriverUnitCompilerTests
{
    private string directory = "";
    private string previous = "";

    private sealed class Passes(Func<PreprocessedUnit, TransformResult> transform) : IUnitTransformer
    {
        public TransformResult Transform(PreprocessedUnit unit, CompileOptions options) => transform(unit);
    }

    [SetUp]
    public void MakeDirectory()
    {
        previous = Environment.CurrentDirectory;
        directory = Directory.CreateTempSubdirectory("upstare-test-").FullName;
        Environment.CurrentDirectory = directory;
    }

    [TearDown]
    public void DeleteDirectory()
    {
        Environment.CurrentDirectory = previous;
        Directory.Delete(directory, recursive: true);
    }

    private UnitOutcome Compile(string source, string words, Func<PreprocessedUnit, TransformResult> transform)
    {
        File.WriteAllText("a.c", source);
        var line = CommandLine.Parse(words.Split(' '));
        var tools = new UnitTools(new ToolRunner("gcc"), new Passes(transform), line.Options);
        Directory.CreateDirectory("temporary");
        return UnitCompiler.Compile(tools, BuildPlan.Make(line, directory).Units.Single(), directory + "/temporary");
    }

    // Instrumented text in small: a macro of ours behind the first line marker, used in the text.
    private static TransformResult Instrument(PreprocessedUnit unit, Func<string, string> rewrite)
    {
        var text = Encoding.Latin1.GetString(unit.Text);
        var second = text.IndexOf('\n') + 1;
        return new TransformResult.Instrumented(Encoding.Latin1.GetBytes(
            text[..second] + "# 1 \"<upstare>\" 3\n#define UPSTARE_TWICE(x) ((x) + (x))\n" + rewrite(text)));
    }

    private string Run(string command, params string[] arguments)
    {
        var result = new ToolRunner(command).Run(arguments, captureOutput: true);
        return Encoding.UTF8.GetString(result.Output);
    }

    private static string Text(UnitOutcome outcome) => Encoding.UTF8.GetString(outcome.Messages);

    [Test]
    public void Unit_Instrumented_OwnMacrosExpandAndUsersDoNot()
    {
        // "linux" is a macro under gnu17; in this text it is a name that a previous stage has left alone.
        var outcome = Compile("int f(int a) { return a; }\n", "-g -O1 -c a.c", unit => Instrument(unit, text =>
            text.Replace("return a;", "int linux = 1; return UPSTARE_TWICE(a) + linux;")));
        Assert.That(outcome.Status, Is.Zero, Text(outcome));
        var dwarf = Run("readelf", "--debug-dump=info", "a.o");
        Assert.That(dwarf, Does.Match(@"DW_AT_name\s+:.*: a\.c"), "the unit keeps its name");
        Assert.That(Run("objdump", "-d", "a.o"), Does.Contain("0x1(%rdi,%rdi,1)"), "a + a + 1");
    }

    [Test]
    public void Unit_WithMacrosInItsText_DoesNotExpandThemTwice()
    {
        var outcome = Compile("int (g)(int);\n#define g(a) g(a + 1)\n#undef unused\nint f(int a) { return g(a); }\n", "-g3 -O2 -c a.c", unit => Instrument(unit, text => text));
        Assert.That(outcome.Status, Is.Zero, Text(outcome));
        Assert.That(Run("objdump", "-d", "a.o"), Does.Contain("$0x1,%edi").Or.Contain("0x1(%rdi)").And.Not.Contain("0x2"), "a + 1, not a + 1 + 1");
    }

    [Test]
    public void Unit_PassThrows_IsCompiledPlainWithOneWarning()
    {
        var outcome = Compile("int f(void) { return 1; }\n", "-c a.c", _ => throw new InvalidOperationException("boom"));
        Assert.That(outcome.Status, Is.Zero);
        Assert.That(Text(outcome), Is.EqualTo(
            "upstare-cc: warning: a.c: not instrumented: internal error: InvalidOperationException: boom\n"));
        Assert.That(File.Exists("a.o"));
    }

    [Test]
    public void Unit_FallsBack_GivesTheReasonOnce()
    {
        var outcome = Compile("int f(void) { return 1; }\n", "-c a.c", _ => new TransformResult.FallBack("too odd"));
        Assert.That(Text(outcome), Is.EqualTo("upstare-cc: warning: a.c: not instrumented: too odd\n"));
        Assert.That(File.Exists("a.o"));
    }

    [Test]
    public void Unit_InstrumentedTextIsWrong_FallsBack()
    {
        var outcome = Compile("int f(void) { return 1; }\n", "-c a.c", unit => Instrument(unit, text => text + "int = 2;\n"));
        Assert.That(outcome.Status, Is.Zero);
        Assert.That(Text(outcome), Does.Contain("gcc rejects the instrumented unit").And.Contain("expected identifier"));
        Assert.That(Run("nm", "a.o"), Does.Contain(" T f"));
    }

    [Test]
    public void Unit_WarningOnlyInInstrumentedText_DoesNotFailWerror()
    {
        var outcome = Compile("int f(void) { return 1; }\n", "-Wall -Werror -c a.c", unit =>
            Instrument(unit, text => text + "int extra; static int unused(void) { return 2; }\n"));
        Assert.That(outcome.Status, Is.Zero);
        Assert.That(Text(outcome), Is.Empty);
        Assert.That(Run("nm", "a.o"), Does.Contain("extra"), "the instrumented unit was kept");
    }

    [Test]
    public void Unit_SourceIsWrong_SaysWhatGccSays()
    {
        var outcome = Compile("int f(void) { return y; }\n", "-Wall -c a.c", unit => Instrument(unit, text => text));
        var plain = new ToolRunner("gcc").Run(["-Wall", "-c", "a.c"], captureOutput: false);
        Assert.That(outcome.Status, Is.EqualTo(1).And.EqualTo(plain.Status));
        Assert.That(Text(outcome), Is.EqualTo(Encoding.UTF8.GetString(plain.Errors)));
        Assert.That(File.Exists("a.o"), Is.False);
    }

    [Test]
    public void Unit_PreprocessorFails_SaysWhatGccSays()
    {
        var outcome = Compile("#include \"none.h\"\n#error no\n", "-c a.c", _ => throw new InvalidOperationException());
        var plain = new ToolRunner("gcc").Run(["-c", "a.c"], captureOutput: false);
        Assert.That(outcome.Status, Is.EqualTo(1));
        Assert.That(Text(outcome), Is.EqualTo(Encoding.UTF8.GetString(plain.Errors)));
    }

    [Test]
    public void Unit_DependenciesAsked_AreWrittenAsByGcc()
    {
        File.WriteAllText("h.h", "#define H 1\n");
        const string Source = "#include \"h.h\"\nint f(void) { return H; }\n";
        Directory.CreateDirectory("o");
        Assert.That(Compile(Source, "-MMD -MP -c a.c -o o/x.o", unit => Instrument(unit, t => t)).Status, Is.Zero);
        var ours = File.ReadAllText("o/x.d");
        Run("gcc", "-MMD", "-MP", "-c", "a.c", "-o", "o/x.o");
        Assert.That(ours, Is.EqualTo(File.ReadAllText("o/x.d")));
    }

    [Test]
    public void Unit_Stored_HasTextAndCodeFlags()
    {
        PreprocessedUnit? seen = null;
        Compile("int f(void) { return X; }\n", "-O2 -DX=3 -Wall -c a.c", unit =>
        {
            seen = unit;
            return new TransformResult.Untouched();
        });
        Assert.That(seen!.Source.Arguments, Is.EqualTo(new[] { "-O2" }));
        Assert.That(Encoding.UTF8.GetString(seen.Text), Does.StartWith("# 0 \"a.c\"").And.Contain("return 3;"));
        Assert.That((seen.MainFile, seen.Source.WorkingDirectory), Is.EqualTo(("a.c", directory)));
    }

    [Test]
    public void Unit_SaveTemps_KeepsBothTexts()
    {
        Compile("int f(int a) { return a; }\n", "-save-temps -c a.c", unit => Instrument(unit, text =>
            text.Replace("return a", "return UPSTARE_TWICE(a)")));
        Assert.That(File.ReadAllText("a.i"), Does.Contain("return a;"));
        Assert.That(File.ReadAllText("a.upstare.c"), Does.Contain("return UPSTARE_TWICE(a);"));
        Assert.That(File.Exists("a.s"));
    }

    [Test]
    public void Tool_EndsBySignal_StatusIsTheShells() =>
        Assert.That(new ToolRunner("sh").Run(["-c", "kill -9 $$"], captureOutput: true).Status, Is.EqualTo(128 + 9));

    [Test]
    public void Tool_Missing_IsAnErrorWithItsName() =>
        Assert.That(() => new ToolRunner("no-such-gcc").Run([], captureOutput: true),
            Throws.InstanceOf<IOException>().With.Message.Contains("no-such-gcc"));
}
