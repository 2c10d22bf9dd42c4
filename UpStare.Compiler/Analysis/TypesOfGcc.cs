// Where gcc gives the value of an expression a type that libclang does not know, or more precision than its type has.
// Types are libclang's; a temporary of such a type would change what is computed with the value later:
//
//     struct { unsigned long b : 40; } s;
//     s.b + f ()                              for gcc a sum of 40 bits (C23 6.3.1.1 leaves it open), for libclang one of 64
//     s.n++ - 5, ({ s.n; }) - 5               where n is unsigned and has 3 bits: for gcc an int, for libclang unsigned
//     x + y, of which one is _Float32         for gcc _Float32 (C23 H.4.2), for libclang float; that type can be written
//     _Generic (d, double: 1, default: "")    where d is _Float64: for gcc the text, for libclang the number
//     18446744073709551615                    for gcc an __int128
//     __builtin_bswap128 (n)                  for libclang a function that is not declared
//     h * h, where h is _Float16              for gcc a float until it is assigned (6.5.1, excess precision), for libclang _Float16

using System.Globalization;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>Finds values whose type is not what the tree says.</summary>
public static class TypesOfGcc
{
    private const string Float = "float";

    private const string ComplexFloat = "_Complex float";

    private static readonly HashSet<string> Comparisons = ["==", "!=", "<", ">", "<=", ">=", "&&", "||"];

    private static readonly HashSet<string> Shifts = ["<<", ">>"];

    /// <summary>Why the type of an expression cannot be that of a temporary for its value; null if it can.</summary>
    public static string? Difference(Expression e, SourceText source)
    {
        if (Determining(e).FirstOrDefault(part => part is MemberExpression { IsWideBitField: true }) is MemberExpression field)
            return $"a value computed from the bit-field '{field.Name}' of more than 32 bits, which cannot be kept in a temporary";
        if (Determining(e).Where(HidesBitField).SelectMany(Determining).FirstOrDefault(part => part is MemberExpression { IsNarrowBitField: true }) is MemberExpression hidden)
            return $"a value computed from the bit-field '{hidden.Name}' where it is incremented or ends a statement expression, which cannot be kept in a temporary";
        if (Determining(e).OfType<CallExpression>().FirstOrDefault(call => call.Callee is { IsUnknownBuiltin: true }) is { } call)
            return UnknownBuiltin(call.Callee!);
        if (Determining(e).Any(part => part is LiteralExpression { Type: { Class: TypeClass.Integer, Size: 8 } } && IsTooLarge(source[part.Span])))
            return "a value computed from a constant that is too large for its type, which cannot be kept in a temporary";
        if (e.Type is { Canonical: Float or ComplexFloat, IsFloat32: false } && Determining(e).Any(part => part.Type.IsOfExpression) && FloatPrelude.IsUsed(source))
            return "a value that may be of type _Float32, which cannot be kept in a temporary";
        if (e.Descendants().Any(part => part is SelectionExpression) && FloatPrelude.IsUsed(source))
            return "a value that is selected by a type, where there are types that libclang does not know, which cannot be kept in a temporary";
        if (e.Type.Canonical.Contains("_Float16", StringComparison.Ordinal) && Determining(e).Any(IsArithmetic))
            return "a value computed from _Float16, which cannot be kept in a temporary";
        return null;
    }

    /// <summary>The type of a temporary for the value of an expression: libclang's, or one whose name libclang loses.</summary>
    public static CType Of(Expression e, SourceText source)
    {
        if (e.Type is not { Canonical: Float or ComplexFloat, IsFloat32: false } || !Determining(e).Any(part => IsFloat32(part, source))) return e.Type;
        var spelling = e.Type.Canonical == Float ? FloatPrelude.Name : FloatPrelude.ComplexName;
        return e.Type with { Spelling = spelling, ValueSpelling = spelling, IsFloat32 = true };
    }

    // By its type, or by the suffix of a constant or builtin.
    private static bool IsFloat32(Expression e, SourceText source) => e.Type.IsFloat32 || (e.Type.Canonical is Float or ComplexFloat && e switch
    {
        LiteralExpression => FloatPrelude.HasSuffix(source.TextOf(e.Span)),
        CallExpression { IsBuiltin: true } call => FloatPrelude.HasSuffix(source.TextOf(call.Slots[0])),
        _ => false,
    });

    /// <summary>Why nothing of the types of a builtin is known.</summary>
    public static string UnknownBuiltin(FunctionDeclaration builtin) => $"libclang does not know {builtin.Name}, and a value of it, or for it, cannot be kept in a temporary";

    // Of a decimal constant without u.
    private static bool IsTooLarge(string text) =>
        text[0] is >= '1' and <= '9' && UInt128.TryParse(text.TrimEnd('l', 'L'), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > long.MaxValue;

    /// <summary>The expression without the conversion of an argument for <c>...</c>, which gcc may not make; if it does, it does so where the argument is used.</summary>
    public static Expression WithoutPromotion(Expression e) =>
        e is ConversionExpression { IsExplicit: false, Type.Canonical: "double" } && e[0].Type.Canonical == Float ? e[0] : e;

    // Those parts of an expression that its type comes from, operators included.
    private static IEnumerable<Expression> Determining(Expression e)
    {
        var operands = e switch
        {
            StatementExpression { Body.Statements: [.., ExpressionStatement last] } => [last.Expression],
            BinaryExpression { Operator: Operator.Comma } => e.Operands[1..],
            BinaryExpression { Operator: Operator.Assign or Operator.CompoundAssign } => e.Operands[..1],
            BinaryExpression b when Shifts.Contains(b.Symbol) => e.Operands[..1],
            BinaryExpression b when Comparisons.Contains(b.Symbol) => [],
            ConditionalExpression { Operands.Length: > 2 } or SelectionExpression => e.Operands[1..],
            BinaryExpression or ConditionalExpression or ParenthesisedExpression or ConversionExpression { IsExplicit: false } => e.Operands,
            UnaryExpression { Operator: Operator.None or Operator.Minus or Operator.Increment } => e.Operands,
            _ => [],
        };
        return operands.SelectMany(Determining).Prepend(e);
    }

    // What libclang does not look through to find that a value is a bit-field's.
    private static bool HidesBitField(Expression e) => e is StatementExpression or UnaryExpression { Operator: Operator.Increment };

    private static bool IsArithmetic(Expression e) =>
        e is BinaryExpression { Operator: Operator.None or Operator.Swappable } or UnaryExpression { Operator: Operator.None or Operator.Minus };
}
