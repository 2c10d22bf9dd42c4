namespace UpStare.Update.Tests;

/// <summary>Thousands of frames (tests/deep), brought to the next version and on to the third at the deepest point.</summary>
[TestFixture]
public sealed class DeepRecursionTests
{
    /// <summary>Each frame returns in the version that runs last, with what it had in the first.</summary>
    [TestCase("-O0")]
    [TestCase("-O2")]
    public void Frames_ThousandsDeep_GoOnInTheNewVersions(string level)
    {
        var versions = Enumerable.Range(1, 3).Select(version => Toolchain.UpStareCc(level, Repository.At("tests", "deep", $"v{version}.c"))).ToArray();
        using var program = LiveProgram.Start(versions[0]);
        for (var i = 0; i < 2; i++)
        {
            program.WaitForLines(i + 1);
            var apply = UpdateCaseTests.Apply(program, Toolchain.Patch(versions[i], versions[i + 1]));
            Assert.That(apply.Output, Does.Match("^updated: pause [0-9]+ us, 300[0-9] frames"), apply.ToString());
            program.Send("x");
        }

        string[] expected = ["one: deepest 0", "two: deepest 1", "three: deepest 2", "result 442, top 9, frames 3000", "three: frames 0 0 3000"];
        Assert.That(program.Finish().Lines, Is.EqualTo(expected));
    }
}
