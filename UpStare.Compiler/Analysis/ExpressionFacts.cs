// Questions about expressions that several passes ask.

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>Facts about expressions.</summary>
public static class ExpressionFacts
{
    /// <summary>Names under which C libraries know setjmp once macros are expanded.</summary>
    private static readonly HashSet<string> SetjmpNames = ["setjmp", "_setjmp", "__setjmp", "sigsetjmp", "__sigsetjmp", "__sigsetjmp_cancel"];

    /// <summary>Whether the call is a call of setjmp or one of its kin.</summary>
    public static bool IsSetjmp(this CallExpression call) => call.Callee is { } callee && SetjmpNames.Contains(callee.Name);

    /// <summary>Whether lowering has to take something out of the expression: a continuation point or a setjmp.</summary>
    public static bool HasPoint(this Expression expression) => expression switch
    {
        CallExpression call when call.IsPoint || call.IsSetjmp() => true,
        StatementExpression block => block.Body.HasPoint(),
        UnevaluatedExpression => false,
        _ => Array.Exists(expression.Operands, HasPoint),
    };

    /// <summary>Whether a statement contains a continuation point or a setjmp.</summary>
    public static bool HasPoint(this Statement statement) => Array.Exists(statement.Expressions(), HasPoint) || Array.Exists(statement.Children(), HasPoint);

    /// <summary>The expressions directly in a statement, not those of statements inside it.</summary>
    public static Expression[] Expressions(this Statement statement) => statement switch
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

    /// <summary>The statements directly inside a statement.</summary>
    public static Statement[] Children(this Statement statement) => statement switch
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

    // The walks fill one list: iterators inside iterators would hand each node through every level above it.

    /// <summary>The statement and all statements inside it, those of statement expressions included, in source order.</summary>
    public static List<Statement> Descendants(this Statement statement)
    {
        var all = new List<Statement>();
        Add(statement, all);
        return all;
    }

    /// <summary>The expression and all its operands; does not enter statement expressions.</summary>
    public static List<Expression> Descendants(this Expression expression)
    {
        var all = new List<Expression>();
        Add(expression, all);
        return all;
    }

    /// <summary>The expression and those of its operands that are evaluated.</summary>
    public static List<Expression> Evaluated(this Expression expression)
    {
        var all = new List<Expression>();
        AddEvaluated(expression, all);
        return all;
    }

    /// <summary>Whether a size is the same whenever it is computed: nothing that is evaluated in it is a variable or a call.</summary>
    public static bool IsConstant(this Expression size) =>
        size.Evaluated().All(e => e is not (StatementExpression or OpaqueExpression or CallExpression) && e is not NameExpression { Declaration: not ConstantDeclaration });

    /// <summary>All expressions of a statement and of the statements inside it.</summary>
    public static List<Expression> AllExpressions(this Statement statement)
    {
        var all = new List<Expression>();
        foreach (var inner in statement.Descendants())
        {
            foreach (var expression in inner.Expressions()) Add(expression, all);
        }

        return all;
    }

    private static void Add(Statement statement, List<Statement> all)
    {
        all.Add(statement);
        foreach (var expression in statement.Expressions()) AddBodies(expression, all);
        foreach (var child in statement.Children()) Add(child, all);
    }

    private static void AddBodies(Expression expression, List<Statement> all)
    {
        if (expression is StatementExpression block) Add(block.Body, all);
        foreach (var operand in expression.Operands) AddBodies(operand, all);
    }

    private static void Add(Expression expression, List<Expression> all)
    {
        all.Add(expression);
        foreach (var operand in expression.Operands) Add(operand, all);
    }

    private static void AddEvaluated(Expression expression, List<Expression> all)
    {
        if (expression is UnevaluatedExpression) return;
        all.Add(expression);
        foreach (var operand in expression.Operands) AddEvaluated(operand, all);
    }

    /// <summary>The local that an assignment, increment or the like changes as a whole, or null.</summary>
    public static Local? AssignedLocal(this Expression expression) => expression switch
    {
        BinaryExpression { Operator: Operator.Assign or Operator.CompoundAssign } e => LocalOf(e[0]),
        UnaryExpression { Operator: Operator.Increment } e => LocalOf(e[0]),
        ComposedExpression { IsAssignment: true } e => LocalOf(e[0]),
        _ => null,
    };

    /// <summary>The local that an expression names, through parentheses.</summary>
    public static Local? LocalOf(Expression expression) => (expression.Stripped as NameExpression)?.Declaration as Local;

    private static Expression[] Present(Expression? first, Expression? second = null) => (first, second) switch
    {
        (null, null) => [],
        (null, _) => [second],
        (_, null) => [first],
        _ => [first, second],
    };
}
