// Where continuation points stand in the source's structure, for matching them between versions.

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>Finds the loops and the statement around each point of a function.</summary>
public static class PointPlaces
{
    /// <summary>Sets <see cref="ContinuationPoint.LoopDepth"/> and <see cref="ContinuationPoint.Statement"/>.</summary>
    public static void Run(FunctionDefinition function)
    {
        foreach (var point in function.Points)
        {
            var (depth, smallest) = (0, function.BodySpan);
            foreach (var statement in function.Statements)
            {
                if (!statement.Span.Contains(point.Offset)) continue;
                if (statement is WhileStatement or DoStatement or ForStatement) depth++;
                if (statement.Span.Length < smallest.Length) smallest = statement.Span;
            }

            (point.LoopDepth, point.Statement) = (depth, smallest);
        }
    }
}
