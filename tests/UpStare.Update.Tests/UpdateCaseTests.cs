using System.Text.RegularExpressions;

namespace UpStare.Update.Tests;

/// <summary>Every case of tests/updates, updated at every continuation point that its first version reaches.</summary>
[TestFixture]
public sealed class UpdateCaseTests
{
    private static readonly string[] Levels = ["-O0", "-O2"];

    private static IEnumerable<string> Accepted => UpdateCase.With("expected");
    private static IEnumerable<string> Twice => Accepted.Where(name => new UpdateCase(name).Versions > 2);
    private static IEnumerable<string> Refused => UpdateCase.With("refused");
    private static IEnumerable<string> Warned => UpdateCase.With("warned");
    private static IEnumerable<string> Same => UpdateCase.With("same");

    /// <summary>A case without a test would be dead weight: each folder says in exactly one way what is to happen. What works must do so on top of an update, too.</summary>
    [Test]
    public void Folder_OfACase_SaysWhatIsToHappen() => Assert.Multiple(() =>
    {
        Assert.That(UpdateCase.All, Is.Not.Empty);
        foreach (var name in UpdateCase.All)
        {
            Assert.That(new UpdateCase(name).Versions, Is.GreaterThanOrEqualTo(Accepted.Contains(name) ? 3 : 2), $"versions of {name}");
            Assert.That(new[] { Accepted, Refused, Same, UpdateCase.With("stays") }.Count(names => names.Contains(name)), Is.EqualTo(1), $"expectations of {name}");
        }
    });

    /// <summary>The expectations are right about the versions themselves, as plain gcc builds them.</summary>
    [Test]
    public void Expectation_OfEachVersion_HoldsUnderGcc([ValueSource(nameof(Accepted))] string name)
    {
        var test = new UpdateCase(name);
        for (var version = 1; version <= test.Versions; version++)
        {
            var result = Shell.Run(test.Plain(version), []);
            Assert.That(test.Expected.Explain(result.Lines, version - 1, version - 1), Is.Null, result.ToString());
            Assert.That(result.ExitCode, Is.EqualTo(test.Expected.ExitCode(version - 1)), result.ToString());
        }
    }

    /// <summary>Version n, updated to n + 1 at the first, second, third... point, in all pairs of the case.</summary>
    [Test]
    public void Program_UpdatedAtEachPoint_GoesOnInTheNewVersion(
        [ValueSource(nameof(Accepted))] string name, [ValueSource(nameof(Levels))] string level)
    {
        var test = new UpdateCase(name);
        for (var from = 1; from < test.Versions; from++)
            UpdateAtEachPoint(test, from, level);
    }

    /// <summary>The same in poll mode flag.</summary>
    [Test]
    public void Program_InFlagMode_GoesOnInTheNewVersion([ValueSource(nameof(Accepted))] string name) =>
        UpdateAtEachPoint(new UpdateCase(name), 1, "-O2", "-fupstare-poll=flag");

    /// <summary>Version 1 to 2 to 3 in one process, each update while the program waits for input.</summary>
    [Test]
    public void Program_UpdatedTwice_GoesThroughAllVersions([ValueSource(nameof(Levels))] string level) => UpdateTwice("chain", level, "");

    /// <summary>The same where addresses of labels are kept: those of the first version lead into the second, then into the third, in a call that all three make.</summary>
    [Test]
    public void Labels_UpdatedTwice_LeadIntoTheLastVersion([ValueSource(nameof(Levels))] string level) => UpdateTwice("label-kept", level, ".");

