namespace ClangSharp.Interop;

/// <summary>A message of the parser.</summary>
public readonly unsafe struct CXDiagnostic(IntPtr handle) : IDisposable
{
    /// <summary>libclang's pointer.</summary>
    public IntPtr Handle { get; } = handle;
    /// <summary>How bad it is.</summary>
    public CXDiagnosticSeverity Severity => clang.getDiagnosticSeverity(Handle);
    /// <summary>Where it is.</summary>
    public CXSourceLocation Location => clang.getDiagnosticLocation(Handle);
    /// <summary>The message.</summary>
    public CXString Spelling => clang.getDiagnosticSpelling(Handle);
    /// <summary>The option that switches it on.</summary>
    public CXString GetOption(out CXString disable)
    {
        CXString off;
        var on = clang.getDiagnosticOption(Handle, &off);
        disable = off;
        return on;
    }
    /// <summary>What libclang shows by default.</summary>
    public static CXDiagnosticDisplayOptions DefaultDisplayOptions =>
        (CXDiagnosticDisplayOptions)clang.defaultDiagnosticDisplayOptions();
    /// <summary>The message with its place.</summary>
    public CXString Format(CXDiagnosticDisplayOptions options) => clang.formatDiagnostic(Handle, (uint)options);
    /// <summary>Frees it.</summary>
    public void Dispose() => clang.disposeDiagnostic(Handle);
}
