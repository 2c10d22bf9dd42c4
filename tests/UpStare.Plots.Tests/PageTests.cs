using System.Xml.Linq;

namespace UpStare.Plots.Tests;

/// <summary>The page and its plots, made as the command makes them.</summary>
[TestFixture]
public sealed class PageTests
{
    private static readonly string[] Lines =
    [
        "kind,program,workload,configuration,round,value",
        .. Runs.Rounds("cpu_us", "lua", "fib", "plain", 100000, 100000, 100000),
        .. Runs.Rounds("cpu_us", "lua", "fib", "trap", 101000, 103000, 102000),
        .. Runs.Rounds("cpu_us", "lua", "fib", "again", 100500, 100100, 100700),
        .. Runs.Rounds("rate", "postgresql", "select only", "plain", 10000),
        .. Runs.Rounds("rate", "postgresql", "select only", "trap", 9700),
        .. Runs.Rounds("pause_us", "lua", "loaded", "trap", [.. Enumerable.Range(1, 101).Select(n => 10.0 * n)]),
        .. Runs.Rounds("latency_us", "lua", "loaded", "trap", [.. Enumerable.Range(1, 101).Select(n => 100.0 * n)]),
        .. Runs.Rounds("heap_ns", "heap", "1000000", "plain", 40),
        .. Runs.Rounds("heap_ns", "heap", "1000000", "types", 61, 62, 66),
        .. Runs.Rounds("heap_bytes", "heap", "1000000", "plain", 96),
        .. Runs.Rounds("heap_bytes", "heap", "1000000", "types", 129.5),
        .. Runs.Rounds("pause_us", "heap", "1000000", "types", 400_000, 500_000, 700_000),
        .. Runs.Rounds("compile_cpu_us", "redis", "all", "plain", 100e6, 110e6),
        .. Runs.Rounds("compile_cpu_us", "redis", "all", "trap", 140e6, 130e6),
        .. Runs.Rounds("compile_wall_us", "redis", "all", "plain", 50e6, 60e6),
        .. Runs.Rounds("compile_wall_us", "redis", "all", "trap", 80e6, 70e6),
        .. Runs.Rounds("compile_kb", "redis", "all", "plain", 50_000, 50_000),
        .. Runs.Rounds("compile_kb", "redis", "all", "trap", 100_000, 100_000),
        .. Runs.Rounds("pause_us", "depth", "3", "trap", 50),
        .. Runs.Rounds("pause_us", "depth", "10", "trap", 80, 70, 900),
    ];

    private Folder folder = null!;

    [SetUp]
    public void Make()
    {
        folder = new Folder();
        File.WriteAllLines(Path.Combine(folder.Path, "samples.csv"), Lines);
        File.WriteAllLines(Path.Combine(folder.Path, "run.csv"), ["name,value", "date,2026-01-02", "compiler,gcc, of a kind", "version lua,5.4.4-3", "version sqlite,3.40.1-2"]);
    }

    [TearDown]
    public void Remove() => folder.Dispose();

    private string Page() => File.ReadAllText(Path.Combine(folder.Path, "performance.md"));

    [Test]
    public void Command_WritesTheTablesOfARun()
    {
        Assert.That(Program.Main([folder.Path]), Is.Zero);
        Assert.Multiple(() =>
        {
            Assert.That(Page(), Does.Contain("differs from itself in time: +0.50 % to +0.50 %, depending on the program"));
            Assert.That(Page(), Does.Contain("| lua | fib | 100.0 ms | +2.00 % [+1.5, +2.5] | +0.50 % [+0.3, +0.6] |"));
            Assert.That(Page(), Does.Contain("| postgresql | select only | 10000 | -3.00 % |"));
            Assert.That(Page(), Does.Contain("| lua | loaded | 101 | 0.51 ms | 1.00 ms | 1.01 ms | 5.10 ms | 10.00 ms | 10.10 ms |"));
            Assert.That(Page(), Does.Contain("| types | 62.0 ns | 129.5 bytes |"));
            Assert.That(Page(), Does.Contain("the pause is 500 ms, the longest of 3 700 ms"));
            Assert.That(Page(), Does.Contain("| time, each program | +2 % | +2.00 % (lua) | met |"));
            Assert.That(Page(), Does.Contain("| time, geometric mean | +1 % | +2.00 % | **missed** |"));
            Assert.That(Page(), Does.Contain("2026-01-02, gcc, of a kind"));
            Assert.That(Page(), Does.Contain("Debian's sources: lua 5.4.4-3, sqlite 3.40.1-2."));
            Assert.That(Page(), Does.Contain("| redis | trap | 130.0 s | 1.30 | 70.0 s | 1.40 | 98 MB |"));
        });
    }

