// Rule C7: may the address of a label outlive the call of its function? A table of labels is each version's own, but an address
// that was put into a global variable or into the heap still leads into the old version when the new one jumps to it.
//
//     goto *table[op];                    a jump: nothing is kept
//     void *next = &&done;                a local that is only jumped to: gone with the frame, which is not updated
//     next = table[op];
//     instruction->code = table[op];      kept
//
// In: a function's tree and its static tables of labels.  Out: the first place where an address gets away, or null.  Flow is not
// looked at: a local that ever holds an address of a label always does.

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>Finds addresses of labels that outlive the call.</summary>
public static class KeptLabels
{
    /// <summary>Offset of the first expression by which an address gets away; null if none does.</summary>
    public static int? Run(FunctionDefinition function, IReadOnlySet<Declaration> tables)
    {
        var holders = new HashSet<Declaration>(tables);
        int known;
        do
        {
            known = holders.Count;
            foreach (var statement in function.Statements) holders.UnionWith(Receivers(statement, holders));
        }
        while (holders.Count > known); // a local can take the address from another one

        return function.Statements.SelectMany(statement => Uses(statement, holders)).Select(use => (int?)use.Span.Start).Min();
    }

    // Locals that a statement gives an address of a label.
    private static IEnumerable<Local> Receivers(Statement statement, HashSet<Declaration> holders) => statement switch
    {
        DeclarationStatement declaration => declaration.Declarators.Where(d => d is { Variable: Local, Initialiser: not null } && Sources(d.Initialiser, holders).Any()).Select(d => (Local)d.Variable),
        ExpressionStatement { Expression: var expression } when Target(expression) is { } target && Sources(expression, holders).Any() => [target],
        _ => [],
    };

    // Expressions of a statement that hand an address on to something else than a jump or a local of the frame.
    private static IEnumerable<Expression> Uses(Statement statement, HashSet<Declaration> holders) => statement switch
    {
        ComputedGotoStatement or DeclarationStatement => [],
        ExpressionStatement { Expression: var expression } when Target(expression) is not null => [],
        _ => statement.Expressions.SelectMany(expression => Sources(expression, holders)),
    };

    // A local whose address nobody knows, or an element of a local array, that is assigned to.
    private static Local? Target(Expression expression)
    {
        if (expression.Stripped is not BinaryExpression { Operator: Operator.Assign } assignment) return null;
        var left = assignment[0].Stripped;
        if (left is SubscriptExpression subscript) return ExpressionFacts.LocalOf(subscript[0]) is { Type.IsArray: true } array ? array : null;
        return ExpressionFacts.LocalOf(left) is { IsEscaped: false } local ? local : null;
    }

    private static IEnumerable<Expression> Sources(Expression expression, HashSet<Declaration> holders) =>
        expression.Descendants().Where(e => e is LabelAddressExpression || (e is NameExpression name && holders.Contains(name.Declaration)));
}
