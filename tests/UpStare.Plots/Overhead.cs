namespace UpStare.Plots;

/// <summary>
/// How configurations compare with plain gcc, in pairs: each round of a configuration is divided by plain gcc's of the same round, and the ratios are what is
/// summed up. A program's ratio in a round is the geometric mean of those of its workloads.
/// </summary>
/// <param name="run">The numbers.</param>
internal sealed class Overhead(Run run)
{
    /// <summary>The configuration that all others are compared with.</summary>
    public const string Plain = "plain";

    /// <summary>Processor time, of programs that end and of servers for each operation: less is better.</summary>
    public static readonly string[] Time = ["cpu_us", "cpu_ns"];

    /// <summary>Counted by valgrind.</summary>
    public static readonly string[] Instructions = ["instructions"];

    /// <summary>Operations a second: more is better.</summary>
    public static readonly string[] Rate = ["rate"];

    /// <summary>The same number for next to no work: what is subtracted between a configuration with updates and the one without is the updates themselves.</summary>
    private static readonly Dictionary<string, string> Starts = new() { ["cpu_us"] = "start_cpu_us", ["instructions"] = "start_instructions" };

    /// <summary>The ratio of one workload; null if it was not measured in this configuration.</summary>
    public Ratio? OfWorkload(string[] kinds, string program, string workload, string configuration)
    {
        var ratios = Rounds(kinds, program, workload, configuration).Values;
        return ratios.Count > 0 ? Ratio.Of([.. ratios]) : null;
    }

    /// <summary>The ratio of a program; null if one of its workloads was not measured in this configuration.</summary>
    public Ratio? OfProgram(string[] kinds, string program, string configuration)
    {
        var workloads = Workloads(kinds, program).Select(w => Rounds(kinds, program, w, configuration)).ToList();
        if (workloads.Count == 0 || workloads.Any(w => w.Count == 0)) return null;
        var common = workloads.Select(w => w.Keys.AsEnumerable()).Aggregate(Enumerable.Intersect).ToList();
        return common.Count == 0 ? null : Ratio.Of([.. common.Select(round => Statistics.GeometricMean(workloads.Select(w => w[round])))]);
    }

    /// <summary>The geometric mean of the programs' medians; null if there is none. Programs that were not measured so are left out.</summary>
    public double? OfAll(string[] kinds, string configuration)
    {
        var ratios = run.Programs(kinds).Select(p => OfProgram(kinds, p, configuration)).OfType<Ratio>().Select(r => r.Median).ToList();
        return ratios.Count > 0 ? Statistics.GeometricMean(ratios) : null;
    }

    /// <summary>A program's workloads, in the order of measurement.</summary>
    public IEnumerable<string> Workloads(string[] kinds, string program) => run.Of(kinds).Where(s => s.Program == program).Select(s => s.Workload).Distinct();

    /// <summary>Configurations that were compared with plain gcc, in the order of measurement.</summary>
    public IEnumerable<string> Configurations(string[] kinds) => run.Of(kinds).Select(s => s.Configuration).Where(c => c != Plain).Distinct();

    /// <summary>The ratio of each round.</summary>
    private Dictionary<int, double> Rounds(string[] kinds, string program, string workload, string configuration)
    {
        var samples = run.Of(kinds).Where(s => s.Program == program && s.Workload == workload).ToLookup(s => s.Configuration);
        var plain = samples[Plain].ToDictionary(s => s.Round, s => s.Value);
        return samples[configuration].Where(s => plain.ContainsKey(s.Round)).ToDictionary(s => s.Round, s => (s.Value - Updates(s)) / plain[s.Round]);
    }

    /// <summary>What the updates themselves took, of a sample of a configuration with updates.</summary>
    private double Updates(Sample sample)
    {
        var plus = sample.Configuration.LastIndexOf('+');
        if (plus < 0 || !Starts.TryGetValue(sample.Kind, out var start)) return 0;
        var with = run.Values(start, sample.Program, sample.Workload, sample.Configuration);
        var without = run.Values(start, sample.Program, sample.Workload, sample.Configuration[..plus]);
        if (with.Count == 0 || without.Count == 0) throw new FormatException($"no {start} of {sample.Program}, {sample.Workload}, {sample.Configuration}");
        return Statistics.Median(with) - Statistics.Median(without);
    }
}
