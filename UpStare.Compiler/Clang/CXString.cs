// A string that libclang owns: dispose of it, or use the extension of the same result that returns a .NET string.
using System.Runtime.InteropServices;
using System.Text;

namespace ClangSharp.Interop;

/// <summary>A string of libclang. <see cref="ToString"/> copies it; <see cref="Dispose"/> frees it.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CXString : IDisposable
{
    private readonly void* data;
    private readonly uint private_flags;

    /// <summary>The text, decoded as UTF-8; empty for a null string.</summary>
    public readonly string CString
    {
        get
        {
            var text = clang.getCString(this);
            return text == null ? ""
                : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)text));
        }
    }

    /// <summary>Frees the string.</summary>
    public readonly void Dispose() => clang.disposeString(this);

    /// <summary>The text. The string is not freed.</summary>
    public override readonly string ToString() => CString;
}
