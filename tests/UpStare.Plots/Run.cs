using System.Globalization;

namespace UpStare.Plots;

/// <summary>One number that was measured.</summary>
/// <param name="Kind">What it is, with its unit: cpu_us, instructions, pause_us...</param>
/// <param name="Program">Of which program.</param>
/// <param name="Workload">Doing what, or in which state.</param>
/// <param name="Configuration">A build, perhaps with "+UPDATES".</param>
/// <param name="Round">Numbers of one round were measured right after each other.</param>
/// <param name="Value">The number.</param>
internal sealed record Sample(string Kind, string Program, string Workload, string Configuration, int Round, double Value);

/// <summary>What a benchmark has recorded: its numbers, where and when.</summary>
internal sealed class Run
{
    /// <summary>All numbers, in the order of measurement.</summary>
    public required IReadOnlyList<Sample> Samples { get; init; }

    /// <summary>Date, compiler, processor...</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>Programs in the order of measurement.</summary>
    public IEnumerable<string> Programs(params string[] kinds) => Of(kinds).Select(s => s.Program).Distinct();

    /// <summary>The numbers of certain kinds.</summary>
    public IEnumerable<Sample> Of(params string[] kinds) => Samples.Where(s => kinds.Contains(s.Kind));

    /// <summary>The values of one kind, program, workload and configuration.</summary>
    public IReadOnlyList<double> Values(string kind, string program, string? workload, string configuration) =>
        [.. Samples.Where(s => s.Kind == kind && s.Program == program && (workload is null || s.Workload == workload) && s.Configuration == configuration).Select(s => s.Value)];

    /// <summary>The smallest value of one kind, program and configuration: of rounds of which each could only be disturbed. Null if there is none.</summary>
    public double? Best(string kind, string program, string configuration) => Values(kind, program, null, configuration) is { Count: > 0 } values ? values.Min() : null;

    /// <summary>Reads samples.csv and run.csv of a folder; the first must be there.</summary>
    public static Run Read(string folder) => new()
    {
        Samples = [.. Rows(Path.Combine(folder, "samples.csv"), 6).Select(ToSample)],
        Facts = Rows(Path.Combine(folder, "run.csv"), 2, optional: true).ToDictionary(r => r.Fields[0], r => r.Fields[1]),
    };

    private static Sample ToSample((string[] Fields, string Place) row)
    {
        var f = row.Fields;
        if (!int.TryParse(f[4], NumberStyles.None, CultureInfo.InvariantCulture, out var round)
            || !double.TryParse(f[5], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value) || value <= 0 && f[0] is "cpu_us" or "cpu_ns" or "rate" or "instructions")
            throw new FormatException($"{row.Place}: no number: {string.Join(',', f)}");
        return new Sample(f[0], f[1], f[2], f[3], round, value);
    }

    /// <summary>Fields are separated by commas; the last one may contain some.</summary>
    private static IEnumerable<(string[] Fields, string Place)> Rows(string file, int columns, bool optional = false)
    {
        if (optional && !File.Exists(file)) yield break;
        var number = 1;
        foreach (var line in File.ReadLines(file).Skip(1))
        {
            number++;
            if (line.Length == 0) continue;
            var fields = columns == 2 ? line.Split(',', 2) : line.Split(',');
            if (fields.Length != columns) throw new FormatException($"{file}:{number}: {fields.Length} fields instead of {columns}");
            yield return (fields, $"{file}:{number}");
        }
    }
}
