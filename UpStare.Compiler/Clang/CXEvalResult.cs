using System.Runtime.InteropServices;
using System.Text;

namespace ClangSharp.Interop;

/// <summary>The value of a constant expression, or none (<see cref="Handle"/> zero).</summary>
public readonly unsafe struct CXEvalResult(IntPtr handle) : IDisposable
{
    /// <summary>libclang's pointer.</summary>
    public IntPtr Handle { get; } = handle;
    /// <summary>What the value is; unexposed when there is none.</summary>
    public CXEvalResultKind Kind =>
        Handle == IntPtr.Zero ? CXEvalResultKind.CXEval_UnExposed : clang.EvalResult_getKind(Handle);
    /// <summary>An integer.</summary>
    public int AsInt => clang.EvalResult_getAsInt(Handle);
    /// <summary>An integer.</summary>
    public long AsLongLong => clang.EvalResult_getAsLongLong(Handle);
    /// <summary>Whether the integer is unsigned.</summary>
    public bool IsUnsignedInt => clang.EvalResult_isUnsignedInt(Handle) != 0;
    /// <summary>An unsigned integer.</summary>
    public ulong AsUnsigned => clang.EvalResult_getAsUnsigned(Handle);
    /// <summary>A floating-point number.</summary>
    public double AsDouble => clang.EvalResult_getAsDouble(Handle);
    /// <summary>A string literal's text.</summary>
    public string AsStr => Encoding.UTF8.GetString(
        MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)clang.EvalResult_getAsStr(Handle)));
    /// <summary>Frees it.</summary>
    public void Dispose()
    {
        if (Handle != IntPtr.Zero)
            clang.EvalResult_dispose(Handle);
    }
}
