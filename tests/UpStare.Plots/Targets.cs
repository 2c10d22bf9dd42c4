namespace UpStare.Plots;

/// <summary>A target and what became of it.</summary>
/// <param name="Name">What is limited.</param>
/// <param name="Limit">At most so much, in the unit.</param>
/// <param name="Measured">What it is.</param>
/// <param name="Unit">"%" for what comes in addition to plain gcc, or "ms".</param>
/// <param name="Where">The program or workload that decides it; empty for a mean.</param>
internal sealed record Verdict(string Name, double Limit, double Measured, string Unit, string Where = "")
{
    /// <summary>Is it within the limit?</summary>
    public bool IsMet => Measured <= Limit + 1e-9; // what logarithms lose
}

/// <summary>The targets of the project, looked up in a run. What was not measured has no verdict.</summary>
/// <param name="run">The numbers.</param>
internal sealed class Targets(Run run)
{
    private readonly Overhead overhead = new(run);

    /// <summary>All verdicts.</summary>
    public IEnumerable<Verdict> All()
    {
        foreach (var (configuration, suffix) in new[] { ("trap", ""), ("trap+1", ", after an update"), ("trap+10", ", after ten updates") })
        {
            foreach (var v in Mean(Overhead.Time, configuration, $"time, geometric mean{suffix}", 1)) yield return v;
            foreach (var v in Worst(Overhead.Time, configuration, $"time, each program{suffix}", 2)) yield return v;
            foreach (var v in Worst(Overhead.Instructions, configuration, $"instructions, each program{suffix}", 3)) yield return v;
        }
        foreach (var v in Worst(Overhead.Time, "flag", "flag mode: time, each program", 5)) yield return v;
        foreach (var v in Worst(Overhead.Instructions, "flag", "flag mode: instructions, each program", 5)) yield return v;
        foreach (var v in Text("executed text, each program", 5, (p, c) => ExecutedText(p, c) / ExecutedText(p, Overhead.Plain) - 1)) yield return v;
        foreach (var v in Text("cold text in addition, of plain gcc's whole text, each program", 150, AddedColdText)) yield return v;
        foreach (var v in Latencies()) yield return v;
        foreach (var v in Compiling("compile_wall_us", "compile time, Redis and PostgreSQL, wall clock")) yield return v;
        foreach (var v in Compiling("compile_cpu_us", "compile time, Redis and PostgreSQL, processor time")) yield return v;
    }

    /// <summary>The slower one of two, each the best of its rounds.</summary>
    private IEnumerable<Verdict> Compiling(string kind, string name)
    {
        double? Best(string program, string configuration) => run.Best(kind, program, configuration);
        var all = new[] { "redis", "postgresql" }.Select(p => (Program: p, Part: Best(p, "trap") / Best(p, Overhead.Plain) - 1)).Where(r => r.Part is not null).ToList();
        if (all.Count == 0) yield break;
        var (program, value) = all.MaxBy(r => r.Part);
        yield return new Verdict(name, 40, value!.Value * 100, "%", program);
    }

    /// <summary>Bytes of text that is meant to be executed.</summary>
    public double? ExecutedText(string program, string configuration) =>
        One("text", program, configuration) is { } all && One("cold_text", program, configuration) is { } cold ? all - cold : null;

    /// <summary>Bytes of text in sections for cold code.</summary>
    public double? ColdText(string program, string configuration) => One("cold_text", program, configuration);

    /// <summary>How much more cold text than plain gcc's, as a part of all its text.</summary>
    private double? AddedColdText(string program, string configuration) =>
        (ColdText(program, configuration) - ColdText(program, Overhead.Plain)) / One("text", program, Overhead.Plain);

    private double? One(string kind, string program, string configuration) =>
        run.Values(kind, program, null, configuration) is { Count: > 0 } values ? values[0] : null;

    private IEnumerable<Verdict> Mean(string[] kinds, string configuration, string name, double limit)
    {
        if (overhead.OfAll(kinds, configuration) is { } mean) yield return new Verdict(name, limit, Ratio.ToPercent(mean), "%");
    }

    private IEnumerable<Verdict> Worst(string[] kinds, string configuration, string name, double limit)
    {
        var all = run.Programs(kinds).Select(p => (Program: p, Ratio: overhead.OfProgram(kinds, p, configuration))).Where(r => r.Ratio is not null).ToList();
        if (all.Count == 0) yield break;
        var (program, ratio) = all.MaxBy(r => r.Ratio!.Value.Median);
        yield return new Verdict(name, limit, ratio!.Value.Percent, "%", program);
    }

    /// <summary>The program for which a part of text in addition is the largest.</summary>
    private IEnumerable<Verdict> Text(string name, double limit, Func<string, string, double?> part)
    {
        var all = run.Programs("text").Select(p => (Program: p, Part: part(p, "trap"))).Where(r => r.Part is not null).ToList();
        if (all.Count == 0) yield break;
        var (program, value) = all.MaxBy(r => r.Part);
        yield return new Verdict(name, limit, value!.Value * 100, "%", program);
    }

    private IEnumerable<Verdict> Latencies()
    {
        if (run.Values("pause_us", "depth", "10", "trap") is { Count: > 0 } pauses)
            yield return new Verdict("pause of an update, 10 frames, median", 0.2, Statistics.Median(pauses) / 1000, "ms");
        if (run.Values("pause_us", "heap", null, "types") is { Count: > 0 } conversions)
            yield return new Verdict("pause of an update that converts 1,000,000 objects on the heap, median", 1000, Statistics.Median(conversions) / 1000, "ms");
        if (run.Values("latency_us", "threads", "64", "trap") is not { Count: > 0 } latencies) yield break;
        yield return new Verdict("update of 64 threads, median", 1, Statistics.Median(latencies) / 1000, "ms");
        yield return new Verdict("update of 64 threads, 99 %", 10, Statistics.Quantile(latencies, 0.99) / 1000, "ms");
    }
}
