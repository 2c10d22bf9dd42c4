// Turns libclang's types into ours; one object for a type, so that comparing references is cheap.

using ClangSharp.Interop;
using UpStare.Compiler.Tree;
using static ClangSharp.Interop.CXTypeKind;

namespace UpStare.Compiler.Frontend;

/// <summary>Builds <see cref="CType"/> from libclang's types.</summary>
public sealed class TypeBuilder
{
    private readonly Dictionary<CXType, CType> _types = [];

    /// <summary>Our type for a type of libclang's.</summary>
    public CType Of(CXType type)
    {
        if (_types.TryGetValue(type, out var known)) return known;
        var canonical = type.CanonicalType;
        var result = new CType(
            ClassOf(canonical),
            Spell(type),
            Spell(type.UnqualifiedType),
            canonical.Spelling.Take(),
            canonical.kind is CXType_FunctionProto or CXType_FunctionNoProto ? -1 : canonical.SizeOf,
            Math.Max(1, (int)canonical.AlignOf),
            canonical.IsVolatileQualified || canonical.kind == CXType_Atomic || HasVolatileElement(canonical),
            canonical.IsConstQualified || (canonical.kind is CXType_ConstantArray or CXType_IncompleteArray && canonical.ArrayElementType.IsConstQualified),
            canonical.kind == CXType_Pointer,
            IsSpellable(Spell(type)));
        _types.Add(type, result);
        return result;
    }

    private static TypeClass ClassOf(CXType canonical)
    {
        if (IsVariablyModified(canonical)) return TypeClass.VariablyModified;
        return canonical.kind switch
        {
            CXType_Void or CXType_FunctionProto or CXType_FunctionNoProto or CXType_Invalid => TypeClass.None,
            CXType_Bool or CXType_Char_U or CXType_UChar or CXType_UShort or CXType_UInt or CXType_ULong or CXType_ULongLong
                or CXType_Char_S or CXType_SChar or CXType_WChar or CXType_Short or CXType_Int or CXType_Long or CXType_LongLong
                or CXType_Enum or CXType_Pointer or CXType_NullPtr => TypeClass.Integer,
            CXType_Float or CXType_Double => TypeClass.Floating,
            CXType_ConstantArray or CXType_IncompleteArray => TypeClass.Array,
            CXType_Atomic => ClassOf(canonical.ValueType.CanonicalType),
            _ => TypeClass.Memory,
        };
    }

    private static bool IsVariablyModified(CXType type) => type.kind switch
    {
        CXType_VariableArray => true,
        CXType_Pointer => IsVariablyModified(type.PointeeType.CanonicalType),
        CXType_ConstantArray or CXType_IncompleteArray => IsVariablyModified(type.ArrayElementType.CanonicalType),
        _ => false,
    };

    private static bool HasVolatileElement(CXType type) =>
        type.kind is CXType_ConstantArray && (type.ArrayElementType.IsVolatileQualified || HasVolatileElement(type.ArrayElementType.CanonicalType));

    private static string Spell(CXType type)
    {
        var spelling = type.Spelling.Take();
        if (spelling.Contains("typeof", StringComparison.Ordinal)) spelling = type.CanonicalType.Spelling.Take();
        if (IsSpellable(spelling)) return spelling;
        var canonical = type.CanonicalType;
        return canonical.kind == CXType_Enum ? canonical.Declaration.EnumDecl_IntegerType.Spelling.Take() : spelling;
    }

    private static bool IsSpellable(string spelling) =>
        !spelling.Contains("(unnamed", StringComparison.Ordinal) && !spelling.Contains("(anonymous", StringComparison.Ordinal);
}
