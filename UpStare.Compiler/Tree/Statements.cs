// Statements.  As with expressions, a statement knows its source span; the printer copies the text between a
// statement's parts when the statement is as the user wrote it, and writes it anew when lowering made it.

namespace UpStare.Compiler.Tree;

/// <summary>A statement.</summary>
public abstract record Statement(TextSpan Span)
{
    private Expression[]? _expressions;
    private Statement[]? _children;

    /// <summary>A copy, for <c>with</c>: its parts may be others, so they are listed anew.</summary>
    protected Statement(Statement original) => Span = original.Span;

    /// <summary>The expressions directly in it, those of statements inside it not included. Every pass asks for them, so they are listed once.</summary>
    public Expression[] Expressions => _expressions ??= ListExpressions();

    /// <summary>The statements directly inside it.</summary>
    public Statement[] Children => _children ??= ListChildren();

    /// <summary>Whether it is the same but for what is listed of it.</summary>
    public virtual bool Equals(Statement? other) => other is not null && EqualityContract == other.EqualityContract && Span == other.Span;

    /// <inheritdoc/>
    public override int GetHashCode() => Span.GetHashCode();

    private Expression[] ListExpressions() => this switch
    {
        ExpressionStatement s => [s.Expression],
        DeclarationStatement s => [.. s.Declarators.SelectMany(d => d.Initialiser is null ? d.Sizes : [.. d.Sizes, d.Initialiser])],
        IfStatement s => [s.Condition],
        WhileStatement s => [s.Condition],
        DoStatement s => [s.Condition],
        ForStatement s => Present(s.Condition, s.Step),
        SwitchStatement s => [s.Value],
        ComputedGotoStatement s => [s.Target],
        ReturnStatement s => Present(s.Value),
        OpaqueStatement s => s.Operands,
        TemporaryStatement s => Present(s.Value),
        CallPointStatement s => [s.Call],
        SetjmpStatement s => [s.Call],
        _ => [],
    };

    private Statement[] ListChildren() => this switch
    {
        BlockStatement s => s.Statements,
        IfStatement s => s.Else is null ? [s.Then] : [s.Then, s.Else],
        WhileStatement s => [s.Body],
        DoStatement s => [s.Body],
        ForStatement s => s.Initial is null ? [s.Body] : [s.Initial, s.Body],
        SwitchStatement s => [s.Body],
        CaseStatement s => [s.Body],
        LabelStatement s => [s.Body],
        _ => [],
    };

    private static Expression[] Present(Expression? first, Expression? second = null) => (first, second) switch
    {
        (null, null) => [],
        (null, _) => [second],
        (_, null) => [first],
        _ => [first, second],
    };
}

/// <summary><c>{ ... }</c>. A block that lowering made has no braces when <see cref="IsSequence"/>.</summary>
public sealed record BlockStatement(TextSpan Span, Statement[] Statements) : Statement(Span)
{
    /// <summary>Statements in a row, in the scope of the statement around them.</summary>
    public bool IsSequence { get; init; }
}

/// <summary><c>e;</c></summary>
public sealed record ExpressionStatement(TextSpan Span, Expression Expression) : Statement(Span);

/// <summary>One declarator of a declaration statement.</summary>
/// <param name="Span">From the end of the previous declarator's comma (or the specifiers) to the end of the initialiser.</param>
/// <param name="NameSpan">The declared name.</param>
/// <param name="Variable">The variable: a local, or one with static storage.</param>
/// <param name="Initialiser">Its initialiser or null.</param>
/// <param name="Sizes">Expressions inside the declarator: array sizes.</param>
public sealed record Declarator(TextSpan Span, TextSpan NameSpan, Declaration Variable, Expression? Initialiser, Expression[] Sizes)
{
    /// <summary>Printed without the initialiser that its text has.</summary>
    public bool IsCut { get; init; }
}

/// <summary>A declaration in a block. <see cref="Specifiers"/> is the text before the first declarator.</summary>
public sealed record DeclarationStatement(TextSpan Span, TextSpan Specifiers, Declarator[] Declarators) : Statement(Span)
{
    /// <summary>What is written instead of <see cref="Specifiers"/>, where those define a type that is defined before.</summary>
    public string? SpecifierText { get; init; }

