// One golden: NAME.c and what becomes of it.
using System.Diagnostics;
using System.Text;
using UpStare.Compiler.Driver;
using UpStare.Compiler.Emit;
using UpStare.Compiler.Metadata;

namespace UpStare.Compiler.Tests.Golden;

/// <summary>A golden by its name.</summary>
internal sealed class GoldenFile(string name)
{
    /// <summary>Set to 1, goldens are written instead of compared.</summary>
    public const string UpdateVariable = "UPSTARE_UPDATE_GOLDEN";

    public static string Folder { get; } = FindFolder();

    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder, "*.c").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    public string Name { get; } = name;

    public string File => Name + ".c";

    public string Expected => Path.Combine(Folder, Name + ".expected");

    public string CloneExpected => Path.Combine(Folder, Name + ".clone.expected");

    /// <summary>The unit, preprocessed by gcc and analysed.</summary>
    public (UnitSource Stored, AnalysedUnit Unit) Analyse()
    {
        var stored = new UnitSource
        {
            MainFile = File,
            WorkingDirectory = Folder,
            Arguments = [],
            Options = new CompileOptions().ToStoredOptions(),
            Text = Encoding.Latin1.GetBytes(Run(Folder, "gcc", "-E", File)),
        };
        return (stored, Pipeline.Analyse(stored, new CompileOptions()));
    }

    /// <summary>The unit of an executable.</summary>
    public static string Instrument((UnitSource Stored, AnalysedUnit Unit) unit) =>
        Encoding.Latin1.GetString(UnitWriter.WriteUnit(unit.Unit, unit.Stored, new CompileOptions()));

    /// <summary>The unit of a patch in which all variables stay where they are.</summary>
    public static string InstrumentPatch((UnitSource Stored, AnalysedUnit Unit) unit) =>
        Encoding.Latin1.GetString(UnitWriter.WritePatchUnit(unit.Unit, new CompileOptions(), CUnit.PlanFor(unit.Unit)));

    /// <summary>Compares with a golden, or writes it when that is asked for.</summary>
    public static void Compare(string actual, string golden)
    {
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            System.IO.File.WriteAllText(golden, actual);
            return;
        }

        Assert.That(golden, Does.Exist, $"run the test with {UpdateVariable}=1 and review what it writes");
        Assert.That(actual, Is.EqualTo(System.IO.File.ReadAllText(golden)), $"if the change is wanted: run the test with {UpdateVariable}=1 and review it");
    }

    /// <summary>Runs a program that must succeed; returns what it printed.</summary>
    public static string Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.Latin1 };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var printed = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(20))) process.Kill();
        var output = printed.Result;
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}\n{output}{errors.Result}");
        return output;
    }

    private static string FindFolder()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory != null; directory = directory.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(directory.FullName, "upstare.slnx"))) return Path.Combine(directory.FullName, "tests", "compiler", "golden");
        }

        throw new DirectoryNotFoundException("upstare.slnx is in no directory above " + AppContext.BaseDirectory);
    }
}
