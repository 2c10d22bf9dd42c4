using System.Text;

namespace UpStare.Plots;

/// <summary>The page about a run, in Markdown.</summary>
/// <param name="run">The numbers.</param>
/// <param name="plots">Names of the plots in its folder performance/.</param>
internal sealed class Page(Run run, IReadOnlyCollection<string> plots)
{
    private readonly StringBuilder text = new();
    private readonly Overhead overhead = new(run);
    private readonly Targets targets = new(run);

    /// <summary>The whole page.</summary>
    public string Text()
    {
        Introduction();
        Verdicts();
        Times();
        InstructionCounts();
        Sizes();
        new UpdatePage(run, text, Picture).Write();
        Heap();
        Calls();
        Compilation();
        Old();
        return text.ToString().TrimEnd() + "\n";
    }

    /// <summary>The verdicts alone, for the terminal.</summary>
    public static string Summary(Run run)
    {
        var page = new Page(run, []);
        page.Verdicts();
        return page.text.ToString();
    }

    private void Introduction()
    {
        text.AppendLine($"""
            # Performance

            What updatability costs while nothing is updated, what it costs after updates, and how long an update takes. This page and its plots are written by `./build.sh bench`
            (`tests/UpStare.Plots`) from the numbers of one recorded run, which are all in [performance/samples.csv](performance/samples.csv).

            **What is compared.** The same sources at `-O2`, built by plain gcc, by `upstare-cc` in its default mode (*trap*), and with `-fupstare-poll=flag` (*flag*); and the trap build after one and
            after ten identity updates, which put it into the code of a patch. *Again* is plain gcc's build once more: by how much it differs is the noise of the measurement. KissFFT, Lua and
            SQLite run to their end: the number is processor time. The updates come at their first points, and what they take themselves (a patch is read and checked each time) is subtracted: it
            is known from the same command with next to nothing to do. Servers are measured side by side, one of each configuration, started anew for each round, by clients of plain gcc's: the number is the server's
            processor time for an operation (that of its threads and of the processes that it made for clients); throughput is in a table of its own, as the client sees it. Updated servers get their
            updates by `upstare apply` after a warm-up; vsftpd and PostgreSQL where they listen, so that the processes for later clients are of the new version. All
            rounds are interleaved; a percentage is the median of the rounds' ratios to plain gcc in the same round, in brackets are the quartiles. A program's figure is the geometric mean of
            its workloads.

            **Repeat it** with `./build.sh bench` (`tests/bench/bench.sh` says what it takes); the run that is shown: {Fact("date")}, {Fact("compiler")}, {Fact("processors")} processors
            ({Fact("processor")}), Linux {Fact("kernel")}, {Fact("rounds")} rounds, load at the end {Fact("load")}, {Fact("seconds")} s. Debian's sources: {string.Join(", ", run.Facts.Where(f => f.Key.StartsWith("version ", StringComparison.Ordinal)).Select(f => $"{f.Key[8..]} {f.Value}"))}.

            """);
    }

