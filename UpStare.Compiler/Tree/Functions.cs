// Functions and their continuation points.

using UpStare.Compiler.Analysis;

namespace UpStare.Compiler.Tree;

/// <summary>A function that the unit defines.</summary>
public sealed class FunctionDefinition
{
    // Every pass walks the body, so it is listed once.
    private List<Statement>? _statements;
    private List<Expression>? _expressions;
    private List<CallExpression>? _calls;
    private List<NameExpression>? _names;
    private HashSet<Statement>? _original;

    /// <summary>Its declaration.</summary>
    public required FunctionDeclaration Declaration { get; init; }

    /// <summary>Number among the unit's function definitions.</summary>
    public required int Ordinal { get; init; }

    /// <summary>From the first specifier to the closing brace.</summary>
    public required TextSpan Span { get; init; }

    /// <summary>The body, braces included.</summary>
    public required TextSpan BodySpan { get; init; }

    /// <summary>Where the name stands in the definition.</summary>
    public required int NameOffset { get; init; }

    /// <summary>Declared static.</summary>
    public bool IsStatic { get; init; }

    /// <summary>Declared inline.</summary>
    public bool IsInline { get; init; }

    /// <summary>Declared extern in the definition.</summary>
    public bool IsExtern { get; init; }

    /// <summary>Takes variable arguments.</summary>
    public bool IsVariadic { get; init; }

    /// <summary>An inline function of a system header: stays verbatim, is judged by its name like the function it stands for.</summary>
    public bool IsSystemInline { get; init; }

    /// <summary>Its address is used in this unit other than for a direct call.</summary>
    public bool IsAddressTaken { get; set; }

    /// <summary>Run by the system without being called: main, constructors, destructors.</summary>
    public bool IsRoot { get; init; }

    /// <summary>The body as a tree; null when it cannot be understood (see <see cref="Reasons"/>).</summary>
    public BlockStatement? Body
    {
        get;
        set => (field, _statements, _expressions, _calls, _names, _original) = (value, null, null, null, null, null);
    }

    /// <summary>All statements of the body, in source order.</summary>
    public List<Statement> Statements => _statements ??= Body!.Descendants();

    /// <summary>All expressions of the body.</summary>
    public List<Expression> Expressions => _expressions ??= ExpressionFacts.AllExpressions(Statements);

    /// <summary>Those of them that are calls.</summary>
    public List<CallExpression> Calls
    {
        get
        {
            if (_calls is null) ListKinds();
            return _calls!;
        }
    }

    /// <summary>Those of them that are names.</summary>
    public List<NameExpression> Names
    {
        get
        {
            if (_names is null) ListKinds();
            return _names!;
        }
    }

    /// <summary>Whether the body calls setjmp or one of its kin.</summary>
    public bool CallsSetjmp => Calls.Exists(call => call.IsSetjmp());

    /// <summary>Whether a statement of the lowered body is as the user wrote it: lowering left it alone.</summary>
    public bool IsOriginal(Statement statement) => (_original ??= new HashSet<Statement>(WrittenBody is null || ReferenceEquals(WrittenBody, Body) ? Statements : WrittenBody.Descendants(), ReferenceEqualityComparer.Instance)).Contains(statement);

    /// <summary>The body as the user wrote it, where <see cref="Body"/> has calls of cleanup functions in it.</summary>
    public BlockStatement? WrittenBody { get; set; }

    /// <summary>Where the parameters of function types that the body declares have their names: <c>int (*f) (int n)</c>.</summary>
    public List<int> PrototypeNames { get; } = [];

    /// <summary>The names of the types that the body declares (a tag's with <c>struct </c> in front), and where.</summary>
    public List<(string Name, int Offset)> Types { get; } = [];

    /// <summary>Those of them that do not mean the same wherever a temporary can be declared; set by HiddenTypes.</summary>
    public HashSet<string> AmbiguousTypes { get; set; } = [];

    /// <summary>How many of <see cref="Locals"/> are there before lowering.</summary>
    public int LocalCount { get; set; }

