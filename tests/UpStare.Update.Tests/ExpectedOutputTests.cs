namespace UpStare.Update.Tests;

/// <summary>The judge is judged: what ExpectedOutput accepts and rejects.</summary>
[TestFixture]
public sealed class ExpectedOutputTests
{
    private static readonly string[] Text = ["start", "a || A", "{", "b || B", "c || C", "}", "- || extra", "/d+/ || D"];

    /// <summary>Every place where a program may go over to the new version.</summary>
    [TestCase("start a b c ddd", ExpectedResult = true)]
    [TestCase("start a b c extra D", ExpectedResult = true)]
    [TestCase("start a b c D", ExpectedResult = true)]
    [TestCase("start a B C extra D", ExpectedResult = true)]
    [TestCase("start A B C extra D", ExpectedResult = true)]
    [TestCase("start A b c ddd", ExpectedResult = false)]
    [TestCase("start a b C extra D", ExpectedResult = false)]
    [TestCase("start a B C extra ddd", ExpectedResult = false)]
    [TestCase("start a b c", ExpectedResult = false)]
    [TestCase("start a b c ddd more", ExpectedResult = false)]
    [TestCase("start b c ddd", ExpectedResult = false)]
    public bool Matches_OldThenNew(string lines) => Expected().Matches(lines.Split(' '), 0, 1);

    /// <summary>An output with new lines is not that of the old version.</summary>
    [Test]
    public void Matches_NewLines_AreNotTheOldVersion() =>
        Assert.That(Expected().Matches("start A B C extra D".Split(' '), 0, 0), Is.False);

    private static ExpectedOutput Expected()
    {
        var path = Workspace.Fresh("expected");
        File.WriteAllLines(path, Text);
        return ExpectedOutput.Read(path);
    }
}
