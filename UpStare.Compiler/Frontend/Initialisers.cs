// In which order the elements of a braced initialiser are evaluated. gcc takes them in the order of the object, however they are
// written, and of two values for one element the last:
//
//     struct pair p = { .b = f (), .a = g () };      g is called first
//     int a[] = { [0] = f (), [0] = g () };          f is not called

using ClangSharp.Interop;
using UpStare.Compiler.Clang;
using UpStare.Compiler.Tree;
using static ClangSharp.Interop.CXCursorKind;

namespace UpStare.Compiler.Frontend;

/// <summary>Puts the operands of initialisers in order.</summary>
internal static class Initialisers
{
    /// <summary>The initialiser, with the order of its operands where that is not the order of the text.</summary>
    public static InitialiserExpression Ordered(InitialiserExpression list, CXCursor cursor, TreeBuilder builder)
    {
        if (!list.Operands.Any(operand => operand is DesignatedExpression)) return list;
        var type = cursor.Type.CanonicalType;
        var children = CursorChildren.ExpressionsOf(cursor).OrderBy(child => builder.SpanOf(child).Start).ToArray();
        var places = new long[children.Length];
        var hasOverrides = places.Length > 1 && type.kind == CXTypeKind.CXType_Record && type.Declaration.Kind == CXCursor_UnionDecl;
        for (var i = 0; i < children.Length; i++)
        {
            if (list[i] is not DesignatedExpression)
            {
                // Somewhere behind the one before it; the first are at most as many elements from the start as operands stand before them.
                places[i] = list.Operands[..i].Any(operand => operand is DesignatedExpression) ? places[i - 1] : OffsetOf(type, i);
            }
            else if (PlaceOf(children[i], type, builder) is { } place)
            {
                hasOverrides |= places.AsSpan(0, i).Contains(place);
                places[i] = place;
            }
            else
            {
                hasOverrides = true;
            }
        }

        hasOverrides |= HasGap(list, places);
        var order = Enumerable.Range(0, places.Length).OrderBy(i => places[i]).ToArray();
        return list with { HasOverrides = hasOverrides, Order = hasOverrides || order.SequenceEqual(Enumerable.Range(0, places.Length)) ? null : order };
    }

    // An operand without a designator may be for an element that a designator leads to, too: behind the one before it, or among the first.
    private static bool HasGap(InitialiserExpression list, long[] places)
    {
        var designated = Enumerable.Range(0, places.Length).Where(i => list[i] is DesignatedExpression).ToList();
        return Enumerable.Range(0, places.Length).Except(designated)
            .Any(i => i < designated[0] ? designated.Exists(k => places[k] <= places[i]) : designated.Exists(k => places[k] > places[i]));
    }

    private static long OffsetOf(CXType type, int element)
    {
        if (type.kind != CXTypeKind.CXType_Record) return element * 8 * type.ArrayElementType.SizeOf;
        var names = CursorChildren.Of(type.Declaration).Select(FirstName).OfType<string>().ToArray();
        return element < names.Length && type.GetOffsetOf(names[element]) is >= 0 and var offset ? offset : long.MaxValue;
    }

    // The name of a field; of an unnamed struct that of its first; null of what is no element.
    private static string? FirstName(CXCursor member) => member switch
    {
        { Kind: CXCursor_FieldDecl } when member.Spelling.Take() is { Length: > 0 } name => name,
        { Kind: CXCursor_StructDecl or CXCursor_UnionDecl, IsAnonymousRecordDecl: true } => CursorChildren.Of(member).Select(FirstName).OfType<string>().FirstOrDefault(),
        _ => null,
    };

    // Where in the object a designator leads to, in bits; null if that is not understood.
    private static long? PlaceOf(CXCursor designated, CXType type, TreeBuilder builder)
    {
        var place = 0L;
        CXCursor? previous = null;
        foreach (var part in CursorChildren.Of(designated).Where(part => part.Kind == CXCursor_MemberRef || part.IsExpression).OrderBy(part => builder.SpanOf(part).Start).SkipLast(1))
        {
            if (part.Kind == CXCursor_MemberRef)
            {
                // By name: a field of an unnamed struct would be counted from the start of that.
                place += type.GetOffsetOf(part.Referenced.Spelling.Take()) is >= 0 and var offset ? offset : part.Referenced.OffsetOfField;
                type = part.Referenced.Type.CanonicalType;
            }
            else if (previous is not { } first || !builder.Source.Text.AsSpan(builder.SpanOf(first).End, builder.SpanOf(part).Start - builder.SpanOf(first).End).Contains("...", StringComparison.Ordinal))
            {
                using var index = part.Evaluate;
                if (index.Kind != CXEvalResultKind.CXEval_Int || type.kind != CXTypeKind.CXType_ConstantArray) return null;
                type = type.ArrayElementType.CanonicalType;
                place += index.AsLongLong * 8 * type.SizeOf;
            }

            previous = part;
        }

        return place;
    }
}
