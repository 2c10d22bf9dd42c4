namespace UpStare.Plots.Tests;

/// <summary>Ratios to plain gcc.</summary>
[TestFixture]
public sealed class OverheadTests
{
    /// <summary>The machine was twice as slow in the second round: the ratio does not show it.</summary>
    [Test]
    public void Workload_IsComparedWithinEachRound()
    {
        var run = Runs.Of([.. Runs.Rounds("cpu_us", "p", "w", "plain", 100, 200, 100), .. Runs.Rounds("cpu_us", "p", "w", "trap", 102, 204, 102)]);
        var ratio = new Overhead(run).OfWorkload(Overhead.Time, "p", "w", "trap")!.Value;
        Assert.Multiple(() =>
        {
            Assert.That(ratio.Percent, Is.EqualTo(2).Within(1e-9));
            Assert.That(ratio.High - ratio.Low, Is.Zero.Within(1e-9));
        });
    }

    /// <summary>Workloads count alike, however long they take.</summary>
    [Test]
    public void Program_IsTheGeometricMeanOfItsWorkloads()
    {
        var run = Runs.Of([
            .. Runs.Rounds("cpu_us", "p", "short", "plain", 10), .. Runs.Rounds("cpu_us", "p", "short", "trap", 20),
            .. Runs.Rounds("cpu_us", "p", "long", "plain", 1000), .. Runs.Rounds("cpu_us", "p", "long", "trap", 500)]);
        Assert.That(new Overhead(run).OfProgram(Overhead.Time, "p", "trap")!.Value.Percent, Is.Zero.Within(1e-9));
    }

    [Test]
    public void All_IsTheGeometricMeanOfThePrograms()
    {
        var run = Runs.Of([
            .. Runs.Rounds("cpu_us", "p", "w", "plain", 100), .. Runs.Rounds("cpu_us", "p", "w", "trap", 104),
            .. Runs.Rounds("cpu_ns", "q", "w", "plain", 100), .. Runs.Rounds("cpu_ns", "q", "w", "trap", 100)]);
        Assert.That(new Overhead(run).OfAll(Overhead.Time, "trap"), Is.EqualTo(Math.Sqrt(1.04)).Within(1e-12));
    }

    /// <summary>What ten updates take (50) is known from a run of next to nothing, and is not counted.</summary>
    [Test]
    public void Updates_AreNotPartOfTheTimeAfterThem()
    {
        var run = Runs.Of([
            .. Runs.Rounds("cpu_us", "p", "w", "plain", 1000), .. Runs.Rounds("cpu_us", "p", "w", "trap+10", 1060),
            .. Runs.Rounds("start_cpu_us", "p", "w", "trap", 3), .. Runs.Rounds("start_cpu_us", "p", "w", "trap+10", 53)]);
        Assert.That(new Overhead(run).OfWorkload(Overhead.Time, "p", "w", "trap+10")!.Value.Percent, Is.EqualTo(1).Within(1e-9));
    }

    [Test]
    public void Updates_OfWhichNobodyKnowsWhatTheyTake_AreAnError()
    {
        var run = Runs.Of([.. Runs.Rounds("cpu_us", "p", "w", "plain", 1000), .. Runs.Rounds("cpu_us", "p", "w", "trap+1", 1060)]);
        Assert.That(() => new Overhead(run).OfWorkload(Overhead.Time, "p", "w", "trap+1"), Throws.InstanceOf<FormatException>());
    }

    /// <summary>A mean over some of the workloads would be another number.</summary>
    [Test]
    public void Program_WithAWorkloadThatWasNotMeasured_HasNoRatio()
    {
        var run = Runs.Of([
            .. Runs.Rounds("cpu_us", "p", "a", "plain", 10), .. Runs.Rounds("cpu_us", "p", "a", "flag", 20), .. Runs.Rounds("cpu_us", "p", "b", "plain", 10)]);
        Assert.That(new Overhead(run).OfProgram(Overhead.Time, "p", "flag"), Is.Null);
    }

    [TestCase("cpu_us,p,w,plain,1,fast")]
    [TestCase("cpu_us,p,w,plain,1,NaN")]
    [TestCase("cpu_us,p,w,plain,1,0")]
    [TestCase("cpu_us,p,w,plain,1")]
    [TestCase("cpu_us,p,w,plain,x,1")]
    public void Line_ThatIsNoSample_IsAnErrorThatNamesIt(string line) =>
        Assert.That(() => Runs.Of("cpu_us,p,w,plain,1,1", line), Throws.InstanceOf<FormatException>().With.Message.Contains("samples.csv:3"));
}
