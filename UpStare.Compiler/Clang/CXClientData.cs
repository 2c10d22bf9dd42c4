namespace ClangSharp.Interop;

/// <summary>A pointer that libclang hands to a visitor unseen.</summary>
public readonly struct CXClientData(IntPtr handle)
{
    /// <summary>The pointer.</summary>
    public IntPtr Handle { get; } = handle;
}

/// <summary>What is called for each child of a cursor.</summary>
public unsafe delegate CXChildVisitResult CXCursorVisitor(CXCursor cursor, CXCursor parent, void* client_data);

/// <summary>What is called for each field of a struct or union.</summary>
public unsafe delegate CXVisitorResult CXFieldVisitor(CXCursor cursor, void* client_data);
