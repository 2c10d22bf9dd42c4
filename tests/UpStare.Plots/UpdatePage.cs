using System.Text;

namespace UpStare.Plots;

/// <summary>The part of the page that is about updates: how long they take.</summary>
/// <param name="run">The numbers.</param>
/// <param name="text">The page.</param>
/// <param name="picture">Puts a plot there, if it was made: its file, and what it shows.</param>
internal sealed class UpdatePage(Run run, StringBuilder text, Action<string, string> picture)
{
    /// <summary>Writes it.</summary>
    public void Write()
    {
        if (!run.Programs("pause_us").Any()) return;
        text.AppendLine("""
            ## Updates

            Identity updates, again and again. *Pause*: so long the program stands still, as it says itself. *Latency*: from the request to the reply that all goes on; the patch is read and
            checked in that time, and the program runs on until all its threads have come to a point. Idle programs wait for input or clients; loaded ones do what the tables above say.

            """);
        picture("pause.svg", "Distribution of the pauses, for each program idle and loaded");
        Table("program", "state", run.Of("pause_us").Where(s => s.Workload is "idle" or "loaded"));
        Against("depth", "frames", "pause-depth.svg", "A program of so many frames, each with live variables and an array that others point to:");
        Against("threads", "threads", "pause-threads.svg", "Threads in mixed states (`tests/bench/threads.c`: they compute, hold locks and want them, wait and sleep):");
        Echo();
        Patches();
    }

    /// <summary>Number, pause and latency of each group.</summary>
    private void Table(string first, string second, IEnumerable<Sample> pauses)
    {
        text.AppendLine($"| {first} | {second} | updates | pause: median | 99 % | longest | latency: median | 99 % | longest |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var group in pauses.GroupBy(s => (s.Program, s.Workload, s.Configuration)))
            text.AppendLine($"| {group.Key.Program} | {group.Key.Workload} | {group.Count()} |{Three(group.Select(s => s.Value))}"
                + Three(run.Values("latency_us", group.Key.Program, group.Key.Workload, group.Key.Configuration)));
        text.AppendLine();
    }

    private void Against(string program, string unit, string file, string what)
    {
        var pauses = run.Of("pause_us").Where(s => s.Program == program).ToList();
        if (pauses.Count == 0) return;
        text.AppendLine($"{what}\n");
        picture(file, $"Pause against the number of {unit}");
        Table("program", unit, pauses);
    }

    private void Echo()
    {
        var pauses = run.Of("pause_us").Where(s => s.Program == "echo").ToList();
        if (pauses.Count == 0) return;
        text.AppendLine("An echo server with a thread for each of its clients; what comes back is compared:\n");
        Table("program", "state", pauses);
        foreach (var s in run.Of("request_us").Where(s => s.Workload.EndsWith("busy", StringComparison.Ordinal)))
            text.AppendLine($"Of the busy clients none waited longer for an answer than {s.Value / 1000:0.0} ms, with all updates in that time.\n");
    }

    private void Patches()
    {
        if (!run.Programs("diff_cpu_us").Any()) return;
        text.AppendLine($"Making the patch, `upstare-diff --identity`{(run.Programs("diff_cpu_us").Contains("postgresql") ? " (PostgreSQL's when it was last made, perhaps on a busy machine)" : "")}:\n\n| program | processor time | wall clock | memory | patch |\n| --- | ---: | ---: | ---: | ---: |");
        foreach (var program in run.Programs("diff_cpu_us"))
        {
            double One(string kind) => run.Of(kind).First(s => s.Program == program).Value;
            text.AppendLine($"| {program} | {One("diff_cpu_us") / 1e6:0.0} s | {One("diff_wall_us") / 1e6:0.0} s | {One("diff_kb") / 1024:0} MB | {One("patch_bytes") / 1024:0} KB |");
        }
        text.AppendLine();
    }

    private static string Three(IEnumerable<double> values)
    {
        var all = values.ToList();
        return all.Count == 0 ? " | | |" : string.Concat(new[] { 0.5, 0.99, 1 }.Select(part => $" {Statistics.Quantile(all, part) / 1000:0.00} ms |"));
    }
}
