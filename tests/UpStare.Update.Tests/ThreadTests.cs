using System.Globalization;
using System.Text.RegularExpressions;

namespace UpStare.Update.Tests;

/// <summary>
/// Programs with many threads under load: nothing is lost, repeated or reordered, whatever the threads are doing when they
/// are stopped. The small cases are folders of tests/updates (threads-*).
/// </summary>
[TestFixture]
public sealed class ThreadTests
{
    private static readonly string Source = Repository.At("tests", "bench", "threads.c");
    private static readonly string AwaySource = Repository.At("tests", "blocking", "away", "away.c");
    private static readonly string BlockedSource = Repository.At("tests", "blocking", "away", "blocked.c");
    private static readonly string NamedSource = Repository.At("tests", "blocking", "away", "named.c");
    private static readonly string NamedLaterSource = Repository.At("tests", "blocking", "away", "named-later.c");
    private static readonly string DeferredSource = Repository.At("tests", "blocking", "away", "deferred.c");
    private static readonly string InHandlerSource = Repository.At("tests", "blocking", "away", "in-handler.c");
    private static readonly string CalledBackSource = Repository.At("tests", "blocking", "away", "called-back.c");
    private static readonly string CalledBackLateSource = Repository.At("tests", "blocking", "away", "called-back-late.c");
    private static readonly string UpdatesSource = Repository.At("tests", "bench", "updates.c");

    private static IEnumerable<string> Faults => ["stop", "decide", "unroll", "base"];

