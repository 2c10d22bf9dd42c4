using System.Globalization;

namespace UpStare.Update.Tests;

/// <summary>Processes that a program forks before and after its updates: each is updated by itself, and none does the others any harm.</summary>
[TestFixture]
public sealed class ForkTests
{
    private static readonly string Source = Repository.At("tests", "blocking", "away", "forks.c");

    /// <summary>A parent and three children, forked before, between and after its updates, are updated back and forth while all of them work. "fff" are the ways in which
    /// they are made: libc's fork, "_" its _Fork, "s" and "3" the system calls clone and clone3.</summary>
    [TestCase("-O2", "trap", "fff")]
    [TestCase("-O0", "trap", "fff")]
    [TestCase("-O2", "flag", "fff")]
    [TestCase("-O2", "trap", "s3_")]
    [TestCase("-O0", "trap", "3_s")]
    [TestCase("-O2", "flag", "_s3")]
    public void Processes_ForkedAtAnyTime_AreUpdatedEachByItself(string level, string mode, string ways)
    {
        var (executable, there, back) = Versions(level, mode);
        using var program = LiveProgram.Start(executable);
        program.WaitForLines(1);
        var processes = new List<int> { program.Pid };
        var version = new Dictionary<int, int> { [program.Pid] = 1 };
        for (var round = 0; round < 4; round++)
        {
            if (round < 3)
            {
                var child = Fork(program, ways[round]);
                processes.Add(child);
                version[child] = version[program.Pid];
            }

            // The parent twice as often: its traps and jumps must not be seen elsewhere.
            foreach (var process in new[] { program.Pid, program.Pid }.Concat(processes).Append(program.Pid))
            {
                Expect(Apply(process, version[process] == 1 ? there : back), 0, "");
                version[process] = 3 - version[process];
                program.Send("wwww");
            }

            Answers(program, version);
        }

        AllEndWell(program, 3);
    }

    /// <summary>A fork copies no code: parent, children and grandchildren run the same memory until one of them is updated, which then has its own.</summary>
    [Test]
    public void Code_IsShared_UntilOneOfTheProcessesIsUpdated()
    {
        var (executable, there, back) = Versions("-O2", "trap");
        using var program = LiveProgram.Start(executable);
        program.WaitForLines(1);
        Expect(Apply(program.Pid, there), 0, "");
        var first = CodeOf(program.Pid);
        var children = new[] { Fork(program, 'f'), Fork(program, 's') };
        Assert.That(children.Select(CodeOf), Is.All.EqualTo(first));

        Expect(Apply(program.Pid, back), 0, "");
        var second = CodeOf(program.Pid);
        Assert.That(second, Is.Not.EqualTo(first));
        Assert.That(children.Select(CodeOf), Is.All.EqualTo(first), "what the children run has not changed");
        Expect(Apply(program.Pid, there), 0, "");
        Assert.That(CodeOf(program.Pid), Is.EqualTo(second), "no child has it: no copy is needed");

        Expect(Apply(children[0], back), 0, "");
        Assert.That(CodeOf(children[0]), Is.Not.AnyOf(first, second));
        Assert.That(CodeOf(children[1]), Is.EqualTo(first));
        program.Send("wwww");
        Answers(program, new() { [program.Pid] = 2, [children[0]] = 1, [children[1]] = 2 });
        AllEndWell(program, 2);
    }

