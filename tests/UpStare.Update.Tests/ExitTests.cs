using System.Globalization;

namespace UpStare.Update.Tests;

/// <summary>A program ends while an update waits for the thread that ends it, and an update is asked for while it ends: what is registered for the end is called once, and the exit status is right.</summary>
[TestFixture]
public sealed class ExitTests
{
    private static readonly string Source = Repository.At("tests", "blocking", "ends", "exits.c");

    /// <summary>Long enough for the request to come, and for the other thread to stop.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(300);

    private static readonly string[] AtExit = ["first 0 6", "first again 1 6", "late 2 6", "last 3 6", "last 4 6", "destructor 5 6"];
    private static readonly string[] AtQuickExit = ["quick 0 6", "quick again 1 6"];

    private static IEnumerable<TestCaseData> Ways =>
        from level in new[] { "-O2", "-O0" }
        from way in new (string Name, int Status, string[] Lines)[]
        {
            ("return", 6, AtExit), ("exit", 3, AtExit), ("thread", 3, AtExit), ("quick_exit", 4, AtQuickExit), ("_exit", 5, []), ("pthread_exit", 0, ["data 0", .. AtExit]),
        }
        select new TestCaseData(level, way.Name, way.Status, way.Lines);

    private static IEnumerable<TestCaseData> WaysWithAnEnd => Ways.Where(way => ((string[])way.Arguments[3]!).Length > 0);

    /// <summary>All other threads have stopped for the update, and go no further.</summary>
    [TestCaseSource(nameof(Ways))]
    public void Program_ThatEndsWhileAnUpdateWaits_EndsAsEver(string level, string way, int status, string[] lines)
    {
        var executable = Toolchain.UpStareCc(level, "-pthread", Source);
        using var program = LiveProgram.Start(executable, [way]);
        program.WaitForLines(1);
        var apply = Task.Run(() => Apply(program, Toolchain.Identity(executable), "10"));
        Thread.Sleep(Settle); // `upstare status` would wait for the update
        program.Send("..");
        Ended(program.Finish(), status, lines);
        Assert.That(apply.Result.ExitCode, Is.EqualTo(1).Or.EqualTo(3), apply.Result.ToString());
    }

    /// <summary>The functions that are called at the end stand above libc's, so no moment is found in them; after pthread_exit none of the program's threads is left to answer.</summary>
    [TestCaseSource(nameof(WaysWithAnEnd))]
    public void Update_AskedForAtTheEnd_DoesNotDisturbIt(string level, string way, int status, string[] lines)
    {
        var waits = lines.First(line => line.StartsWith("first", StringComparison.Ordinal) || line.StartsWith("quick", StringComparison.Ordinal));
        var executable = Toolchain.UpStareCc(level, "-pthread", Source);
        using var program = LiveProgram.Start(executable, [way]);
        program.Send(".");
        program.WaitFor(waits);
        var apply = Apply(program, Toolchain.Identity(executable), "0.3");
        Assert.That(apply.ExitCode, Is.EqualTo(way == "pthread_exit" ? 1 : 3), apply.ToString());
        program.Send(".");
        Ended(program.Finish(), status, lines);
    }

    private static void Ended(Result result, int status, string[] lines) => Assert.Multiple(() =>
    {
        Assert.That(result.Lines, Is.EqualTo(lines.Prepend("ready")), result.ToString());
        Assert.That(result.ExitCode, Is.EqualTo(status), result.ToString());
    });

    private static Result Apply(LiveProgram program, string patch, string seconds) => Shell.Run(Repository.Tool, ["apply", "--timeout", seconds, Text(program.Pid), patch]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
