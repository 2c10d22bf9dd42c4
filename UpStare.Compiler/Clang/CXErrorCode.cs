// From clang-c/Index.h of LLVM 19: names and values are libclang's own.
namespace ClangSharp.Interop;

/// <summary>Result of an operation that can fail.</summary>
public enum CXErrorCode
{
    CXError_Success = 0,
    CXError_Failure = 1,
    CXError_Crashed = 2,
    CXError_InvalidArguments = 3,
    CXError_ASTReadError = 4,
}
