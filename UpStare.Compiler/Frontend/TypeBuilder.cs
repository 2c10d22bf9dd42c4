// Turns libclang's types into ours; one object for a type, so that comparing references is cheap.

using ClangSharp.Interop;
using UpStare.Compiler.Clang;
using UpStare.Compiler.Tree;
using static ClangSharp.Interop.CXTypeKind;

namespace UpStare.Compiler.Frontend;

/// <summary>Builds <see cref="CType"/> from libclang's types.</summary>
public sealed class TypeBuilder(DataTypeBuilder? data = null)
{
    /// <summary>The type of what has none in C: generic builtins.</summary>
    public static readonly CType Unknown = new(TypeClass.None, "?", "?", "?", -1, 1, false, false, false, IsSpellable: false);

    private readonly Dictionary<CXType, CType> _types = [];

    /// <summary>The description of a type's data; null when nobody asked for descriptions.</summary>
    public DataType? DataOf(CXType type) => data?.Of(type);

    /// <summary>Our type for a type of libclang's.</summary>
    public CType Of(CXType type)
    {
        if (_types.TryGetValue(type, out var known)) return known;
        if (type.kind is CXType_Invalid or CXType_Dependent or CXType_Overload) return Unknown; // generic builtins: libclang crashes when asked more
        var (canonical, unqualified, spelling) = (type.CanonicalType, type.UnqualifiedType, Spell(type));
        var result = new CType(
            ClassOf(canonical),
            spelling,
            unqualified == type ? spelling : Spell(unqualified),
            canonical.Spelling.TakeName(),
            canonical.kind is CXType_FunctionProto or CXType_FunctionNoProto ? -1 : canonical.SizeOf,
            Math.Max(1, (int)canonical.AlignOf),
            canonical.IsVolatileQualified || canonical.kind == CXType_Atomic || HasVolatileElement(canonical),
            IsConst(canonical),
            canonical.kind == CXType_Pointer,
            IsSpellable(spelling))
        {
            Leaves = canonical.kind == CXType_Record && canonical.SizeOf is > 0 and <= 64 ? LeavesOf(canonical) ?? [] : [],
            IsFloat32 = canonical.kind is CXType_Float or CXType_Complex && IsFloat32(type),
            IsOfExpression = type.kind == CXType_Auto || IsOfExpression(type.Spelling.TakeName()),
            HasConstMember = canonical.kind == CXType_Record && HasConst(canonical),
            Data = data is null || IsComputed(canonical) ? null : data.Of(canonical),
        };
        _types.Add(type, result);
        return result;
    }

    /// <summary>The adjusted type of a parameter: arrays and functions are pointers.</summary>
    public CType OfParameter(CXType type)
    {
        var canonical = type.CanonicalType;
        if (canonical.kind is CXType_FunctionProto or CXType_FunctionNoProto) return PointerTo(canonical.Spelling.Take(), "(*)") with { Data = DataPointer(canonical) };
        if (canonical.kind is not (CXType_ConstantArray or CXType_IncompleteArray or CXType_VariableArray)) return Of(type);
        var element = canonical.ArrayElementType.CanonicalType;
        var written = type.kind == canonical.kind ? type.ArrayElementType : element; // a typedef has attributes: alignment, may_alias
        if (element.Spelling.Take() == "struct __va_list_tag")
        {
            const string pointer = "__typeof__ (&(*(__builtin_va_list *) 0)[0])"; // gcc knows its own tag only
            return CType.VoidPointer with { Spelling = pointer, ValueSpelling = pointer, Canonical = pointer };
        }

        return IsComputed(element)
            ? CType.VoidPointer with { Class = TypeClass.VariablyModified, Spelling = Spell(type), ValueSpelling = Spell(type), Canonical = canonical.Spelling.Take() }
            : PointerTo(Spell(written), written.kind is CXType_ConstantArray ? "(*)" : "*") with
            {
                Canonical = PointerTo(element.Spelling.Take(), element.kind is CXType_ConstantArray ? "(*)" : "*").Spelling,
                Data = DataPointer(element),
            };
    }

    private DataType? DataPointer(CXType target) =>
        data is null ? null : new DataType { Kind = DataKind.Pointer, Name = target.Spelling.Take() + " *", Size = 8, Alignment = 8, Element = data.Of(target) };

