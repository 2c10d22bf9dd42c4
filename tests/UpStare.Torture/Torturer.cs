using System.Text.RegularExpressions;

namespace UpStare.Torture;

/// <summary>How much is done with each program.</summary>
internal sealed record Effort
{
    /// <summary>Updates are tried at each point up to this one.</summary>
    public int AllUpTo { get; init; } = 12;

    /// <summary>And at so many more, spread over the rest of the run.</summary>
    public int Samples { get; init; } = 8;

    /// <summary>Updates of one run in which they are repeated, at most.</summary>
    public int Repeated { get; init; } = 100;

    /// <summary>Roll-backs of a run, at most.</summary>
    public int RollBacks { get; init; } = 500;

    /// <summary>Only compare with gcc: no updates.</summary>
    public bool OnlyEquivalence { get; init; }

    /// <summary>Where what failed is kept; null to keep nothing.</summary>
    public string? KeepIn { get; init; }
}

/// <summary>
/// Builds a program with gcc and with upstare-cc, compares what they do, and then again while it is updated to its own version at
/// the n-th point, at every m-th point, and rolled back at every k-th.
/// </summary>
internal sealed partial class Torturer
{
    /// <summary>A program that needs longer with gcc is too long for many runs.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(5);

    /// <summary>Exit status of upstare-diff when the new version cannot be reached by a patch.</summary>
    private const int Refused = 2;

    private readonly Trial trial;
    private readonly Effort effort;
    private readonly string folder;
    private readonly List<string> commands = [];
    private Result expected = null!;

    private Torturer(Trial trial, Effort effort)
    {
        this.trial = trial;
        this.effort = effort;
        folder = Workspace.Fresh($"{trial.Program.Corpus}-{trial.Program.Name.Replace('/', '-')}");
        Directory.CreateDirectory(folder);
    }

    private string Executable => Path.Combine(folder, "program");

    private string Patch => Path.Combine(folder, "program.upd");

    /// <summary>Runs one trial.</summary>
    public static Trial Run(TortureProgram program, string options, Effort effort)
    {
        var torturer = new Torturer(new Trial(program, options), effort);
        torturer.Run();
        torturer.Leave();
        return torturer.trial;
    }

    private void Run()
    {
        var program = trial.Program;
        var sources = program.Sources(folder);
        string[] words = trial.Options.Split(' ');
        string[] ours = [.. words.Where(word => word.StartsWith("-fupstare-", StringComparison.Ordinal))];
        string[] arguments = [.. words.Except(ours), .. program.Flags, .. sources, .. program.Libraries];
        if (!Expect(arguments)) return;

        var built = Execute(Repository.Compiler, [.. ours, "-fupstare-verbose", .. arguments, "-o", Executable], patience: TimeSpan.FromMinutes(3));
        Count(built);
        if (built.ExitCode != 0) Fail("upstare-cc fails", built, built.Error);
        else if (InternalError().IsMatch(built.Error)) Fail("upstare-cc: internal error, or gcc rejects its output", built, built.Error);
        if (built.ExitCode != 0 || !Same("without an update", Run([]))) return;
        trial.Refusal = program.NotUpdated;
        if (effort.OnlyEquivalence || program.NotUpdated is not null) return;
        if (program.UpdateFlags.Count > 0 && !Rebuild([.. words, .. program.Flags, .. program.UpdateFlags, .. sources, .. program.Libraries])) return;
        Update();
    }

    private bool Rebuild(string[] arguments)
    {
        var built = Execute(Repository.Compiler, [.. arguments, "-o", Executable], patience: TimeSpan.FromMinutes(3));
        if (built.ExitCode != 0) Fail("upstare-cc fails", built, built.Error);
        return built.ExitCode == 0 && Same("without an update", Run([]));
    }

    // What gcc's program does, if it is right.
    private bool Expect(string[] arguments)
    {
        var plain = Path.Combine(folder, "plain");
        var built = Execute("gcc", [.. arguments, "-o", plain], patience: TimeSpan.FromMinutes(2));
        if (built.ExitCode != 0)
        {
            trial.Reason = "gcc does not compile it";
            return false;
        }

        expected = Execute(plain, trial.Program.Arguments, patience: Short);
        var again = Execute(plain, trial.Program.Arguments, patience: Short);
        if (expected.ExitCode == -1) trial.Reason = "it does not end soon with gcc";
        else if (!trial.Program.IsRight(expected)) trial.Reason = "it is not right with gcc";
        else if (trial.Program.MayBeUndefined && IsUndefined(arguments)) trial.Reason = "what it does is undefined";
        else if (again.Output != expected.Output || again.ExitCode != expected.ExitCode) trial.Reason = "it does not do the same each time";
        return trial.Reason is null;
    }

