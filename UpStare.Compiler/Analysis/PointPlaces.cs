// Where continuation points stand in the source's structure, for matching them between versions.

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>Finds the loops and the statement around each point of a function.</summary>
public static class PointPlaces
{
    /// <summary>Sets <see cref="ContinuationPoint.LoopDepth"/> and <see cref="ContinuationPoint.Statement"/>.</summary>
    public static void Run(FunctionDefinition function)
    {
        var statements = function.Statements;
        foreach (var point in function.Points)
        {
            var around = statements.Where(statement => statement.Span.Contains(point.Offset)).ToList();
            point.LoopDepth = around.Count(statement => statement is WhileStatement or DoStatement or ForStatement);
            point.Statement = around.MinBy(statement => statement.Span.Length)!.Span;
        }
    }
}
