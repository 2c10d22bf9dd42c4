// Expressions.  An expression keeps the span of its source text and its operands with the spans ("slots") they had
// there: printing it is copying the text and printing the operands where their slots are.  So a rewrite replaces
// operands and never has to know how the operator around them is written, and text nobody touches stays verbatim.
// What lowering makes itself is a ComposedExpression: text and operands in sequence.

namespace UpStare.Compiler.Tree;

/// <summary>The operators that the passes tell apart.</summary>
public enum Operator
{
    /// <summary>Anything else.</summary>
    None,

    /// <summary><c>=</c></summary>
    Assign,

    /// <summary><c>+=</c> and its kin.</summary>
    CompoundAssign,

    /// <summary><c>,</c></summary>
    Comma,

    /// <summary><c>&amp;&amp;</c></summary>
    LogicalAnd,

    /// <summary><c>||</c></summary>
    LogicalOr,

    /// <summary>Commutative arithmetic and comparisons, whose operands gcc swaps when only the left is a plain variable.</summary>
    Swappable,

    /// <summary>Unary <c>&amp;</c></summary>
    AddressOf,

    /// <summary>Unary <c>*</c></summary>
    Dereference,

    /// <summary><c>++</c> and <c>--</c>, before or after.</summary>
    Increment,

    /// <summary>Unary <c>-</c></summary>
    Minus,

    /// <summary>Unary <c>!</c></summary>
    Not,
}

/// <summary>An expression.</summary>
public abstract record Expression(TextSpan Span, CType Type)
{
    private Expression[] _operands = [];
    private TextSpan[] _slots = [];

    /// <summary>Operands in source order.</summary>
    public Expression[] Operands
    {
        get => _operands;
        init => _operands = value;
    }

    /// <summary>Where the operands were in the source; as long as <see cref="Operands"/>.</summary>
    public TextSpan[] Slots
    {
        get => _slots;
        init => _slots = value;
    }

    /// <summary>Operand by number.</summary>
    public Expression this[int index] => _operands[index];

    /// <summary>Gives an expression that nobody has seen yet its operands: a copy less for each node of a unit.</summary>
    internal Expression Complete(Expression[] operands, TextSpan[] slots)
    {
        (_operands, _slots) = (operands, slots);
        return this;
    }

    /// <summary>The same expression with other operands; the same object when nothing changed.</summary>
    public Expression WithOperands(Expression[] operands)
    {
        for (var i = 0; i < operands.Length; i++)
        {
            if (!ReferenceEquals(operands[i], Operands[i])) return this with { Operands = operands };
        }

        return this;
    }

    /// <summary>The expression without parentheses and implicit conversions around it.</summary>
    public Expression Stripped =>
        this is ParenthesisedExpression or ConversionExpression { IsExplicit: false } ? Operands[0].Stripped : this;
}

/// <summary>A constant, string or other expression without names in it that matter.</summary>
public sealed record LiteralExpression(TextSpan Span, CType Type) : Expression(Span, Type);

/// <summary>A name.</summary>
public sealed record NameExpression(TextSpan Span, CType Type, Declaration Declaration) : Expression(Span, Type)
{
    /// <summary>Made by lowering: what stands at the span is something else.</summary>
    public bool IsImplicit { get; init; }
}

/// <summary><c>(e)</c></summary>
public sealed record ParenthesisedExpression(TextSpan Span, CType Type) : Expression(Span, Type);

/// <summary>A conversion: a cast, or an implicit one (which has no text of its own).</summary>
public sealed record ConversionExpression(TextSpan Span, CType Type, bool IsExplicit) : Expression(Span, Type);

/// <summary>A unary operator.</summary>
public sealed record UnaryExpression(TextSpan Span, CType Type, Operator Operator) : Expression(Span, Type);

/// <summary>A binary operator, assignments included. <see cref="Symbol"/> is its spelling.</summary>
public sealed record BinaryExpression(TextSpan Span, CType Type, Operator Operator, string Symbol) : Expression(Span, Type);

/// <summary><c>c ? a : b</c>, or <c>a ?: b</c> with two operands.</summary>
public sealed record ConditionalExpression(TextSpan Span, CType Type) : Expression(Span, Type);

