using System.Runtime.InteropServices;

namespace ClangSharp.Interop;

/// <summary>A parsed unit.</summary>
public readonly unsafe struct CXTranslationUnit(IntPtr handle) : IDisposable, IEquatable<CXTranslationUnit>
{
    /// <summary>libclang's pointer; zero when parsing failed.</summary>
    public IntPtr Handle { get; } = handle;

    /// <summary>Parses; errors in the source are diagnostics, not failures.</summary>
    public static CXErrorCode TryParse(CXIndex index, string sourceFilename, ReadOnlySpan<string> commandLineArgs,
        ReadOnlySpan<CXUnsavedFile> unsavedFiles, CXTranslationUnit_Flags options,
        out CXTranslationUnit translationUnit)
    {
        var arguments = new IntPtr[commandLineArgs.Length];
        var name = Utf8.Allocate(sourceFilename);
        try
        {
            for (var i = 0; i < arguments.Length; i++)
                arguments[i] = (IntPtr)Utf8.Allocate(commandLineArgs[i]);
            IntPtr unit;
            CXErrorCode result;
            fixed (IntPtr* argv = arguments)
            fixed (CXUnsavedFile* files = unsavedFiles)
            {
                result = clang.parseTranslationUnit2(index.Handle, (sbyte*)name, (sbyte**)argv, arguments.Length, files,
                    (uint)unsavedFiles.Length, (uint)options, &unit);
            }
            translationUnit = new CXTranslationUnit(result == CXErrorCode.CXError_Success ? unit : IntPtr.Zero);
            return result;
        }
        finally
        {
            foreach (var argument in arguments)
                NativeMemory.Free((void*)argument);
            NativeMemory.Free(name);
        }
    }

    /// <summary>Parses; throws when libclang gives no unit at all.</summary>
    public static CXTranslationUnit Parse(CXIndex index, string sourceFilename, ReadOnlySpan<string> commandLineArgs,
        ReadOnlySpan<CXUnsavedFile> unsavedFiles, CXTranslationUnit_Flags options)
    {
        var result = TryParse(index, sourceFilename, commandLineArgs, unsavedFiles, options, out var unit);
        return result == CXErrorCode.CXError_Success ? unit
            : throw new InvalidOperationException($"libclang cannot parse {sourceFilename}: {result}");
    }

    /// <summary>The root of the tree.</summary>
    public CXCursor Cursor => clang.getTranslationUnitCursor(Handle);
    /// <summary>The name of the parsed file.</summary>
    public CXString Spelling => clang.getTranslationUnitSpelling(Handle);
    /// <summary>How many diagnostics there are.</summary>
    public uint NumDiagnostics => clang.getNumDiagnostics(Handle);
    /// <summary>One diagnostic; dispose of it.</summary>
    public CXDiagnostic GetDiagnostic(uint index) => new(clang.getDiagnostic(Handle, index));
    /// <summary>The innermost cursor at a place.</summary>
    public CXCursor GetCursor(CXSourceLocation location) => clang.getCursor(Handle, location);

    /// <summary>A file of the unit by name.</summary>
    public CXFile GetFile(string fileName)
    {
        var name = Utf8.Allocate(fileName);
        try
        {
            return new CXFile(clang.getFile(Handle, (sbyte*)name));
        }
        finally
        {
            NativeMemory.Free(name);
        }
    }

    /// <summary>The bytes of a file as they were parsed.</summary>
    public ReadOnlySpan<byte> GetFileContents(CXFile file, out nuint size)
    {
        nuint bytes;
        var text = clang.getFileContents(Handle, file.Handle, &bytes);
        size = bytes;
        return new ReadOnlySpan<byte>(text, checked((int)bytes));
    }

    /// <summary>The place at a line and column.</summary>
    public CXSourceLocation GetLocation(CXFile file, uint line, uint column) =>
        clang.getLocation(Handle, file.Handle, line, column);
    /// <summary>The place at an offset.</summary>
    public CXSourceLocation GetLocationForOffset(CXFile file, uint offset) =>
        clang.getLocationForOffset(Handle, file.Handle, offset);

    /// <summary>The tokens of a range; free them with <see cref="DisposeTokens"/>.</summary>
    public Span<CXToken> Tokenize(CXSourceRange sourceRange)
    {
        CXToken* tokens;
        uint count;
        clang.tokenize(Handle, sourceRange, &tokens, &count);
        return new Span<CXToken>(tokens, checked((int)count));
    }

    /// <summary>Frees what <see cref="Tokenize"/> returned.</summary>
    public void DisposeTokens(Span<CXToken> tokens)
    {
        fixed (CXToken* first = tokens)
            clang.disposeTokens(Handle, first, (uint)tokens.Length);
    }

    /// <summary>Frees the unit and everything that was got from it.</summary>
    public void Dispose()
    {
        if (Handle != IntPtr.Zero)
            clang.disposeTranslationUnit(Handle);
    }

    /// <inheritdoc/>
    public bool Equals(CXTranslationUnit other) => Handle == other.Handle;
    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CXTranslationUnit other && Equals(other);
    /// <inheritdoc/>
    public override int GetHashCode() => Handle.GetHashCode();
    /// <summary>The same unit.</summary>
    public static bool operator ==(CXTranslationUnit a, CXTranslationUnit b) => a.Equals(b);
    /// <summary>Another unit.</summary>
    public static bool operator !=(CXTranslationUnit a, CXTranslationUnit b) => !a.Equals(b);
}
