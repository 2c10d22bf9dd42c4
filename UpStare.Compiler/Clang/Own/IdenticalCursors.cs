// Cursors as keys by what they consist of: libclang is not asked.  Two cursors of one node can differ, so this is for what may be
// found twice.
using System.Diagnostics.CodeAnalysis;
using ClangSharp.Interop;

namespace UpStare.Compiler.Clang;

/// <summary>Compares cursors by what they consist of.</summary>
internal sealed class IdenticalCursors : IEqualityComparer<CXCursor>
{
    /// <summary>The only one.</summary>
    public static readonly IdenticalCursors Comparer = new();

    private IdenticalCursors()
    {
    }

    /// <inheritdoc/>
    public bool Equals(CXCursor x, CXCursor y) => x.IsIdentical(y);

    /// <inheritdoc/>
    public int GetHashCode([DisallowNull] CXCursor cursor) => cursor.Identity;
}
