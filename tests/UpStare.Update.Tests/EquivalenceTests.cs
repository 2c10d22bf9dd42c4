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

    private static void Compare(string name, string level, params string[] options)
    {
        var arguments = Corpus.Arguments(name);
        var theirs = Shell.Run(Toolchain.Gcc(level, arguments), []);
        var ours = Shell.Run(Toolchain.UpStareCc(level, [.. options, .. arguments]), []);
        Assert.Multiple(() =>
        {
            Assert.That(ours.Output, Is.EqualTo(theirs.Output), ours.Command);
            Assert.That(ours.ExitCode, Is.EqualTo(theirs.ExitCode), ours.Command);
        });
    }
}
