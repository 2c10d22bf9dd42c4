namespace UpStare.Plots;

/// <summary>Why targets are missed, as far as it is known.</summary>
internal static class Reasons
{
    private static readonly (string Target, string Where, string Reason)[] Known =
    [
        ("instructions", "sqlite", "SQLite's instructions: a site is a nop after each call (the floor, +4.8 %), and in `sqlite3VdbeExec`, one function with 345 sites, what is recorded bids for registers"
            + " ([measurements](measurements.md)). In time less of it shows."),
        ("instructions", "lua", "Lua's instructions: its functions are short, and each call of theirs is followed by a nop."),
        ("flag mode", "", "Flag mode tests a byte in memory at each site, two instructions instead of a nop; it is there for programs whose text must not be written to."),
        ("update of 64 threads", "", "Updates of 64 threads: who asks and who is asked compete with the program's own threads for the processors; the part in which the program stands still is in the table below."),
    ];

    /// <summary>A sentence for each that is missed and known.</summary>
    public static IEnumerable<string> For(IEnumerable<Verdict> verdicts)
    {
        var missed = verdicts.Where(v => !v.IsMet).ToList();
        return Known.Where(k => missed.Any(v => v.Name.Contains(k.Target, StringComparison.Ordinal) && (k.Where == "" || v.Where == k.Where))).Select(k => k.Reason);
    }
}
