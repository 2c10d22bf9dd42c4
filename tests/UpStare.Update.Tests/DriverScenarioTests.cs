namespace UpStare.Update.Tests;

/// <summary>How build systems and the tools around compilers get along with upstare-cc: a script of tests/driver each.</summary>
[TestFixture]
public sealed class DriverScenarioTests
{
    // A configure script of a few hundred checks, on a busy machine.
    private static readonly TimeSpan ScriptPatience = TimeSpan.FromMinutes(10);

    private static IEnumerable<string> Scenarios =>
        Directory.EnumerateFiles(Repository.At("tests", "driver"), "*.sh").Select(Path.GetFileNameWithoutExtension).OfType<string>().Where(name => name != "lib").Order(StringComparer.Ordinal);

    /// <summary>Exit status 77: a tool that the scenario is about is not installed.</summary>
    [Test]
    public void Scenario_OfABuildTool_IsAsWithGcc([ValueSource(nameof(Scenarios))] string name)
    {
        var folder = Workspace.Fresh("driver-" + name);
        Directory.CreateDirectory(folder);
        var script = Repository.At("tests", "driver", name + ".sh");
        var result = Shell.Run("bash", [script], directory: folder, patience: ScriptPatience);
        if (result.ExitCode == 77) Assert.Ignore(result.Error.Trim());
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
    }
}
