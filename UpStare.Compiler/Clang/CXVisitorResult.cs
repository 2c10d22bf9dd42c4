// From clang-c/Index.h of LLVM 19: names and values are libclang's own.
namespace ClangSharp.Interop;

/// <summary>Whether a visit goes on.</summary>
public enum CXVisitorResult
{
    CXVisit_Break,
    CXVisit_Continue,
}