    private void Verdicts()
    {
        var verdicts = targets.All().ToList();
        if (verdicts.Count == 0) return;
        text.AppendLine("## Targets\n\n| target | limit | measured | |\n| --- | ---: | ---: | --- |");
        foreach (var v in verdicts)
            text.AppendLine($"| {v.Name} | {(v.Unit == "%" ? $"{v.Limit:+0.##} %" : $"{v.Limit} {v.Unit}")} | {(v.Unit == "%" ? Signed(v.Measured) : $"{v.Measured:0.00} {v.Unit}")}"
                + $"{(v.Where == "" ? "" : $" ({v.Where})")} | {(v.IsMet ? "met" : "**missed**")} |");
        text.AppendLine();
        Noise();
        foreach (var reason in Reasons.For(verdicts)) text.AppendLine($"- {reason}");
        text.AppendLine();
    }

    /// <summary>By how much plain gcc differs from itself.</summary>
    private void Noise()
    {
        var again = run.Programs(Overhead.Time).Select(p => overhead.OfProgram(Overhead.Time, p, "again")).OfType<Ratio>().ToList();
        if (again.Count == 0) return;
        text.AppendLine($"What plain gcc's build, measured a second time in the same way, differs from itself in time: {Signed(again.Min(r => r.Percent))} to {Signed(again.Max(r => r.Percent))}, depending on the program. Differences of times that"
            + " are not larger say nothing.\n");
    }

    private void Times()
    {
        if (!run.Programs(Overhead.Time).Any()) return;
        text.AppendLine("## Time\n");
        Picture("overhead-time.svg", "Processor time of each program and configuration against plain gcc, with quartiles");
        Differences(Overhead.Time, "processor time, plain", (sample, value) => sample.Kind == "cpu_us" ? $"{value / 1000:0.0} ms" : $"{value / 1000:0.00} us");
        if (!run.Programs(Overhead.Rate).Any()) return;
        text.AppendLine("Operations a second, as the clients of the servers see them: more is better.\n");
        Picture("overhead-throughput.svg", "Operations a second of each server and configuration against plain gcc, with quartiles");
        Differences(Overhead.Rate, "operations a second, plain", (_, value) => $"{value:0}");
    }

    private void InstructionCounts()
    {
        if (!run.Programs(Overhead.Instructions).Any()) return;
        text.AppendLine("## Instructions\n\nCounted by valgrind's callgrind, with smaller inputs than for the times. Servers are not counted: what they do depends on when something comes.\n");
        Picture("overhead-instructions.svg", "Instructions of each program and configuration against plain gcc");
        Differences(Overhead.Instructions, "instructions, plain", (_, value) => $"{value / 1e6:0.0} M");
    }

    /// <summary>A row for each workload, one for each program, one for all.</summary>
    private void Differences(string[] kinds, string plain, Func<Sample, double, string> unit)
    {
        var configurations = overhead.Configurations(kinds).ToList();
        text.AppendLine($"| program | workload | {plain} | {string.Join(" | ", configurations)} |\n| --- | --- | ---: |{string.Concat(configurations.Select(_ => " ---: |"))}");
        foreach (var program in run.Programs(kinds))
        {
            var workloads = overhead.Workloads(kinds, program).ToList();
            foreach (var workload in workloads)
            {
                var sample = run.Of(kinds).First(s => s.Program == program && s.Workload == workload);
                text.Append($"| {program} | {workload} | {unit(sample, Statistics.Median(run.Values(sample.Kind, program, workload, Overhead.Plain)))} |");
                foreach (var c in configurations) text.Append($" {Cell(overhead.OfWorkload(kinds, program, workload, c))} |");
                text.AppendLine();
            }
            if (workloads.Count < 2) continue;
            text.Append($"| **{program}** | **all** | |");
            foreach (var c in configurations) text.Append($" **{Cell(overhead.OfProgram(kinds, program, c))}** |");
            text.AppendLine();
        }
        text.Append("| **geometric mean** | | |");
        foreach (var c in configurations) text.Append($" **{(overhead.OfAll(kinds, c) is { } mean ? Signed(Ratio.ToPercent(mean)) : "")}** |");
        text.AppendLine("\n");
    }

    private void Sizes()
    {
        var programs = run.Programs("text").ToList();
        if (programs.Count == 0) return;
        text.AppendLine("## Size, memory, start\n\nText of the objects in sections for code that is executed and for cold code; the executable file, stripped, and what of it is loaded, with the runtime.\n");
        text.AppendLine("| program | configuration | executed text | | cold text | | file | | loaded | |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var program in programs)
            foreach (var c in run.Of("text").Where(s => s.Program == program).Select(s => s.Configuration).Distinct())
                text.AppendLine($"| {program} | {c} |{Bytes(targets.ExecutedText(program, c), targets.ExecutedText(program, Overhead.Plain))}{Bytes(targets.ColdText(program, c), targets.ColdText(program, Overhead.Plain))}"
                    + $"{Bytes(First("file_bytes", program, c), First("file_bytes", program, Overhead.Plain))}{Bytes(First("loaded_bytes", program, c), First("loaded_bytes", program, Overhead.Plain))}");
        text.AppendLine("\nResident memory: of programs that end the most that they had, the largest of their workloads; of servers, after all loads. Start: from exec to the end of a run that does next to nothing, median.\n");
        var configurations = run.Of("rss_kb").Select(s => s.Configuration).Where(c => c != "again").Distinct().ToList();
        text.AppendLine($"| program |{string.Concat(configurations.Select(c => $" memory, {c} |"))} start, plain | start, again | start, trap | start, flag |\n| --- |{string.Concat(configurations.Select(_ => " ---: |"))} ---: | ---: | ---: | ---: |");
        foreach (var program in programs)
        {
            text.Append($"| {program} |");
            foreach (var c in configurations) text.Append(Memory(program, c) is { } kb ? $" {kb / 1024:0.0} MB |" : " |");
            foreach (var c in new[] { "plain", "again", "trap", "flag" }) text.Append(run.Values("start_us", program, null, c) is { Count: > 0 } v ? $" {Statistics.Median(v) / 1000:0.00} ms |" : " |");
            text.AppendLine();
        }
        text.AppendLine();
    }

    private double? Memory(string program, string configuration)
    {
        var workloads = run.Of("rss_kb").Where(s => s.Program == program && s.Configuration == configuration).GroupBy(s => s.Workload).ToList();
        return workloads.Count > 0 ? workloads.Max(w => Statistics.Median(w.Select(s => s.Value))) : null;
    }

    private void Heap()
    {
        if (run.Values("heap_ns", "heap", null, Overhead.Plain) is not { Count: > 0 } || run.Values("pause_us", "heap", null, "types") is not { Count: > 0 } pauses) return;
        text.AppendLine("## Objects on the heap\n\nA million objects of 80 bytes are allocated and freed (`tests/bench/heap.c`): the processor time of both for each object, and what each adds to the memory. *Types* is the trap build with `-fupstare-heap=types`.\n");
        text.AppendLine("| configuration | time an object | memory an object |\n| --- | ---: | ---: |");
        foreach (var c in run.Of("heap_ns").Select(s => s.Configuration).Distinct())
            text.AppendLine($"| {c} | {Statistics.Median(run.Values("heap_ns", "heap", null, c)):0.0} ns | {Statistics.Median(run.Values("heap_bytes", "heap", null, c)):0.0} bytes |");
        text.AppendLine($"\nAn update that converts a list of a million, each of which grows (`name`, `balance`, a new field): the pause is {Statistics.Median(pauses) / 1000:0} ms, the longest of {pauses.Count} {pauses.Max() / 1000:0} ms.\n");
    }

    private void Calls()
    {
        if (!run.Programs("call_ns").Any()) return;
        text.AppendLine("## Calls that can wait\n\nThey are wrapped ([how it works](how-it-works.md)); this is what that costs when nothing is updated.\n");
        Differences(["call_ns"], "a call, plain", (_, value) => $"{value:0.0} ns");
    }

    private void Compilation()
    {
        if (!run.Programs("compile_cpu_us").Any()) return;
        text.AppendLine("## Compilation\n\nFrom sources to executables, without configure; servers with `make -j2`. Redis twice in turn, of which the best counts. Memory is that of the largest process.\n");
        text.AppendLine("| program | compiler | processor time | | wall clock | | largest process |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var program in run.Programs("compile_cpu_us"))
            foreach (var c in run.Of("compile_cpu_us").Where(s => s.Program == program).Select(s => s.Configuration).Distinct())
                text.AppendLine($"| {program} | {c} | {run.Best("compile_cpu_us", program, c) / 1e6:0.0} s | {Factor("compile_cpu_us", program, c)} | {run.Best("compile_wall_us", program, c) / 1e6:0.0} s | {Factor("compile_wall_us", program, c)} |"
                    + $" {run.Best("compile_kb", program, c) / 1024:0} MB |");
        text.AppendLine();
    }

    private void Old()
    {
        if (!plots.Any(p => p.StartsWith("history-", StringComparison.Ordinal))) return;
        text.AppendLine("## Against 2009\n\nThe paper's figures are its authors', on their machine, with programs of that time: KissFFT 38 % slower, vsFTPd's latency 16 to 17 % longer, PostgreSQL's throughput 26 to 41 % less, an update of 60 ms.\n");
        Picture("history-overhead.svg", "What updatability costs, 2009 and now");
        Picture("history-latency.svg", "Latency of an update, 2009 and now");
    }

    private void Picture(string file, string what)
    {
        if (plots.Contains(file)) text.AppendLine($"![{what}](performance/{file})\n");
    }

    private double? First(string kind, string program, string configuration) => run.Values(kind, program, null, configuration) is { Count: > 0 } values ? values[0] : null;

    private string Factor(string kind, string program, string configuration) =>
        configuration != Overhead.Plain && run.Best(kind, program, Overhead.Plain) is { } plain && run.Best(kind, program, configuration) is { } value ? $"{value / plain:0.00}" : "";

    private static string Bytes(double? value, double? plain) => value is { } v && plain is { } p ? $" {v / 1024:0.0} KB | {(p > 0 && v != p ? Signed(Ratio.ToPercent(v / p)) : "")} |" : " | |";

    private static string Cell(Ratio? ratio) => ratio is not { } r ? "" : r.Low == r.High ? Signed(r.Percent) : $"{Signed(r.Percent)} [{Ratio.ToPercent(r.Low):+0.0;-0.0;0.0}, {Ratio.ToPercent(r.High):+0.0;-0.0;0.0}]";

    private static string Signed(double percent) => $"{percent:+0.00;-0.00;0.00} %";

    private string Fact(string name) => run.Facts.GetValueOrDefault(name, "?");
}
