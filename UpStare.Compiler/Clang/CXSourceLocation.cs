// Places in the source. GetFileLocation and GetSpellingLocation give the place in the text that was parsed (the
// preprocessed text: offsets into it); GetPresumedLocation gives the place that line markers claim.
using System.Runtime.InteropServices;

namespace ClangSharp.Interop;

/// <summary>A place in a translation unit.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CXSourceLocation : IEquatable<CXSourceLocation>
{
    private readonly IntPtr ptr_data0;
    private readonly IntPtr ptr_data1;
    /// <summary>libclang's own.</summary>
    public uint int_data;

    /// <summary>Whether the place is in a header that a line marker (flag 3) calls a system header.</summary>
    public readonly bool IsInSystemHeader => clang.Location_isInSystemHeader(this) != 0;

    /// <summary>Whether the place is in the file that was parsed.</summary>
    public readonly bool IsFromMainFile => clang.Location_isFromMainFile(this) != 0;

    /// <summary>The place in the file, macro expansions mapped to where they are used.</summary>
    public readonly void GetFileLocation(out CXFile file, out uint line, out uint column, out uint offset)
    {
        IntPtr f;
        uint l, c, o;
        clang.getFileLocation(this, &f, &l, &c, &o);
        (file, line, column, offset) = (new CXFile(f), l, c, o);
    }

    /// <summary>The place where the text is spelled.</summary>
    public readonly void GetSpellingLocation(out CXFile file, out uint line, out uint column, out uint offset)
    {
        IntPtr f;
        uint l, c, o;
        clang.getSpellingLocation(this, &f, &l, &c, &o);
        (file, line, column, offset) = (new CXFile(f), l, c, o);
    }

    /// <summary>The place of the macro expansion, if in one.</summary>
    public readonly void GetExpansionLocation(out CXFile file, out uint line, out uint column, out uint offset)
    {
        IntPtr f;
        uint l, c, o;
        clang.getExpansionLocation(this, &f, &l, &c, &o);
        (file, line, column, offset) = (new CXFile(f), l, c, o);
    }

    /// <summary>The place as line markers give it.</summary>
    public readonly void GetPresumedLocation(out CXString filename, out uint line, out uint column)
    {
        CXString f;
        uint l, c;
        clang.getPresumedLocation(this, &f, &l, &c);
        (filename, line, column) = (f, l, c);
    }

    /// <inheritdoc/>
    public readonly bool Equals(CXSourceLocation other) => clang.equalLocations(this, other) != 0;
    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is CXSourceLocation other && Equals(other);
    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(ptr_data0, ptr_data1, int_data);
    /// <summary>The same place.</summary>
    public static bool operator ==(CXSourceLocation a, CXSourceLocation b) => a.Equals(b);
    /// <summary>Another place.</summary>
    public static bool operator !=(CXSourceLocation a, CXSourceLocation b) => !a.Equals(b);
}