    /// <summary>Threads that run, hold locks and want them, wait and sleep in all kinds of calls, updated again and again.</summary>
    [TestCase("-O2", 64, 60)]
    [TestCase("-O0", 24, 40)]
    public void Threads_InMixedStates_UpdatedAgainAndAgain_LoseNothing(string level, int threads, int updates)
    {
        var executable = Toolchain.UpStareCc(level, ["-pthread", Source]);
        var result = Update(executable, Toolchain.Identity(executable), threads, updates);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.ToString());
            Assert.That(result.Output, Does.Match("^ready\n[0-9]+ numbers, [0-9]+ additions, 0 wrong\n$"), result.ToString());
        });
    }

    /// <summary>The first thread has ended, and with it what /proc says of the process by its number.</summary>
    [Test]
    public void Program_WhoseFirstThreadHasEnded_IsUpdated()
    {
        var executable = Toolchain.UpStareCc("-O2", ["-pthread", Repository.At("tests", "blocking", "ends", "first.c")]);
        using var program = LiveProgram.Start(executable, []);
        program.WaitForLines(1);
        var apply = UpdateCaseTests.Apply(program, Toolchain.Identity(executable));
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        program.Send(".");
        Assert.That(program.Finish().Output, Is.EqualTo("the first has ended\nso has the second\n"));
    }

    /// <summary>Threads in mixed states, in poll mode flag.</summary>
    [Test]
    public void Threads_InFlagMode_LoseNothing()
    {
        var executable = Toolchain.UpStareCc("-O2", ["-pthread", "-fupstare-poll=flag", Source]);
        var result = Update(executable, Toolchain.Identity(executable), 24, 30);
        Assert.That(result.Output, Does.EndWith(" 0 wrong\n"), result.ToString());
    }

    /// <summary>Threads that are in functions of the library which cannot be interrupted follow into the new version, and back.</summary>
    [TestCase("-O2", "trap")]
    [TestCase("-O0", "trap")]
    [TestCase("-O2", "flag")]
    public void Threads_ThatAreAway_Follow(string level, string mode) =>
        Assert.That(BackAndForth(level, mode, AwaySource, "-pthread").Output, Is.EqualTo("ready\nversion 2, handled 1, 0 wrong\n"));

    /// <summary>Threads that are in blocking calls follow, one by one, under signals that end their calls and signals that do not.</summary>
    [TestCase("-O2", "trap")]
    [TestCase("-O0", "flag")]
    public void Threads_ThatAreBlocked_Follow(string level, string mode) =>
        Assert.That(BackAndForth(level, mode, BlockedSource, "-pthread").Output, Is.EqualTo("ready\nversion 2, handled 1 1, 0 wrong\n"));

    /// <summary>Signals that had to wait come, also where the update has left the thread where it was.</summary>
    [Test]
    public void Threads_ForWhichSignalsWait_GetThem()
    {
        var executable = Toolchain.UpStareCc("-O2", ["-pthread", DeferredSource]);
        var result = Update(executable, Toolchain.Identity(executable), 6, 200);
        Assert.That(result.Output, Is.EqualTo("ready\n0 wrong\n"), result.ToString());
    }

    /// <summary>A library's thread that calls the program back stands still during an update, and never runs old code afterwards.</summary>
    [TestCase("-O2", "trap")]
    [TestCase("-O0", "trap")]
    [TestCase("-O2", "flag")]
    public void Threads_OfALibrary_AreHeld(string level, string mode)
    {
        var library = Toolchain.Gcc("-O2", ["-shared", "-fPIC", "-pthread", Repository.At("tests", "blocking", "away", "library.c")]);
        Assert.That(BackAndForth(level, mode, CalledBackSource, library).Output, Is.EqualTo("ready\nversion 2, called 1, 0 wrong\n"));
    }

    private static string SlowLibrary => Toolchain.Gcc("-O2", ["-shared", "-fPIC", Repository.At("tests", "blocking", "away", "slow.c")]);

    /// <summary>Threads that are in functions which the user has named follow, with whatever those take and return.</summary>
    [TestCase("-O2", "trap")]
    [TestCase("-O0", "trap")]
    [TestCase("-O2", "flag")]
    public void Threads_InNamedFunctions_Follow(string level, string mode) =>
        Assert.That(BackAndForth(level, mode, NamedSource, "-pthread", "-fupstare-away=slow_int,slow_many,slow_double", "-fupstare-away=slow_pair,slow_mixed,slow_sum,slow_call", SlowLibrary).Output,
            Is.EqualTo("ready\nversion 2, handled 1, 0 wrong\n"));

    /// <summary>A version that names the function need not wait for a thread that is in it, one that does not name it must; the list can change.</summary>
    [Test]
    public void Function_NamedInOneVersion_HoldsUpTheOtherOnly()
    {
        string[] words = ["-pthread", NamedLaterSource, SlowLibrary];
        string[] versions = [Toolchain.UpStareCc("-O2", ["-DVERSION=1", .. words]), Toolchain.UpStareCc("-O2", ["-DVERSION=2", "-fupstare-away=slow_double", .. words])];
        string[] patches = [Toolchain.Patch(versions[0], versions[1]), Toolchain.Patch(versions[1], versions[0])];
        using var program = LiveProgram.Start(versions[0]);
        program.Send("g");
        program.WaitForLines(1);
        var held = Shell.Run(Repository.Tool, ["apply", "--timeout", "0.5", Text(program.Pid), patches[0]]);
        Assert.That(held.ExitCode, Is.EqualTo(3), held.ToString());
        Assert.That(held.Error, Does.Contain("a function that UpStare did not compile is active"));
        program.Send("w");
        program.WaitForLines(2);
        Assert.That(UpdateCaseTests.Apply(program, patches[0]).ExitCode, Is.Zero);
        program.Send("g");
        program.WaitForLines(3);
        Assert.That(UpdateCaseTests.Apply(program, patches[1]).ExitCode, Is.Zero);
        program.Send("v");
        program.WaitForLines(4);
        program.Send("w");
        Assert.That(program.Finish().Output, Is.EqualTo("in\nthread: version 1, 2.5\nin\nversion 1\nthread: version 1, 2.5\n"));
    }

    /// <summary>A named function calls the program back, which it should not, and the thread is claimed meanwhile: the callback ends in the old code, whatever
    /// sites it meets there, and the thread follows when the function returns.</summary>
    [TestCase("trap")]
    [TestCase("flag")]
    public void Callback_OfAClaimedThread_EndsInTheOldCode(string mode)
    {
        string[] words = ["-pthread", "-fupstare-poll=" + mode, "-fupstare-away=slow_call", CalledBackLateSource, SlowLibrary];
        var versions = new[] { "1", "2" }.Select(version => Toolchain.UpStareCc("-O2", ["-DVERSION=" + version, .. words])).ToArray();
        var patch = Toolchain.Patch(versions[0], versions[1]);
        using var program = LiveProgram.Start(versions[0]);
        program.WaitForLines(1);
        Command("b", 2);
        Assert.That(UpdateCaseTests.Apply(program, patch).ExitCode, Is.Zero);
        Command("v", 3);
        Command("e", 4); // the callback comes through its sites, and waits again
        Command("e", 6); // it ends, and so does the function; the next one begins
        Command("b", 7);
        Command("e", 8);
        Command("e", 10);
        Assert.That(program.Finish().Output, Is.EqualTo("in\nin\nversion 2\nin\nthread: version 2, 4\nin\nin\nin\nthread: version 2, 4\nin\n"));

        void Command(string command, int lines)
        {
            program.Send(command);
            program.WaitForLines(lines);
        }
    }

    /// <summary>A library's signal handler calls the program back on top of a blocking call: the thread does not count as blocked.</summary>
    [Test]
    public void Threads_InAHandlerOfALibrary_DoNotCountAsBlocked()
    {
        var library = Toolchain.Gcc("-O2", ["-shared", "-fPIC", Repository.At("tests", "blocking", "away", "handler-library.c")]);
        Assert.That(BackAndForth("-O2", "trap", InHandlerSource, library).Output, Is.EqualTo("ready\nversion 2, called 1, 0 wrong\n"));
    }

    /// <summary>In a phase something fails in one of the threads: all of them go on as if nothing had been.</summary>
    [Test]
    public void Threads_WithAFault_GoOnInTheOldVersion([ValueSource(nameof(Faults))] string fault)
    {
        var executable = Toolchain.UpStareCc("-O2", ["-pthread", Source]);
        using var program = LiveProgram.Start(executable, ["24"], new Dictionary<string, string> { ["UPSTARE_FAULT"] = fault });
        program.WaitForLines(1);
        for (var i = 0; i < 5; i++)
        {
            var apply = Shell.Run(Repository.Tool, ["apply", "--timeout", "0.5", Text(program.Pid), Toolchain.Identity(executable)]);
            Assert.That(apply.ExitCode, Is.EqualTo(fault == "stop" ? 3 : 1), apply.ToString());
        }
        var result = program.Finish();
        Assert.That(result.Output, Does.EndWith(" 0 wrong\n"), result.ToString());
    }

    /// <summary>At every k-th point all threads unroll to their bases and are put back; memory does not change meanwhile.</summary>
    [TestCase(5)]
    [TestCase(40)]
    public void Threads_RolledBackAtEveryKthPoint_DoNotNotice(int every)
    {
        var executable = new UpdateCase("threads-ending").Executable(1, "-O2");
        var result = Shell.Run(executable, [], new Dictionary<string, string> { ["UPSTARE_ROLLBACK_EVERY"] = $"{Text(every)}:{Toolchain.Identity(executable)}" });
        Assert.Multiple(() =>
        {
            Assert.That(new UpdateCase("threads-ending").Expected.Explain(result.Lines, 0, 0), Is.Null, result.ToString());
            Assert.That(result.Error, Does.Not.Contain("roll-back difference"));
        });
    }

    /// <summary>The reply tells how many threads took part.</summary>
    [Test]
    public void Apply_ToThreads_CountsThem()
    {
        var test = new UpdateCase("threads-waiting");
        using var program = LiveProgram.Start(test.Executable(1, "-O2"));
        Thread.Sleep(200);
        var apply = UpdateCaseTests.Apply(program, test.Patch(1, "-O2"));
        Assert.That(apply.Output, Does.Match("^updated: pause [0-9]+ us, [0-9]+ frames, 5 threads\n$"), apply.ToString());
        Assert.That(test.Expected.Explain(program.Finish().Lines, 1, 1), Is.Null);
    }

    // Updates a program between its versions 1 and 2, and lets it end in version 2.
    private static Result BackAndForth(string level, string mode, string source, params string[] options)
    {
        var versions = new[] { "1", "2" }.Select(version => Toolchain.UpStareCc(level, ["-fupstare-poll=" + mode, "-DVERSION=" + version, source, .. options])).ToArray();
        string[] patches = [Toolchain.Patch(versions[0], versions[1]), Toolchain.Patch(versions[1], versions[0])];
        using var program = LiveProgram.Start(versions[0]);
        program.WaitForLines(1);
        for (var i = 0; i < 41; i++)
        {
            var apply = UpdateCaseTests.Apply(program, patches[i % 2]);
            Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        }
        return program.Finish();
    }

    // Starts the program, updates it so many times in a row, and lets it end.
    private static Result Update(string executable, string patch, int threads, int updates)
    {
        var updater = Toolchain.Gcc("-O2", [UpdatesSource]);
        using var program = LiveProgram.Start(executable, [Text(threads)]);
        program.WaitForLines(1);
        var made = Shell.Run(updater, [Text(program.Pid), patch, Text(updates)]);
        Assert.Multiple(() =>
        {
            Assert.That(made.ExitCode, Is.Zero, made.ToString());
            Assert.That(Regex.Count(made.Output, "^[0-9]+ [0-9]+$", RegexOptions.Multiline), Is.EqualTo(updates), made.ToString());
        });
        return program.Finish();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