    // A conversion of a value that is too large, mostly: gcc's own levels differ then.
    private bool IsUndefined(string[] arguments)
    {
        var checking = Path.Combine(folder, "checking");
        var built = Execute("gcc", [.. arguments, "-fsanitize=undefined,float-cast-overflow,float-divide-by-zero", "-o", checking], patience: TimeSpan.FromMinutes(3));
        return built.ExitCode != 0 || Execute(checking, trial.Program.Arguments, patience: Short).Error.Contains("runtime error", StringComparison.Ordinal);
    }

    private void Count(Result built)
    {
        foreach (Match match in AboutFunction().Matches(built.Error))
        {
            trial.Functions++;
            if (match.Groups[2].Success) trial.NotInstrumented.Add((match.Groups[1].Value, match.Groups[2].Value));
        }

        foreach (Match match in AboutUnit().Matches(built.Error))
        {
            trial.Functions++;
            trial.NotInstrumented.Add(("(unit)", match.Groups[1].Value));
        }
    }

    private void Update()
    {
        var diff = Execute(Repository.Diff, ["--identity", Executable, Executable, "-o", Patch], patience: TimeSpan.FromMinutes(3));
        if (diff.ExitCode == Refused)
        {
            trial.Refusal = string.Join("; ", Refusals().Matches(diff.Error).Select(match => match.Groups[1].Value).Distinct());
            return;
        }

        if (diff.ExitCode != 0)
        {
            // Each of its units was compiled as it is, and a warning said so.
            if (!NothingInstrumented().IsMatch(diff.Error)) Fail("upstare-diff fails", diff, diff.Error);
            return;
        }

        var points = Points();
        foreach (var point in Moments(points))
        {
            if (!Survives($"{point}")) break;
        }

        foreach (var (first, least) in new[] { (1, 1), (2, 3) })
        {
            Survives($"{first}+{Math.Max(Math.Max(least, trial.Program.Every), points / effort.Repeated)}");
        }

        RollBack(Math.Max(trial.Program.Every, points / effort.RollBacks));
    }

    // How many points the program comes by; at most what is looked for when it does not say.
    private long Points()
    {
        var counted = Run(new() { ["UPSTARE_ROLLBACK_EVERY"] = $"{1L << 40}:{Patch}" });
        Same("while points are counted", counted);
        return RollBackReport().Match(counted.Error) is { Success: true } match ? long.Parse(match.Groups[1].Value) : effort.AllUpTo;
    }

    private IEnumerable<long> Moments(long points)
    {
        var first = Math.Min(points, effort.AllUpTo);
        for (long point = 1; point <= first; point++) yield return point;
        var samples = (int)Math.Min(effort.Samples, points - first);
        // By a constant factor: the beginning of a program is more varied than its middle.
        for (var i = 1; i <= samples; i++) yield return (long)Math.Max(first + i, first * Math.Pow((double)points / first, (double)i / samples));
    }

    // Runs it with updates; false when none took place.
    private bool Survives(string when)
    {
        var result = Run(new() { ["UPSTARE_APPLY_AT"] = $"{when}:{Patch}", ["UPSTARE_VERBOSE"] = "1" });
        var updates = Updated().Count(result.Error);
        trial.Runs++;
        trial.Updates += updates;
        Same($"updated at {when}{Place(result)}", result);
        return updates > 0;
    }

    private static string Place(Result result) => Updating().Matches(result.Error).LastOrDefault() is { } match ? $", last at {match.Groups[1].Value}" : "";

    private void RollBack(long every)
    {
        var result = Run(new() { ["UPSTARE_ROLLBACK_EVERY"] = $"{every}:{Patch}" });
        if (!Same($"rolled back at every {every}", result)) return;
        if (RollBackReport().Match(result.Error) is not { Success: true } report) return; // it left by _exit
        trial.RollBacks += long.Parse(report.Groups[2].Value);
        if (report.Groups[3].Value != "0") Fail("memory differs after a roll-back", result, result.Error);
    }