    // int (int) -> int (*)(int), int[4] -> int (*)[4], char -> char *
    private static CType PointerTo(string target, string star)
    {
        if (star == "*" && target.Contains('(', StringComparison.Ordinal)) target = $"__typeof__ ({target})"; // int (*)(int)
        var place = star == "*" ? target.Length : target.IndexOfAny(['(', '[']);
        var spelling = target.Insert(place, (place > 0 && target[place - 1] != ' ' ? " " : "") + star);
        return CType.VoidPointer with { Spelling = spelling, ValueSpelling = spelling, Canonical = spelling, IsSpellable = IsSpellable(spelling) };
    }

    private static TypeClass ClassOf(CXType canonical)
    {
        if (IsComputed(canonical)) return TypeClass.VariablyModified;
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

    // The scalars of a struct, or null if it holds anything else (arrays, unions, bit-fields) or more than eight.
    private List<Leaf>? LeavesOf(CXType record)
    {
        var leaves = new List<Leaf>();
        foreach (var field in CursorChildren.Of(record.Declaration))
        {
            if (field.Kind is CXCursorKind.CXCursor_StructDecl or CXCursorKind.CXCursor_UnionDecl && field.IsAnonymousRecordDecl) return null;
            if (field.Kind != CXCursorKind.CXCursor_FieldDecl) continue;
            var name = field.Spelling.Take();
            if (field.IsBitField || name.Length == 0) return null;
            var (type, offset) = (Of(field.Type), (int)(field.OffsetOfField / 8));
            if (type.IsVolatile) return null;
            if (type.Class is TypeClass.Integer or TypeClass.Floating) leaves.Add(new Leaf("." + name, type, offset));
            else if (type.Leaves.Count > 0) leaves.AddRange(type.Leaves.Select(leaf => new Leaf("." + name + leaf.Path, leaf.Type, offset + leaf.Offset)));
            else return null;
        }

        return record.Declaration.Kind == CXCursorKind.CXCursor_StructDecl && leaves.Count is > 0 and <= 8 ? leaves : null;
    }

    private bool HasConst(CXType record) => CursorChildren.Of(record.Declaration).Where(field => field.Kind == CXCursorKind.CXCursor_FieldDecl).Any(field =>
    {
        var type = field.Type.CanonicalType;
        while (type.kind is CXType_ConstantArray or CXType_IncompleteArray) type = type.ArrayElementType.CanonicalType;
        return type.IsConstQualified || (type.kind == CXType_Record && Of(type).HasConstMember);
    });

    // An array is constant if its elements are.
    private static bool IsConst(CXType type) =>
        type.IsConstQualified || (type.kind is CXType_ConstantArray or CXType_IncompleteArray && IsConst(type.ArrayElementType.CanonicalType));

    /// <summary>Whether a type's size, or that of something it points to, is computed at run time.</summary>
    public bool IsVariablyModified(CXType type) => Of(type).Class == TypeClass.VariablyModified;

    private static bool IsComputed(CXType type) => type.kind switch
    {
        CXType_VariableArray => true,
        CXType_Pointer => IsComputed(type.PointeeType.CanonicalType),
        CXType_ConstantArray or CXType_IncompleteArray => IsComputed(type.ArrayElementType.CanonicalType),
        _ => false,
    };

    // Through typedefs to one that stands for the keyword.
    private static bool IsFloat32(CXType type)
    {
        if (FloatPrelude.IsTypedef(type.UnqualifiedType.Spelling.Take())) return true;
        return type.kind switch
        {
            CXType_Typedef => IsFloat32(type.Declaration.TypedefDeclUnderlyingType),
            CXType_Elaborated => IsFloat32(type.NamedType),
            _ => false,
        };
    }

    private static bool HasVolatileElement(CXType type) =>
        type.kind is CXType_ConstantArray && (type.ArrayElementType.IsVolatileQualified || HasVolatileElement(type.ArrayElementType.CanonicalType));

    private static string Spell(CXType type)
    {
        var spelling = FloatPrelude.InWordsOfGcc(type.Spelling.TakeName());
        if (IsOfExpression(spelling)) spelling = type.CanonicalType.Spelling.TakeName();
        if (IsSpellable(spelling)) return spelling;
        var canonical = type.CanonicalType;
        return canonical.kind == CXType_Enum ? canonical.Declaration.EnumDecl_IntegerType.Spelling.Take() : spelling;
    }

    private static bool IsOfExpression(string spelling) => spelling.Contains("typeof", StringComparison.Ordinal);

    // void (*)(int) __attribute__((ms_abi)) is no name of a type for gcc, which wants the attribute inside.
    private static bool IsSpellable(string spelling) =>
        !spelling.Contains(") __attribute__((", StringComparison.Ordinal) && !spelling.Contains("(unnamed", StringComparison.Ordinal) && !spelling.Contains("(anonymous", StringComparison.Ordinal);
}
