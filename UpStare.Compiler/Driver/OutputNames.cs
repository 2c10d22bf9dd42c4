// The names gcc gives to what it makes of an input: object, dependency file, auxiliary outputs. The rules are those of
// gcc 11 and later, as `gcc -###` shows them (-dumpdir, -dumpbase); they matter because gcc sees our temporary file
// where the user wrote his source.
namespace UpStare.Compiler.Driver;

/// <summary>Names of outputs.</summary>
internal sealed class OutputNames(CommandLine line, string temporary)
{
    private readonly Dictionary<Argument, int> numbers =
        line.Inputs.Select((a, i) => (a, i)).ToDictionary(p => p.a, p => p.i);

    /// <summary>The file an input becomes: what the user asked for, or an object to be linked.</summary>
    public string Output(Argument input)
    {
        if (line.Mode == OutputMode.Link)
        {
            return SaveTempsAs(input) is { } kept ? kept + ".o"
                : Path.Combine(temporary, $"{numbers[input]}-{Base(input)}.o");
        }

        return line.Output ?? Base(input) + (line.Mode == OutputMode.Assembly ? ".s" : ".o");
    }

    /// <summary>-MF and -MQ as gcc would imply them: we preprocess apart, without its -o.</summary>
    public IReadOnlyList<string> Dependencies(Argument input)
    {
        if (!line.Has("-MD") && !line.Has("-MMD"))
            return [];
        var words = new List<string>();
        if (!line.Has("-MF"))
            words.AddRange(["-MF", line.Output == null ? DumpPrefix(input) + ".d" : StripSuffix(line.Output) + ".d"]);
        if (line.Output != null && !line.Has("-MT") && !line.Has("-MQ"))
            words.AddRange(["-MQ", line.Output]);
        return words;
    }

    // Options that write auxiliary outputs with names of gcc's choice.
    private static readonly string[] Dumping =
    [
        "-save-temps", "-fdump-", "-fstack-usage", "-fcallgraph-info", "-ftest-coverage", "--coverage", "-coverage", "-fprofile-", "-gsplit-dwarf",
        "-fsave-optimization-record", "-fcompare-debug", "-d",
    ];

    /// <summary>-dumpdir, -dumpbase and -dumpbase-ext, so that auxiliary outputs get the names gcc gives them. Without such outputs they are
    /// left out: distcc takes their arguments for further inputs, and would compile here.</summary>
    public IReadOnlyList<string> DumpNames(Argument input)
    {
        if (!line.Arguments.Any(a => a.Kind != ArgumentKind.Input && Dumping.Any(option => a.Name.StartsWith(option, StringComparison.Ordinal))))
            return [];
        if (line.Arguments.Any(a => a.Kind == ArgumentKind.DumpName))
            return line.Arguments.Where(a => a.Kind == ArgumentKind.DumpName).SelectMany(a => a.Words).ToList();
        var (directory, name) = DumpDirectoryAndBase(input);
        var extension = Path.GetExtension(input.Name);
        var words = new List<string>();
        if (directory.Length > 0)
            words.AddRange(["-dumpdir", directory]);
        words.AddRange(["-dumpbase", name + extension]);
        if (extension.Length > 0)
            words.AddRange(["-dumpbase-ext", extension]);
        return words;
    }

    /// <summary>Where -save-temps keeps things, without suffix; null when it is not given.</summary>
    public string? SaveTempsAs(Argument input) =>
        line.Arguments.LastOrDefault(a => a.Kind == ArgumentKind.SaveTemps) switch
        {
            null => null,
            { Name: "-save-temps=cwd" } => Path.GetFileName(DumpPrefix(input)),
            _ => DumpPrefix(input),
        };

    private string DumpPrefix(Argument input)
    {
        var (directory, name) = DumpDirectoryAndBase(input);
        return directory + name;
    }

    private (string Directory, string Base) DumpDirectoryAndBase(Argument input)
    {
        var name = Base(input);
        if (line.Mode != OutputMode.Link)
        {
            return line.Output is null or "/dev/null" ? ("", name)
                : (DirectoryOf(line.Output), StripSuffix(Path.GetFileName(line.Output)));
        }

        var output = line.Output ?? "a";
        var stem = Path.GetFileName(output);
        if (stem.EndsWith(".exe", StringComparison.Ordinal))
            stem = stem[..^4];
        // One input of the output's name: its name alone tells enough.
        var alone = line.Inputs.Count == 1 && stem == name;
        return (DirectoryOf(output) + (alone ? "" : stem + "-"), name);
    }

    private static string Base(Argument input) => Path.GetFileNameWithoutExtension(input.Name);

    private static string DirectoryOf(string path) => path[..(path.LastIndexOf('/') + 1)];

    private static string StripSuffix(string path)
    {
        var dot = path.LastIndexOf('.');
        return dot > path.LastIndexOf('/') + 1 ? path[..dot] : path;
    }
}
