// Describes the layout of a struct, union or enumeration as text: two versions' types are the same exactly if the
// descriptions are equal.  Unnamed types inside are described in place; named ones by name, they are compared on their own.

using System.Globalization;
using System.Text;
using ClangSharp.Interop;
using UpStare.Compiler.Clang;
using static ClangSharp.Interop.CXCursorKind;

namespace UpStare.Compiler.Frontend;

/// <summary>Describes layouts.</summary>
public static class Layouts
{
    /// <summary>The description of a struct, union or enum definition.</summary>
    public static string Describe(CXCursor type)
    {
        var text = new StringBuilder();
        if (type.Kind == CXCursor_EnumDecl)
        {
            text.Append("enum of ").Append(type.EnumDecl_IntegerType.CanonicalType.Spelling.Take());
            foreach (var constant in CursorChildren.Of(type).Where(child => child.Kind == CXCursor_EnumConstantDecl))
            {
                text.Append(CultureInfo.InvariantCulture, $"\n  {constant.Spelling.Take()} = {constant.EnumConstantDeclValue}");
            }

            return text.ToString();
        }

        text.Append(CultureInfo.InvariantCulture, $"{(type.Kind == CXCursor_UnionDecl ? "union" : "struct")} of {type.Type.SizeOf} bytes");
        foreach (var field in CursorChildren.Of(type))
        {
            if (field.Kind is CXCursor_StructDecl or CXCursor_UnionDecl && field.IsAnonymousRecordDecl) text.Append("\n  unnamed ").Append(Describe(field).Replace("\n", ";", StringComparison.Ordinal));
            if (field.Kind != CXCursor_FieldDecl) continue;
            var width = field.IsBitField ? $" : {field.FieldDeclBitWidth.ToString(CultureInfo.InvariantCulture)}" : "";
            text.Append(CultureInfo.InvariantCulture, $"\n  {field.Spelling.Take()}{width} at bit {field.OffsetOfField}: {Name(field.Type)}");
        }

        return text.ToString();
    }

    private static string Name(CXType type)
    {
        var spelling = type.CanonicalType.Spelling.Take();
        if (!spelling.Contains(" at ", StringComparison.Ordinal) || !spelling.Contains('(', StringComparison.Ordinal)) return spelling;
        var element = type.CanonicalType;
        while (element.kind is CXTypeKind.CXType_ConstantArray or CXTypeKind.CXType_IncompleteArray) element = element.ArrayElementType.CanonicalType;
        return element.Declaration is { Kind: CXCursor_StructDecl or CXCursor_UnionDecl or CXCursor_EnumDecl } declaration
            ? $"{type.SizeOf.ToString(CultureInfo.InvariantCulture)} bytes of {{ {Describe(declaration).Replace("\n", "; ", StringComparison.Ordinal)} }}" : "unnamed type";
    }
}
