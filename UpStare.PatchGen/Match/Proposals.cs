// What looks as if it had been renamed: something that is gone, and something new that is much like it.  Nothing follows from a
// proposal; it stands in the report and in suggested maps, and counts when the user's map says so.
//
//   functions    bodies that share most words
//   variables    the same type, in units that belong together, used by the same functions
//   types        structs whose fields are mostly the same
//   constants    of an enumeration that changed: the same value
//   fields       of a struct that changed: the same type, at the same place or the only one of that type
//   locals       a value that is missing, and an old variable of the same type that nothing in the new version takes over

using UpStare.Compiler.Tree;
using UpStare.PatchGen.Generate;

namespace UpStare.PatchGen.Match;

/// <summary>Something that may have another name now.</summary>
/// <param name="Kind">What it is, as the map calls it.</param>
/// <param name="Old">Its old name, as the map writes it.</param>
/// <param name="New">Its new name, as the map writes it.</param>
/// <param name="Why">What speaks for it.</param>
public sealed record Proposal(string Kind, string Old, string New, string Why)
{
    /// <summary>The statement of a map that says so.</summary>
    public string Statement => $"{Kind} {Old} -> {New}";
}

/// <summary>Finds likely renames.</summary>
public static class Proposals
{
    private const double Similar = 0.6;

    /// <summary>All proposals for two versions.</summary>
    public static IReadOnlyList<Proposal> Run(ProgramMatch match) => [.. Functions(match), .. Variables(match), .. Types(match), .. Constants(match), .. Fields(match)];

    /// <summary>An old variable whose value a missing one could be.</summary>
    public static Proposal? Local(ContinuationPoint old, VariableOrigin missing, IReadOnlyList<VariableOrigin> origins)
    {
        if (missing.Variable.IsTemporary) return null;
        var free = old.Variables.Where(local => !local.IsTemporary && TypeNames.AreSame(local.Type, missing.Variable.Type) && origins.All(origin => origin.Source != local)).ToList();
        return free.Count != 1 ? null : new Proposal("local", $"{old.Function.Declaration.Name}.{free[0].Name}", missing.Variable.Name, $"of the same type ({free[0].Type.Spelling}), and otherwise lost");
    }

    private static IEnumerable<Proposal> Functions(ProgramMatch match)
    {
        var taken = match.Functions.Values.Select(pair => pair.New).ToHashSet();
        var gone = All(match.Old).Where(f => !match.Functions.ContainsKey(f.Function)).Select(f => (f.Function, Text: match.Texts.Of(f.Unit.Analysed.Source, f.Function.Span))).ToList();
        var added = All(match.New).Where(f => !taken.Contains(f.Function)).Select(f => (f.Function, Text: match.Texts.Of(f.Unit.Analysed.Source, f.Function.Span))).ToList();
        return Best(gone, added, (a, b) => a.Text.SimilarityTo(b.Text)).Select(pair => new Proposal("function", pair.Old.Function.Declaration.Name, pair.New.Function.Declaration.Name, $"{pair.Similarity:P0} of the words are the same"));
    }

    private static IEnumerable<(VersionUnit Unit, FunctionDefinition Function)> All(ProgramVersion version) =>
        version.Units.SelectMany(unit => unit.Analysed.Tree.Functions.Where(function => !function.IsSystemInline).Select(function => (unit, function)));

    private static IEnumerable<Proposal> Variables(ProgramMatch match)
    {
        var taken = match.OldEntityOf.Values.ToHashSet();
        var gone = match.Old.Entities.Where(entity => entity.Entity.Kind != EntityKind.Function && !taken.Contains(entity)).Select(entity => (Entity: entity, Users: entity.Unit.Users[entity.Entity].Select(user => match.Functions.GetValueOrDefault(user)?.New).OfType<FunctionDefinition>().ToHashSet())).ToList();
        var added = match.New.Entities.Where(entity => entity.Entity.Kind != EntityKind.Function && !match.OldEntityOf.ContainsKey(entity.Number)).Select(entity => (Entity: entity, Users: entity.Unit.Users[entity.Entity].ToHashSet())).ToList();
        return Best(gone, added, (a, b) => match.NewUnitOf.GetValueOrDefault(a.Entity.Unit) == b.Entity.Unit && TypeNames.AreSame(a.Entity.Entity.Type, b.Entity.Entity.Type) ? Shared(a.Users, b.Users) : 0)
            .Select(pair => new Proposal("variable", pair.Old.Entity.Entity.QualifiedName, pair.New.Entity.Entity.QualifiedName, "it has the same type and is used by the same functions"));
    }

