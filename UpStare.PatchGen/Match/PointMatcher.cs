// Maps the continuation points of a function to those of its next version.
//
// A point is known by what it does (the callee, or a loop head), how many loops it lies in, and the statement around it.
//   1. If both versions have the same sequence of (callee, depth), points map in order.
//   2. Otherwise points that agree in callee, depth and statement text, and are the only such on both sides, map.
//   3. Otherwise, between neighbours that are mapped, a callee and depth that occurs equally often on both sides maps in
//      order.
//   4. What is left is ambiguous or gone, and unmapped: a frame that is suspended there postpones the update.

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
                if (!match.Functions.TryGetValue(function, out var pair))
                {
                    RefuseAll(match, function, $"'{function.Declaration.Name}' is not in the new version");
                }
                else if (pair.New.Body is null || pair.New.Reasons.Count > 0)
                {
                    RefuseAll(match, function, $"'{function.Declaration.Name}' is not instrumented in the new version");
                }
                else if (pair.Old.Declaration.ResultType.Canonical != pair.New.Declaration.ResultType.Canonical)
                {
                    RefuseAll(match, function, $"the result type of '{function.Declaration.Name}' changed from {pair.Old.Declaration.ResultType.Spelling} to {pair.New.Declaration.ResultType.Spelling}");
                }
                else
                {
                    new FunctionPoints(match, pair).Run();
                }
            }
        }

        foreach (var mapping in match.Names.Points) MapByHand(match, mapping);
        Forbid(match);
    }

    private static void MapByHand(ProgramMatch match, PointMapping mapping)
    {
        if (mapping.Old.Count != 1 || mapping.New.Count != 1) throw new InvalidDataException($"{mapping.Statement.Place}: frames cannot be split or merged yet");
        match.Points[mapping.Old[0]] = new PointMatch(mapping.New[0], "");
    }

    private static void Forbid(ProgramMatch match)
    {
        foreach (var function in match.Names.ForbiddenFunctions) RefuseAll(match, function, $"the map forbids updates while '{function.Declaration.Name}' is active");
        foreach (var point in match.Names.ForbiddenPoints) match.Points[point] = new PointMatch(null, $"the map forbids updates at '{PointNames.Full(point)}'");
    }

    private static void RefuseAll(ProgramMatch match, FunctionDefinition function, string reason)
    {
        foreach (var point in function.Points) match.Points[point] = new PointMatch(null, reason);
    }

    private sealed class FunctionPoints(ProgramMatch match, FunctionMatch pair)
    {
        private readonly List<ContinuationPoint> _old = pair.Old.Points;
        private readonly List<ContinuationPoint> _new = pair.New.Points;
        private readonly Dictionary<int, int> _map = [];
        private readonly Dictionary<string, string> _newNames = match.Names.Functions.DistinctBy(renamed => renamed.Key.Declaration.Name).ToDictionary(renamed => renamed.Key.Declaration.Name, renamed => renamed.Value.Declaration.Name);

        public void Run()
        {
            if (_old.Select(OldKey).SequenceEqual(_new.Select(Key)))
            {
                for (var i = 0; i < _old.Count; i++) _map[i] = i;
            }
            else
            {
                MapUnique();
                MapBetweenNeighbours();
            }

            for (var i = 0; i < _old.Count; i++) match.Points[_old[i]] = _map.TryGetValue(i, out var j) ? Accept(_old[i], _new[j]) : new PointMatch(null, Why(_old[i]));
        }

        private static (string?, int) Key(ContinuationPoint point) => (point.Callee, point.LoopDepth);

        // An old point by what its callee is called in the new version.
        private (string?, int) OldKey(ContinuationPoint point) => (point.Callee is { } callee ? _newNames.GetValueOrDefault(callee, callee) : null, point.LoopDepth);

        private void MapUnique()
        {
            var old = Enumerable.Range(0, _old.Count).ToLookup(i => (OldKey(_old[i]), SourceWords.Of(pair.OldUnit.Analysed.Source, _old[i].Statement)));
            var @new = Enumerable.Range(0, _new.Count).ToLookup(i => (Key(_new[i]), SourceWords.Of(pair.NewUnit.Analysed.Source, _new[i].Statement)));
            foreach (var group in old.Where(group => group.Count() == 1 && @new[group.Key].Count() == 1)) _map[group.Single()] = @new[group.Key].Single();
            DropCrossings();
        }

        // Points that changed places are no safe anchors for what lies between them.
        private void DropCrossings()
        {
            var crossing = _map.Where(a => _map.Any(b => (a.Key < b.Key) != (a.Value < b.Value) && a.Key != b.Key)).Select(a => a.Key).ToList();
            foreach (var key in crossing) _map.Remove(key);
        }

        private void MapBetweenNeighbours()
        {
            var anchors = _map.OrderBy(p => p.Key).Select(p => (p.Key, p.Value)).Prepend((-1, -1)).Append((_old.Count, _new.Count)).ToList();
            for (var k = 0; k + 1 < anchors.Count; k++)
            {
                var oldRun = Enumerable.Range(anchors[k].Item1 + 1, anchors[k + 1].Item1 - anchors[k].Item1 - 1).ToLookup(i => OldKey(_old[i]));
                var newRun = Enumerable.Range(anchors[k].Item2 + 1, anchors[k + 1].Item2 - anchors[k].Item2 - 1).ToLookup(i => Key(_new[i]));
                foreach (var group in oldRun.Where(group => group.Count() == newRun[group.Key].Count()))
                {
                    foreach (var (i, j) in group.Zip(newRun[group.Key])) _map[i] = j;
                }
            }
        }

        private static PointMatch Accept(ContinuationPoint old, ContinuationPoint @new) =>
            old.ResultType is not null && old.ResultType.Canonical != @new.ResultType!.Canonical
                ? new PointMatch(null, $"the result of '{old.Callee}' changed from {old.ResultType.Spelling} to {@new.ResultType.Spelling}")
                : new PointMatch(@new, "");

        private string Why(ContinuationPoint point)
        {
            var what = point.Callee is null ? "this loop" : point.Callee == "*" ? "this call through a pointer" : $"this call of '{point.Callee}'";
            return _new.Any(other => Key(other) == OldKey(point)) ? $"more than one place of the new version could continue {what}" : $"the new version has no place that continues {what}";
        }
    }
}
