namespace ClangSharp.Interop;

/// <summary>A set of translation units. One per thread: libclang's indexes are independent of each other.</summary>
public readonly struct CXIndex(IntPtr handle) : IDisposable
{
    /// <summary>libclang's pointer.</summary>
    public IntPtr Handle { get; } = handle;

    /// <summary>Makes an index.</summary>
    public static CXIndex Create(bool excludeDeclarationsFromPch = false, bool displayDiagnostics = false)
    {
        var index = new CXIndex(clang.createIndex(excludeDeclarationsFromPch ? 1 : 0, displayDiagnostics ? 1 : 0));
        // libclang's crash recovery takes SIGSEGV away from the .NET runtime, for which it is a null reference: one in
        // our code would end the process instead of making the unit fall back to plain gcc.
        clang.toggleCrashRecovery(0);
        return index;
    }

    /// <summary>Frees the index; its units must be gone.</summary>
    public void Dispose() => clang.disposeIndex(Handle);
}
