namespace UpStare.Update.Tests;

/// <summary>
/// A sample of what `./build.sh torture` runs whole: programs of gcc's and tcc's tests and of csmith, compared with gcc, updated to
/// themselves and rolled back. Which ones is in tests/torture/sample.txt.
/// </summary>
[TestFixture]
public sealed class TortureSampleTests
{
    /// <summary>Fewer updates than in a whole run.</summary>
    private static readonly Effort Effort = new() { AllUpTo = 6, Samples = 4, Repeated = 50, RollBacks = 200, KeepIn = Repository.At("artifacts", "test", "torture-failures") };

    private static IEnumerable<TestCaseData> Sample =>
        File.ReadLines(Repository.At("tests", "torture", "sample.txt")).Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ', 2)).Select(words => new TestCaseData(words[0], words[1]));

    /// <summary>Everything is as with gcc, whatever update strikes.</summary>
    [TestCaseSource(nameof(Sample))]
    public void Program_OfACorpus_IsAsWithGccAndSurvivesUpdates(string program, string options)
    {
        var (corpus, name) = program.Split('/') is [var first, var second] ? (first, second) : throw new FormatException(program);
        var trial = Torturer.Run(Corpora.Find(corpus, name), options, Effort);
        Assert.That(trial.Verdict, Is.EqualTo(Verdict.Right).Or.EqualTo(Verdict.Refused), trial.Reason ?? TortureTable.Describe(trial));
    }
}
