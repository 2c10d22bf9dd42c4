namespace UpStare.Update.Tests;

/// <summary>Tools that look at a process from outside see updated code.</summary>
[TestFixture]
public sealed class DebuggerTests
{
    /// <summary>With UPSTARE_PERF_MAP=1 the functions of a patch are in perf's map of the process.</summary>
    [Test]
    public void PerfMap_OfAnUpdatedProcess_NamesItsFunctions()
    {
        var executable = new UpdateCase("function-body").Executable(1, "-O2");
        var patch = Toolchain.Identity(executable);
        var result = Shell.Run("sh", ["-c", $"echo $$; UPSTARE_PERF_MAP=1 UPSTARE_VERBOSE=1 UPSTARE_APPLY_AT=1:{patch} exec {executable}"]);
        var map = $"/tmp/perf-{result.Lines[0]}.map";
        Assert.That(File.Exists(map), Is.True, result.ToString());
        var lines = File.ReadAllLines(map);
        File.Delete(map);
        Assert.Multiple(() =>
        {
            Assert.That(result.Error, Does.Contain("upstare: updated"));
            Assert.That(lines, Has.Some.Match("^[0-9a-f]{16} [0-9a-f]{16} main$"));
            Assert.That(lines, Has.All.Match("^[0-9a-f]{16} [0-9a-f]{16} .+$"));
        });
    }

    /// <summary>
    /// valgrind loads an executable where there is no room below it; its signals, changed code and changed program counters are like the kernel's, if it
    /// is told that code which comes from a file changes.
    /// </summary>
    [Test]
    public void Valgrind_SeesAProgramThatIsUpdated()
    {
        if (Shell.Run("sh", ["-c", "command -v valgrind"]).ExitCode != 0) Assert.Ignore("valgrind is not installed");
        var executable = new UpdateCase("function-body").Executable(1, "-O2");
        var patch = Toolchain.Identity(executable);
        var result = Shell.Run("valgrind", ["--tool=none", "--smc-check=all", executable],
            new Dictionary<string, string> { ["UPSTARE_APPLY_AT"] = $"1:{patch}", ["UPSTARE_VERBOSE"] = "1" });
        Assert.Multiple(() =>
        {
            Assert.That(result.Error, Does.Contain("upstare: updated: "));
            Assert.That(result.Output, Is.EqualTo(Shell.Run(executable, []).Output));
            Assert.That(result.ExitCode, Is.Zero);
        });
    }
}
