// Why an old point has no certain counterpart, and what the user can choose from.
//
//   several places are as good             "more than one place of the new version could continue ..."
//   one is, but so is none                 "it does not follow from the code that ..."
//   the call is in another loop now        "... is in another loop"
//   another function makes the call now    "'f' is called in 'h' now ..."
//   nothing                                "the new version has no place that continues ..."

using UpStare.Compiler.Tree;

namespace UpStare.PatchGen.Match;

/// <summary>Explains an unmapped point.</summary>
public sealed class UnmappedPoint(ProgramMatch match, FunctionMatch pair, ContinuationPoint point, Alignment? alignment)
{
    private const int Shown = 3;

    /// <summary>The reason, with candidates.</summary>
    public PointMatch Explain()
    {
        if (alignment?.Item is { Kind: ItemKind.Loop } loop) return new PointMatch(null, $"the loop has no point at its head in the new version, but points inside: {Places(Inside(loop))}") { Candidates = Inside(loop) };
        var candidates = (alignment?.Candidates ?? []).Select(item => item.Point).OfType<ContinuationPoint>().ToList();
        if (candidates.Count > 1) return new PointMatch(null, $"more than one place of the new version could continue {This}: {Places(candidates)}") { Candidates = candidates };
        if (candidates.Count == 1) return new PointMatch(null, $"it does not follow from the code whether {Places(candidates)} of the new version continues {This}") { Candidates = candidates };
        return Elsewhere() ?? new PointMatch(null, $"the new version has no place that continues {This}");
    }

    private string This => point.Callee is null ? (PointNames.IsEntry(point) ? "this entry" : "this loop") : point.Callee == "*" ? "this call through a pointer" : $"this call of '{point.Callee}'";

    private static List<ContinuationPoint> Inside(BodyItem loop) => [.. loop.All.Select(item => item.Point).OfType<ContinuationPoint>()];

    // The same callee in another loop, at another place, or in a function that the new version calls here.
    private PointMatch? Elsewhere()
    {
        if (point.Callee is null) return PointNames.IsEntry(point) ? null : LoopElsewhere();
        if (point.Callee is "*") return null;
        var callee = match.Names.NewWord(pair.Old, point.Callee);
        var here = pair.New.Points.Where(other => other.Callee == callee).ToList();
        if (here.Count > 0)
        {
            return new PointMatch(null, here.All(other => other.LoopDepth != point.LoopDepth)
                ? $"the new version calls '{callee}' {(here[0].LoopDepth > point.LoopDepth ? "inside" : "outside")} of a loop: {Places(here)}"
                : $"the new version calls '{callee}' among other statements: {Places(here)}") { Candidates = here };
        }

        return Moved($"'{callee}' is called", Called().SelectMany(function => function.Points).Where(other => other.Callee == callee));
    }

    // In a function that the new version has made for it.
    private PointMatch? LoopElsewhere()
    {
        var known = match.Functions.Values.Select(other => other.New).ToHashSet();
        return Moved("a loop is", Called().Where(function => !known.Contains(function)).SelectMany(function => function.Points).Where(other => other.IsLoop && !PointNames.IsEntry(other)));
    }

    private IEnumerable<FunctionDefinition> Called()
    {
        var called = pair.New.Expressions.OfType<CallExpression>().Select(call => call.Callee?.Name).ToHashSet();
        return match.New.Units.SelectMany(unit => unit.Analysed.Lowered.Keys).Where(function => function != pair.New && called.Contains(function.Declaration.Name));
    }

    private PointMatch? Moved(string what, IEnumerable<ContinuationPoint> points)
    {
        var moved = points.ToList();
        return moved.Count == 0 ? null
            : new PointMatch(null, $"{what} in '{moved[0].Function.Declaration.Name}' now: {Places(moved)}; if that is where the code has gone, the map can say so") { Candidates = moved };
    }

    private string Places(IReadOnlyList<ContinuationPoint> points)
    {
        var shown = points.Take(Shown).Select(other => $"{(other.Function == pair.New ? PointNames.InFunction(other) : PointNames.Full(other))} ({PlaceOf(other)})");
        return string.Join(", ", shown) + (points.Count > Shown ? $" and {points.Count - Shown} more" : "");
    }

    private string PlaceOf(ContinuationPoint other) =>
        (other.Function == pair.New ? pair.NewUnit : match.New.Units.First(unit => unit.Analysed.Lowered.ContainsKey(other.Function))).Place(other.Offset);
}
