namespace ClangSharp.Interop;

/// <summary>A file of a translation unit.</summary>
public readonly struct CXFile(IntPtr handle) : IEquatable<CXFile>
{
    /// <summary>libclang's pointer; zero for no file.</summary>
    public IntPtr Handle { get; } = handle;
    /// <summary>The name it was opened by.</summary>
    public CXString Name => clang.getFileName(Handle);
    /// <inheritdoc/>
    public bool Equals(CXFile other) => Handle == other.Handle;
    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CXFile other && Equals(other);
    /// <inheritdoc/>
    public override int GetHashCode() => Handle.GetHashCode();
    /// <summary>The same file.</summary>
    public static bool operator ==(CXFile a, CXFile b) => a.Equals(b);
    /// <summary>Another file.</summary>
    public static bool operator !=(CXFile a, CXFile b) => !a.Equals(b);
}
