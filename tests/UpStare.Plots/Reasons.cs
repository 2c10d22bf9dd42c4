namespace UpStare.Plots;

/// <summary>Why targets are missed, as far as it is known.</summary>
internal static class Reasons
{
    private static readonly (string Target, string Where, string Reason)[] Known =
    [
        ("instructions", "sqlite", "SQLite's instructions: a nop after each call and what a site takes from gcc (the floor, +3.6 %), and what keeping the recorded variables takes ([measurements](measurements.md))."),
        ("instructions", "lua", "Lua's instructions: its functions are short, and a nop follows each call that may reach an update."),
        ("instructions, each program, after", "kissfft", "KissFFT's instructions after an update are those of `kf_work`, which is compiled anew for the patch, position-independent and beside its restore clone."),
        ("time, each program, after", "vsftpd", "vsftpd's sessions, after an update, have about the page faults that they have without one (278 and 275 when both were counted), and forks copy no tables of the patch; the rest is not explained: servers differ by several per cent from each other, as gcc's do ([measurements](measurements.md))."),
        ("time, each program, after", "postgresql", "PostgreSQL after an update runs other machine code, position-independent, in five times as much text as before (with the restore clones), and six servers run beside each other here; one alone, with one client,"
            + " takes 0 to 8 % more. Putting the clones apart from the functions made no difference ([measurements](measurements.md))."),
        ("time, each program", "vsftpd", "vsftpd makes three processes for each session, and each writes to the runtime's page and to one more of thread-local variables, and reads more pages of code: about 280 page faults a session instead of 261, which are dear where the kernel is a guest that asks its host"
            + " ([measurements](measurements.md)). One server of plain gcc's takes several per cent more or less than another (*again*, workload by workload)."),
        ("time, each program", "postgresql", "PostgreSQL, not updated, executes 6 to 7 % more instructions for a `SELECT`: nops; functions that save more registers, and read again behind a call what they have stored before it; pointers that gcc would compute from others"
            + " and now keeps, because they are recorded ([measurements](measurements.md))."),
        ("flag mode", "", "Flag mode tests a byte in memory at each site, two instructions instead of a nop; it is there for programs whose text must not be written to."),
        ("executed text", "", "Executed text: each site is a byte, and the limit of gcc's inliner is raised, so that sites do not keep it from inlining what it inlines without them ([measurements](measurements.md))."),
        ("compile time", "", "Compile time: a unit is preprocessed by gcc, parsed by libclang and compiled by gcc; of a small file what is in addition is mostly that its headers are preprocessed and parsed once more, of a large one gcc's own time for the edges and the operands of sites"
            + " ([measurements](measurements.md))."),
        ("update of 64 threads", "", "Updates of 64 threads: who is asked must first get a processor, for which the program's own threads compete; how long the program stands still is in the table below."),
    ];

    /// <summary>A sentence for each that is missed and known.</summary>
    public static IEnumerable<string> For(IEnumerable<Verdict> verdicts)
    {
        var missed = verdicts.Where(v => !v.IsMet).ToList();
        return Known.Where(k => missed.Any(v => v.Name.Contains(k.Target, StringComparison.Ordinal) && (k.Where == "" || v.Where == k.Where))).Select(k => k.Reason);
    }
}