    /// <summary>Each plot that the page shows is there, is XML, and names its axes with units; none is left over.</summary>
    [Test]
    public void Command_WritesThePlotsThatThePageShows()
    {
        var plots = Directory.CreateDirectory(Path.Combine(folder.Path, "performance")).FullName;
        File.WriteAllText(Path.Combine(plots, "old.svg"), "");
        Assert.That(Program.Main([folder.Path]), Is.Zero);
        var files = Directory.GetFiles(plots).Select(f => Path.GetFileName(f)).ToList();
        Assert.That(files, Is.EquivalentTo(new[] { "overhead-time.svg", "overhead-throughput.svg", "pause.svg", "pause-depth.svg", "history-overhead.svg", "history-latency.svg" }));
        foreach (var file in files)
        {
            Assert.That(Page(), Does.Contain($"](performance/{file})"));
            var texts = XDocument.Load(Path.Combine(plots, file)).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value).ToList();
            Assert.That(texts, Has.Some.Match(@"\[(ms|%)\]"), file);
        }
    }

    [Test]
    public void Plot_AgainstThePaper_SaysTheLossOfThroughput() =>
        Assert.That(History.Loss(Run.Read(folder.Path), "postgresql"), Is.EqualTo(3).Within(1e-9));

    /// <summary>Where the median of a program's configuration is drawn.</summary>
    [Test]
    public void Plot_OfTimes_HasAPointForEachProgram()
    {
        var model = new Charts(Run.Read(folder.Path)).All().Single(c => c.File == "overhead-time.svg").Model;
        var point = model.Series.OfType<OxyPlot.Series.ScatterSeries>().Single(s => s.Title == "trap").Points.Single();
        Assert.That(point.X, Is.EqualTo(2).Within(1e-9));
    }

    [Test]
    public void Plot_OfDepth_HasMedianAndLongest()
    {
        var model = new Charts(Run.Read(folder.Path)).All().Single(c => c.File == "pause-depth.svg").Model;
        var lines = model.Series.OfType<OxyPlot.Series.LineSeries>().ToDictionary(s => s.Title, s => s.Points.Select(p => p.Y).ToArray());
        Assert.Multiple(() =>
        {
            Assert.That(lines["median"], Is.EqualTo(new[] { 0.05, 0.08 }).Within(1e-12));
            Assert.That(lines["longest"], Is.EqualTo(new[] { 0.05, 0.9 }).Within(1e-12));
        });
    }

    [Test]
    public void Record_KeepsPagePlotsAndNumbers()
    {
        using var docs = new Folder();
        Assert.That(Program.Main([folder.Path, "--record", docs.Path]), Is.Zero);
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllText(Path.Combine(docs.Path, "performance.md")), Is.EqualTo(Page()));
            Assert.That(File.ReadAllLines(Path.Combine(docs.Path, "performance", "samples.csv")), Is.EqualTo(Lines));
            Assert.That(Path.Combine(docs.Path, "performance", "pause.svg"), Does.Exist);
        });
    }

    [Test]
    public void Command_WithoutARun_Fails() => Assert.That(Program.Main([Path.Combine(folder.Path, "nothing")]), Is.EqualTo(1));
}
