namespace UpStare.Update.Tests;

/// <summary>
/// Whatever is wrong with a patch or a process: a clear message, the right exit status, and the program goes on in the
/// old version as if nobody had asked. Exit status of `upstare apply`: 0 updated, 1 error, 2 refused, 3 deadline passed.
/// </summary>
[TestFixture]
public sealed class BadInputTests
{
    private const int Nobody = 65534, Somebody = 65533;

    private static readonly UpdateCase Victim = new("function-body");
    private static readonly UpdateCase Chain = new("chain");

    /// <summary>A patch that was cut off, anywhere.</summary>
    [TestCase(0.0)]
    [TestCase(0.001)]
    [TestCase(0.5)]
    [TestCase(0.999)]
    public void Patch_CutOff_IsRefused(double part) =>
        Refused(Altered(bytes => bytes[..(int)(bytes.Length * part)]), 2, "truncated|not an UpStare patch|damaged");

    /// <summary>A patch with one wrong byte, in its header, its tables, its code.</summary>
    [TestCase(0.05)]
    [TestCase(0.3)]
    [TestCase(0.6)]
    [TestCase(0.9)]
    public void Patch_WithAWrongByte_IsRefused(double where) =>
        Refused(Altered(bytes =>
        {
            // The blob is what the only program header delimits (struct Elf64_Phdr: p_offset, p_filesz).
            var header = (int)BitConverter.ToUInt64(bytes, 32);
            var blob = BitConverter.ToInt64(bytes, header + 8);
            var size = BitConverter.ToInt64(bytes, header + 32);
            bytes[blob + (long)(size * where)] ^= 0x40;
            return bytes;
        }), 2, "damaged|not an UpStare patch|another version of the UpStare runtime");

    /// <summary>A file that is something else.</summary>
    [Test]
    public void Patch_ThatIsNoPatch_IsRefused() => Refused(Victim.Executable(2, "-O2"), 2, "not an UpStare patch");

    /// <summary>A patch for another program.</summary>
    [Test]
    public void Patch_ForAnotherProgram_IsRefused() => Refused(Chain.Patch(1, "-O2"), 2, "not for the version that this process runs");

    /// <summary>A patch for a later version of the same program.</summary>
    [Test]
    public void Patch_ForAnotherVersion_IsRefused()
    {
        using var program = LiveProgram.Start(Chain.Executable(1, "-O2"));
        program.WaitForLines(1);
        Expect(UpdateCaseTests.Apply(program, Chain.Patch(2, "-O2")), 2, "not for the version that this process runs");
        GoesOn(program, Chain);
    }

    /// <summary>The same patch a second time: the program is no longer in the version that it is for.</summary>
    [Test]
    public void Patch_AppliedTwice_IsRefusedTheSecondTime()
    {
        using var program = LiveProgram.Start(Victim.Executable(1, "-O2"));
        program.WaitForLines(1);
        Expect(UpdateCaseTests.Apply(program, Victim.Patch(1, "-O2")), 0, "");
        Expect(UpdateCaseTests.Apply(program, Victim.Patch(1, "-O2")), 2, "not for the version that this process runs");
        var result = program.Finish();
        Assert.That(Victim.Expected.Explain(result.Lines, 0, 1), Is.Null, result.ToString());
    }

    /// <summary>No file of that name, or a directory.</summary>
    [TestCase("no-such-file.upd")]
    [TestCase(".")]
    public void Patch_ThatCannotBeRead_IsAnError(string name) => Refused(Path.Combine(Workspace.Directory, name), 1, "cannot (read|open)");

    /// <summary>A patch that everybody can write to may be anybody's code.</summary>
    [Test]
    public void Patch_WorldWritable_IsRefused()
    {
        var patch = Altered(bytes => bytes);
        File.SetUnixFileMode(patch, (UnixFileMode)0b110_110_110);
        Refused(patch, 2, "can be written by");
    }

    /// <summary>The same, where it is put in place by hand: the runtime itself looks.</summary>
    [Test]
    public void Patch_PlacedByHandAndWorldWritable_IsRefused() =>
        RefusedByRuntime(file => File.SetUnixFileMode(file, (UnixFileMode)0b110_110_110), "refused", "can be written by group or others");

    /// <summary>A good patch, put in place by hand: `cp` and `kill` are enough.</summary>
    [Test]
    public void Patch_PlacedByHand_IsApplied()
    {
        using var program = LiveProgram.Start(Victim.Executable(1, "-O2"));
        program.WaitForLines(1);
        var reply = ByHand(program, 0, _ => { });
        Assert.That(reply, Does.StartWith("updated"), reply);
        var result = program.Finish();
        Assert.That(Victim.Expected.Explain(result.Lines, 0, 1), Is.Null, result.ToString());
        Assert.That(Victim.Expected.Matches(result.Lines, 0, 0), Is.False, result.ToString());
    }

