// Matches units, functions and entities of two versions.
//
//   units:      by name as given to the compiler, then by file name, then by the functions they define
//   functions:  external ones by name; static ones by unit and name, or by name alone where it is the only one
//   variables:  likewise; static locals by function, name and occurrence
// Renames are not guessed; they come from the user's map.

using UpStare.Compiler.Tree;
using UpStare.PatchGen.Map;

namespace UpStare.PatchGen.Match;

/// <summary>Matches two versions.</summary>
public static class Matcher
{
    /// <summary>Everything but continuation points.</summary>
    public static ProgramMatch Run(ProgramVersion old, ProgramVersion @new, UserMap map)
    {
        var match = new ProgramMatch(old, @new, map);
        MatchUnits(match);
        MatchFunctions(match);
        MatchEntities(match);
        return match;
    }

    private static void MatchUnits(ProgramMatch match)
    {
        foreach (var (old, @new) in match.Names.Units) match.NewUnitOf.Add(old, @new);
        MatchUnitsBy(match, unit => unit.Stored.MainFile);
        MatchUnitsBy(match, unit => Path.GetFileName(unit.Stored.MainFile));
        foreach (var unit in Unmatched(match).Old)
        {
            var names = FunctionNames(unit);
            var best = Unmatched(match).New.MaxBy(candidate => FunctionNames(candidate).Count(names.Contains));
            if (best is not null && FunctionNames(best).Count(names.Contains) * 2 > names.Count) match.NewUnitOf.Add(unit, best);
        }
    }

    private static HashSet<string> FunctionNames(VersionUnit unit) => [.. unit.Analysed.Tree.Functions.Where(f => !f.IsSystemInline).Select(f => f.Declaration.Name)];

    private static (List<VersionUnit> Old, List<VersionUnit> New) Unmatched(ProgramMatch match)
    {
        var taken = match.NewUnitOf.Values.ToHashSet();
        return ([.. match.Old.Units.Where(unit => !match.NewUnitOf.ContainsKey(unit))], [.. match.New.Units.Where(unit => !taken.Contains(unit))]);
    }

    private static void MatchUnitsBy(ProgramMatch match, Func<VersionUnit, string> key)
    {
        var (old, @new) = Unmatched(match);
        var candidates = @new.ToLookup(key);
        foreach (var group in old.GroupBy(key))
        {
            // Several units of one name (the same source compiled twice) pair up in link order.
            foreach (var (a, b) in group.Zip(candidates[group.Key])) match.NewUnitOf.Add(a, b);
        }
    }

    private static void MatchFunctions(ProgramMatch match)
    {
        var external = match.New.Units.SelectMany(unit => unit.Analysed.Tree.Functions.Where(f => !f.IsStatic).Select(f => (Unit: unit, Function: f)))
            .GroupBy(pair => pair.Function.Declaration.Name).ToDictionary(group => group.Key, group => group.First());
        var statics = match.New.Units.SelectMany(unit => unit.Analysed.Tree.Functions.Where(f => f.IsStatic).Select(f => (Unit: unit, Function: f)))
            .ToLookup(pair => pair.Function.Declaration.Name);
        foreach (var unit in match.Old.Units)
        {
            foreach (var function in unit.Analysed.Tree.Functions)
            {
                if (match.Names.Functions.TryGetValue(function, out var renamed))
                {
                    match.Functions.Add(function, new FunctionMatch(unit, function, match.New.Units.First(u => u.Analysed.Tree.Functions.Contains(renamed)), renamed));
                    continue;
                }

                var name = function.Declaration.Name;
                if (!function.IsStatic && external.TryGetValue(name, out var found))
                {
                    match.Functions.Add(function, new FunctionMatch(unit, function, found.Unit, found.Function));
                    continue;
                }

                var candidates = statics[name].ToList();
                var same = candidates.Where(pair => match.NewUnitOf.GetValueOrDefault(unit) == pair.Unit).ToList();
                var chosen = same.Count == 1 ? same[0] : same.Count == 0 && candidates.Count == 1 ? candidates[0] : default;
                if (chosen.Unit is null && function.IsStatic && external.TryGetValue(name, out var widened)) chosen = widened;
                if (chosen.Unit is not null) match.Functions.Add(function, new FunctionMatch(unit, function, chosen.Unit, chosen.Function));
            }
        }
    }

    private static void MatchEntities(ProgramMatch match)
    {
        var external = new Dictionary<(string, bool), VersionEntity>();
        var statics = new Dictionary<(VersionUnit, string), VersionEntity>();
        var locals = new Dictionary<(FunctionDefinition, string, int), VersionEntity>();
        foreach (var entity in match.Old.Entities)
        {
            var isFunction = entity.Entity.Kind == EntityKind.Function;
            if (entity.Entity.Function is { } function) locals.TryAdd((function, entity.Entity.Name, Occurrence(entity)), entity);
            else if (entity.Entity.IsStatic) statics.TryAdd((entity.Unit, entity.Entity.Name), entity);
            else external.TryAdd((entity.Entity.Name, isFunction), entity);
        }

        var oldUnitOf = match.NewUnitOf.ToDictionary(pair => pair.Value, pair => pair.Key);
        var oldFunctionOf = match.Functions.Values.GroupBy(pair => pair.New).ToDictionary(group => group.Key, group => group.First().Old);
        foreach (var entity in match.New.Entities)
        {
            if (match.Names.OldVariables.TryGetValue(entity.Number, out var old))
            {
                match.OldEntityOf.Add(entity.Number, old);
                continue;
            }

            if (entity.Entity.Function is { } function)
            {
                if (!oldFunctionOf.TryGetValue(function, out var oldFunction) || !locals.TryGetValue((oldFunction, entity.Entity.Name, Occurrence(entity)), out old)) continue;
            }
            else if (entity.Entity.Definition is { } definition)
            {
                if (!oldFunctionOf.TryGetValue(definition, out var oldFunction)) continue;
                old = match.Old.Entities.First(candidate => candidate.Entity.Definition == oldFunction);
            }
            else if (entity.Entity.IsStatic)
            {
                if (!oldUnitOf.TryGetValue(entity.Unit, out var unit) || !statics.TryGetValue((unit, entity.Entity.Name), out old)) continue;
            }
            else if (!external.TryGetValue((entity.Entity.Name, false), out old))
            {
                continue;
            }

            match.OldEntityOf.Add(entity.Number, old);
        }
    }

    // Static locals of one name in one function, in different blocks.
    private static int Occurrence(VersionEntity entity) =>
        entity.Unit.Analysed.Tree.Entities.TakeWhile(other => other != entity.Entity).Count(other => other.Function == entity.Entity.Function && other.Name == entity.Entity.Name);
}
