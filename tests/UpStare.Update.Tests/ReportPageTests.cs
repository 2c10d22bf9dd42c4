using System.Globalization;
using System.Text.RegularExpressions;

namespace UpStare.Update.Tests;

/// <summary>The HTML report in a browser: it is drawn, from nothing but itself, and what belongs together lies side by side.</summary>
[TestFixture]
public sealed partial class ReportPageTests
{
    /// <summary>What the style sheet has for wires of mapped points, and for points without one, where the system is light.</summary>
    private const int Good = 0x1a7f4b, Bad = 0xc2352b;

    // Puts into each element that matters where it is, and into the body how many resources the page has loaded.
    private const string Measure = """
        <script>
        for (const element of document.querySelectorAll('.code, .wires, .wires path, mark')) {
          const box = element.getBoundingClientRect();
          element.setAttribute('data-box', [box.x, box.y, box.width, box.height].join(' '));
        }
        document.body.setAttribute('data-resources', performance.getEntriesByType('resource').length);
        </script>
        """;

    private sealed record Box(string Tag, string Class, double X, double Y, double Width, double Height)
    {
        public double Right => X + Width;

        public double Middle => Y + (Height / 2);
    }

    private static string Browser { get; set; } = "";

    private string report = "";

    /// <summary>A report with mapped and unmapped points.</summary>
    [OneTimeSetUp]
    public void MakeTheReport()
    {
        Browser = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').SelectMany(folder => new[] { "chromium", "google-chrome" }.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists) ?? "";
        if (Browser.Length == 0) Assert.Ignore("chromium is not installed: apt-get install chromium");
        var test = new UpdateCase("unmapped-point");
        report = Workspace.Fresh("page.html");
        Shell.Must(Repository.Diff, test.Executable(1, "-O2"), test.Executable(2, "-O2"), "--report", report);
    }

    [Test]
    public void Page_IsDrawn()
    {
        var file = Workspace.Fresh("page.png");
        var result = Browse(report, "--window-size=1400,1200", "--hide-scrollbars", $"--screenshot={file}");
        var colors = Picture.Read(file).Colors;
        Assert.Multiple(() =>
        {
            Assert.That(result.Error, Does.Not.Contain("CONSOLE"), "the page's own errors");
            Assert.That(colors, Has.Count.GreaterThan(100), "smooth text has many colours");
            Assert.That(colors.GetValueOrDefault(Good), Is.GreaterThan(300), "pixels of wires between mapped points");
            Assert.That(colors.GetValueOrDefault(Bad), Is.GreaterThan(50), "pixels of dots at unmapped points");
        });
    }

    [Test]
    public void Page_LoadsNothing() => Assert.That(Dom(), Does.Contain("data-resources=\"0\""));

    /// <summary>Old source, wires and new source stand beside each other, in each of the functions, one as high as the other.</summary>
    [Test]
    public void Functions_StandSideBySide()
    {
        var columns = Boxes(Dom()).Where(box => box.Tag is "div" or "svg").ToList();
        Assert.That(columns.Select(box => box.Class), Is.EqualTo(Enumerable.Repeat(new[] { "code old", "wires", "code new" }, 2).SelectMany(names => names)));
        Assert.Multiple(() =>
        {
            foreach (var pair in columns.Chunk(3))
            {
                Assert.That(pair.Select(box => box.Width), Has.All.GreaterThan(90));
                Assert.That(pair[0].Right, Is.EqualTo(pair[1].X).Within(0.1));
                Assert.That(pair[1].Right, Is.EqualTo(pair[2].X).Within(0.1));
                Assert.That(pair.Select(box => box.Y).Distinct().Count(), Is.EqualTo(1));
                Assert.That(pair.Select(box => box.Height), Has.All.EqualTo(pair[0].Height));
                Assert.That(pair[0].Height, Is.GreaterThan(100));
            }
        });
    }

    /// <summary>Each wire goes from the row of a point of the old source to that of one of the new, from edge to edge of the column between them, however wide the window is.</summary>
    [TestCase(1400)]
    [TestCase(700)]
    public void Wires_JoinTheRowsOfPoints(int width)
    {
        var boxes = Boxes(Dom(width));
        var columns = boxes.Where(box => box.Tag == "svg").ToList();
        var wires = boxes.Where(box => box.Tag == "path").ToList();
        var rows = boxes.Where(box => box.Tag == "mark").Select(box => box.Middle).ToList();
        Assert.That(wires.Select(box => box.Class), Is.EquivalentTo(new[] { "maybe", "maybe", "ok", "ok", "ok", "ok" }));
        Assert.Multiple(() =>
        {
            foreach (var wire in wires)
            {
                Assert.That(columns.Any(column => wire.X > column.X && wire.Right < column.Right && wire.Width > 0.85 * column.Width), Is.True, $"{wire} in {string.Join(", ", columns)}");
                foreach (var end in new[] { wire.Y, wire.Y + wire.Height }) Assert.That(rows.Select(row => Math.Abs(row - end)).Min(), Is.LessThan(2), $"{wire}");
            }
        });
    }

    private string Dom(int width = 1400)
    {
        var measured = Workspace.Fresh("measured.html");
        File.WriteAllText(measured, File.ReadAllText(report).Replace("</body>", Measure + "</body>", StringComparison.Ordinal));
        return Browse(measured, $"--window-size={width},1200", "--dump-dom").Output;
    }

    private static List<Box> Boxes(string dom) => [.. Element().Matches(dom).Select(ToBox).OfType<Box>()];

    private static Box? ToBox(Match element)
    {
        var attributes = Attribute().Matches(element.Groups[2].Value).ToDictionary(attribute => attribute.Groups[1].Value, attribute => attribute.Groups[2].Value);
        if (!attributes.TryGetValue("data-box", out var box)) return null;
        var numbers = box.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToList();
        return new Box(element.Groups[1].Value, attributes["class"], numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    private static Result Browse(string page, params string[] options)
    {
        var result = Shell.Run(Browser, ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", $"--user-data-dir={Workspace.Fresh("browser")}", "--enable-logging=stderr", .. options, $"file://{page}"],
            patience: TimeSpan.FromMinutes(2));
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        return result;
    }

    [GeneratedRegex("""<(\w+)((?:\s+[\w-]+="[^"]*")+)""")]
    private static partial Regex Element();

    [GeneratedRegex("""([\w-]+)="([^"]*)" ?""")]
    private static partial Regex Attribute();
}
