// What upstare-cc itself is told about a unit; everything else on the command line is gcc's.
using System.Text.RegularExpressions;
using UpStare.Compiler.Metadata;

namespace UpStare.Compiler.Driver;

/// <summary>How a continuation point finds out that an update is wanted (-fupstare-poll=).</summary>
public enum PollMode
{
    /// <summary>A nop that the runtime turns into a trap.</summary>
    Trap,

    /// <summary>A test of the image's flag: never writes text.</summary>
    Flag,
}

/// <summary>Which variables a continuation point saves (-fupstare-save=).</summary>
public enum SaveMode
{
    /// <summary>Those that are live.</summary>
    Live,

    /// <summary>Every initialised variable in scope.</summary>
    All,
}

/// <summary>Where continuation points go (-fupstare-points=).</summary>
public enum PointMode
{
    /// <summary>After calls that may reach an update point and in loops.</summary>
    Auto,

    /// <summary>Only where the program says UPSTARE_UPDATE_POINT(), and after calls that may reach one.</summary>
    Manual,
}

/// <summary>Options of upstare-cc for a unit.</summary>
public sealed partial record CompileOptions
{
    /// <summary>-fupstare-poll=</summary>
    public PollMode Poll { get; init; } = PollMode.Trap;

    /// <summary>-fupstare-save=</summary>
    public SaveMode Save { get; init; } = SaveMode.Live;

    /// <summary>-fupstare-points=</summary>
    public PointMode Points { get; init; } = PointMode.Auto;

    /// <summary>-fupstare-heap=types: remember at run time of what types heap objects are.</summary>
    public bool HeapTypes { get; init; }

    /// <summary>-fupstare-away=: names of functions of libraries in which a thread is away, in order, with commas between them.</summary>
    public string Away { get; init; } = "";

    /// <summary>-fupstare-verbose: say why each function is or is not instrumented.</summary>
    public bool Verbose { get; init; }

    /// <summary>--dump-after=: name of the pass whose result is printed; null for none.</summary>
    public string? DumpAfter { get; init; }

    /// <summary>The options as words, without those that change only messages: what <see cref="UnitSource.Options"/>
    /// stores.</summary>
    public IReadOnlyList<string> ToStoredOptions() =>
    [
        "-fupstare-poll=" + (Poll == PollMode.Flag ? "flag" : "trap"),
        "-fupstare-save=" + (Save == SaveMode.All ? "all" : "live"),
        "-fupstare-points=" + (Points == PointMode.Manual ? "manual" : "auto"),
        "-fupstare-heap=" + (HeapTypes ? "types" : "none"),
        .. Away.Length > 0 ? new[] { AwayOption + Away } : [],
    ];

    /// <summary>The options that a stored unit was compiled with.</summary>
    public static CompileOptions FromStored(UnitSource source)
    {
        var options = new CompileOptions();
        foreach (var word in source.Options)
        {
            if (!options.TryAdd(word, out options, out var error))
                throw new InvalidDataException(error ?? $"unknown stored option {word}");
        }

        return options;
    }

    /// <summary>Takes one word of a command line. False: it is not ours, or (with an error) ours and wrong.</summary>
    public bool TryAdd(string word, out CompileOptions result, out string? error)
    {
        error = null;
        result = this;
        switch (word)
        {
            case "-fupstare-poll=trap": result = this with { Poll = PollMode.Trap }; return true;
            case "-fupstare-poll=flag": result = this with { Poll = PollMode.Flag }; return true;
            case "-fupstare-save=live": result = this with { Save = SaveMode.Live }; return true;
            case "-fupstare-save=all": result = this with { Save = SaveMode.All }; return true;
            case "-fupstare-points=auto": result = this with { Points = PointMode.Auto }; return true;
            case "-fupstare-points=manual": result = this with { Points = PointMode.Manual }; return true;
            case "-fupstare-heap=types": result = this with { HeapTypes = true }; return true;
            case "-fupstare-heap=none": result = this with { HeapTypes = false }; return true;
            case "-fupstare-verbose": result = this with { Verbose = true }; return true;
            case "-fno-upstare-verbose": result = this with { Verbose = false }; return true;
        }

        if (word.StartsWith("--dump-after=", StringComparison.Ordinal))
        {
            result = this with { DumpAfter = word["--dump-after=".Length..] };
            return true;
        }

        if (word.StartsWith(AwayOption, StringComparison.Ordinal) && FunctionNames().IsMatch(word.AsSpan(AwayOption.Length)))
        {
            result = this with { Away = string.Join(',', Away.Split(',').Concat(word[AwayOption.Length..].Split(',')).Where(name => name.Length > 0).Distinct().Order(StringComparer.Ordinal)) };
            return true;
        }

        if (word.StartsWith("-fupstare-", StringComparison.Ordinal)
            || word.StartsWith("-fno-upstare-", StringComparison.Ordinal))
            error = $"unrecognized command-line option '{word}'";
        return false;
    }

    private const string AwayOption = "-fupstare-away=";

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*(,[A-Za-z_][A-Za-z0-9_]*)*$")]
    private static partial Regex FunctionNames();
}
