using System.Runtime.InteropServices;

namespace ClangSharp.Interop;

/// <summary>A half-open range of places: from the first character to after the last one.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct CXSourceRange : IEquatable<CXSourceRange>
{
    private readonly IntPtr ptr_data0;
    private readonly IntPtr ptr_data1;
    /// <summary>libclang's own.</summary>
    public uint begin_int_data;
    /// <summary>libclang's own.</summary>
    public uint end_int_data;

    /// <summary>The range from one place to another.</summary>
    public static CXSourceRange Create(CXSourceLocation begin, CXSourceLocation end) => clang.getRange(begin, end);
    /// <summary>No range.</summary>
    public static CXSourceRange Null => clang.getNullRange();
    /// <summary>Whether this is no range.</summary>
    public readonly bool IsNull => clang.Range_isNull(this) != 0;
    /// <summary>The first place.</summary>
    public readonly CXSourceLocation Start => clang.getRangeStart(this);
    /// <summary>The place after the last character.</summary>
    public readonly CXSourceLocation End => clang.getRangeEnd(this);

    /// <inheritdoc/>
    public readonly bool Equals(CXSourceRange other) => clang.equalRanges(this, other) != 0;
    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is CXSourceRange other && Equals(other);
    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(ptr_data0, ptr_data1, begin_int_data, end_int_data);
    /// <summary>The same range.</summary>
    public static bool operator ==(CXSourceRange a, CXSourceRange b) => a.Equals(b);
    /// <summary>Another range.</summary>
    public static bool operator !=(CXSourceRange a, CXSourceRange b) => !a.Equals(b);
}
