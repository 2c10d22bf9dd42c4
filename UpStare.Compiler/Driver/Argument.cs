// One option or input of gcc's command line, with what the driver must know about it.
namespace UpStare.Compiler.Driver;

/// <summary>What an argument is to the driver.</summary>
public enum ArgumentKind
{
    /// <summary>An input file, or - for standard input.</summary>
    Input,

    /// <summary>-o</summary>
    Output,

    /// <summary>-c, -S, -E, -M, -MM, -fsyntax-only: what is made.</summary>
    Mode,

    /// <summary>-MD, -MF and the like: dependency files.</summary>
    Dependency,

    /// <summary>-x: the language of what follows.</summary>
    Language,

    /// <summary>Matters to the preprocessor only.</summary>
    Preprocessor,

    /// <summary>Matters to the linker only; its place among the inputs counts.</summary>
    Linker,

    /// <summary>upstare-cc's own.</summary>
    Own,

    /// <summary>Names auxiliary outputs: -dumpdir, -dumpbase, -dumpbase-ext.</summary>
    DumpName,

    /// <summary>-save-temps.</summary>
    SaveTemps,

    /// <summary>gcc answers a question and compiles nothing: -print-*, --version, -###.</summary>
    Question,

    /// <summary>Anything else: passed to every gcc that compiles.</summary>
    Other,
}

/// <summary>A language as far as the driver tells them apart.</summary>
public enum InputLanguage
{
    /// <summary>Objects, archives, assembler, C++...: gcc's business.</summary>
    Other,

    /// <summary>C that needs preprocessing.</summary>
    C,

    /// <summary>C that is preprocessed (.i).</summary>
    PreprocessedC,
}

/// <summary>An option with its argument, or an input.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Words">The words as they stood on the command line.</param>
/// <param name="Name">The option in gcc's short form (-o for --output); the file name of an input.</param>
/// <param name="Value">The option's argument, joined or separate; null if it has none.</param>
public sealed record Argument(ArgumentKind Kind, IReadOnlyList<string> Words, string Name, string? Value = null)
{
    /// <summary>Of an input: its language by -x or by its name.</summary>
    public InputLanguage Language { get; init; }

    /// <summary>Of an input: the language named by -x in force there; null for none.</summary>
    public string? ExplicitLanguage { get; init; }
}
