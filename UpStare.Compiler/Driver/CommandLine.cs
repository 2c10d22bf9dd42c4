// Reads gcc's command line. In: words, response files expanded. Out: arguments in order, each with what it is to the
// driver; upstare-cc's own options; what is to be made. Nothing is judged here: what gcc finds wrong, gcc says.
namespace UpStare.Compiler.Driver;

/// <summary>What is to be made.</summary>
public enum OutputMode
{
    /// <summary>An executable or shared library.</summary>
    Link,

    /// <summary>-c</summary>
    Object,

    /// <summary>-S</summary>
    Assembly,

    /// <summary>-E, -M, -MM, -fsyntax-only: no code.</summary>
    NoCode,
}

/// <summary>A command line that has been read.</summary>
public sealed class CommandLine
{
    private CommandLine(IReadOnlyList<Argument> arguments, CompileOptions options, bool enabled, string? error)
    {
        Arguments = arguments;
        Options = options;
        Enabled = enabled;
        Error = error;
        Mode = FindMode(arguments);
        Output = arguments.LastOrDefault(a => a.Kind == ArgumentKind.Output)?.Value;
        Inputs = arguments.Where(a => a.Kind == ArgumentKind.Input).ToList();
    }

    /// <summary>All arguments in order.</summary>
    public IReadOnlyList<Argument> Arguments { get; }

    /// <summary>upstare-cc's own options.</summary>
    public CompileOptions Options { get; }

    /// <summary>Not -fno-upstare.</summary>
    public bool Enabled { get; }

    /// <summary>What is wrong with an option of our own; null when nothing is.</summary>
    public string? Error { get; }

    /// <summary>What is to be made.</summary>
    public OutputMode Mode { get; }

    /// <summary>The argument of -o; null without.</summary>
    public string? Output { get; }

    /// <summary>The input files.</summary>
    public IReadOnlyList<Argument> Inputs { get; }

    /// <summary>gcc answers a question and compiles nothing.</summary>
    public bool IsQuestion => Arguments.Any(a => a.Kind == ArgumentKind.Question);

    /// <summary>Whether an option stands there, by gcc's short name.</summary>
    public bool Has(string name) => Arguments.Any(a => a.Name == name);

    /// <summary>The words for gcc: everything that is not our own.</summary>
    public IReadOnlyList<string> GccWords =>
        Arguments.Where(a => a.Kind != ArgumentKind.Own).SelectMany(a => a.Words).ToList();

    /// <summary>Reads a command line.</summary>
    public static CommandLine Parse(IReadOnlyList<string> words)
    {
        var expanded = ResponseFiles.Expand(words);
        var arguments = new List<Argument>();
        var (options, enabled, error) = (new CompileOptions(), true, (string?)null);
        string? language = null;
        for (var i = 0; i < expanded.Count; i++)
        {
            var word = expanded[i];
            if (word is "-fupstare" or "-fno-upstare")
            {
                enabled = word == "-fupstare";
                arguments.Add(new Argument(ArgumentKind.Own, [word], word));
                continue;
            }

            if (options.TryAdd(word, out options, out var wrong))
            {
                arguments.Add(new Argument(ArgumentKind.Own, [word], word));
                continue;
            }

            error ??= wrong;
            var argument = Read(expanded, ref i, language);
            if (argument.Kind == ArgumentKind.Language)
                language = argument.Value == "none" ? null : argument.Value;
            arguments.Add(argument);
        }

        return new CommandLine(arguments, options, enabled, error);
    }

    // Reads the argument at words[i]; leaves i at its last word.
    private static Argument Read(IReadOnlyList<string> words, ref int i, string? language)
    {
        var word = words[i];
        if (word == "-" || !word.StartsWith('-'))
            return Input(word, language);

        var (name, value) = (word, (string?)null);
        if (word.StartsWith("--", StringComparison.Ordinal))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var longName = equals < 0 ? word : word[..equals];
            if (GccOptions.LongNames.TryGetValue(longName, out var shortName))
            {
                name = equals < 0 ? shortName : shortName + (shortName == "-save-temps" ? word[equals..] : "");
                value = equals < 0 ? null : word[(equals + 1)..];
            }
        }

        if (GccOptions.Separate.TryGetValue(name, out var kind))
        {
            if (value != null)
                return new Argument(kind, [word], name, value);
            return i + 1 < words.Count
                ? new Argument(kind, [word, words[++i]], name, words[i])
                : new Argument(kind, [word], name);
        }

        kind = GccOptions.KindOf(name);
        if (kind == ArgumentKind.Other && GccOptions.JoinedPrefix(name) is { } prefix)
            return new Argument(GccOptions.Separate[prefix], [word], prefix, name[prefix.Length..]);
        return new Argument(kind, [word], name, value);
    }

    private static Argument Input(string name, string? language) =>
        new(ArgumentKind.Input, [name], name)
        {
            ExplicitLanguage = language,
            Language = language switch
            {
                "c" => InputLanguage.C,
                "cpp-output" => InputLanguage.PreprocessedC,
                not null => InputLanguage.Other,
                null => Path.GetExtension(name) switch
                {
                    ".c" => InputLanguage.C,
                    ".i" => InputLanguage.PreprocessedC,
                    _ => InputLanguage.Other,
                },
            },
        };

    private static OutputMode FindMode(IReadOnlyList<Argument> arguments)
    {
        var modes = arguments.Where(a => a.Kind == ArgumentKind.Mode).Select(a => a.Name).ToHashSet();
        // As in gcc: the option that stops earliest wins, wherever it stands.
        if (modes.Overlaps(["-E", "-M", "-MM", "-fsyntax-only"]))
            return OutputMode.NoCode;
        return modes.Contains("-S") ? OutputMode.Assembly
            : modes.Contains("-c") ? OutputMode.Object : OutputMode.Link;
    }
}