    /// <summary>Version 1 to 2 after each of the first steps, and to 3 in the same process as soon as that is possible: what has moved or was converted is so a second time.</summary>
    [Test]
    public void Program_UpdatedTwiceInOneProcess_EndsInTheLastVersion([ValueSource(nameof(Twice))] string name, [ValueSource(nameof(Levels))] string level)
    {
        var test = new UpdateCase(name);
        var updated = 0;
        for (var steps = 0; steps < 12; steps++)
        {
            using var program = LiveProgram.Start(test.Executable(1, level));
            program.Send(new string('.', steps));
            if (!program.IsWaitingForInput()) break;
            var version = Updates(program, test.Patch(1, level)) ? 1 : 0;
            while (version == 1)
            {
                program.Send(".");
                if (!program.IsWaitingForInput()) break;
                if (Updates(program, test.Patch(2, level))) version = 2;
            }
            var result = program.Finish();
            Assert.That(test.Expected.Explain(result.Lines, 0, version), Is.Null, $"after {steps} steps, {version} updates: {result}");
            Assert.That(result.ExitCode, Is.EqualTo(test.Expected.ExitCode(version)), $"after {steps} steps, {version} updates: {result}");
            if (version == 2) updated++;
        }
        Assert.That(updated, Is.GreaterThanOrEqualTo(2), $"processes of {name} that were updated twice");
    }

    // Where the program stands it may be impossible; then it says so soon.
    private static bool Updates(LiveProgram program, string patch) => Shell.Run(Repository.Tool, ["apply", "--timeout", "0.2", program.Pid.ToString(), patch]).ExitCode == 0;

    // It prints three lines for three bytes; the first update is made after its first line.
    private static void UpdateTwice(string name, string level, string start)
    {
        var test = new UpdateCase(name);
        using var program = LiveProgram.Start(test.Executable(1, level));
        program.Send(start);
        for (var from = 1; from < test.Versions; from++)
        {
            program.WaitForLines(from * 3 - 2);
            var apply = Apply(program, test.Patch(from, level));
            Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
            program.Send("...");
        }
        var result = program.Finish();
        var last = test.Versions - 1;
        Assert.That(test.Expected.Explain(result.Lines, 0, last), Is.Null, result.ToString());
        for (var version = 1; version <= last; version++)
            Assert.That(test.Expected.Matches(result.Lines, 0, version - 1), Is.False, $"never became version {version + 1}:\n{result}");
    }

