// How maps and reports name a continuation point: by function, by what it does, and by its ordinal among the function's points that do
// the same.

using UpStare.Compiler.Tree;

namespace UpStare.PatchGen.Match;

/// <summary>Names of continuation points.</summary>
public static class PointNames
{
    /// <summary><c>call read</c>, <c>call *</c>, <c>loop</c> or <c>entry</c>.</summary>
    public static string What(ContinuationPoint point) => point.Callee is { } callee ? $"call {callee}" : IsEntry(point) ? "entry" : "loop";

    /// <summary><c>call read #2</c>: what it does, with its ordinal.</summary>
    public static string InFunction(ContinuationPoint point) => IsEntry(point) ? "entry" : $"{What(point)} #{Ordinal(point)}";

    /// <summary><c>serve: call read #2</c>.</summary>
    public static string Full(ContinuationPoint point) => $"{point.Function.Declaration.Name}: {InFunction(point)}";

    /// <summary>A point that stands at the head of its function's body.</summary>
    public static bool IsEntry(ContinuationPoint point) => point.IsLoop && point.Offset == point.Function.BodySpan.Start;

    private static int Ordinal(ContinuationPoint point)
    {
        var what = What(point);
        return point.Function.Points.TakeWhile(other => other != point).Count(other => What(other) == what) + 1;
    }
}
