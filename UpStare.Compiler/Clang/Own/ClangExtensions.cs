// What ClangSharp.Interop does not have and the compiler wants. In its namespace, so that the rest of the compiler looks
// the same with the package in place of the files in Clang/ (docs/using-clangsharp.md).
using System.Runtime.InteropServices;
using System.Text;

namespace ClangSharp.Interop;

/// <summary>Additions to the types of ClangSharp.Interop.</summary>
public static unsafe class ClangExtensions
{
    extension(CXString text)
    {
        /// <summary>The text, one char a byte like the unit's; frees the string.</summary>
        public string Take()
        {
            var copy = text.CString;
            text.Dispose();
            return Ascii.IsValid(copy) ? copy : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(copy));
        }

        /// <summary>The same for a name of a header: each unit of a program has it, and one copy is enough.</summary>
        public string TakeName() => string.Intern(text.Take());
    }

    extension(CXSourceLocation location)
    {
        /// <summary>Offset in the parsed text; what the tree builder asks for millions of times.</summary>
        public uint FileOffset
        {
            get
            {
                location.GetFileLocation(out _, out _, out _, out var offset);
                return offset;
            }
        }
    }

    extension(CXUnsavedFile)
    {
        /// <summary>Makes a file with the bytes as they are: source text need not be UTF-8.</summary>
        public static CXUnsavedFile Create(string filename, ReadOnlySpan<byte> contents)
        {
            var length = Encoding.UTF8.GetByteCount(filename);
            var name = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
            Encoding.UTF8.GetBytes(filename, new Span<byte>(name, length));
            // libclang reads one byte past the end and wants a NUL there.
            var copy = (byte*)NativeMemory.AllocZeroed((nuint)contents.Length + 1);
            contents.CopyTo(new Span<byte>(copy, contents.Length));
            return new CXUnsavedFile
            {
                Filename = (sbyte*)name,
                Contents = (sbyte*)copy,
                Length = (nuint)contents.Length,
            };
        }
    }
}
