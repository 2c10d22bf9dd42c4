// What gcc would do with a command line, as steps for us. In: a command line and where temporary files go. Out:
//   - pass through: gcc itself does all of it (with the runtime added to a link), or
//   - units: C inputs that are preprocessed, transformed and compiled one by one, and then one gcc for the rest
//     (other inputs, linking), in whose arguments each unit's object stands where its source stood.
// Nothing is run and no file is looked at here, so every rule can be tested on words alone.
namespace UpStare.Compiler.Driver;

/// <summary>A C input on its way to an object or assembler file.</summary>
public sealed record UnitPlan
{
    /// <summary>The input as on the command line; - is standard input.</summary>
    public required string Input { get; init; }

    /// <summary>C, or preprocessed C.</summary>
    public required InputLanguage Language { get; init; }

    /// <summary>The file to make.</summary>
    public required string Output { get; init; }

    /// <summary>gcc's arguments that write the preprocessed text to standard output and dependencies where gcc would.
    /// </summary>
    public required IReadOnlyList<string> Preprocess { get; init; }

    /// <summary>Flags that matter for parsing and code: what <c>UnitSource.Arguments</c> stores.</summary>
    public required IReadOnlyList<string> CodeFlags { get; init; }

    /// <summary>gcc's arguments for the instrumented text, without input and output.</summary>
    public required IReadOnlyList<string> Compile { get; init; }

    /// <summary>gcc's arguments that compile the input as it is, without output.</summary>
    public required IReadOnlyList<string> Plain { get; init; }

    /// <summary>-c or -S.</summary>
    public required string Mode { get; init; }

    /// <summary>Path and name without suffix of what -save-temps keeps; null when it is not given.</summary>
    public string? SaveTempsAs { get; init; }
}

/// <summary>The steps for a command line.</summary>
public sealed record BuildPlan
{
    /// <summary>Warnings to print first: inputs that are not instrumented because of an option.</summary>
    public IReadOnlyList<(string File, string Reason)> Refused { get; init; } = [];

    /// <summary>C inputs, in order.</summary>
    public IReadOnlyList<UnitPlan> Units { get; init; } = [];

    /// <summary>gcc's arguments after the units; null when there is nothing left to do.</summary>
    public IReadOnlyList<string>? Rest { get; init; }

    /// <summary>Whether the rest links an executable, to which the runtime is added (<see cref="RuntimeLink"/>).</summary>
    public bool LinksRuntime { get; init; }

    /// <summary>Whether the rest links a shared library, to which the runtime's stand-ins are added.</summary>
    public bool LinksShared { get; init; }

    /// <summary>Units must be compiled one after another: their dependencies go to one file, and the last one's stay,
    /// as with gcc.</summary>
    public bool OneByOne { get; init; }

    /// <summary>Whether gcc does it all.</summary>
    public bool IsPassThrough => Units.Count == 0;

    /// <summary>Makes the plan.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="temporary">Directory for objects that are linked and then deleted.</param>
    public static BuildPlan Make(CommandLine line, string temporary)
    {
        if (!line.Enabled || line.IsQuestion || line.Inputs.Count == 0 || !OutputIsPossible(line))
            return new BuildPlan { Rest = line.GccWords };
        if (line.Mode == OutputMode.NoCode)
            return new BuildPlan { Rest = PreprocessingOf(line) };

        var links = LinksExecutable(line);
        var reason = UnsupportedFlags.Find(line);
        var candidates = line.Inputs.Where(a => a.Language != InputLanguage.Other).ToList();
        if (candidates.Count == 0 || reason != null)
            return MakeUnchanged(line) with { Refused = candidates.Select(a => (a.Name, reason!)).ToList() };

        var names = new OutputNames(line, temporary);
        // Arguments compare by their word list, a reference: the same file named twice is two inputs.
        var units = candidates.ToDictionary(a => a, a => MakeUnit(line, a, names));
        var others = line.Inputs.Count > candidates.Count;
        return new BuildPlan
        {
            Units = candidates.Select(a => units[a]).ToList(),
            Rest = line.Mode == OutputMode.Link || others ? RestOf(line, units) : null,
            LinksRuntime = links,
            LinksShared = LinksLibrary(line),
            OneByOne = line.Has("-MF") || (line.Output != null && (line.Has("-MD") || line.Has("-MMD")))
                || line.Arguments.Any(a => a.Name.StartsWith("-Wp,-M", StringComparison.Ordinal)),
        };
    }

    // What is only preprocessed or listed must be the text that would be compiled: ccache hashes it, and dependencies come from it.
    private static IReadOnlyList<string> PreprocessingOf(CommandLine line) =>
        line.Inputs.All(a => a.Language == InputLanguage.C) && UnsupportedFlags.Find(line) == null
            ? [OwnMacro, .. line.GccWords, .. OwnHeaders]
            : line.GccWords;

    /// <summary>The plan in which gcc does it all.</summary>
    public static BuildPlan MakeUnchanged(CommandLine line) =>
        new() { Rest = line.GccWords, LinksRuntime = LinksExecutable(line), LinksShared = LinksLibrary(line) };

    // gcc refuses -o with several files that are not linked: it shall say so itself.
    private static bool OutputIsPossible(CommandLine line) =>
        line.Output == null || line.Mode == OutputMode.Link || line.Inputs.Count == 1;