    private static IEnumerable<Proposal> Types(ProgramMatch match)
    {
        var (old, @new) = (Definitions(match.Old), Definitions(match.New));
        return Best([.. old.Values.Where(type => !@new.ContainsKey(type.Name))], [.. @new.Values.Where(type => !old.ContainsKey(type.Name))],
                (a, b) => a.Kind == b.Kind ? Shared(Fields(a), Fields(b)) : 0)
            .Select(pair => new Proposal("type", pair.Old.Name, pair.New.Name, "most of its fields are the same"));
    }

    private static HashSet<string> Fields(DataType type) => [.. type.Fields.Select(field => $"{field.Name} {DataPairs.Display(field.Type)}"), .. type.Constants.Select(constant => constant.Name)];

    private static IEnumerable<Proposal> Constants(ProgramMatch match)
    {
        foreach (var pair in match.Data.Changed.DistinctBy(pair => pair.New.Name).Where(pair => pair.New.Kind == DataKind.Enumeration))
        {
            var gone = pair.Old.Constants.Where(constant => pair.New.Constants.All(other => other.Name != constant.Name));
            var added = pair.New.Constants.Where(constant => pair.Old.Constants.All(other => other.Name != constant.Name)).ToList();
            foreach (var constant in gone)
            {
                if (added.Where(other => other.Value == constant.Value).ToList() is [var twin]) yield return new Proposal("constant", constant.Name, twin.Name, "it has the same value");
            }
        }
    }

    /// <summary>The structs, unions and enumerations that a program's own files define, by name.</summary>
    internal static Dictionary<string, DataType> Definitions(ProgramVersion version) =>
        version.Units.SelectMany(unit => unit.Analysed.Tree.DataDefinitions).Where(type => type.IsDefinition && !type.IsUnnamed && !type.IsSystem).DistinctBy(type => type.Name).ToDictionary(type => type.Name);

    private static IEnumerable<Proposal> Fields(ProgramMatch match)
    {
        foreach (var pair in match.Data.Changed.DistinctBy(pair => pair.New.Name).Where(pair => pair.New.Kind == DataKind.Struct))
        {
            var added = pair.Fields.Where(field => field.Old is null && field.New.Name.Length > 0).Select(field => field.New).ToList();
            var gone = pair.Old.Fields.Where(field => field.Name.Length > 0 && pair.Fields.All(other => other.Old != field)).ToList();
            foreach (var field in added)
            {
                var like = gone.Where(other => DataPairs.Display(other.Type) == DataPairs.Display(field.Type)).ToList();
                var twin = like.Count == 1 ? like[0] : like.FirstOrDefault(other => other.BitOffset == field.BitOffset);
                if (twin is not null && added.Count(other => DataPairs.Display(other.Type) == DataPairs.Display(field.Type)) == 1) yield return new Proposal("field", $"{pair.Old.Name}.{twin.Name}", field.Name, "it has the same type");
            }
        }
    }

    private static double Shared<T>(HashSet<T> a, HashSet<T> b) => a.Count + b.Count == 0 ? 0 : 2.0 * a.Count(b.Contains) / (a.Count + b.Count);

    // Pairs each of which is the other's best.
    private static IEnumerable<(TItem Old, TItem New, double Similarity)> Best<TItem>(IReadOnlyList<TItem> old, IReadOnlyList<TItem> @new, Func<TItem, TItem, double> similarity)
    {
        var pairs = new List<(int Old, int New, double Similarity)>();
        for (var i = 0; i < old.Count; i++)
        {
            for (var j = 0; j < @new.Count; j++)
            {
                if (similarity(old[i], @new[j]) is >= Similar and var value) pairs.Add((i, j, value));
            }
        }

        return pairs.Where(pair => pairs.All(other => other == pair || (other.Old != pair.Old && other.New != pair.New) || other.Similarity < pair.Similarity)).Select(pair => (old[pair.Old], @new[pair.New], pair.Similarity));
    }
}