    /// <summary>A patch that belongs to somebody else.</summary>
    [Test]
    public void Patch_OfAnotherUser_IsRefused()
    {
        OnlyAsRoot();
        RefusedByRuntime(file => Shell.Must("chown", Nobody.ToString(), file), "refused", "belongs to another user");
    }

    /// <summary>A process of an ordinary user does not take a third user's patch.</summary>
    [Test]
    public void Patch_OfAThirdUser_IsRefused()
    {
        OnlyAsRoot();
        using var program = As(Nobody, Victim.Executable(1, "-O2"));
        program.WaitForLines(1);
        var reply = ByHand(program, Nobody, file =>
        {
            Shell.Must("chown", Somebody.ToString(), file);
            Shell.Must("chmod", "644", file);       // so that it can be read
        });
        Assert.That(reply, Does.StartWith("refused").And.Contain("belongs to another user"));
        GoesOn(program, Victim);
    }

    /// <summary>Root may update anybody's process.</summary>
    [Test]
    public void Process_OfAnotherUser_IsUpdatedByRoot()
    {
        OnlyAsRoot();
        using var program = As(Nobody, Victim.Executable(1, "-O2"));
        program.WaitForLines(1);
        Expect(UpdateCaseTests.Apply(program, Victim.Patch(1, "-O2")), 0, "");
        var result = program.Finish();
        Assert.That(Victim.Expected.Matches(result.Lines, 0, 1) && !Victim.Expected.Matches(result.Lines, 0, 0), Is.True, result.ToString());
    }

    /// <summary>An ordinary user may not update another's process.</summary>
    [Test]
    public void Process_OfAnotherUser_IsNotOurs()
    {
        OnlyAsRoot();
        using var program = LiveProgram.Start(Victim.Executable(1, "-O2"));
        program.WaitForLines(1);
        Expect(Shell.Run("setpriv", [.. Identity(Nobody), Repository.Tool, "apply", program.Pid.ToString(), Victim.Patch(1, "-O2")]),
            1, "permission|permitted|belongs to|another user");
        GoesOn(program, Victim);
    }

    /// <summary>A user cannot use a patch that he cannot read.</summary>
    [Test]
    public void Patch_Unreadable_IsAnError()
    {
        OnlyAsRoot();
        var patch = Altered(bytes => bytes);
        File.SetUnixFileMode(patch, UnixFileMode.UserRead);
        using var program = As(Nobody, Victim.Executable(1, "-O2"));
        program.WaitForLines(1);
        Expect(Shell.Run("setpriv", [.. Identity(Nobody), Repository.Tool, "apply", program.Pid.ToString(), patch]), 1, "cannot (read|open)");
        GoesOn(program, Victim);
    }

    /// <summary>A process that plain gcc has built: the signal would kill it, so none is sent.</summary>
    [Test]
    public void Process_NotBuiltByUpStareCc_IsLeftAlone()
    {
        using var program = LiveProgram.Start(Victim.Plain(1));
        program.WaitForLines(1);
        Expect(UpdateCaseTests.Apply(program, Victim.Patch(1, "-O2")), 1, "not.*(updatable|updated|built)");
        GoesOn(program, Victim);
    }

    /// <summary>A process that is not there.</summary>
    [TestCase("apply")]
    [TestCase("status")]
    public void Process_NotThere_IsAnError(string command)
    {
        var program = LiveProgram.Start("/bin/true");
        program.Finish();
        string[] arguments = command == "apply" ? [command, program.Pid.ToString(), Victim.Patch(1, "-O2")] : [command, program.Pid.ToString()];
        Expect(Shell.Run(Repository.Tool, arguments), 1, "no such process|no process");
    }

