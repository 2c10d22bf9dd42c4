// Matches functions.
//
//   1. what the map says
//   2. external functions by name; static ones by unit and name; in matched units a function may become static or external
//   3. a function that is in another unit now (moved): by name, where it is the only one left of that name on both sides, and
//      its body is similar
// Each function has at most one twin.

using UpStare.Compiler.Tree;

namespace UpStare.PatchGen.Match;

/// <summary>Matches functions.</summary>
public sealed class FunctionMatcher
{
    // Bodies that share less are other functions, whatever they are called.
    private const double MovedSimilarity = 0.6;

    private readonly ProgramMatch _match;
    private readonly List<(VersionUnit Unit, FunctionDefinition Function)> _old, _new;
    private readonly HashSet<FunctionDefinition> _taken = [];

    private FunctionMatcher(ProgramMatch match) => (_match, _old, _new) = (match, All(match.Old), All(match.New));

    /// <summary>Fills <see cref="ProgramMatch.Functions"/>.</summary>
    public static void Run(ProgramMatch match)
    {
        var matcher = new FunctionMatcher(match);
        matcher.MatchMapped();
        matcher.MatchInUnits();
        matcher.MatchExternal();
        matcher.MatchMoved();
    }

    private static List<(VersionUnit Unit, FunctionDefinition Function)> All(ProgramVersion version) => [.. version.Units.SelectMany(unit => unit.Analysed.Tree.Functions.Select(f => (unit, f)))];

    private void MatchMapped()
    {
        foreach (var (old, @new) in _match.Names.Functions) Add(_old.First(pair => pair.Function == old), _new.First(pair => pair.Function == @new));
    }

    private void MatchInUnits()
    {
        foreach (var (oldUnit, newUnit) in _match.NewUnitOf.OrderBy(pair => pair.Key.Index))
        {
            var functions = newUnit.Analysed.Tree.Functions.GroupBy(f => f.Declaration.Name).ToDictionary(group => group.Key, group => group.First());
            foreach (var function in oldUnit.Analysed.Tree.Functions)
            {
                if (functions.TryGetValue(function.Declaration.Name, out var twin) && IsFree(function, twin)) Add((oldUnit, function), (newUnit, twin));
            }
        }
    }

    private void MatchExternal()
    {
        var external = _new.Where(pair => !pair.Function.IsStatic).GroupBy(pair => pair.Function.Declaration.Name).ToDictionary(group => group.Key, group => group.First());
        foreach (var old in _old.Where(pair => !pair.Function.IsStatic))
        {
            if (external.TryGetValue(old.Function.Declaration.Name, out var twin) && IsFree(old.Function, twin.Function)) Add(old, twin);
        }
    }

    private void MatchMoved()
    {
        var left = _new.Where(pair => !_taken.Contains(pair.Function)).ToLookup(pair => pair.Function.Declaration.Name);
        foreach (var group in _old.Where(pair => !_match.Functions.ContainsKey(pair.Function)).ToLookup(pair => pair.Function.Declaration.Name))
        {
            if (group.Count() != 1 || left[group.Key].Count() != 1) continue;
            var (old, @new) = (group.Single(), left[group.Key].Single());
            if (OldText(old).SimilarityTo(NewText(@new)) >= MovedSimilarity) Add(old, @new);
        }
    }

    private bool IsFree(FunctionDefinition old, FunctionDefinition @new) => !_match.Functions.ContainsKey(old) && !_taken.Contains(@new);

    private CodeText OldText((VersionUnit Unit, FunctionDefinition Function) old) => _match.Texts.Of(old.Unit.Analysed.Source, old.Function.Span, word => _match.Names.NewWord(old.Function, word));

    private CodeText NewText((VersionUnit Unit, FunctionDefinition Function) @new) => _match.Texts.Of(@new.Unit.Analysed.Source, @new.Function.Span);

    private void Add((VersionUnit Unit, FunctionDefinition Function) old, (VersionUnit Unit, FunctionDefinition Function) @new)
    {
        _taken.Add(@new.Function);
        _match.Functions.Add(old.Function, new FunctionMatch(old.Unit, old.Function, @new.Unit, @new.Function, old.Function == @new.Function || OldText(old).Number == NewText(@new).Number));
    }
}