    /// <summary>Nothing but types or externs are declared: always verbatim.</summary>
    public bool IsVerbatim { get; init; }
}

/// <summary><c>if (c) a else b</c></summary>
public sealed record IfStatement(TextSpan Span, Expression Condition, Statement Then, Statement? Else) : Statement(Span);

/// <summary><c>while (c) body</c></summary>
public sealed record WhileStatement(TextSpan Span, Expression Condition, Statement Body) : Statement(Span);

/// <summary><c>do body while (c);</c>, with <see cref="IsOnce"/> when the condition is the constant 0.</summary>
public sealed record DoStatement(TextSpan Span, Statement Body, Expression Condition, bool IsOnce) : Statement(Span);

/// <summary><c>for (init; c; step) body</c>; the first three may be missing.</summary>
public sealed record ForStatement(TextSpan Span, Statement? Initial, Expression? Condition, Expression? Step, Statement Body) : Statement(Span);

/// <summary><c>switch (e) body</c></summary>
public sealed record SwitchStatement(TextSpan Span, Expression Value, Statement Body) : Statement(Span);

/// <summary><c>case v:</c> or <c>default:</c> with the statement it labels. <see cref="Head"/> is the text up to and with the colon.</summary>
public sealed record CaseStatement(TextSpan Span, TextSpan Head, bool IsDefault, Statement Body) : Statement(Span);

/// <summary><c>name:</c> with the statement it labels.</summary>
public sealed record LabelStatement(TextSpan Span, TextSpan Head, string Label, Statement Body) : Statement(Span);

/// <summary><c>goto name;</c></summary>
public sealed record GotoStatement(TextSpan Span, string Label) : Statement(Span);

/// <summary><c>goto *e;</c></summary>
public sealed record ComputedGotoStatement(TextSpan Span, Expression Target) : Statement(Span);

/// <summary><c>break;</c></summary>
public sealed record BreakStatement(TextSpan Span) : Statement(Span);

/// <summary><c>continue;</c></summary>
public sealed record ContinueStatement(TextSpan Span) : Statement(Span);

/// <summary><c>return e;</c> or <c>return;</c></summary>
public sealed record ReturnStatement(TextSpan Span, Expression? Value) : Statement(Span);

/// <summary>Verbatim: an empty statement, inline assembly, a pragma. <see cref="Operands"/> are the expressions inside.</summary>
public sealed record OpaqueStatement(TextSpan Span, Expression[] Operands) : Statement(Span)
{
    /// <summary>Where the operands are in the text.</summary>
    public TextSpan[] Slots { get; init; } = [];

    /// <summary>Inline assembly: the constraint of each operand.</summary>
    public IReadOnlyList<string> Constraints { get; init; } = [];

    /// <summary>An asm goto: where it can jump to.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
}

// ---- what lowering adds ----

/// <summary>Declares a temporary, with a value or without.</summary>
public sealed record TemporaryStatement(TextSpan Span, Local Temporary, Expression? Value) : Statement(Span);

/// <summary>
/// A call that is a continuation point, alone in its statement, with its site after it:
/// <c>target = call; SITE</c>. The target is null, a local that has not escaped, or a temporary that is declared here.
/// </summary>
public sealed record CallPointStatement(TextSpan Span, ContinuationPoint Point, Expression Call, Local? Target, bool DeclaresTarget) : Statement(Span);

/// <summary>A site with no call: a loop head, or the entry of a function.</summary>
public sealed record LoopPointStatement(TextSpan Span, ContinuationPoint Point) : Statement(Span);

/// <summary>A call of setjmp: remembers the buffer in <see cref="Buffer"/> so that a restored frame can arm it again.</summary>
public sealed record SetjmpStatement(TextSpan Span, int Number, CallExpression Call, Local Buffer, Local? Mask, Local Result) : Statement(Span);

/// <summary>The definition of a type, taken out of a declaration.</summary>
public sealed record TypeStatement(TextSpan Span, string Text) : Statement(Span);

/// <summary>A label that lowering made.</summary>
public sealed record SynthesisedLabelStatement(TextSpan Span, string Label) : Statement(Span);