    /// <summary>Wrong calls say how to call.</summary>
    [TestCase("")]
    [TestCase("apply")]
    [TestCase("apply 1")]
    [TestCase("apply one patch")]
    [TestCase("apply --timeout x 1 patch")]
    [TestCase("unheard-of 1")]
    public void Tool_CalledWrongly_ShowsItsUsage(string arguments) =>
        Expect(Shell.Run(Repository.Tool, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)), 1, "[Uu]sage|PID|process");

    /// <summary>upstare-diff with what is no executable, or has no sources in it.</summary>
    [Test]
    public void Diff_OfPlainExecutables_IsAnError()
    {
        var patch = Workspace.Fresh("none.upd");
        Expect(Shell.Run(Repository.Diff, [Victim.Plain(1), Victim.Plain(2), "-o", patch]), 1, "upstare-cc");
        Expect(Shell.Run(Repository.Diff, [Repository.At("README.md"), Victim.Executable(2, "-O2"), "-o", patch]), 1, "README.md");
        Expect(Shell.Run(Repository.Diff, ["no-such-file", Victim.Executable(2, "-O2"), "-o", patch]), 1, "no-such-file");
        Assert.That(patch, Does.Not.Exist);
    }

    /// <summary>A wrong moment in the environment does not keep a program from running.</summary>
    [TestCase("nonsense")]
    [TestCase("1:no-such-file.upd")]
    [TestCase("0+0:")]
    [TestCase("1+1x:no-such-file.upd")]
    [TestCase("1+1x0:no-such-file.upd")]
    public void ApplyAt_WithNonsense_RunsTheOldVersion(string value)
    {
        var result = Shell.Run(Victim.Executable(1, "-O2"), [], new Dictionary<string, string> { ["UPSTARE_APPLY_AT"] = value });
        Assert.Multiple(() =>
        {
            Assert.That(Victim.Expected.Explain(result.Lines, 0, 0), Is.Null, result.ToString());
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Error, Does.Contain("UPSTARE_APPLY_AT").Or.Contain("no-such-file.upd").Or.Contain("cannot"), "silence");
        });
    }

    /// <summary>The tool is asked to apply something to a healthy program, and must say no.</summary>
    private static void Refused(string patch, int exitCode, string message)
    {
        using var program = LiveProgram.Start(Victim.Executable(1, "-O2"));
        program.WaitForLines(1);
        Expect(UpdateCaseTests.Apply(program, patch), exitCode, message);
        // The no leaves nothing behind: the right patch can still be applied.
        program.Send(".");
        program.WaitForLines(2);
        Expect(UpdateCaseTests.Apply(program, Victim.Patch(1, "-O2")), 0, "");
        var result = program.Finish();
        Assert.That(Victim.Expected.Explain(result.Lines, 0, 1), Is.Null, result.ToString());
    }

    private static void RefusedByRuntime(Action<string> spoil, string word, string message)
    {
        using var program = LiveProgram.Start(Victim.Executable(1, "-O2"));
        program.WaitForLines(1);
        var reply = ByHand(program, (int)Uid, spoil);
        Assert.That(reply, Does.StartWith(word).And.Contain(message));
        GoesOn(program, Victim);
    }

    /// <summary>Puts the patch where the process looks for it and sends the signal; returns the reply.</summary>
    private static string ByHand(LiveProgram program, int user, Action<string> spoil)
    {
        var directory = $"/tmp/upstare-{user}";
        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (user != Uid)
            Shell.Must("chown", user.ToString(), directory);
        var file = Path.Combine(directory, $"{program.Pid}.upd");
        var reply = Path.Combine(directory, $"{program.Pid}.reply");
        File.Copy(Victim.Patch(1, "-O2"), file, overwrite: true);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        try
        {
            spoil(file);
            Shell.Must("bash", "-c", $"kill -s RTMIN+13 {program.Pid}");
            for (var i = 0; i < 1000 && !File.Exists(reply); i++)
                Thread.Sleep(10);
            return File.ReadAllText(reply);
        }
        finally
        {
            File.Delete(file);
            File.Delete(reply);
        }
    }

    private static void GoesOn(LiveProgram program, UpdateCase test)
    {
        var result = program.Finish();
        Assert.Multiple(() =>
        {
            Assert.That(test.Expected.Explain(result.Lines, 0, 0), Is.Null, result.ToString());
            Assert.That(result.ExitCode, Is.EqualTo(test.Expected.ExitCode(0)), result.ToString());
        });
    }

    private static void Expect(Result result, int exitCode, string message) => Assert.Multiple(() =>
    {
        Assert.That(result.ExitCode, Is.EqualTo(exitCode), result.ToString());
        Assert.That(result.Output + result.Error, Does.Match(message), result.Command);
    });

    private static string Altered(Func<byte[], byte[]> alter)
    {
        var path = Workspace.Fresh("altered.upd");
        File.WriteAllBytes(path, alter(File.ReadAllBytes(Victim.Patch(1, "-O2"))));
        return path;
    }

    private static LiveProgram As(int user, string executable) => LiveProgram.Start("setpriv", [.. Identity(user), executable]);

    private static string[] Identity(int user) => [$"--reuid={user}", $"--regid={user}", "--clear-groups"];

    private static uint Uid { get; } = uint.Parse(Shell.Must("id", "-u").Output);

    private static void OnlyAsRoot()
    {
        if (Uid != 0)
            Assert.Ignore("needs root to be two users");
    }
}
