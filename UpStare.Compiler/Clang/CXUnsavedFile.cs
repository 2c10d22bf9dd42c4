using System.Runtime.InteropServices;
using System.Text;

namespace ClangSharp.Interop;

/// <summary>A file that libclang sees without its being on disk. Both strings are copies in unmanaged memory:
/// dispose of it after parsing (libclang copies what it keeps).</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CXUnsavedFile : IDisposable
{
    /// <summary>Name, NUL-terminated UTF-8.</summary>
    public sbyte* Filename;
    /// <summary>Contents.</summary>
    public sbyte* Contents;
    /// <summary>Bytes in <see cref="Contents"/>.</summary>
    public nuint Length;

    /// <summary>Makes a file with UTF-8 contents.</summary>
    public static CXUnsavedFile Create(string filename, string contents) => new()
    {
        Filename = (sbyte*)Utf8.Allocate(filename),
        Contents = (sbyte*)Utf8.Allocate(contents),
        Length = (nuint)Encoding.UTF8.GetByteCount(contents),
    };

    /// <summary>Frees both copies.</summary>
    public void Dispose()
    {
        NativeMemory.Free(Filename);
        NativeMemory.Free(Contents);
        this = default;
    }
}

/// <summary>NUL-terminated UTF-8 copies of strings for libclang.</summary>
internal static unsafe class Utf8
{
    /// <summary>A copy that NativeMemory.Free frees.</summary>
    public static byte* Allocate(string text)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        var copy = (byte*)NativeMemory.Alloc((nuint)size + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(copy, size));
        copy[size] = 0;
        return copy;
    }
}
