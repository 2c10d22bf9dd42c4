// Parses preprocessed text with libclang.
//
// gcc's headers use a few words that clang does not know; a prelude of macros maps them to what clang has, which does
// not matter because nothing but the shape of the tree and the sizes of types is taken from clang.  What a macro cannot
// map ClangText does.  Errors inside system headers are ignored; the others are handed on with their place.

using ClangSharp.Interop;

namespace UpStare.Compiler.Frontend;

/// <summary>An error that libclang found; <paramref name="IsSystem"/>: in the text of a system header, macros of such headers included.</summary>
public sealed record ParseError(int Offset, string Text, bool IsSystem);

/// <summary>A parsed unit. Dispose it when the tree is built.</summary>
public sealed class ParsedUnit : IDisposable
{
    private readonly CXIndex _index;
    private readonly CXTranslationUnit _unit;

    internal ParsedUnit(CXIndex index, CXTranslationUnit unit, List<ParseError> errors, SpanReader spans) => (_index, _unit, Errors, Spans) = (index, unit, errors, spans);

    /// <summary>The root cursor.</summary>
    public CXCursor Root => _unit.Cursor;

    /// <summary>All errors. Those in declarations of system headers say nothing about the unit; a statement with one, though, is not in the tree.</summary>
    public List<ParseError> Errors { get; }

    /// <summary>Where cursors are.</summary>
    public SpanReader Spans { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _unit.Dispose();
        _index.Dispose();
    }
}

/// <summary>Parses preprocessed text.</summary>
public static class ClangParser
{
    private static readonly string[] Prelude =
    [
        "-x", "c", "-w", "-ferror-limit=0", "-fbracket-depth=100000", "-D_Float64=double", "-D_Float32x=double",
        "-D_Float64x=long double", "-D_Atomi0=volatile", "-D_Atomi1(T)=volatile __typeof__ (T)", "-D_Float128=__float128", "-D__float80=long double", "-D__malloc__(...)=__malloc__",
    ];

    private static int _isPrepared;

    /// <summary>Loads libclang, which takes longer than many a unit; if that fails, the first use says why.</summary>
    public static void Prepare()
    {
        if (Interlocked.Exchange(ref _isPrepared, 1) != 0) return;
        try
        {
            using var index = CXIndex.Create();
        }
        catch (DllNotFoundException)
        {
        }
    }

    /// <summary>Parses the text; <paramref name="arguments"/> are those of gcc's options that change what it means.</summary>
    public static ParsedUnit Parse(SourceText source, IEnumerable<string> arguments)
    {
        var index = CXIndex.Create();
        const string name = "upstare-unit.c";
        using var file = CXUnsavedFile.Create(name, ClangText.Of(source));
        using var vectors = CXUnsavedFile.Create(VectorPrelude.FileName, VectorPrelude.IsNeeded(source) ? VectorPrelude.Declarations() : []);
        using var floats = CXUnsavedFile.Create(FloatPrelude.FileName, FloatPrelude.Declarations());
        string[] include = ["-include", FloatPrelude.FileName, "-include", VectorPrelude.FileName];
        var unit = CXTranslationUnit.Parse(index, name, [.. Prelude, .. include, .. arguments], [file, vectors, floats], CXTranslationUnit_Flags.CXTranslationUnit_KeepGoing);
        var errors = new List<ParseError>();
        for (uint i = 0; i < unit.NumDiagnostics; i++)
        {
            using var diagnostic = unit.GetDiagnostic(i);
            if (diagnostic.Severity < CXDiagnosticSeverity.CXDiagnostic_Error) continue;
            var offset = (int)diagnostic.Location.FileOffset;
            errors.Add(new ParseError(offset, diagnostic.Spelling.Take(), source.OriginOf(offset).IsSystem));
        }

        return new ParsedUnit(index, unit, errors, new SpanReader(unit, name, source.Text.Length));
    }
}
