namespace UpStare.Plots.Tests;

/// <summary>Targets, met and missed.</summary>
[TestFixture]
public sealed class TargetsTests
{
    private static Verdict Find(Run run, string name) => new Targets(run).All().Single(v => v.Name == name);

    [TestCase(1010, true)]
    [TestCase(1011, false)]
    public void Mean_OfTimes_IsLimitedToOnePercent(double trap, bool met)
    {
        var run = Runs.Of([.. Runs.Rounds("cpu_us", "p", "w", "plain", 1000), .. Runs.Rounds("cpu_us", "p", "w", "trap", trap)]);
        Assert.That(Find(run, "time, geometric mean").IsMet, Is.EqualTo(met));
    }

    [Test]
    public void Worst_IsNamed()
    {
        var run = Runs.Of([
            .. Runs.Rounds("instructions", "p", "w", "plain", 1000), .. Runs.Rounds("instructions", "p", "w", "trap", 1010),
            .. Runs.Rounds("instructions", "q", "w", "plain", 1000), .. Runs.Rounds("instructions", "q", "w", "trap", 1040)]);
        var verdict = Find(run, "instructions, each program");
        Assert.Multiple(() =>
        {
            Assert.That(verdict.Where, Is.EqualTo("q"));
            Assert.That(verdict.Measured, Is.EqualTo(4).Within(1e-9));
            Assert.That(verdict.IsMet, Is.False);
        });
    }

    /// <summary>1000 bytes of which 200 are cold, and 1540 of which 500 are: 800 against 1040, and 300 more of 1000.</summary>
    [Test]
    public void Text_IsExecutedOrCold()
    {
        var run = Runs.Of("text,p,all,plain,1,1000", "cold_text,p,all,plain,1,200", "text,p,all,trap,1,1540", "cold_text,p,all,trap,1,500");
        Assert.Multiple(() =>
        {
            Assert.That(Find(run, "executed text, each program").Measured, Is.EqualTo(30).Within(1e-9));
            Assert.That(Find(run, "cold text in addition, of plain gcc's whole text, each program").Measured, Is.EqualTo(30).Within(1e-9));
        });
    }

    [Test]
    public void Threads_AreLimitedInMilliseconds()
    {
        var run = Runs.Of(Runs.Rounds("latency_us", "threads", "64", "trap", 900, 1000, 12000));
        Assert.Multiple(() =>
        {
            Assert.That(Find(run, "update of 64 threads, median"), Is.EqualTo(new Verdict("update of 64 threads, median", 1, 1, "ms")));
            Assert.That(Find(run, "update of 64 threads, 99 %").Measured, Is.EqualTo(11.78).Within(1e-9));
        });
    }

    /// <summary>The best of the rounds, of the program that takes the most in addition; others have no target.</summary>
    [TestCase(1400, true)]
    [TestCase(1401, false)]
    public void Compiling_IsLimitedToFortyPercent(double postgresql, bool met)
    {
        var run = Runs.Of([
            .. Runs.Rounds("compile_wall_us", "lua", "all", "plain", 1000), .. Runs.Rounds("compile_wall_us", "lua", "all", "trap", 9000),
            .. Runs.Rounds("compile_wall_us", "redis", "all", "plain", 1000), .. Runs.Rounds("compile_wall_us", "redis", "all", "trap", 1300),
            .. Runs.Rounds("compile_wall_us", "postgresql", "all", "plain", 2000, 1000), .. Runs.Rounds("compile_wall_us", "postgresql", "all", "trap", postgresql, 2000)]);
        var verdict = Find(run, "compile time, Redis and PostgreSQL, wall clock");
        Assert.Multiple(() =>
        {
            Assert.That(verdict.Where, Is.EqualTo("postgresql"));
            Assert.That(verdict.IsMet, Is.EqualTo(met));
        });
    }

    [TestCase(999_000, true)]
    [TestCase(1_001_000, false)]
    public void Heap_IsConvertedInASecond(double pause, bool met)
    {
        var run = Runs.Of(Runs.Rounds("pause_us", "heap", "1000000", "types", 1, pause, 2_000_000));
        Assert.That(Find(run, "pause of an update that converts 1,000,000 objects on the heap, median"), Has.Property(nameof(Verdict.IsMet)).EqualTo(met).And.Property(nameof(Verdict.Measured)).EqualTo(pause / 1000));
    }

    /// <summary>A reason is given where it belongs: to the program that misses the target.</summary>
    [TestCase("sqlite", 4, true)]
    [TestCase("sqlite", 3, false)]
    [TestCase("redis", 4, false)]
    public void Reason_IsGivenForWhatIsMissed(string program, double measured, bool given) =>
        Assert.That(Reasons.For([new Verdict("instructions, each program", 3, measured, "%", program)]).Any(), Is.EqualTo(given));

    [Test]
    public void WhatWasNotMeasured_HasNoVerdict() => Assert.That(new Targets(Runs.Of()).All(), Is.Empty);
}
