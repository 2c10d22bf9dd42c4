// From clang-c/Index.h of LLVM 19: names and values are libclang's own.
namespace ClangSharp.Interop;

/// <summary>Negative results of size, alignment and offset queries.</summary>
public enum CXTypeLayoutError
{
    CXTypeLayoutError_Invalid = -1,
    CXTypeLayoutError_Incomplete = -2,
    CXTypeLayoutError_Dependent = -3,
    CXTypeLayoutError_NotConstantSize = -4,
    CXTypeLayoutError_InvalidFieldName = -5,
    CXTypeLayoutError_Undeduced = -6,
}
