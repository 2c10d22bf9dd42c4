// Computes constant expressions of the source, as far as that needs no knowledge of types: where a conversion or an overflow could
// matter, there is no value.

using System.Globalization;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.PatchGen.Match;

/// <summary>The value of a constant expression: an integer, or a floating number.</summary>
public readonly record struct Constant(long? Integer, double Number)
{
    /// <summary>Whether it is zero.</summary>
    public bool IsZero => Integer is { } integer ? integer == 0 : Number == 0;

    /// <summary>As C.</summary>
    public string Text => Integer is { } integer ? integer.ToString(CultureInfo.InvariantCulture) : Number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The value of an expression; null where it is not known.</summary>
    public static Constant? Of(SourceText source, Expression expression)
    {
        switch (expression)
        {
            case ParenthesisedExpression:
                return Of(source, expression[0]);
            case ConversionExpression:
                return Of(source, expression[0]) is { } converted && Keeps(expression.Type, converted) ? converted : null;
            case LiteralExpression:
                return Literal(source[expression.Span]);
            case UnaryExpression { Operator: Operator.Minus }:
                return Of(source, expression[0]) is { } negated ? new Constant(-negated.Integer, -negated.Number) : null;
            case BinaryExpression binary:
                return Of(source, expression[0]) is { Integer: { } a } && Of(source, expression[1]) is { Integer: { } b } && Combine(binary.Symbol, a, b) is { } result && IsSmall(result) ? Whole(result) : null;
            default:
                return null;
        }
    }

    private static Constant Whole(long value) => new(value, value);

    // Every integer type of four bytes or more holds such a value, and arithmetic on them is the same in all.
    private static bool IsSmall(long value) => value is >= 0 and <= int.MaxValue;

    private static bool Keeps(CType type, Constant value) => type.Class switch
    {
        TypeClass.Integer when type.IsPointer => value.Integer == 0,
        TypeClass.Integer when value.Integer is { } integer => integer >= -(1L << ((int)Math.Min(8 * type.Size, 32) - 1)) && integer < 1L << ((int)Math.Min(8 * type.Size, 32) - 1) && (integer >= 0 || !type.Canonical.Contains("unsigned", StringComparison.Ordinal)),
        TypeClass.Floating => true,
        _ => false,
    };

    private static long? Combine(string symbol, long a, long b) => !IsSmall(a) || !IsSmall(b) ? null : symbol switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" when b != 0 => a / b,
        "%" when b != 0 => a % b,
        "<<" when b < 31 => a << (int)b,
        ">>" when b < 31 => a >> (int)b,
        "|" => a | b,
        "&" => a & b,
        _ => null,
    };

    private static Constant? Literal(string text)
    {
        if (text is ['\'', not '\\', '\'']) return text[1] < 128 ? Whole(text[1]) : null;
        if (text.StartsWith('\'')) return text switch { "'\\0'" => Whole(0), "'\\n'" => Whole('\n'), "'\\t'" => Whole('\t'), "'\\r'" => Whole('\r'), "'\\\\'" => Whole('\\'), "'\\''" => Whole('\''), _ => null };
        var number = text.TrimEnd('u', 'U', 'l', 'L');
        if (number.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) return long.TryParse(number.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) && hex >= 0 ? Whole(hex) : null;
        if (number is ['0', _, ..] && number.All(c => c is >= '0' and <= '7')) return number.Length < 20 ? Whole(Convert.ToInt64(number, 8)) : null;
        if (number.Length > 0 && number.All(char.IsAsciiDigit)) return long.TryParse(number, CultureInfo.InvariantCulture, out var integer) ? Whole(integer) : null;
        var floating = text.TrimEnd('f', 'F', 'l', 'L');
        return floating.All(c => char.IsAsciiDigit(c) || c is '.' or 'e' or 'E' or '+' or '-') && double.TryParse(floating, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? new Constant(null, value) : null;
    }
}
