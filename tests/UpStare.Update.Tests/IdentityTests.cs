namespace UpStare.Update.Tests;

/// <summary>
/// The sharpest test there is: a program that is updated to its own version, at any point and again and again, prints not a
/// byte more or less than without updates.
/// </summary>
/// <remarks>
/// By default each program is tested at -O2 and with one other set of options, by turns; with UPSTARE_TORTURE=1 in the environment,
/// with all of them.
/// </remarks>
[TestFixture]
public sealed class IdentityTests
{
    /// <summary>Every point up to this one is hit.</summary>
    private const int AllUpTo = 30;

    /// <summary>Beyond, the distance grows by this factor, so that a long program costs little more than a short one.</summary>
    private const double Stretch = 1.15;

    /// <summary>Points farther than this are not looked for.</summary>
    private const int Bound = 50_000;

    private static readonly string[] Others =
        [
            "-O0", "-O1", "-O3", "-Os", "-O2 -fupstare-poll=flag", "-O2 -fupstare-save=all", "-O0 -fupstare-poll=flag",
            "-O2 -D_FORTIFY_SOURCE=3 -fstack-protector-strong", "-O1 -fsanitize=undefined", "-O2 -g3 -flto",
        ];

    private static readonly (int First, int Every)[] Repeated = [(1, 1), (2, 3), (5, 7), (3, 50)];

    private static IEnumerable<TestCaseData> Programs
    {
        get
        {
            var everything = Environment.GetEnvironmentVariable("UPSTARE_TORTURE") == "1";
            var turn = 0;
            foreach (var name in Corpus.Updatable)
            {
                yield return new TestCaseData(name, "-O2");
                foreach (var options in everything ? Others : [Others[turn++ % Others.Length]])
                    yield return new TestCaseData(name, options);
            }
        }
    }

    /// <summary>One update at point n, for n = 1, 2, 3... Where a function that is left as it is is inlined, the others are updated all the same.</summary>
    [TestCaseSource(nameof(Programs))]
    [TestCase("unchanged/left-inline", "-O2")]
    [TestCase("unchanged/left-inline", "-O3")]
    public void Program_UpdatedToItself_GoesOnUnchanged(string name, string options)
    {
        var program = new Subject(name, options);
        var updates = 0;
        for (double point = 1; point <= Bound && program.Survives($"{point}"); updates++)
            point = point < AllUpTo ? point + 1 : Math.Ceiling(point * Stretch);
        if (Corpus.IsUpdated(name)) Assert.That(updates, Is.GreaterThanOrEqualTo(3), "updates that took place");
        else Assert.That(updates, Is.Zero, "updates of a program that says it has none: take the comment away");
    }

    /// <summary>Updates at point n and again at every m-th after it: the code of the clones is left in the middle, too.</summary>
    [TestCaseSource(nameof(Programs))]
    public void Program_UpdatedToItselfAgainAndAgain_GoesOnUnchanged(string name, string options)
    {
        var program = new Subject(name, options);
        foreach (var (first, every) in Repeated)
            program.Survives($"{first}+{Math.Max(every, Corpus.Every(name))}");
    }

    /// <summary>Two units, one of which only keeps the address of the other's function.</summary>
    [TestCase("-O1")]
    [TestCase("-O1 -fPIC")]
    [TestCase("-O2")]
    public void Program_WithAPointerToAnotherUnit_IsLinkedAndGoesOnUnchanged(string options)
    {
        string[] units = [Repository.At("tests", "corpus", "units", "pointer-other.c"), Repository.At("tests", "corpus", "units", "pointer-main.c")];
        var words = options.Split(' ');
        var program = new Subject(Toolchain.UpStareCc(words[0], [.. words[1..], .. units]));
        for (var point = 1; point <= 6; point++) Assert.That(program.Survives($"{point}"), "it was updated");
        program.Survives("1+1");
    }

    /// <summary>N+MxK: K updates, and no more.</summary>
    [TestCase(1)]
    [TestCase(10)]
    public void Program_UpdatedSoManyTimes_IsUpdatedNoMore(int times)
    {
        var program = new Subject("hash-table", "-O2");
        Assert.That(program.Updates($"3+2x{times}"), Is.EqualTo(times));
    }

    private sealed class Subject
    {
        private readonly string executable;
        private readonly string patch;
        private readonly Result undisturbed;

        public Subject(string name, string options)
            : this(Toolchain.UpStareCc(options.Split(' ')[0], [.. options.Split(' ')[1..], .. Corpus.Arguments(name)]))
        {
        }

        public Subject(string executable)
        {
            this.executable = executable;
            patch = Toolchain.Identity(executable);
            undisturbed = Shell.Run(executable, []);
        }

        /// <summary>Runs it with updates at a moment; false if none took place before the program ended.</summary>
        public bool Survives(string when) => Updates(when) > 0;

        /// <summary>The same; how many took place.</summary>
        public int Updates(string when)
        {
            var result = Shell.Run(executable, [], new Dictionary<string, string>
            {
                ["UPSTARE_APPLY_AT"] = $"{when}:{patch}",
                ["UPSTARE_VERBOSE"] = "1",
            });
            Assert.Multiple(() =>
            {
                Assert.That(result.Output, Is.EqualTo(undisturbed.Output), Tail(result));
                Assert.That(result.ExitCode, Is.EqualTo(undisturbed.ExitCode), Tail(result));
            });
            return result.Error.Split("upstare: updated: ").Length - 1;
        }

        /// <summary>The command that repeats it, and the last that was heard.</summary>
        private static string Tail(Result result) =>
            $"$ {result.Command}\n{string.Join('\n', result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(5))}";
    }
}