    // A header is precompiled, nothing is linked.
    private static bool Links(CommandLine line) => line.Mode == OutputMode.Link && !line.Inputs.All(IsHeader);

    private static bool IsHeader(Argument input) => input.ExplicitLanguage is { } language
        ? language.EndsWith("-header", StringComparison.Ordinal)
        : Path.GetExtension(input.Name) is ".h" or ".hh" or ".H" or ".hp" or ".hxx" or ".hpp" or ".HPP" or ".h++" or ".tcc";

    private static bool LinksLibrary(CommandLine line) =>
        Links(line) && line.Arguments.Any(a => a.Name == "-shared") && !line.Arguments.Any(a => a.Name == "-r");

    private static bool LinksExecutable(CommandLine line) =>
        Links(line)
        && !line.Arguments.Any(a => a.Name is "-shared" or "-r" or "-nostdlib" or "-nostartfiles" or "-nodefaultlibs"
            or "-nolibc" || a.Words[0] is "-Wl,-r" or "-Wl,--relocatable" or "-Wl,-shared");

    // Under upstare-cc the macros of upstare.h mean something; the header is found behind the user's own folders.
    private const string OwnMacro = "-D__UPSTARE__=1";

    private static string[] OwnHeaders => ["-idirafter", Installation.HeaderFolder];

    private static UnitPlan MakeUnit(CommandLine line, Argument input, OutputNames names)
    {
        var mode = line.Mode == OutputMode.Assembly ? "-S" : "-c";
        return new UnitPlan
        {
            Input = input.Name,
            Language = input.Language,
            Output = names.Output(input),
            Mode = mode,
            Preprocess = [OwnMacro, .. Words(line, ForPreprocessing), .. OwnHeaders, .. names.Dependencies(input), "-E",
                .. InputWords(input)],
            CodeFlags = Words(line, ForCode),
            Compile = [.. Words(line, ForCompiling), .. names.DumpNames(input)],
            Plain = [.. Words(line, ForPlain), .. names.DumpNames(input), .. names.Dependencies(input),
                .. InputWords(input)],
            SaveTempsAs = names.SaveTempsAs(input),
        };
    }

    private static List<string> InputWords(Argument input) =>
        input.ExplicitLanguage == null ? [input.Name] : ["-x", input.ExplicitLanguage, input.Name];

    private static List<string> Words(CommandLine line, Func<Argument, bool> keep) =>
        line.Arguments.Where(keep).SelectMany(a => a.Words).ToList();

    // -dM and the like would change what -E writes, -P would drop its line markers; with -c gcc ignores them.
    private static bool ForPreprocessing(Argument a) =>
        a.Kind is ArgumentKind.Preprocessor or ArgumentKind.Other or ArgumentKind.Dependency
        && !GccOptions.IsMacroDump(a.Name) && a.Name is not ("-P" or "-C" or "-CC" or "-aux-info");

    private static bool ForCompiling(Argument a) =>
        a.Kind is ArgumentKind.Other or ArgumentKind.SaveTemps;

    private static bool ForPlain(Argument a) =>
        a.Kind is ArgumentKind.Preprocessor or ArgumentKind.Other or ArgumentKind.Dependency or ArgumentKind.SaveTemps;

    private static bool ForCode(Argument a) =>
        a.Kind == ArgumentKind.Other
        && (a.Name is "-ansi" or "-pthread" or "--param"
            || a.Name.StartsWith("-std=", StringComparison.Ordinal)
            || a.Name.StartsWith("--std=", StringComparison.Ordinal)
            || a.Name.StartsWith("--param=", StringComparison.Ordinal)
            || a.Name.StartsWith("-O", StringComparison.Ordinal) || a.Name.StartsWith("-m", StringComparison.Ordinal)
            || a.Name.StartsWith("-g", StringComparison.Ordinal)
            || (a.Name.StartsWith("-f", StringComparison.Ordinal)
                && !a.Name.StartsWith("-fdiagnostics", StringComparison.Ordinal)
                && !a.Name.StartsWith("-fdump", StringComparison.Ordinal)));

    // The rest: units' sources replaced by what they become. With -c or -S a unit is gone from the command line.
    private static List<string> RestOf(CommandLine line, Dictionary<Argument, UnitPlan> units)
    {
        var rest = new List<string>();
        var compilesMore = line.Inputs.Count > units.Count;
        string? language = null;
        foreach (var argument in line.Arguments)
        {
            // -x is written anew where it is needed: a unit's object is no C, and gcc warns of a -x without input.
            if (argument.Kind is ArgumentKind.Own or ArgumentKind.Language
                || (argument.Kind == ArgumentKind.Dependency && !compilesMore))
                continue;
            if (argument.Kind != ArgumentKind.Input)
            {
                rest.AddRange(argument.Words);
                continue;
            }

            var isUnit = units.TryGetValue(argument, out var unit);
            if (isUnit && line.Mode != OutputMode.Link)
                continue;
            var wanted = isUnit ? null : argument.ExplicitLanguage;
            if (wanted != language)
                rest.AddRange(["-x", wanted ?? "none"]);
            language = wanted;
            rest.Add(isUnit ? unit!.Output : argument.Name);
        }

        return rest;
    }
}
