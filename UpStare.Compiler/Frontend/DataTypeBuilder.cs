// Turns libclang's types into descriptions of data, one object for a type, so that types that refer to themselves can.

using ClangSharp.Interop;
using UpStare.Compiler.Clang;
using UpStare.Compiler.Tree;
using static ClangSharp.Interop.CXCursorKind;
using static ClangSharp.Interop.CXTypeKind;

namespace UpStare.Compiler.Frontend;

/// <summary>Builds <see cref="DataType"/>.</summary>
public sealed class DataTypeBuilder(SourceText source)
{
    private readonly Dictionary<CXType, DataType> _types = [];

    /// <summary>The data of a type.</summary>
    public DataType Of(CXType type)
    {
        var canonical = type.CanonicalType.UnqualifiedType;
        if (canonical.kind == CXType_Atomic) canonical = canonical.ValueType.CanonicalType.UnqualifiedType;
        if (_types.TryGetValue(canonical, out var known)) return known;
        var result = Make(canonical);
        _types.Add(canonical, result);
        Fill(canonical, result);
        return result;
    }

    private DataType Make(CXType type)
    {
        var kind = KindOf(type);
        var declaration = kind is DataKind.Struct or DataKind.Union or DataKind.Enumeration ? type.Declaration : CXCursor.Null;
        var offset = declaration.IsNull ? -1 : (int)declaration.Location.FileOffset;
        return new DataType
        {
            Kind = kind,
            Name = type.Spelling.TakeName(),
            Size = kind == DataKind.None || type.SizeOf < 0 ? 0 : type.SizeOf,
            Alignment = kind == DataKind.None ? 1 : Math.Max(1, (int)type.AlignOf),
            IsSigned = IsSigned(kind == DataKind.Enumeration ? declaration.EnumDecl_IntegerType.CanonicalType.kind : type.kind),
            IsFunction = type.kind is CXType_FunctionProto or CXType_FunctionNoProto,
            IsSystem = offset >= 0 && source.OriginOf(offset).IsSystem,
            Count = kind == DataKind.Array ? Math.Max(0, type.ArraySize) : 0,
            Offset = offset,
        };
    }

    private void Fill(CXType type, DataType result)
    {
        switch (result.Kind)
        {
            case DataKind.Pointer:
                result.Element = Of(type.PointeeType);
                break;
            case DataKind.Array:
                result.Element = Of(type.ArrayElementType);
                break;
            case DataKind.Complex:
                result.Element = Of(type.ElementType);
                break;
            case DataKind.Struct or DataKind.Union:
                foreach (var field in CursorChildren.Of(type.Declaration)) AddField(field, result);
                break;
            case DataKind.Enumeration:
                foreach (var constant in CursorChildren.Of(type.Declaration).Where(child => child.Kind == CXCursor_EnumConstantDecl)) result.Constants.Add((constant.Spelling.TakeName(), constant.EnumConstantDeclValue));
                break;
        }
    }

    // An unnamed struct or union inside is a field without a name; libclang shows its declaration and, sometimes, no field.
    private void AddField(CXCursor cursor, DataType result)
    {
        if (cursor.Kind is CXCursor_StructDecl or CXCursor_UnionDecl && cursor.IsAnonymousRecordDecl)
        {
            var inner = Of(cursor.Type);
            result.Fields.Add(new DataField("", inner, OffsetInParent(cursor), -1));
        }
        else if (cursor.Kind == CXCursor_FieldDecl)
        {
            var name = cursor.Spelling.TakeName();
            if (name.Length == 0 || name.StartsWith('(')) return; // padding, or the field of an unnamed struct
            result.Fields.Add(new DataField(name, Of(cursor.Type), cursor.OffsetOfField, cursor.IsBitField ? cursor.FieldDeclBitWidth : -1));
        }
    }

    // An unnamed struct has no offset of its own that libclang would tell, but its fields can be found from outside, too.
    private long OffsetInParent(CXCursor record)
    {
        foreach (var field in CursorChildren.Of(record).Where(child => child.Kind == CXCursor_FieldDecl))
        {
            var name = field.Spelling.Take();
            if (name.Length == 0 || name.StartsWith('(')) continue;
            var inside = record.Type.GetOffsetOf(name);
            var outside = record.SemanticParent.Type.GetOffsetOf(name);
            if (inside >= 0 && outside >= 0) return outside - inside;
        }

        foreach (var nested in CursorChildren.Of(record).Where(child => child.Kind is CXCursor_StructDecl or CXCursor_UnionDecl && child.IsAnonymousRecordDecl)) return OffsetInParent(nested);
        return 0;
    }

    private static DataKind KindOf(CXType type)
    {
        switch (type.kind)
        {
            case CXType_Bool:
                return DataKind.Boolean;
            case CXType_Char_U or CXType_UChar or CXType_Char16 or CXType_Char32 or CXType_UShort or CXType_UInt or CXType_ULong or CXType_ULongLong
                or CXType_Char_S or CXType_SChar or CXType_WChar or CXType_Short or CXType_Int or CXType_Long or CXType_LongLong or CXType_Int128 or CXType_UInt128:
                return DataKind.Integer;
            case CXType_Float or CXType_Double or CXType_LongDouble or CXType_Float128:
                return DataKind.Floating;
            case CXType_Complex when KindOf(type.ElementType) is DataKind.Integer or DataKind.Floating:
                return DataKind.Complex;
            case CXType_Pointer or CXType_NullPtr:
                return DataKind.Pointer;
            case CXType_ConstantArray or CXType_IncompleteArray:
                return DataKind.Array;
            case CXType_Enum:
                return type.Declaration.IsDefinition || type.SizeOf > 0 ? DataKind.Enumeration : DataKind.None;
            case CXType_Record:
                return type.SizeOf < 0 ? DataKind.None : type.Declaration.Kind == CXCursor_UnionDecl ? DataKind.Union : DataKind.Struct;
            default:
                return type.kind is CXType_Void or CXType_FunctionProto or CXType_FunctionNoProto or CXType_Invalid || type.SizeOf < 0 ? DataKind.None : DataKind.Opaque;
        }
    }

    private static bool IsSigned(CXTypeKind kind) => kind is CXType_Char_S or CXType_SChar or CXType_WChar or CXType_Short or CXType_Int or CXType_Long or CXType_LongLong or CXType_Int128;
}
