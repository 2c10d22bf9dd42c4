namespace UpStare.Update.Tests;

/// <summary>
/// Programs that are updated while they are blocked in a call. The scenes of tests/blocking are played one after the other; in
/// each of them `upstare apply` updates the program, with both threads blocked, then the scene is ended, and the call must have the
/// result that it would have had without.
/// </summary>
[TestFixture]
public sealed class BlockingTests
{
    /// <summary>Updates in each scene.</summary>
    private const int Updates = 2;

    private static string[] Sources => [.. Directory.EnumerateFiles(Repository.At("tests", "blocking"), "*.c").Order(StringComparer.Ordinal)];

    /// <summary>What gcc makes of it: the scenes are right by themselves.</summary>
    [TestCase("processes")]
    public void Scenes_OfGcc_AreRight(string scenes) => Play(Toolchain.Gcc("-O2", Sources), [], scenes);

    /// <summary>Updated in every scene.</summary>
    [TestCase("descriptors", "-O2")]
    [TestCase("times", "-O2")]
    [TestCase("locks", "-O2")]
    [TestCase("processes", "-O2")]
    [TestCase("streams", "-O2")]
    [TestCase("streams", "-O2 -D_FORTIFY_SOURCE=2")]
    [TestCase("processes", "-O0 -fupstare-poll=flag")]
    public void Program_UpdatedInABlockingCall_GoesOnWithIt(string scenes, string options)
    {
        var words = options.Split(' ');
        var executable = Toolchain.UpStareCc(words[0], [.. words[1..], .. Sources]);
        Play(executable, [Toolchain.Identity(executable)], scenes);
    }

    /// <summary>
    /// Updated to another version in every scene, and back. The request wakes another thread; who is blocked is not waited for, and follows
    /// when its call ends, or is called to follow.
    /// </summary>
    [TestCase("descriptors", "-O2")]
    [TestCase("times", "-O2")]
    [TestCase("locks", "-O2")]
    [TestCase("processes", "-O2")]
    [TestCase("streams", "-O2")]
    [TestCase("locks", "-O0 -fupstare-poll=flag")]
    public void Program_UpdatedWhileAnotherThreadIsBlocked_GoesOnThere(string scenes, string options)
    {
        var words = options.Split(' ');
        var versions = new[] { "1", "2" }.Select(version => Toolchain.UpStareCc(words[0], [.. words[1..], "-DVERSION=" + version, .. Sources])).ToArray();
        Play(versions[0], [Toolchain.Patch(versions[0], versions[1]), Toolchain.Patch(versions[1], versions[0])], scenes, "elsewhere");
    }

    /// <summary>No system call more, and none less, than gcc's program makes.</summary>
    [TestCase("-O2")]
    [TestCase("-O2 -D_FORTIFY_SOURCE=2")]
    [TestCase("-O0")]
    public void Calls_ThatDoNotWait_MakeTheSameSystemCalls(string options)
    {
        string[] words = [.. options.Split(' ')[1..], "-D_GNU_SOURCE", "-w", Repository.At("tests", "blocking", "fast", "fast.c")];
        var level = options.Split(' ')[0];
        var count = Toolchain.Gcc("-O1", Repository.At("tests", "blocking", "fast", "count.c"));
        var expected = Shell.Run(count, [Toolchain.Gcc(level, words)]);
        var actual = Shell.Run(count, [Toolchain.UpStareCc(level, words)]);
        Assert.That((expected.ExitCode, actual.ExitCode), Is.EqualTo((0, 0)), $"{expected}\n{actual}");
        Assert.That(expected.Output.Split('\n'), Has.Length.GreaterThan(30));
        Assert.That(actual.Output, Is.EqualTo(expected.Output));
    }

    // Applies the patches in turn.
    private static void Play(string executable, string[] patches, params string[] scenes)
    {
        using var program = LiveProgram.Start(executable, scenes);
        var (scene, updates) = (0, 0);
        for (; Next() != "end"; scene++)
        {
            var words = program.Lines[2 * scene].Split(' ');
            // A scene that ends by itself may be over before the last update; what counts there is that it ends in time.
            for (var i = 0; patches.Length > 0 && i < Updates && program.Lines.Length == 2 * scene + 1; i++, updates++)
            {
                var apply = UpdateCaseTests.Apply(program, patches[updates % patches.Length]);
                Assert.That(apply.ExitCode, Is.Zero, $"{words[1]}: {apply}");
            }

            if (patches.Length == 0) Thread.Sleep(100); // it says that it waits before it does
            if (words[0] == "waiting") program.Send("x");
            program.WaitForLines(2 * scene + 2);
            Assert.That(program.Lines[2 * scene + 1], Is.EqualTo($"done {words[1]} right"));
        }

        Assert.That(program.Finish().ExitCode, Is.Zero);
        Assert.That(scene, Is.GreaterThan(5));
        Assert.That(updates, patches.Length == 0 ? Is.Zero : Is.GreaterThanOrEqualTo(scene));

        string Next()
        {
            program.WaitForLines(2 * scene + 1);
            return program.Lines[2 * scene];
        }
    }
}