    /// <summary>Parameters, then locals in order of declaration, then temporaries.</summary>
    public List<Local> Locals { get; } = [];

    /// <summary>Why it is not instrumented; empty when it is or has no need to be.</summary>
    public List<Reason> Reasons { get; } = [];

    /// <summary>Its labels whose addresses are used as values: each has an identity, as functions have.</summary>
    public List<Entity> Labels { get; } = [];

    /// <summary>Where the address of a label without an identity is put where it may outlive the call; null: nowhere. Such a function's new version would jump into the old one.</summary>
    public int? KeptLabel { get; set; }

    /// <summary>Whether a call of it can reach an update point.</summary>
    public bool ReachesPoint { get; set; }

    /// <summary>Its continuation points in source order; empty: compiled verbatim.</summary>
    public List<ContinuationPoint> Points { get; } = [];

    /// <summary>The word const of locals that are declared without their initialiser; set by lowering.</summary>
    public List<TextSpan> DroppedQualifiers { get; } = [];

    /// <summary>Memory that no operand names (alloca, va_list areas, compound literals) must survive an update.</summary>
    public bool KeepsFrame { get; set; }

    /// <summary>Needs a copy of its variable arguments: a va_start may run after a continuation point.</summary>
    public Local? VariableArguments { get; set; }

    /// <summary>Its escaped locals that jumps find undeclared; set once it is lowered.</summary>
    public EnteredScopes? EnteredScopes { get; set; }

    /// <summary>Bytes of the values a restore clone reads; set by BuildFrames.</summary>
    public int FrameSize { get; set; }

    private void ListKinds()
    {
        (_calls, _names) = ([], []);
        foreach (var expression in Expressions)
        {
            if (expression is CallExpression call) _calls.Add(call);
            else if (expression is NameExpression name) _names.Add(name);
        }
    }
}

/// <summary>Why something cannot be instrumented.</summary>
/// <param name="Offset">Where, in the preprocessed text.</param>
/// <param name="Text">What, in the words of docs/limits.md.</param>
public sealed record Reason(int Offset, string Text);

/// <summary>What one operand of a site records.</summary>
/// <param name="Local">The variable.</param>
/// <param name="Path">Empty, or the member that it is of the variable.</param>
/// <param name="Type">Type of what is recorded.</param>
/// <param name="Offset">Its offset in the variable.</param>
public sealed record Operand(Local Local, string Path, CType Type, int Offset);

/// <summary>A place where an activation can be saved and resumed.</summary>
public sealed class ContinuationPoint
{
    /// <summary>Number in the unit.</summary>
    public int Number { get; set; }

    /// <summary>The function it lies in.</summary>
    public required FunctionDefinition Function { get; init; }

    /// <summary>Where it is in the preprocessed text.</summary>
    public required int Offset { get; init; }

    /// <summary>Where the call ends.</summary>
    public required int End { get; init; }

    /// <summary>The callee's name, <c>*</c> for a call through a pointer, null for a loop head.</summary>
    public string? Callee { get; init; }

    /// <summary>Whether it is a loop head (or a function entry): no call is suspended there.</summary>
    public bool IsLoop => Callee is null;

    /// <summary>Type of the call's result; null for a loop head.</summary>
    public CType? ResultType { get; init; }

    /// <summary>What its sites record, in the order of the operands.</summary>
    public List<Local> Variables { get; } = [];

    /// <summary>The operands of its sites: a variable, or a scalar of one.</summary>
    public IEnumerable<Operand> Operands => Variables.SelectMany(local => local.IsEscaped || local.Type.Leaves.Count == 0
        ? [new Operand(local, "", local.IsVariableArray ? CType.VoidPointer : local.Type, 0)]
        : local.Type.Leaves.Select(leaf => new Operand(local, leaf.Path, leaf.Type, leaf.Offset)));

    /// <summary>How many loops it lies in.</summary>
    public int LoopDepth { get; set; }

    /// <summary>The smallest statement around it, in the source.</summary>
    public TextSpan Statement { get; set; }
}
