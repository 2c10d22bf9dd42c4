using UpStare.Compiler.Driver;

namespace UpStare.Compiler.Tests.Golden;

/// <summary>Every rewrite of the lowering passes as text, and the same text compiled and run.</summary>
[TestFixture]
public sealed class GoldenTests
{
    private static readonly string[] PatchFlags = ["-fPIC", "-fno-semantic-interposition", "-ftls-model=initial-exec", "-fno-common", "-w"];

    private static IEnumerable<string> Names => GoldenFile.Names;

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("upstare-golden-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestCaseSource(nameof(Names))]
    public void Program_Instrumented_ReadsAsExpected(string name)
    {
        var golden = new GoldenFile(name);
        GoldenFile.Compare(GoldenText.FastPaths(GoldenFile.Instrument(golden.Analyse()), golden.File), golden.Expected);
    }

    [TestCaseSource(nameof(Names))]
    public void Program_InAPatch_ItsClonesReadAsExpected(string name)
    {
        var golden = new GoldenFile(name);
        GoldenFile.Compare(GoldenText.Clones(GoldenFile.InstrumentPatch(golden.Analyse()), golden.File), golden.CloneExpected);
    }

    [TestCaseSource(nameof(Names))]
    public void Program_Instrumented_PrintsWhatItPrintsPlain(string name)
    {
        var golden = new GoldenFile(name);
        GoldenFile.Run(GoldenFile.Folder, "gcc", "-w", "-O2", "-o", Path.Combine(folder, "plain"), golden.File);
        var expected = GoldenFile.Run(folder, Path.Combine(folder, "plain"));
        Assert.That(expected, Is.Not.Empty, "a golden has to show that it ran");

        var text = Path.Combine(folder, "unit.i");
        File.WriteAllText(text, GoldenFile.Instrument(golden.Analyse()), System.Text.Encoding.Latin1);
        foreach (var level in new[] { "-O0", "-O2" })
        {
            var program = Path.Combine(folder, "program" + level);
            GoldenFile.Run(folder, "gcc", ["-w", level, .. UnitCompiler.InstrumentedFlags, .. UnitCompiler.InstrumentedLanguage, "-o", program, text]);
            Assert.That(GoldenFile.Run(folder, program), Is.EqualTo(expected), level);
        }
    }

    [TestCaseSource(nameof(Names))]
    public void Program_InAPatch_Compiles(string name)
    {
        var text = Path.Combine(folder, "patch.i");
        File.WriteAllText(text, GoldenFile.InstrumentPatch(new GoldenFile(name).Analyse()), System.Text.Encoding.Latin1);
        var output = Path.Combine(folder, "patch.o");
        GoldenFile.Run(folder, "gcc", ["-O2", .. UnitCompiler.InstrumentedFlags, .. PatchFlags, .. UnitCompiler.InstrumentedLanguage, "-c", "-o", output, text]);
        Assert.That(GoldenFile.Run(folder, "nm", output), Does.Contain(" T __upstare_c0_"), "there is no restore clone");
    }

    [Test]
    public void Folder_WithAnOrphan_Fails()
    {
        var names = GoldenFile.Names.ToHashSet();
        var files = Directory.EnumerateFiles(GoldenFile.Folder).Select(file => Path.GetFileName(file)).Where(file => file != "golden.h").ToList();
        var wanted = names.SelectMany(name => new[] { name + ".c", name + ".expected", name + ".clone.expected" });
        Assert.That(files, Is.EquivalentTo(wanted));
    }
}
