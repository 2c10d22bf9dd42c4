namespace UpStare.Torture;

/// <summary>How a trial ended.</summary>
internal enum Verdict
{
    /// <summary>gcc does not compile the program, or it is not right with gcc: there is nothing to compare with.</summary>
    NotTried,

    /// <summary>Everything was as with gcc.</summary>
    Right,

    /// <summary>It was as with gcc, and upstare-diff refuses to make a patch of it, with reasons.</summary>
    Refused,

    /// <summary>Something was not.</summary>
    Wrong,
}

/// <summary>Something that went wrong.</summary>
/// <param name="What">What, in a few words, with the place where an update took place.</param>
/// <param name="Command">The command that repeats it.</param>
/// <param name="Detail">What was expected and what was seen.</param>
internal sealed record Failure(string What, string Command, string Detail);

/// <summary>One program with one set of options.</summary>
/// <param name="Program">The program.</param>
/// <param name="Options">Level and options of upstare-cc.</param>
internal sealed record Trial(TortureProgram Program, string Options)
{
    /// <summary>How it ended.</summary>
    public Verdict Verdict => Reason is not null ? Verdict.NotTried : Failures.Count > 0 ? Verdict.Wrong : Refusal is not null ? Verdict.Refused : Verdict.Right;

    /// <summary>Why it was not tried; null if it was.</summary>
    public string? Reason { get; set; }

    /// <summary>Why it is not updated; null if it is.</summary>
    public string? Refusal { get; set; }

    /// <summary>What went wrong.</summary>
    public List<Failure> Failures { get; } = [];

    /// <summary>Runs of the updated program, and updates in them that took place.</summary>
    public int Runs { get; set; }

    /// <summary>Identity updates that took place.</summary>
    public int Updates { get; set; }

    /// <summary>Roll-backs that took place.</summary>
    public long RollBacks { get; set; }

    /// <summary>Functions outside system headers that upstare-cc met.</summary>
    public int Functions { get; set; }

    /// <summary>Functions that it compiled as they are, with the reason.</summary>
    public List<(string Function, string Reason)> NotInstrumented { get; } = [];

    /// <summary>Where the executables, the patch and the instrumented C were kept; null if nothing went wrong.</summary>
    public string? Kept { get; set; }
}
