// What the type of a function says about calling it through a stub (AwayStubs): the runtime keeps the registers that pass arguments
// and copies what is on the stack, and keeps what comes back in rax, rdx, xmm0 and xmm1.
//
// How much of the stack is estimated from above: a little more is copied of what lies there, the caller's frame, than are arguments.
//
// In: a type of libclang's, once for a function.

using ClangSharp.Interop;
using UpStare.Compiler.Tree;
using static ClangSharp.Interop.CXTypeKind;

namespace UpStare.Compiler.Frontend;

/// <summary>Looks at types of functions in which a thread is away.</summary>
public static class AwayTypes
{
    /// <summary>What the stack may hold of a call whose function does not say how many arguments it has.</summary>
    public const int WordsOfOthers = 8;

    private const int General = 6, Vector = 8; // registers that pass arguments

    /// <summary>What a function's type says.</summary>
    public static AwayFunction Of(CXType function, TypeBuilder types)
    {
        var type = function.CanonicalType;
        var takesMore = type.kind == CXType_FunctionNoProto || type.IsFunctionTypeVariadic;
        var parameters = type.kind == CXType_FunctionNoProto ? [] : Enumerable.Range(0, type.NumArgTypes).Select(i => types.OfParameter(type.GetArgType((uint)i))).ToList();
        var obstacle = types.Of(type).Canonical.Contains("__attribute__", StringComparison.Ordinal) ? "its type has an attribute"
            : !IsReturnedInRegisters(types.Of(type.ResultType)) ? $"its result has the type '{types.Of(type.ResultType).Spelling}'"
            : parameters.Find(parameter => !IsPlainArgument(parameter)) is { } large ? $"a parameter has the type '{large.Spelling}'" : null;
        return new AwayFunction(takesMore ? WordsOfOthers : WordsOnStack(parameters), takesMore, obstacle);
    }

    /// <summary>Whether an argument is passed in registers of which the stub keeps all there is, or on a stack that is aligned as usual.</summary>
    public static bool IsPlainArgument(CType type) => type.Size is >= 0 and <= 16 || type.Class is TypeClass.VariablyModified or TypeClass.Array;

    /// <summary>How many words of the stack arguments of these types may take.</summary>
    public static int WordsOnStack(IEnumerable<CType> arguments)
    {
        var (general, vector, words) = (0, 0, 0);
        foreach (var type in arguments)
        {
            if (type.Class == TypeClass.Floating) vector++;
            else if (type.Class != TypeClass.Memory) general++;
            else (general, vector, words) = (general + 2, vector + 2, words + 3); // in one of the three; aligned, on the stack
        }

        return words + Math.Max(0, general - General) + Math.Max(0, vector - Vector);
    }

    // Small structs of plain members: what is in memory, or in the registers of the 387, looks otherwise.
    private static bool IsReturnedInRegisters(CType type) => type.Class switch
    {
        TypeClass.None => type.IsVoid,
        TypeClass.Integer or TypeClass.Floating => true,
        TypeClass.VariablyModified => type.IsPointer,
        TypeClass.Memory when type.Leaves.Count > 0 => type.Size <= 16 && type.Leaves.All(leaf => leaf.Offset % leaf.Type.Size == 0),
        TypeClass.Memory => type.Canonical is "__int128" or "unsigned __int128" or "_Complex float" or "_Complex double",
        _ => false,
    };
}
