namespace UpStare.Update.Tests;

/// <summary>A program built with upstare-cc does what it does with gcc: same output, same exit status, at every level.</summary>
[TestFixture]
public sealed class EquivalenceTests
{
    private static IEnumerable<string> Programs => Corpus.Updatable.Concat(Corpus.Unchanged);

    /// <summary>Poll mode trap (the default), every level.</summary>
    [Test]
    public void Program_BuiltWithUpStareCc_BehavesAsWithGcc(
        [ValueSource(nameof(Programs))] string name, [ValueSource(typeof(Corpus), nameof(Corpus.Levels))] string level) =>
        Compare(name, level);

    /// <summary>Poll mode flag, and all variables saved.</summary>
    [Test]
    public void Program_WithOtherModes_BehavesAsWithGcc([ValueSource(nameof(Programs))] string name)
    {
        Compare(name, "-O2", "-fupstare-poll=flag");
        Compare(name, "-O1", "-fupstare-save=all");
    }

    /// <summary>With options that distributions build with, and others of gcc's, by turns.</summary>
    [Test]
    public void Program_WithOptionsOfDistributions_BehavesAsWithGcc([ValueSource(nameof(Programs))] string name)
    {
        string[][] sets = [["-D_FORTIFY_SOURCE=2", "-fstack-protector-strong"], ["-g", "-fno-omit-frame-pointer"], ["-flto"], ["-fsanitize=undefined", "-fno-sanitize-recover"], ["-D_FORTIFY_SOURCE=3", "-fPIE", "-pie", "-Wl,-z,relro,-z,now", "-fcf-protection"]];
        var options = sets[Programs.TakeWhile(other => other != name).Count() % sets.Length];
        var arguments = Corpus.Arguments(name);
        AssertSame(Toolchain.Gcc("-O2", [.. options, .. arguments]), Toolchain.UpStareCc("-O2", [.. options, .. arguments]));
    }

    /// <summary>The programs for what can be instrumented are: nothing in them falls back unseen.</summary>
    [Test]
    public void Program_IsInstrumented([ValueSource(typeof(Corpus), nameof(Corpus.Updatable))] string name) =>
        Assert.That(Toolchain.Said(Toolchain.UpStareCc("-O2", Corpus.Arguments(name))), Does.Not.Contain("not instrumented"));

    private static void Compare(string name, string level, params string[] options)
    {
        var arguments = Corpus.Arguments(name);
        AssertSame(Toolchain.Gcc(level, arguments), Toolchain.UpStareCc(level, [.. options, .. arguments]));
    }

    private static void AssertSame(string gcc, string upstare)
    {
        var (theirs, ours) = (Shell.Run(gcc, []), Shell.Run(upstare, []));
        Assert.Multiple(() =>
        {
            Assert.That(ours.Output, Is.EqualTo(theirs.Output), ours.Command);
            Assert.That(ours.ExitCode, Is.EqualTo(theirs.ExitCode), ours.Command);
        });
    }
}
