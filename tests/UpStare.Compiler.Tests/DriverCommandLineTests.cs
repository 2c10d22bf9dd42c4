using UpStare.Compiler.Driver;

namespace UpStare.Compiler.Tests;

/// <summary>Reading gcc's command line.</summary>
[TestFixture]
public sealed class DriverCommandLineTests
{
    private static CommandLine Parse(string words) =>
        CommandLine.Parse(words.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [TestCase("-o out a.c")]
    [TestCase("-oout a.c")]
    [TestCase("--output out a.c")]
    [TestCase("--output=out a.c")]
    [TestCase("-o first -o out a.c")]
    public void Output_EverySpelling_IsRead(string words) =>
        Assert.That(Parse(words).Output, Is.EqualTo("out"));

    [TestCase("-D")] [TestCase("-U")] [TestCase("-I")] [TestCase("-include")] [TestCase("-imacros")]
    [TestCase("-isystem")] [TestCase("-iquote")] [TestCase("-idirafter")] [TestCase("-MF")] [TestCase("-MT")]
    [TestCase("-MQ")] [TestCase("-Xlinker")] [TestCase("-Xassembler")] [TestCase("-Xpreprocessor")] [TestCase("-L")]
    [TestCase("-l")] [TestCase("-T")] [TestCase("-u")] [TestCase("-z")] [TestCase("-e")] [TestCase("-B")]
    [TestCase("-aux-info")] [TestCase("--param")] [TestCase("-dumpbase")] [TestCase("--include")]
    [TestCase("--define-macro")] [TestCase("--sysroot")] [TestCase("-wrapper")] [TestCase("-A")] [TestCase("-specs")]
    public void SeparateArgument_LooksLikeInput_IsNoInput(string option)
    {
        var line = Parse($"{option} x.c -c real.c");
        Assert.That(line.Inputs.Select(i => i.Name), Is.EqualTo(new[] { "real.c" }));
        Assert.That(line.GccWords, Is.EqualTo(new[] { option, "x.c", "-c", "real.c" }));
    }

    [TestCase("-undef", ArgumentKind.Preprocessor)]
    [TestCase("-static", ArgumentKind.Other)]
    [TestCase("-DX=1", ArgumentKind.Preprocessor)]
    [TestCase("-Wp,-MD,x.d", ArgumentKind.Preprocessor)]
    [TestCase("-Wl,-z,now", ArgumentKind.Linker)]
    [TestCase("-Wall", ArgumentKind.Other)]
    [TestCase("-lm", ArgumentKind.Linker)]
    [TestCase("-dD", ArgumentKind.Preprocessor)]
    [TestCase("-dumpversion", ArgumentKind.Question)]
    [TestCase("-print-file-name=libc.a", ArgumentKind.Question)]
    [TestCase("-###", ArgumentKind.Question)]
    [TestCase("-MMD", ArgumentKind.Dependency)]
    [TestCase("-save-temps=obj", ArgumentKind.SaveTemps)]
    [TestCase("-fsyntax-only", ArgumentKind.Mode)]
    [TestCase("-fupstare-poll=flag", ArgumentKind.Own)]
    [TestCase("-march=native", ArgumentKind.Other)]
    [TestCase("-iquotedir", ArgumentKind.Preprocessor)]
    public void Option_OneWord_HasItsKind(string word, ArgumentKind kind) =>
        Assert.That(Parse(word).Arguments.Single().Kind, Is.EqualTo(kind));

    [TestCase("a.c", OutputMode.Link)]
    [TestCase("-c a.c", OutputMode.Object)]
    [TestCase("-c -S a.c", OutputMode.Assembly)]
    [TestCase("-E -c a.c", OutputMode.NoCode)]
    [TestCase("-MM a.c", OutputMode.NoCode)]
    [TestCase("-MD -c a.c", OutputMode.Object)]
    public void Mode_SeveralOptions_EarliestStageWins(string words, OutputMode mode) =>
        Assert.That(Parse(words).Mode, Is.EqualTo(mode));

    [Test]
    public void Language_SwitchedBetweenInputs_AppliesToWhatFollows()
    {
        var line = Parse("a.c -x c b.txt -xassembler c.c -x none d.c e.i f.cc g.S h.o");
        Assert.That(line.Inputs.Select(i => i.Language), Is.EqualTo(new[]
        {
            InputLanguage.C, InputLanguage.C, InputLanguage.Other, InputLanguage.C, InputLanguage.PreprocessedC,
            InputLanguage.Other, InputLanguage.Other, InputLanguage.Other,
        }));
    }

    [Test]
    public void OwnOptions_AllGiven_AreTakenOut()
    {
        var line = Parse("-fupstare-poll=flag -fupstare-save=all -fupstare-points=manual -fupstare-verbose "
            + "--dump-after=lower -O2 -c a.c");
        Assert.That(line.Options, Is.EqualTo(new CompileOptions
        {
            Poll = PollMode.Flag, Save = SaveMode.All, Points = PointMode.Manual, Verbose = true, DumpAfter = "lower",
        }));
        Assert.That(line.GccWords, Is.EqualTo(new[] { "-O2", "-c", "a.c" }));
    }

    [Test]
    public void Away_GivenSeveralTimes_IsOneList()
    {
        var line = Parse("-fupstare-away=SSL_read,SSL_write -fupstare-away=PQexec,SSL_read -c a.c");
        Assert.That(line.Options.Away, Is.EqualTo("PQexec,SSL_read,SSL_write"));
        Assert.That(line.GccWords, Is.EqualTo(new[] { "-c", "a.c" }));
    }

    [TestCase("-fupstare-poll=often")]
    [TestCase("-fupstare-away")]
    [TestCase("-fupstare-away=")]
    [TestCase("-fupstare-away=a,,b")]
    [TestCase("-fupstare-away=a-b")]
    [TestCase("-fupstare-colour")]
    [TestCase("-fno-upstare-poll")]
    public void OwnOption_Unknown_IsAnError(string word) =>
        Assert.That(Parse(word + " a.c").Error, Does.Contain(word));

    [TestCase("-fno-upstare -fupstare a.c", true)]
    [TestCase("-fupstare -fno-upstare a.c", false)]
    public void Enabled_GivenTwice_LastCounts(string words, bool enabled) =>
        Assert.That(Parse(words).Enabled, Is.EqualTo(enabled));

    [TestCase("a b\n c", new[] { "a", "b", "c" })]
    [TestCase("'a b' \"c d\"", new[] { "a b", "c d" })]
    [TestCase("-DX=\\\"y\\\" \"q\\\"r\"", new[] { "-DX=\"y\"", "q\"r" })]
    [TestCase("a''b \"\"", new[] { "ab", "" })]
    [TestCase("one\\ word", new[] { "one word" })]
    public void ResponseFile_Quoting_IsLibibertys(string text, string[] words) =>
        Assert.That(ResponseFiles.Split(text), Is.EqualTo(words));

    [Test]
    public void ResponseFile_Nested_IsExpandedInPlace()
    {
        var directory = Directory.CreateTempSubdirectory("upstare-test-").FullName;
        try
        {
            File.WriteAllText(directory + "/inner", "-DX \"a b.c\"");
            File.WriteAllText(directory + "/outer", $"-c @{directory}/inner");
            Assert.That(ResponseFiles.Expand(["-O2", $"@{directory}/outer", "@missing"]),
                Is.EqualTo(new[] { "-O2", "-c", "-DX", "a b.c", "@missing" }));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Test]
    public void ResponseFile_QuotedWord_ReadsBackAsItself()
    {
        const string Word = "a \"b\" \\ 'c'";
        Assert.That(ResponseFiles.Split(ResponseFiles.Quote(Word)), Is.EqualTo(new[] { Word }));
    }
}
