// Maps the continuation points of each function to those of its next version.
//
//   unchanged functions   the point at the same word of the source: one walk
//   changed functions     the alignment of the two bodies (BodyAlignment); a point counts only if it is certain
//   the map               has the last word: it maps points, or forbids them
// Every old point is mapped, or unmapped with a reason and with what the user can choose from.

using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.PatchGen.Match;

/// <summary>Matches continuation points.</summary>
public static class PointMatcher
{
    /// <summary>Fills <see cref="ProgramMatch.Points"/>.</summary>
    public static void Run(ProgramMatch match)
    {
        foreach (var unit in match.Old.Units)
        {
            foreach (var function in unit.Analysed.Lowered.Keys)
            {
                if (WhyNone(match, function) is { } reason) RefuseAll(match, function, reason);
                else if (match.Functions[function].IsUnchanged) MapUnchanged(match, match.Functions[function]);
                else MapChanged(match, match.Functions[function]);
            }
        }

        foreach (var mapping in match.Names.Points) MapByHand(match, mapping);
        Forbid(match);
    }

    private static string? WhyNone(ProgramMatch match, FunctionDefinition function)
    {
        var name = function.Declaration.Name;
        if (!match.Functions.TryGetValue(function, out var pair)) return $"'{name}' is not in the new version";
        if (pair.New.Body is null || pair.New.Reasons.Count > 0) return $"'{name}' is not instrumented in the new version";
        var (before, after) = (pair.Old.Declaration.ResultType, pair.New.Declaration.ResultType);
        return TypeNames.AreSame(before, after) ? null : $"the result type of '{name}' changed from {before.Spelling} to {after.Spelling}";
    }

    private static void RefuseAll(ProgramMatch match, FunctionDefinition function, string reason)
    {
        foreach (var point in function.Points) match.Points[point] = new PointMatch(null, reason);
    }

    // What is called may have become something that cannot be interrupted, so a point can be gone although the text is not.
    private static void MapUnchanged(ProgramMatch match, FunctionMatch pair)
    {
        if (pair.Old == pair.New)
        {
            foreach (var point in pair.Old.Points) match.Points[point] = new PointMatch(point, "");
            return;
        }

        var (old, @new) = (Words(pair.OldUnit.Analysed.Source, pair.Old.Span), Words(pair.NewUnit.Analysed.Source, pair.New.Span));
        var places = pair.New.Points.ToLookup(point => (@new.BinarySearch(point.Offset), point.IsLoop, point.IsLoop ? -1 : @new.BinarySearch(point.End)));
        foreach (var point in pair.Old.Points)
        {
            var twins = places[(old.BinarySearch(point.Offset), point.IsLoop, point.IsLoop ? -1 : old.BinarySearch(point.End))].ToList();
            match.Points[point] = twins.Count == 1 ? Accept(point, twins[0]) : new PointMatch(null, $"the new version has no continuation point here: {(point.IsLoop ? "the loop has others" : $"'{point.Callee}' cannot be interrupted any more")}");
        }
    }

    // Where the words of a span begin, sorted, and where it ends.
    private static List<int> Words(SourceText source, TextSpan span)
    {
        var result = new List<int>();
        var lexer = new Lexer(source.Text, span.Start, span.End);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next()) result.Add(token.Span.Start);
        return result;
    }

    private static void MapChanged(ProgramMatch match, FunctionMatch pair)
    {
        var old = BodySequence.Of(pair.Old, span => match.Texts.Of(pair.OldUnit.Analysed.Source, span, word => match.Names.NewWord(pair.Old, word)));
        var @new = BodySequence.Of(pair.New, span => match.Texts.Of(pair.NewUnit.Analysed.Source, span));
        var alignment = BodyAlignment.Run(old, @new, point => point.Callee is { } callee ? match.Names.NewWord(pair.Old, callee) : null);
        foreach (var item in old.SelectMany(item => item.All).Where(item => item.Point is not null))
        {
            var found = alignment.GetValueOrDefault(item);
            match.Points[item.Point!] = found?.Item?.Point is { } twin ? Accept(item.Point!, twin) : new UnmappedPoint(match, pair, item.Point!, found).Explain();
        }
    }

    private static PointMatch Accept(ContinuationPoint old, ContinuationPoint @new) =>
        old.ResultType is not null && !TypeNames.AreSame(old.ResultType, @new.ResultType!)
            ? new PointMatch(null, $"the result of '{old.Callee}' changed from {old.ResultType.Spelling} to {@new.ResultType!.Spelling}") { Candidates = [@new] }
            : new PointMatch(@new, "");

    private static void MapByHand(ProgramMatch match, PointMapping mapping)
    {
        if (PointGroups.IsGroup(match, mapping)) match.Groups.Add(mapping);
        else match.Points[mapping.Old[0]] = Accept(mapping.Old[0], mapping.New[0]);
    }

    private static void Forbid(ProgramMatch match)
    {
        foreach (var function in match.Names.ForbiddenFunctions) RefuseAll(match, function, $"the map forbids updates while '{function.Declaration.Name}' is active");
        foreach (var point in match.Names.ForbiddenPoints) match.Points[point] = new PointMatch(null, $"the map forbids updates at '{PointNames.Full(point)}'");
    }
}
