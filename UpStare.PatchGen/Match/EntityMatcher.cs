// Matches variables (and, for their addresses, functions).
//
//   1. what the map says
//   2. external variables by name; static ones by unit and name; in matched units a variable may become static or external
//   3. static locals by function and name; several of one name (in different blocks) in order, if there are as many as before, else
//      those that are declared in the same words
//   4. a static variable that is in another unit now (moved): by name, where it is the only one left of that name on both
//      sides, has the same type, and a function that uses it has a twin that uses it
// A variable that only looks as if it were another one is new: Proposals says so.

using UpStare.Compiler.Tree;

namespace UpStare.PatchGen.Match;

/// <summary>Matches entities.</summary>
public sealed class EntityMatcher
{
    private readonly ProgramMatch _match;
    private readonly HashSet<VersionEntity> _taken = [];
    private readonly Dictionary<FunctionDefinition, FunctionDefinition> _oldFunctionOf;

    private EntityMatcher(ProgramMatch match)
    {
        _match = match;
        _oldFunctionOf = match.Functions.Values.ToDictionary(pair => pair.New, pair => pair.Old);
    }

    /// <summary>Fills <see cref="ProgramMatch.OldEntityOf"/>.</summary>
    public static void Run(ProgramMatch match)
    {
        var matcher = new EntityMatcher(match);
        foreach (var (number, old) in match.Names.OldVariables) matcher.Add(match.New.Entities[number], old);
        matcher.MatchFunctions();
        matcher.MatchLabels();
        matcher.MatchExternal();
        matcher.MatchInUnits();
        matcher.MatchStaticLocals();
        matcher.MatchMoved();
    }

    private void MatchFunctions()
    {
        var old = _match.Old.Entities.Where(entity => entity.Entity.Definition is not null).ToDictionary(entity => entity.Entity.Definition!);
        foreach (var entity in Free().Where(entity => entity.Entity.Definition is not null))
        {
            if (_oldFunctionOf.TryGetValue(entity.Entity.Definition!, out var function) && old.TryGetValue(function, out var twin)) Add(entity, twin);
        }
    }

    // By name: what a label is for is what it is called.
    private void MatchLabels()
    {
        var old = _match.Old.Entities.Where(entity => entity.Entity.IsLabel).ToDictionary(entity => (entity.Entity.Function!, entity.Entity.Name));
        foreach (var entity in Free().Where(entity => entity.Entity.IsLabel).ToList())
        {
            if (_oldFunctionOf.TryGetValue(entity.Entity.Function!, out var function) && old.TryGetValue((function, entity.Entity.Name), out var twin)) Add(entity, twin);
        }
    }

    private void MatchExternal()
    {
        var old = OldVariables().Where(entity => !entity.Entity.IsStatic).GroupBy(entity => entity.Entity.Name).ToDictionary(group => group.Key, group => group.First());
        foreach (var entity in FreeVariables().Where(entity => !entity.Entity.IsStatic))
        {
            // A common variable that several units define is one variable.
            if (old.TryGetValue(entity.Entity.Name, out var twin)) _match.OldEntityOf.Add(entity.Number, twin);
        }

        _taken.UnionWith(_match.OldEntityOf.Values);
    }

    private void MatchInUnits()
    {
        var oldUnitOf = _match.NewUnitOf.ToDictionary(pair => pair.Value, pair => pair.Key);
        var old = OldVariables().Where(entity => entity.Entity.Function is null).GroupBy(entity => (entity.Unit, entity.Entity.Name)).ToDictionary(group => group.Key, group => group.First());
        foreach (var entity in FreeVariables().Where(entity => entity.Entity.Function is null))
        {
            if (oldUnitOf.TryGetValue(entity.Unit, out var unit) && old.TryGetValue((unit, entity.Entity.Name), out var twin)) Add(entity, twin);
        }
    }

    private void MatchStaticLocals()
    {
        var old = OldVariables().Where(entity => entity.Entity.Function is not null).ToLookup(entity => (entity.Entity.Function!, entity.Entity.Name));
        foreach (var group in FreeVariables().Where(entity => entity.Entity.Function is not null).ToLookup(entity => (entity.Entity.Function!, entity.Entity.Name)))
        {
            if (!_oldFunctionOf.TryGetValue(group.Key.Item1, out var function)) continue;
            var (theirs, mine) = (old[(function, group.Key.Name)].Where(entity => !_taken.Contains(entity)).ToList(), group.ToList());
            if (theirs.Count == mine.Count) MatchInOrder(theirs, mine);
            else MatchByDeclaration(theirs, mine);
        }
    }

    private void MatchInOrder(List<VersionEntity> old, List<VersionEntity> @new)
    {
        foreach (var (a, b) in old.Zip(@new)) Add(b, a);
    }

    private void MatchByDeclaration(List<VersionEntity> old, List<VersionEntity> @new)
    {
        var declarations = old.ToLookup(Declaration);
        foreach (var group in @new.GroupBy(Declaration).Where(group => group.Count() == 1 && declarations[group.Key].Count() == 1).ToList()) Add(group.Single(), declarations[group.Key].Single());
        // What is left could be any of them: one value must not go to the wrong variable.
        var left = @new.Where(entity => !_match.OldEntityOf.ContainsKey(entity.Number)).ToList();
        var rest = old.Where(entity => !_taken.Contains(entity)).ToList();
        if (rest.Count > 0 && left.Count > 0) _match.Ambiguities.AddRange(left.Select(entity => $"{entity.Place}: '{entity.Entity.QualifiedName}' is one of {rest.Count + _match.OldEntityOf.Values.Count(old.Contains)} static variables of that name before ({string.Join(", ", rest.Select(other => other.Place))}) and of {@new.Count} now; which is which cannot be told: give it another name, and say in the map which one it was"));
    }

    private static string Declaration(VersionEntity entity) => SourceWords.Of(entity.Unit.Analysed.Source, entity.Entity.Sites[0].Statement);

    private void MatchMoved()
    {
        var left = OldVariables().Where(entity => entity.Entity.Function is null).ToLookup(entity => entity.Entity.Name);
        foreach (var group in FreeVariables().Where(entity => entity.Entity.Function is null).ToLookup(entity => entity.Entity.Name))
        {
            if (group.Count() != 1 || left[group.Key].Count() != 1) continue;
            var (old, @new) = (left[group.Key].Single(), group.Single());
            if (TypeNames.AreSame(old.Entity.Type, @new.Entity.Type) && HaveCommonUsers(old, @new)) Add(@new, old);
        }
    }

    private bool HaveCommonUsers(VersionEntity old, VersionEntity @new)
    {
        var users = @new.Unit.Users[@new.Entity].ToHashSet();
        return old.Unit.Users[old.Entity].Any(user => _match.Functions.TryGetValue(user, out var pair) && users.Contains(pair.New));
    }

    private IEnumerable<VersionEntity> Free() => _match.New.Entities.Where(entity => !_match.OldEntityOf.ContainsKey(entity.Number));

    private List<VersionEntity> FreeVariables() => [.. Free().Where(entity => entity.Entity.Kind != EntityKind.Function)];

    private IEnumerable<VersionEntity> OldVariables() => _match.Old.Entities.Where(entity => entity.Entity.Kind != EntityKind.Function && !_taken.Contains(entity));

    private void Add(VersionEntity @new, VersionEntity old)
    {
        if (_taken.Add(old)) _match.OldEntityOf.Add(@new.Number, old);
    }
}
