namespace UpStare.Update.Tests;

/// <summary>
/// The sharpest test there is: a program that is updated to its own version, at any point and again and again, prints not a
/// byte more or less than without updates.
/// </summary>
[TestFixture]
public sealed class IdentityTests
{
    /// <summary>Every point up to this one is hit.</summary>
    private const int AllUpTo = 40;

    /// <summary>Beyond, the distance grows by this factor, so that a long program costs little more than a short one.</summary>
    private const double Stretch = 1.08;

    /// <summary>Points farther than this are not looked for.</summary>
    private const int Bound = 50_000;

    private static readonly string[] Levels = ["-O0", "-O2"];
    private static readonly (int First, int Every)[] Repeated = [(1, 1), (2, 3), (5, 7), (3, 50)];

    /// <summary>One update at point n, for n = 1, 2, 3...</summary>
    [Test]
    public void Program_UpdatedToItself_GoesOnUnchanged(
        [ValueSource(typeof(Corpus), nameof(Corpus.Updatable))] string name, [ValueSource(nameof(Levels))] string level)
    {
        var program = new Subject(name, level);
        var updates = 0;
        for (double point = 1; point <= Bound && program.Survives($"{point}"); updates++)
            point = point < AllUpTo ? point + 1 : Math.Ceiling(point * Stretch);
        Assert.That(updates, Is.GreaterThanOrEqualTo(3), "updates that took place");
    }

    /// <summary>Updates at point n and again at every m-th after it: the code of the clones is left in the middle, too.</summary>
    [Test]
    public void Program_UpdatedToItselfAgainAndAgain_GoesOnUnchanged(
        [ValueSource(typeof(Corpus), nameof(Corpus.Updatable))] string name, [ValueSource(nameof(Levels))] string level)
    {
        var program = new Subject(name, level);
        foreach (var (first, every) in Repeated)
            program.Survives($"{first}+{every}");
    }

    /// <summary>The other levels, and the other modes: fewer moments.</summary>
    [Test]
    public void Program_AtOtherLevelsAndModes_GoesOnUnchanged(
        [ValueSource(typeof(Corpus), nameof(Corpus.Updatable))] string name,
        [Values("-O1", "-O3", "-Os", "-O2 -fupstare-poll=flag", "-O2 -fupstare-save=all")] string options)
    {
        var program = new Subject(name, options.Split(' '));
        foreach (var when in new[] { "1", "4", "9", "20", "1+2" })
            program.Survives(when);
    }

    private sealed class Subject
    {
        private readonly string executable;
        private readonly string patch;
        private readonly Result undisturbed;

        public Subject(string name, params string[] options)
        {
            executable = Toolchain.UpStareCc(options[0], [.. options[1..], .. Corpus.Arguments(name)]);
            patch = Toolchain.Identity(executable);
            undisturbed = Shell.Run(executable, []);
        }

        /// <summary>Runs it with updates at a moment; false if the program ended before the moment came.</summary>
        public bool Survives(string when)
        {
            var result = Shell.Run(executable, [], new Dictionary<string, string>
            {
                ["UPSTARE_APPLY_AT"] = $"{when}:{patch}",
                ["UPSTARE_VERBOSE"] = "1",
            });
            Assert.Multiple(() =>
            {
                Assert.That(result.Output, Is.EqualTo(undisturbed.Output), result.ToString());
                Assert.That(result.ExitCode, Is.EqualTo(undisturbed.ExitCode), result.ToString());
            });
            return result.Error.Contains("upstare: updated", StringComparison.Ordinal);
        }
    }
}
