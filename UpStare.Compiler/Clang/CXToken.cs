using System.Runtime.InteropServices;

namespace ClangSharp.Interop;

/// <summary>A token of the parsed text.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct CXToken
{
    private readonly uint int_data0;
    private readonly uint int_data1;
    private readonly uint int_data2;
    private readonly uint int_data3;
    private readonly IntPtr ptr_data;

    /// <summary>What kind of token it is.</summary>
    public readonly CXTokenKind Kind => clang.getTokenKind(this);
    /// <summary>Its text.</summary>
    public readonly CXString GetSpelling(CXTranslationUnit unit) => clang.getTokenSpelling(unit.Handle, this);
    /// <summary>Where it starts.</summary>
    public readonly CXSourceLocation GetLocation(CXTranslationUnit unit) => clang.getTokenLocation(unit.Handle, this);
    /// <summary>Its range.</summary>
    public readonly CXSourceRange GetExtent(CXTranslationUnit unit) => clang.getTokenExtent(unit.Handle, this);
}