    /// <summary>What cannot be patched is refused, with every reason.</summary>
    [Test]
    public void Diff_OfWhatCannotBePatched_ExitsWith2([ValueSource(nameof(Refused))] string name)
    {
        var test = new UpdateCase(name);
        var patch = Workspace.Fresh("none.upd");
        var result = Shell.Run(Repository.Diff, [test.Executable(1, "-O2"), test.Executable(2, "-O2"), "-o", patch, .. test.Map(1) is { } map ? new[] { "-m", map } : []]);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2), result.ToString());
            Assert.That(File.Exists(patch), Is.False, "a patch was written");
            foreach (var pattern in test.Read("refused"))
                Assert.That(Regex.IsMatch(result.Output + result.Error, pattern), Is.True, $"no '{pattern}' in\n{result}");
        });
    }

    /// <summary>What upstare-diff cannot see, and may be there, it warns of.</summary>
    [Test]
    public void Diff_OfWhatMayBeUnseen_Warns([ValueSource(nameof(Warned))] string name)
    {
        var test = new UpdateCase(name);
        var result = Shell.Run(Repository.Diff, [test.Executable(1, "-O2"), test.Executable(2, "-O2"), "-o", Workspace.Fresh("warned.upd"), .. test.Map(1) is { } map ? new[] { "-m", map } : []]);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.ToString());
            foreach (var pattern in test.Read("warned"))
                Assert.That(Regex.IsMatch(result.Error, $"warning: .*{pattern}"), Is.True, $"no '{pattern}' in\n{result}");
        });
    }

    /// <summary>What is suggested where data are refused is a map: without the marks of comments before its statements of one kind the patch can be made.</summary>
    [TestCase("data-refused-narrowing", "narrow")]
    [TestCase("data-refused-narrowing", "reset")]
    [TestCase("data-refused-pointer", "opaque")]
    [TestCase("data-refused-pointer", "reset")]
    [TestCase("data-refused-union", "reset")]
    public void Suggestion_TakenUp_MakesThePatch(string name, string statement)
    {
        var test = new UpdateCase(name);
        var (map, patch) = (Workspace.Fresh("suggested.map"), Workspace.Fresh("suggested.upd"));
        var refused = Shell.Run(Repository.Diff, [test.Executable(1, "-O2"), test.Executable(2, "-O2"), "--suggest", map]);
        Assert.That(refused.ExitCode, Is.EqualTo(2), refused.ToString());
        File.WriteAllLines(map, File.ReadAllLines(map).Select(line => line.StartsWith($"#{statement} ", StringComparison.Ordinal) ? line[1..] : line));
        var result = Shell.Run(Repository.Diff, [test.Executable(1, "-O2"), test.Executable(2, "-O2"), "-m", map, "-o", patch]);
        Assert.That(result.ExitCode, Is.Zero, $"{result}\n{File.ReadAllText(map)}");
    }

    /// <summary>Reports of all three kinds are written, of what can be patched and of what cannot.</summary>
    [Test]
    public void Report_OfEachKind_IsWritten([Values("function-body", "data-refused-union")] string name, [Values("html", "txt", "json")] string kind)
    {
        var test = new UpdateCase(name);
        var report = Workspace.Fresh($"report.{kind}");
        var result = Shell.Run(Repository.Diff, [test.Executable(1, "-O2"), test.Executable(2, "-O2"), "--report", report]);
        Assert.That(result.ExitCode, Is.EqualTo(Accepted.Contains(name) ? 0 : 2), result.ToString());
        var text = File.ReadAllText(report);
        if (kind == "json") Assert.That(System.Text.Json.JsonDocument.Parse(text).RootElement.GetProperty("isPossible").GetBoolean(), Is.EqualTo(Accepted.Contains(name)));
        else Assert.That(text, Does.Contain("v2.c"));
    }

    /// <summary>Where nothing has changed, no patch is written.</summary>
    [Test]
    public void Diff_OfTheSame_ExitsWith3([ValueSource(nameof(Same))] string name)
    {
        var test = new UpdateCase(name);
        var patch = Workspace.Fresh("none.upd");
        var result = Shell.Run(Repository.Diff, [test.Executable(1, "-O2"), test.Executable(2, "-O2"), "-o", patch]);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(3), result.ToString());
            Assert.That(File.Exists(patch), Is.False, "a patch was written");
        });
    }

    /// <summary>Asks a running program to take a patch.</summary>
    internal static Result Apply(LiveProgram program, string patch) =>
        Shell.Run(Repository.Tool, ["apply", program.Pid.ToString(), patch]);

    private static void UpdateAtEachPoint(UpdateCase test, int from, string level, params string[] options)
    {
        var expected = test.Expected;
        var executable = test.Executable(from, level, options);
        var patch = test.Patch(from, level, options);
        var updated = 0;
        for (var point = 1; ; point++)
        {
            var result = Shell.Run(executable, [], new Dictionary<string, string> { ["UPSTARE_APPLY_AT"] = $"{point}:{patch}" });
            var old = expected.Matches(result.Lines, from - 1, from - 1) && result.ExitCode == expected.ExitCode(from - 1);
            if (!old)
            {
                Assert.That(expected.Explain(result.Lines, from - 1, from), Is.Null, result.ToString());
                Assert.That(result.ExitCode, Is.EqualTo(expected.ExitCode(from)), result.ToString());
                updated++;
            }
            else if (updated > 0 || point > 200)
                break;      // behind the last point
        }
        // Rejects a program that never became the new version: each of these programs waits more often than that.
        Assert.That(updated, Is.GreaterThanOrEqualTo(3), $"updates of {executable} by {patch} that changed what it prints");
    }
}
