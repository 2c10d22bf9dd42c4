// Places of cursors as offsets in the text, which the tree builder asks for several times per node.
//
// libclang keeps a place in the parsed file as the file's base plus the offset.  The base is learnt once per unit, and checked, so
// that most places need no call; what lies outside the file (in a macro of the prelude, nowhere) is asked for.  The last
// answers are remembered: a node's span is wanted by its parent, too.

using ClangSharp.Interop;
using UpStare.Compiler.Clang;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Frontend;

/// <summary>Reads spans of cursors of one unit.</summary>
public sealed class SpanReader
{
    private const int Remembered = 256; // a power of two
    private readonly (CXCursor Cursor, TextSpan Span)[] _last = new (CXCursor, TextSpan)[Remembered];
    private readonly CXFile _file;
    private readonly uint _base;
    private readonly uint _length;

    /// <summary>Learns where the file begins.</summary>
    /// <param name="unit">The parsed unit.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="length">Its length in bytes.</param>
    public SpanReader(CXTranslationUnit unit, string name, int length)
    {
        _file = unit.GetFile(name);
        uint At(int offset) => unit.GetLocationForOffset(_file, (uint)offset).int_data;
        _base = At(0);
        // Else every place is asked for.
        _length = At(length) == _base + length && At(length / 2) == _base + (length / 2) ? (uint)length : 0;
    }

    /// <summary>Whether a cursor begins in the file; false for what the prelude or clang itself declares.</summary>
    public bool IsInFile(CXCursor cursor)
    {
        var extent = cursor.Extent;
        if (extent.begin_int_data - _base <= _length || _length == 0) return true;
        // _Atomic int x;    begins with a word that is a macro of the prelude's, used in the file.
        extent.Start.GetFileLocation(out var file, out _, out _, out _);
        return file.Handle == _file.Handle;
    }

    /// <summary>The span of a cursor.</summary>
    public TextSpan Of(CXCursor cursor)
    {
        ref var last = ref _last[cursor.Identity & (Remembered - 1)];
        if (last.Cursor.IsIdentical(cursor)) return last.Span;
        var extent = cursor.Extent;
        var (start, end) = (extent.begin_int_data - _base, extent.end_int_data - _base);
        var span = start <= end && end <= _length ? new TextSpan((int)start, (int)end) : new TextSpan((int)extent.Start.FileOffset, (int)extent.End.FileOffset);
        last = (cursor, span);
        return span;
    }
}
