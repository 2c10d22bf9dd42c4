using System.Text.RegularExpressions;

namespace UpStare.Update.Tests;

/// <summary>Each limit of docs/limits.md: the message that it produces, and that nothing else goes wrong.</summary>
[TestFixture]
public sealed class LimitTests
{
    private static readonly UpdateCase Program = new("function-body");

    private static IEnumerable<string> Unchanged => Corpus.Unchanged;
    private static IEnumerable<string> Staying => UpdateCase.With("stays");

    /// <summary>Options under which a unit is compiled by gcc as it is: one warning, and the program works.</summary>
    [TestCase("-fsanitize=address", "keeps its own account of the stack")]
    [TestCase("-fopenmp", "parallel regions cannot be left in the middle")]
    [TestCase("-fsplit-stack", "the stack is not in one piece")]
    [TestCase("-finstrument-functions", "every entry to a function calls into a profiler")]
    [TestCase("-masm=intel", "sites are written in AT&T syntax")]
    [TestCase("-mfpmath=387", "what is computed has more digits than its type")]
    [TestCase("-funsigned-bitfields", "bit-fields have another type than they seem to")]
    [TestCase("-fsingle-precision-constant", "constants have another type than they seem to")]
    [TestCase("-ffixed-r15", "what a register of the program's own holds would not survive an update")]
    [TestCase("-mlong-double-128", "long double has another format than the one that updates convert")]
    public void Option_ThatRulesOutSites_CompilesUnchangedWithAWarning(string option, string message)
    {
        var executable = Workspace.Fresh("limit");
        var source = Repository.At("tests", "updates", "function-body", "v1.c");
        var build = Shell.Run(Repository.Compiler, ["-O2", option, source, "-o", executable]);
        Assert.Multiple(() =>
        {
            Assert.That(build.ExitCode, Is.Zero, build.ToString());
            Assert.That(Regex.Count(build.Error, @"not instrumented"), Is.EqualTo(1), build.ToString());
            Assert.That(build.Error, Does.Contain("upstare-cc: warning: ").And.Contain("v1.c").And.Contain(message));
        });
        // Leaks are not what is tested, and their detector dislikes being traced.
        var result = Shell.Run(executable, [], new Dictionary<string, string> { ["ASAN_OPTIONS"] = "detect_leaks=0" });
        Assert.That(Program.Expected.Explain(result.Lines, 0, 0), Is.Null, result.ToString());
    }

    /// <summary>A program that may write small files only is not killed for ours, which are memory: it starts, and is updated from memory of its own; of perf's map
    /// there is as much as it may write. Who may write none cannot answer.</summary>
    [TestCase(64, 0)]
    [TestCase(0, 1)]
    [TestCase(1, 0)]
    public void Program_ThatMayWriteSmallFilesOnly_IsUpdated(int kilobytes, int status)
    {
        var executable = Toolchain.UpStareCc("-O2", [Repository.At("tests", "blocking", "away", "forks.c")]);
        using var program = LiveProgram.Start("/bin/bash", ["-c", $"ulimit -f {kilobytes} && UPSTARE_PERF_MAP=1 exec \"$0\"", executable]);
        program.WaitForLines(1);
        for (var update = 0; update < 2; update++)
        {
            var apply = Shell.Run(Repository.Tool, ["apply", "--timeout", "0.5", $"{program.Pid}", Toolchain.Identity(executable)]);
            Assert.That(apply.ExitCode, Is.EqualTo(status), apply.ToString());
            Assert.That(apply.Error, status == 0 ? Is.Empty : Does.Contain("does not answer"));
        }
        Assert.That(program.Finish().ExitCode, Is.Zero);
        if (status != 0) return;
        var map = $"/tmp/perf-{program.Pid}.map";
        var lines = File.ReadAllText(map);
        File.Delete(map);
        Assert.That(lines, Has.Length.InRange(800, kilobytes * 1024)); // more than a kilobyte if there is room for it: no line is as long as 200 bytes
        Assert.That(lines, Does.EndWith("\n"));
    }

    /// <summary>A crash in the passes (libclang's, or a stack that overflows) does not stop a build.</summary>
    [TestCase(11)]
    [TestCase(6)]
    public void Compiler_ThatCrashes_LeavesThePlainProgram(int signal)
    {
        var executable = Workspace.Fresh("crash");
        var source = Repository.At("tests", "updates", "function-body", "v1.c");
        var build = Shell.Run(Repository.Compiler, ["-O2", source, "-o", executable], new Dictionary<string, string> { ["UPSTARE_CC_FAULT"] = $"{signal}" });
        Assert.Multiple(() =>
        {
            Assert.That(build.ExitCode, Is.Zero, build.ToString());
            Assert.That(build.Error, Is.EqualTo($"upstare-cc: warning: {source}: not instrumented: internal error: upstare-cc was ended by signal {signal}\n"));
        });
        var result = Shell.Run(executable, []);
        Assert.That(Program.Expected.Explain(result.Lines, 0, 0), Is.Null, result.ToString());
    }

