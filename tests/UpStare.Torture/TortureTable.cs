using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace UpStare.Torture;

/// <summary>What the trials came to, as Markdown.</summary>
internal static partial class TortureTable
{
    /// <summary>The whole report: the table, what failed, what was not instrumented and why, what was not tried and why.</summary>
    public static string Write(IReadOnlyCollection<Trial> trials)
    {
        var text = new StringBuilder();
        text.AppendLine("| corpus | options | tried | as with gcc | identity runs | updates | roll-backs | refused | wrong | functions | not instrumented |");
        text.AppendLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        var corpora = Corpora.Names.ToList();
        foreach (var group in trials.GroupBy(t => (t.Program.Corpus, t.Options)).OrderBy(g => corpora.IndexOf(g.Key.Corpus)).ThenBy(g => g.Key.Options, StringComparer.Ordinal))
        {
            AppendRow(text, group.Key.Corpus, group.Key.Options, [.. group]);
        }

        AppendRow(text, "all", "", trials);
        AppendFailures(text, trials);
        AppendReasons(text, "Functions that are not instrumented", trials.SelectMany(t => t.NotInstrumented.Select(f => (Generic(f.Reason), $"{t.Program}: {f.Function}"))));
        AppendReasons(text, "Programs that are not updated", trials.Where(t => t.Refusal is not null).Select(t => (Generic(t.Refusal!), $"{t.Program} {t.Options}")));
        AppendReasons(text, "Programs that were not tried", trials.Where(t => t.Reason is not null).Select(t => (t.Reason!, $"{t.Program} {t.Options}")));
        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, string corpus, string options, IReadOnlyCollection<Trial> trials)
    {
        var tried = trials.Where(t => t.Verdict != Verdict.NotTried).ToList();
        var (functions, missing) = (tried.Sum(t => t.Functions), tried.Sum(t => t.NotInstrumented.Count));
        string[] cells =
        [
            corpus, options, $"{tried.Count}", $"{tried.Count(t => t.Verdict != Verdict.Wrong)}", $"{tried.Sum(t => t.Runs)}", $"{tried.Sum(t => t.Updates)}",
            $"{tried.Sum(t => t.RollBacks)}", $"{tried.Count(t => t.Verdict == Verdict.Refused)}", $"{tried.Count(t => t.Verdict == Verdict.Wrong)}", $"{functions}",
            functions == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{missing} ({100.0 * missing / functions:0.00} %)"),
        ];
        text.AppendLine($"| {string.Join(" | ", cells)} |");
    }

    private static void AppendFailures(StringBuilder text, IEnumerable<Trial> trials)
    {
        var wrong = trials.Where(t => t.Verdict == Verdict.Wrong).ToList();
        if (wrong.Count == 0) return;
        text.AppendLine("\n## Wrong\n");
        foreach (var trial in wrong) text.AppendLine(Describe(trial));
    }

    /// <summary>A trial that failed: program, options, what went wrong and the commands.</summary>
    public static string Describe(Trial trial)
    {
        var text = new StringBuilder($"- {trial.Program} {trial.Options} ({trial.Program.Origin})");
        foreach (var failure in trial.Failures.Take(3))
        {
            text.Append($"\n    {failure.What}: {failure.Detail.TrimEnd().ReplaceLineEndings("\n      ")}\n      $ {failure.Command}");
        }

        if (trial.Failures.Count > 3) text.Append($"\n    and {trial.Failures.Count - 3} more");
        if (trial.Kept is not null) text.Append($"\n    kept: {trial.Kept}");
        return text.ToString();
    }

    private static void AppendReasons(StringBuilder text, string title, IEnumerable<(string Reason, string Who)> cases)
    {
        var groups = cases.GroupBy(c => c.Reason).OrderByDescending(g => g.Count()).ToList();
        if (groups.Count == 0) return;
        text.AppendLine($"\n## {title}\n");
        text.AppendLine("| how many | why | such as |\n| ---: | --- | --- |");
        foreach (var group in groups)
        {
            text.AppendLine($"| {group.Count()} | {group.Key.Replace("|", "\\|", StringComparison.Ordinal)} | {string.Join(", ", group.Select(c => c.Who).Distinct().Take(4))} |");
        }
    }

    // 'x' has a size that is computed at run time (f.c:3)  ---->  'X' has a size that is computed at run time
    private static string Generic(string reason) => Quoted().Replace(Place().Replace(reason.Split("; ")[0], ""), "'X'");

    [GeneratedRegex(@" \([^()\s]+:\d+\)$")]
    private static partial Regex Place();

    [GeneratedRegex("'[^']*'")]
    private static partial Regex Quoted();
}
