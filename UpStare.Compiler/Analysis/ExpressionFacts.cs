// Questions about expressions that several passes ask.

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>Facts about expressions.</summary>
public static class ExpressionFacts
{
    /// <summary>Names under which C libraries know setjmp once macros are expanded.</summary>
    private static readonly HashSet<string> SetjmpNames = ["setjmp", "_setjmp", "__setjmp", "sigsetjmp", "__sigsetjmp", "__sigsetjmp_cancel", "__builtin_setjmp"];

    /// <summary>Whether the call is a call of setjmp or one of its kin.</summary>
    public static bool IsSetjmp(this CallExpression call) => call.Callee is { } callee && SetjmpNames.Contains(callee.Name);

    /// <summary>Whether lowering has to take something out of the expression: a continuation point or a setjmp.</summary>
    public static bool HasPoint(this Expression expression) => expression switch
    {
        CallExpression call when call.IsPoint || call.IsSetjmp() => true,
        StatementExpression block => block.Body.HasPoint(),
        UnevaluatedExpression => false,
        _ => HasPoint(expression.Operands),
    };

    /// <summary>Whether a statement contains a continuation point or a setjmp.</summary>
    public static bool HasPoint(this Statement statement) => HasPoint(statement.Expressions) || HasPoint(statement.Children);

    // Asked of every node at every level above it: no delegates.
    private static bool HasPoint(Expression[] expressions)
    {
        foreach (var expression in expressions)
        {
            if (expression.HasPoint()) return true;
        }

        return false;
    }

    private static bool HasPoint(Statement[] statements)
    {
        foreach (var statement in statements)
        {
            if (statement.HasPoint()) return true;
        }

        return false;
    }

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

    /// <summary>Whether it is <c>__label__ a, b;</c>.</summary>
    public static bool DeclaresLabels(this DeclarationStatement declaration, Frontend.SourceText source) => source.TextOf(declaration.Span).StartsWith("__label__", StringComparison.Ordinal);

    /// <summary>Whether a size is the same whenever it is computed: nothing that is evaluated in it is a variable or a call.</summary>
    public static bool IsConstant(this Expression size) =>
        size.Evaluated().All(e => e is not (StatementExpression or OpaqueExpression or CallExpression) && e is not NameExpression { Declaration: not ConstantDeclaration });

    /// <summary>All expressions of a statement and of the statements inside it.</summary>
    public static List<Expression> AllExpressions(this Statement statement) => AllExpressions(statement.Descendants());

    /// <summary>All expressions directly in some statements.</summary>
    public static List<Expression> AllExpressions(List<Statement> statements)
    {
        var all = new List<Expression>(8 * statements.Count);
        foreach (var statement in statements)
        {
            foreach (var expression in statement.Expressions) Add(expression, all);
        }

        return all;
    }

    private static void Add(Statement statement, List<Statement> all)
    {
        all.Add(statement);
        foreach (var expression in statement.Expressions) AddBodies(expression, all);
        foreach (var child in statement.Children) Add(child, all);
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
}
