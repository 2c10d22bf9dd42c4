// Types of heap objects: those that the old version allocates, by what its calls of allocators say, and what becomes of them.
//
// If every unit that allocates was compiled with -fupstare-heap=types, the runtime knows of each allocation its type and size,
// and objects of changed types can move.  Otherwise they cannot be found, and a changed type that is allocated is refused.

using UpStare.Compiler.Analysis;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Build;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Generate;

/// <summary>An allocation of the old version.</summary>
public sealed record HeapAllocation(VersionUnit Unit, Allocation Allocation, DataType Element)
{
    /// <summary>Where it is.</summary>
    public string Place => Unit.Place(Allocation.Call.Span.Start);
}

/// <summary>Finds types of heap objects.</summary>
public sealed class HeapTypes
{
    private readonly SortedDictionary<uint, (DataPair Pair, uint NewKey, string Name)> _types = [];

    private HeapTypes()
    {
    }

    /// <summary>Why objects on the heap cannot be carried over.</summary>
    public List<string> Reasons { get; } = [];

    /// <summary>Decides what becomes of heap objects; makes the plan active where some are converted.</summary>
    public static HeapTypes Run(ProgramMatch match, DataPlan plan)
    {
        var result = new HeapTypes();
        var everywhere = match.New.Units.SelectMany(unit => unit.Analysed.Tree.DataDefinitions).Where(type => type.Kind != DataKind.None).ToLookup(type => type.Name);
        // One name can mean different types in different units: a unit's own definition comes first.
        DataType? Own(VersionUnit unit, string name) =>
            match.NewUnitOf.GetValueOrDefault(unit)?.Analysed.Tree.DataDefinitions.FirstOrDefault(type => type.Kind != DataKind.None && type.Name == name);
        DataPair? PairOf(HeapAllocation allocation) =>
            plan.NewTypeOf(allocation.Element, name => Own(allocation.Unit, name) ?? everywhere[name].FirstOrDefault()) is { } after
                ? plan.Pairs.Of(allocation.Element, after, DataPairs.Display(after)) : null;

        foreach (var group in AllocationsOf(match.Old).GroupBy(allocation => (Name: allocation.Allocation.TypeName, Pair: PairOf(allocation))))
        {
            if (group.Key.Pair is { } pair) result.Add(plan, [.. group], pair, NewName(group.Key.Name, group.First().Element, pair.New));
        }

        return result;
    }

    /// <summary>Fills the table of a patch.</summary>
    public void WriteTo(PatchFile patch, DataPlan plan)
    {
        foreach (var (key, type) in _types.Where(type => plan.TypeNumber(type.Value.Pair) != Abi.None)) patch.HeapTypes.Add(new HeapTypeEntry(key, plan.TypeNumber(type.Pair), type.NewKey));
    }

    /// <summary>Gives the types their numbers.</summary>
    public void Collect(DataPlan plan)
    {
        foreach (var type in _types.Values) plan.TypeNumber(type.Pair);
    }

    /// <summary>What a version allocates of types that are known.</summary>
    public static IEnumerable<HeapAllocation> AllocationsOf(ProgramVersion version) =>
        version.Units.SelectMany(unit => unit.Analysed.Tree.Functions.SelectMany(Allocations.In)
            .Where(allocation => allocation.Pointer?.Data?.Element is { Kind: not DataKind.None } && !Allocations.IsScalar(allocation.TypeName))
            .Select(allocation => new HeapAllocation(unit, allocation, allocation.Pointer!.Data!.Element!)));

    private static string NewName(string name, DataType element, DataType after) => name.Replace(element.Name, after.Name, StringComparison.Ordinal);

    private void Add(DataPlan plan, List<HeapAllocation> allocations, DataPair pair, string newName)
    {
        var first = allocations[0];
        var name = first.Allocation.TypeName;
        var unknown = allocations.Where(allocation => !allocation.Unit.Options.HeapTypes).ToList();
        if (pair.Change == DataChange.Refused)
        {
            Reasons.Add($"{first.Place}: objects of '{name}' are allocated on the heap, and their type changed: {pair.Reason}; keep the type, or say in the map what becomes of it");
            return;
        }

        if (pair.Change == DataChange.Converted && unknown.Count > 0)
        {
            var places = string.Join(", ", unknown.Take(4).Select(allocation => allocation.Place)) + (unknown.Count > 4 ? $" and {unknown.Count - 4} more" : "");
            Reasons.Add($"{first.Place}: objects of '{name}', whose layout changed, are allocated on the heap ({places}), and nothing remembers where they are: build the program with -fupstare-heap=types before it is started, or keep the layout");
            return;
        }

        if (unknown.Count > 0 && LeadsTo(first.Element, plan.ChangedNames) is { } target)
        {
            Reasons.Add($"{unknown[0].Place}: objects of '{name}' are allocated on the heap and hold pointers to '{target}', which changed, and nothing remembers where they are: build the program with -fupstare-heap=types before it is started, or keep the layout of '{target}'");
            return;
        }

        if (unknown.Count == allocations.Count) return;
        var key = Allocations.Key(name);
        if (_types.TryGetValue(key, out var other) && (other.Name != name || other.Pair != pair)) Reasons.Add($"{first.Place}: '{name}' and '{other.Name}' on the heap cannot be told apart: give one of them another name");
        _types[key] = (pair, Allocations.Key(newName), name);
        plan.Convert(pair);
    }

    /// <summary>The first of some types that pointers in data of a type lead to; null: none.</summary>
    public static string? LeadsTo(DataType type, IReadOnlySet<string> changed) => type.Kind switch
    {
        DataKind.Pointer => Target(type.Element!) is { } target && changed.Contains(target.Name) ? target.Name : null,
        DataKind.Array => LeadsTo(type.Element!, changed),
        DataKind.Struct or DataKind.Union => type.Fields.Select(field => LeadsTo(field.Type, changed)).FirstOrDefault(name => name is not null),
        _ => null,
    };

    /// <summary>What an array consists of.</summary>
    public static DataType Target(DataType type) => type.Kind == DataKind.Array ? Target(type.Element!) : type;
}