    /// <summary>A patch lies in a file's memory, of which a child is given no page tables: a fork costs about the same after an update, and a child reads the
    /// same memory, which it cannot change.</summary>
    [Test]
    public void Patch_IsNoMemoryThatAForkCopies()
    {
        var (executable, there, _) = Versions("-O2", "trap");
        using var program = LiveProgram.Start(executable);
        program.WaitForLines(1);
        Expect(Apply(program.Pid, there), 0, "");
        var child = Fork(program, 'f');
        foreach (var process in new[] { program.Pid, child })
        {
            var pieces = Pieces(process);
            Assert.That(pieces.Sum(piece => piece.Size), Is.GreaterThanOrEqualTo(new FileInfo(there).Length));
            Assert.That(pieces.Sum(piece => piece.Own), Is.LessThanOrEqualTo(8 * 4096), "pages that were written to: where symbols are");
        }
        AllEndWell(program, 1);

        // What is mapped of patches, and how much of it is in pages of the process's own; bytes.
        static List<(long Size, long Own)> Pieces(int process)
        {
            var pieces = new List<(long Size, long Own)>();
            var (isPiece, size) = (false, 0L);
            foreach (var words in File.ReadLines(Invariant($"/proc/{process}/smaps")).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            {
                if (!words[0].EndsWith(':'))
                    isPiece = words[1].EndsWith("-p", StringComparison.Ordinal) && words.Contains("/memfd:upstare");
                else if (words[0] == "Size:")
                    size = Bytes(words);
                else if (isPiece && words[0] == "Anonymous:")
                    pieces.Add((size, Bytes(words)));
            }
            return pieces;
        }

        static long Bytes(string[] words) => 1024 * long.Parse(words[1], CultureInfo.InvariantCulture);
    }

    // The memory file that a process's code of patches is in: its inode.
    private static string CodeOf(int process) =>
        File.ReadAllLines(Invariant($"/proc/{process}/maps")).Where(line => line.Contains("memfd:upstare") && line.Contains(" r-xs "))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4]).Distinct().Single();

    /// <summary>Where no copy of the code can be made, the parent stays as it is, and so does the child.</summary>
    [Test]
    public void Parent_WhoseChildSharesItsCode_IsNotUpdatedAgain()
    {
        var (executable, there, back) = Versions("-O2", "trap");
        using var program = LiveProgram.Start(executable, environment: new Dictionary<string, string> { ["UPSTARE_FAULT"] = "fork" });
        program.WaitForLines(1);
        Expect(Apply(program.Pid, there), 0, "");
        var child = Fork(program, 'f');
        Expect(Apply(program.Pid, back), 2, "no copy could be made");
        Expect(Apply(child, back), 2, "shares the code");
        program.Send("ww");
        Answers(program, new() { [program.Pid] = 2, [child] = 2 });
        AllEndWell(program, 1);
    }

    /// <summary>A child on a stack that libc's clone was given is no thread that could be taken apart; it goes on as it is while its parent is updated again and again.</summary>
    [Test]
    public void Child_OnAStackOfItsOwn_IsNotHarmed()
    {
        var (executable, there, back) = Versions("-O2", "trap");
        using var program = LiveProgram.Start(executable);
        program.WaitForLines(1);
        Expect(Apply(program.Pid, there), 0, "");
        var child = Fork(program, 'c');
        for (var update = 0; update < 6; update++)
        {
            Expect(Apply(program.Pid, update % 2 == 0 ? back : there), 0, "");
            program.Send("wwww");
            Answers(program, new() { [program.Pid] = 1 + update % 2, [child] = 2 });
        }

        Expect(Apply(child, back, "--timeout", "0.5"), 3, "another stack is in use");
        AllEndWell(program, 1);
    }

    private static (string Executable, string There, string Back) Versions(string level, string mode)
    {
        var versions = new[] { "1", "2" }.Select(version => Toolchain.UpStareCc(level, ["-fupstare-poll=" + mode, "-DVERSION=" + version, Source])).ToArray();
        return (versions[0], Toolchain.Patch(versions[0], versions[1]), Toolchain.Patch(versions[1], versions[0]));
    }

    private static int Fork(LiveProgram program, char way)
    {
        var seen = program.Lines.Length;
        program.Send(way.ToString());
        program.WaitForLines(seen + 1);
        return int.Parse(program.Lines[seen].Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static void Answers(LiveProgram program, Dictionary<int, int> version)
    {
        var seen = program.Lines.Length;
        program.Send("v");
        program.WaitForLines(seen + version.Count);
        Assert.That(program.Lines[seen..], Is.EquivalentTo(version.Select(pair => Invariant($"{(pair.Key == program.Pid ? "parent" : "child")} {pair.Key}: version {pair.Value}"))));
    }

    private static void AllEndWell(LiveProgram program, int children)
    {
        program.Send("e");
        var result = program.Finish();
        Assert.That(result.Lines.TakeLast(children + 1), Is.EqualTo(Enumerable.Repeat("ended with 0", children).Append("0 wrong")), result.ToString());
    }

    private static void Expect(Result result, int exitCode, string message)
    {
        Assert.That(result.ExitCode, Is.EqualTo(exitCode), result.ToString());
        Assert.That(result.Output + result.Error, Does.Contain(message), result.ToString());
    }

    private static Result Apply(int process, string patch, params string[] options) => Shell.Run(Repository.Tool, ["apply", .. options, Invariant($"{process}"), patch]);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