/// <summary>A call: operand 0 is the function, the others are the arguments.</summary>
public sealed record CallExpression(TextSpan Span, CType Type) : Expression(Span, Type)
{
    /// <summary>The function when it is called by name; null for a call through a pointer.</summary>
    public FunctionDeclaration? Callee { get; init; }

    /// <summary>A builtin of the compiler, not a call of code.</summary>
    public bool IsBuiltin { get; init; }

    /// <summary>A call of a cleanup function: what stands at the span is something else.</summary>
    public bool IsImplicit { get; init; }

    /// <summary>The continuation point after it; null when it is none. Set by ContinuationPoints.</summary>
    public bool IsPoint { get; set; }
}

/// <summary><c>a.m</c> or <c>p->m</c>.</summary>
public sealed record MemberExpression(TextSpan Span, CType Type, bool IsArrow, string Name) : Expression(Span, Type)
{
    /// <summary>A bit-field that <c>int</c> cannot hold: to gcc its value is of a type of just so many bits.</summary>
    public bool IsWideBitField { get; init; }

    /// <summary>A bit-field that is narrower than its type: to gcc its value is of a narrower type, too, which is promoted accordingly.</summary>
    public bool IsNarrowBitField { get; init; }
}

/// <summary><c>a[i]</c>, operands in source order.</summary>
public sealed record SubscriptExpression(TextSpan Span, CType Type) : Expression(Span, Type);

/// <summary>A braced initialiser; its operands are the initialisers of its elements.</summary>
public sealed record InitialiserExpression(TextSpan Span, CType Type) : Expression(Span, Type)
{
    /// <summary>The operands in the order in which they are evaluated, that of the elements; null: as they stand there.</summary>
    public int[]? Order { get; init; }

    /// <summary>An element may be initialised twice: what is not its last value gcc does not evaluate.</summary>
    public bool HasOverrides { get; init; }
}

/// <summary><c>.member = e</c> or <c>[index] = e</c> in a braced initialiser.</summary>
public sealed record DesignatedExpression(TextSpan Span, CType Type) : Expression(Span, Type);

/// <summary><c>(T){...}</c></summary>
public sealed record CompoundLiteralExpression(TextSpan Span, CType Type) : Expression(Span, Type);

/// <summary><c>({ ... })</c></summary>
public sealed record StatementExpression(TextSpan Span, CType Type, BlockStatement Body) : Expression(Span, Type);

/// <summary>An operand that is not evaluated: sizeof, _Alignof, _Generic, typeof.</summary>
public sealed record UnevaluatedExpression(TextSpan Span, CType Type) : Expression(Span, Type);

/// <summary>
/// <c>_Generic (e, int: a, default: b)</c> or <c>__builtin_choose_expr (c, a, b)</c>: operand 0 selects one of the others when it is
/// compiled, and is not evaluated.
/// </summary>
public sealed record SelectionExpression(TextSpan Span, CType Type) : Expression(Span, Type);

/// <summary><c>&amp;&amp;label</c></summary>
public sealed record LabelAddressExpression(TextSpan Span, CType Type, string Label) : Expression(Span, Type);

/// <summary>Any other expression; its operands are those that libclang shows.</summary>
public sealed record OpaqueExpression(TextSpan Span, CType Type) : Expression(Span, Type)
{
    /// <summary>Written like a call: all operands are evaluated, like arguments.</summary>
    public bool IsLikeCall { get; init; }
}

/// <summary>An expression that lowering made: text and operands in sequence.</summary>
public sealed record ComposedExpression(TextSpan Span, CType Type, string[] Texts) : Expression(Span, Type)
{
    /// <summary>Operand 0 is assigned the value of operand 1.</summary>
    public bool IsAssignment { get; init; }

    /// <summary>Composes text and expressions; <paramref name="parts"/> are strings and expressions in any order.</summary>
    public static ComposedExpression Of(TextSpan place, CType type, params object[] parts)
    {
        var texts = new List<string> { "" };
        var operands = new List<Expression>();
        foreach (var part in parts)
        {
            if (part is Expression expression)
            {
                operands.Add(expression);
                texts.Add("");
            }
            else
            {
                texts[^1] += (string)part;
            }
        }

        return new ComposedExpression(place, type, [.. texts]) { Operands = [.. operands] };
    }
}
