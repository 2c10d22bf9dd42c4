// From clang-c/Index.h of LLVM 19: names and values are libclang's own.
namespace ClangSharp.Interop;

/// <summary>Thread-local storage kind of a variable.</summary>
public enum CXTLSKind
{
    CXTLS_None = 0,
    CXTLS_Dynamic,
    CXTLS_Static,
}
