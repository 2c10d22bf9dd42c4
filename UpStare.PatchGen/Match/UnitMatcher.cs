// Matches units of trees that may lie in different directories.
//
//   1. what the map says
//   2. the same file name: those whose paths agree most from the end, then those that define the same functions, then link order
//   3. another file name: a unit that defines more than half of the other's functions, and no other does as much (renamed,
//      or moved into another file)
// Units say only which static functions and variables belong together, so nothing is lost where one is not matched.

namespace UpStare.PatchGen.Match;

/// <summary>Matches units.</summary>
public static class UnitMatcher
{
    /// <summary>Fills <see cref="ProgramMatch.NewUnitOf"/>.</summary>
    public static void Run(ProgramMatch match)
    {
        foreach (var (old, @new) in match.Names.Units) match.NewUnitOf.Add(old, @new);
        MatchByFile(match);
        MatchByFunctions(match);
    }

    private static void MatchByFile(ProgramMatch match)
    {
        var (old, @new) = Unmatched(match);
        var candidates = @new.ToLookup(unit => Path.GetFileName(unit.Stored.MainFile));
        var pairs = old.SelectMany(unit => candidates[Path.GetFileName(unit.Stored.MainFile)].Select(other => (Old: unit, New: other)))
            .Select(pair => (pair.Old, pair.New, Path: CommonParts(pair.Old.Stored.MainFile, pair.New.Stored.MainFile), Functions: Shared(pair.Old, pair.New)));
        Take(match, pairs.OrderByDescending(pair => pair.Path).ThenByDescending(pair => pair.Functions).ThenBy(pair => pair.Old.Index).ThenBy(pair => pair.New.Index).Select(pair => (pair.Old, pair.New)));
    }

    private static void MatchByFunctions(ProgramMatch match)
    {
        var (old, @new) = Unmatched(match);
        var pairs = (from unit in old from other in @new let shared = Shared(unit, other) where shared > 0.5 select (Old: unit, New: other, Shared: shared)).ToList();
        Take(match, pairs.Where(pair => pairs.Count(other => other.Old == pair.Old && other.Shared >= pair.Shared) == 1 && pairs.Count(other => other.New == pair.New && other.Shared >= pair.Shared) == 1)
            .OrderByDescending(pair => pair.Shared).Select(pair => (pair.Old, pair.New)));
    }

    private static (List<VersionUnit> Old, List<VersionUnit> New) Unmatched(ProgramMatch match)
    {
        var taken = match.NewUnitOf.Values.ToHashSet();
        return ([.. match.Old.Units.Where(unit => !match.NewUnitOf.ContainsKey(unit))], [.. match.New.Units.Where(unit => !taken.Contains(unit))]);
    }

    private static void Take(ProgramMatch match, IEnumerable<(VersionUnit Old, VersionUnit New)> pairs)
    {
        var taken = match.NewUnitOf.Values.ToHashSet();
        foreach (var (old, @new) in pairs)
        {
            if (!match.NewUnitOf.ContainsKey(old) && taken.Add(@new)) match.NewUnitOf.Add(old, @new);
        }
    }

    // How many names two paths have in common, from the end.
    private static int CommonParts(string a, string b)
    {
        var (old, @new) = (a.Split('/'), b.Split('/'));
        var count = 0;
        while (count < old.Length && count < @new.Length && old[^(count + 1)] == @new[^(count + 1)]) count++;
        return count;
    }

    // The part of their functions that two units have in common, from 0 to 1.
    private static double Shared(VersionUnit old, VersionUnit @new)
    {
        var (a, b) = (Names(old), Names(@new));
        return a.Count + b.Count == 0 ? 0 : (double)a.Count(b.Contains) / Math.Max(a.Count, b.Count);
    }

    private static HashSet<string> Names(VersionUnit unit) => [.. unit.Analysed.Tree.Functions.Where(f => !f.IsSystemInline).Select(f => f.Declaration.Name)];
}
