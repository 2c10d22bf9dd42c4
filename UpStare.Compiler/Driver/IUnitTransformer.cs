// The seam between the driver, which knows gcc's command line, and the passes, which know C.
using UpStare.Compiler.Metadata;

namespace UpStare.Compiler.Driver;

/// <summary>A preprocessed unit on its way to instrumentation.</summary>
/// <param name="Source">Text, name and flags, as they are also stored for upstare-diff.</param>
public sealed record PreprocessedUnit(UnitSource Source)
{
    /// <summary>What gcc -E wrote.</summary>
    public byte[] Text => Source.Text;

    /// <summary>The input's name on the command line.</summary>
    public string MainFile => Source.MainFile;
}

/// <summary>What became of a unit.</summary>
public abstract record TransformResult
{
    private TransformResult()
    {
    }

    /// <summary>Lines for -fupstare-verbose, and warnings, to be shown in either case.</summary>
    public IReadOnlyList<string> Messages { get; init; } = [];

    /// <summary>The unit is instrumented.</summary>
    /// <param name="Text">C text. It starts with the line marker that the preprocessed text starts with (gcc takes
    /// the unit's name from it); its own macros follow under a marker that says system header. gcc expands these
    /// macros and nothing else.</param>
    public sealed record Instrumented(byte[] Text) : TransformResult;

    /// <summary>The unit is compiled by gcc as it is, and one warning gives the reason.</summary>
    public sealed record FallBack(string Reason) : TransformResult;

    /// <summary>There is nothing to instrument in the unit: it is compiled by gcc as it is, silently.</summary>
    public sealed record Untouched : TransformResult;
}

/// <summary>Turns preprocessed C into instrumented C.</summary>
public interface IUnitTransformer
{
    /// <summary>What takes time and needs no unit; called while gcc preprocesses one.</summary>
    void Prepare()
    {
    }

    /// <summary>Instruments a unit. Called on a thread with a large stack, for several units at a time. An exception
    /// counts as an internal error: the unit falls back with a warning.</summary>
    TransformResult Transform(PreprocessedUnit unit, CompileOptions options);
}