    private Result Run(Dictionary<string, string> environment) => Execute(Executable, trial.Program.Arguments, environment, TimeSpan.FromSeconds(60));

    private bool Same(string when, Result result)
    {
        if (result.ExitCode == expected.ExitCode && result.Output == expected.Output) return true;
        Fail(when, result, $"exit status {result.ExitCode}, {expected.ExitCode} expected{Difference(result)}");
        return false;
    }

    private string Difference(Result result)
    {
        if (result.Output == expected.Output) return "";
        var (theirs, ours) = (expected.Output.Split('\n'), result.Output.Split('\n'));
        var line = Enumerable.Range(0, Math.Min(theirs.Length, ours.Length)).FirstOrDefault(i => theirs[i] != ours[i], Math.Min(theirs.Length, ours.Length));
        string At(string[] lines) => line < lines.Length ? $"'{lines[line]}'" : "the end";
        return $"; line {line + 1} of the output is {At(ours)}, {At(theirs)} expected";
    }

    private void Fail(string what, Result result, string detail) =>
        trial.Failures.Add(new Failure(what, result.Command, detail + "\n" + string.Join('\n', result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(3))));

    private Result Execute(string file, IReadOnlyList<string> arguments, Dictionary<string, string>? environment = null, TimeSpan? patience = null)
    {
        var result = Shell.Run(file, arguments, environment, folder, patience);
        commands.Add(result.Command);
        return result;
    }

    // What failed is kept, with the instrumented C and the commands; the rest is removed.
    private void Leave()
    {
        if (trial.Failures.Count > 0 && effort.KeepIn is { } keep)
        {
            foreach (var source in trial.Program.Sources(folder))
            {
                string[] options = [.. trial.Options.Split(' '), .. trial.Program.Flags];
                Shell.Run(Repository.Compiler, [.. options, "-save-temps", "-c", source, "-o", Path.Combine(folder, Path.GetFileNameWithoutExtension(source) + ".o")], directory: folder);
            }

            trial.Kept = Path.Combine(keep, trial.Program.Corpus, $"{trial.Program.Name.Replace('/', '-')}{trial.Options.Replace(" ", "", StringComparison.Ordinal)}");
            Directory.CreateDirectory(Path.GetDirectoryName(trial.Kept)!);
            if (Directory.Exists(trial.Kept)) Directory.Delete(trial.Kept, recursive: true);
            var story = trial.Failures.SelectMany(f => new[] { $"# {f.What}: {f.Detail}".ReplaceLineEndings("\n# "), f.Command });
            string[] repeat = [$"# {trial.Program.Origin}", .. commands.Take(3), .. story];
            File.WriteAllLines(Path.Combine(folder, "repeat.sh"), repeat.Select(line => line.Replace(folder, trial.Kept, StringComparison.Ordinal)));
            Shell.Must("cp", "-a", folder, trial.Kept);
        }

        Directory.Delete(folder, recursive: true);
    }

    [GeneratedRegex(@"^\S+:\d+: (?:note|warning): '([^']*)' (?:is instrumented|needs no|is not instrumented: (.*))", RegexOptions.Multiline)]
    private static partial Regex AboutFunction();

    [GeneratedRegex(@"^upstare-cc: warning: .*?: not instrumented: (.*)$", RegexOptions.Multiline)]
    private static partial Regex AboutUnit();

    [GeneratedRegex(@"^upstare-diff: (?:\S+:\d+: )?(.*)$(?<!: \d+ reasons?)", RegexOptions.Multiline)]
    private static partial Regex Refusals();

    [GeneratedRegex("internal error|gcc rejects")]
    private static partial Regex InternalError();

    [GeneratedRegex("has no .debug.upstare section")]
    private static partial Regex NothingInstrumented();

    [GeneratedRegex(@"upstare: points (\d+) roll-backs (\d+) skipped \d+ differences (\d+)")]
    private static partial Regex RollBackReport();

    [GeneratedRegex("^upstare: updated", RegexOptions.Multiline)]
    private static partial Regex Updated();

    [GeneratedRegex("^upstare: updating at point (.*)$", RegexOptions.Multiline)]
    private static partial Regex Updating();
}