    /// <summary>Link-time optimisation is left out with a warning, and the program can be updated.</summary>
    [Test]
    public void Option_Lto_IsLeftOut()
    {
        var executable = Workspace.Fresh("lto");
        var build = Shell.Run(Repository.Compiler, ["-O2", "-flto=auto", Repository.At("tests", "updates", "function-body", "v1.c"), "-o", executable]);
        Assert.Multiple(() =>
        {
            Assert.That(build.ExitCode, Is.Zero, build.ToString());
            Assert.That(build.Error, Does.Contain("v1.c: compiled without -flto=auto: link-time optimisation would mix up"));
        });
        Assert.That(Shell.Run(Repository.Diff, ["--identity", executable, executable, "-o", executable + ".upd"]).ExitCode, Is.Zero);
    }

    /// <summary>Constructs that are compiled by gcc as they are; that they work is a test of EquivalenceTests.</summary>
    [Test]
    public void Construct_ThatIsNotInstrumented_IsWarnedOf([ValueSource(nameof(Unchanged))] string name)
    {
        var source = Repository.At("tests", "corpus", name + ".c");
        var patterns = File.ReadLines(source).Where(line => line.StartsWith("/* warning: ", StringComparison.Ordinal)).Select(line => line["/* warning: ".Length..^3]).ToList();
        Assert.That(patterns, Is.Not.Empty);
        var build = Shell.Run(Repository.Compiler, ["-O2", .. Corpus.Arguments(name), "-o", Workspace.Fresh("unchanged")]);
        Assert.Multiple(() =>
        {
            Assert.That(build.ExitCode, Is.Zero, build.ToString());
            foreach (var pattern in patterns) Assert.That(build.Error, Does.Match(pattern));
        });
    }

    /// <summary>gcc is not heard about attributes that it finds odd, and that are ours.</summary>
    [Test]
    public void InlineFunction_ThatIsNotInstrumented_IsKeptFromInliningSilently() =>
        Assert.That(Toolchain.Said(Toolchain.UpStareCc("-O2", Corpus.Arguments("unchanged/left-inline"))), Does.Contain("not instrumented").And.Not.Contain("noinline"));

    /// <summary>Without its own option upstare-cc is gcc: no runtime, no sections of ours.</summary>
    [Test]
    public void Option_NoUpstare_IsGcc()
    {
        var executable = Program.Executable(1, "-O2", "-fno-upstare");
        Assert.That(Shell.Must("readelf", "-SW", executable).Output, Does.Not.Contain("upstare"));
        using var program = LiveProgram.Start(executable);
        program.WaitForLines(1);
        var apply = UpdateCaseTests.Apply(program, Program.Patch(1, "-O2"));
        Assert.That(apply.ExitCode, Is.EqualTo(1), apply.ToString());
        var result = program.Finish();
        Assert.That(Program.Expected.Explain(result.Lines, 0, 0), Is.Null, result.ToString());
    }

    /// <summary>Where a process cannot be updated as long as it is where it is: exit status, reason, and it goes on.</summary>
    [Test]
    public void Process_ThatHasToStay_SaysWhyAndGoesOn([ValueSource(nameof(Staying))] string name)
    {
        var test = new UpdateCase(name);
        var says = test.Read("stays");
        var undisturbed = Shell.Run(test.Executable(1, "-O2", "-pthread"), []);
        using var program = LiveProgram.Start(test.Executable(1, "-O2", "-pthread"));
        program.WaitForLines(1);
        var apply = Shell.Run(Repository.Tool, ["apply", "--timeout", "1", program.Pid.ToString(), test.Patch(1, "-O2", "-pthread")]);
        Assert.Multiple(() =>
        {
            Assert.That(apply.ExitCode.ToString(), Does.Match($"^({says[0]["exit ".Length..]})$"), apply.ToString());
            foreach (var pattern in says[1..])
                Assert.That(apply.Output + apply.Error, Does.Match(pattern), apply.Command);
        });
        var result = program.Finish();
        Assert.Multiple(() =>
        {
            Assert.That(result.Output, Is.EqualTo(undisturbed.Output));
            Assert.That(result.ExitCode, Is.EqualTo(undisturbed.ExitCode));
        });
    }
}
