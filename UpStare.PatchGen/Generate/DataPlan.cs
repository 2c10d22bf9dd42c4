// What happens to data in an update: which variables move, which types the runtime must know for that, and the source of
// the data transformers.  Everything here is decided before the patch is compiled.

using UpStare.Compiler.Tree;
using UpStare.PatchGen.Build;
using UpStare.PatchGen.Map;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Generate;

/// <summary>The data part of a patch.</summary>
public sealed class DataPlan
{
    private readonly ProgramMatch _match;
    private readonly IDataMap _map;

    /// <summary>A plan that knows the types of both versions.</summary>
    public DataPlan(ProgramMatch match)
    {
        _match = match;
        _map = new MapOfData(match.Map);
        var (old, @new) = (Definitions(match.Old), Definitions(match.New));
        Pairs = new DataPairs(_map, type => Complete(type, old), type => Complete(type, @new));
    }

    /// <summary>Pairs of types.</summary>
    public DataPairs Pairs { get; }

    /// <summary>The types that the runtime will know.</summary>
    public TypeTable Types { get; } = new();

    /// <summary>Lengths that the map says of variables and locals, with the types of the elements.</summary>
    public List<(DataPair? Element, LengthStatement Statement)> Lengths { get; } = [];

    /// <summary>Types of heap objects.</summary>
    public HeapTypes Heap => field ??= HeapTypes.Run(_match, this);

    /// <summary>Whether data of any type that is known somewhere changed; if not, the runtime needs to know nothing of types.</summary>
    public bool IsActive { get; private set; }

    /// <summary>The pair of an old variable's type and a new one's; null where one of them is not described.</summary>
    public DataPair? PairOf(CType old, CType @new, string place) => DataOf(old) is { } before && DataOf(@new) is { } after ? Pairs.Of(before, after, place) : null;

    /// <summary>The pair of a new type with the old type of its name; null: there is none.</summary>
    public DataPair? PairWithOld(CType @new)
    {
        if (DataOf(@new) is not { } after) return null;
        _oldDefinitions ??= _match.Old.Units.SelectMany(unit => unit.Analysed.Tree.DataDefinitions).Where(type => type.Kind != DataKind.None).ToLookup(type => type.Name);
        return TypeOf(after, name => _oldDefinitions[_map.OldTypeName(name)].FirstOrDefault()) is { } before ? Pairs.Of(before, after, "") : null;
    }

    private ILookup<string, DataType>? _oldDefinitions;

    /// <summary>Named types of the new version that are not what they were.</summary>
    public IReadOnlyList<DataPair> Changed => field ??= [.. ChangedTypes()];

    /// <summary>What they were called.</summary>
    public IReadOnlySet<string> ChangedNames => field ??= Changed.Select(pair => pair.Old.Name).ToHashSet();

    /// <summary>The first changed type that a spelling names; null: none.</summary>
    public string? ChangedIn(string spelling) => Changed.Select(pair => pair.New.Name).FirstOrDefault(name => spelling.Contains(name, StringComparison.Ordinal));

    // Types that passes make up: pointers may lead anywhere.
    private static DataType? DataOf(CType type) =>
        type.Data ?? (type.IsPointer ? AnyPointer : null);

    private static readonly DataType AnyPointer = new() { Kind = DataKind.Pointer, Name = "void *", Size = 8, Alignment = 8, Element = new DataType { Kind = DataKind.None, Name = "void" } };

    private IEnumerable<DataPair> ChangedTypes()
    {
        foreach (var (old, @new) in _match.NewUnitOf.Where(pair => pair.Key != pair.Value))
        {
            var definitions = old.Analysed.Tree.DataDefinitions.DistinctBy(type => type.Name).ToDictionary(type => type.Name);
            foreach (var type in @new.Analysed.Tree.DataDefinitions)
            {
                if (definitions.TryGetValue(type.Name, out var before) && Pairs.Of(before, type, type.Name) is { IsSame: false } pair) yield return pair;
            }
        }
    }

    /// <summary>The number that a move or variable carries: of a type that is converted, or can hold pointers to what moves.</summary>
    public uint TypeNumber(DataPair? pair) =>
        pair is not null && (pair.Change == DataChange.Converted || TypeTable.HoldsPointers(pair.New)) ? (uint)Types.Number(pair) : Abi.None;

    /// <summary>Remembers that data of a type are converted somewhere.</summary>
    public void Convert(DataPair pair)
    {
        IsActive |= pair.Change == DataChange.Converted;
        Types.Number(pair);
    }

    /// <summary>Gives every type that variables and frames need its number.</summary>
    public void Collect(IReadOnlyList<EntityBinding> bindings)
    {
        foreach (var binding in bindings.Where(binding => binding.MovedFrom is not null)) Convert(binding.Data!);
        Heap.Collect(this);
        foreach (var point in _match.Old.Units.SelectMany(unit => unit.Analysed.Points)) StackTransformers.For(_match, point, new ConstantPool());
        foreach (var group in _match.Groups) StackTransformers.For(_match, group, new ConstantPool());
        foreach (var binding in bindings.Where(binding => binding.Data is not null)) Types.Number(binding.Data!);
        // A pointer may lead to data of a changed type that nobody knows of: in memory that the program manages itself.
        IsActive |= Types.Pairs.Any(pair => !pair.IsSame) || bindings.Any(binding => binding.MovedFrom is not null);
    }

    /// <summary>What an old type is called and made of in the new version, where <paramref name="definition"/> finds types by name; null: there is no such type.</summary>
    public DataType? NewTypeOf(DataType old, Func<string, DataType?> definition) => TypeOf(old, name => definition(_map.NewTypeName(name)));

    // What a type of one version is called and made of in the other.
    private static DataType? TypeOf(DataType old, Func<string, DataType?> other)
    {
        switch (old.Kind)
        {
            case DataKind.Pointer:
                return old.Element!.Kind == DataKind.None ? old : TypeOf(old.Element, other) is { } target ? new DataType { Kind = DataKind.Pointer, Name = target.Name + " *", Size = 8, Alignment = 8, Element = target } : null;
            case DataKind.Array:
                return TypeOf(old.Element!, other) is { } element ? new DataType { Kind = DataKind.Array, Name = old.Name, Size = element.Size * old.Count, Alignment = element.Alignment, Element = element, Count = old.Count } : null;
            case DataKind.Struct or DataKind.Union or DataKind.Enumeration:
                return other(old.Name);
            default:
                return old;
        }
    }

    /// <summary>The source of the data transformers; null when there are none.</summary>
    public string? Source() => IsActive
        ? DataTransformers.Write(_map, Constants(_match.Old), _match.Old.File.Name, _match.New.File.Name, Types.Pairs.Select((pair, number) => (pair, number)).Where(item => item.pair.Change == DataChange.Converted || item.pair.Arms.Count > 0 || DataLengths.Of(item.pair).Any()))
        : null;

    // Enumerators that mean one thing in the whole program.
    private static Dictionary<string, long> Constants(ProgramVersion version) =>
        version.Units.SelectMany(unit => unit.Analysed.Tree.DataDefinitions).SelectMany(type => type.Constants).Distinct().GroupBy(constant => constant.Name).Where(group => group.Count() == 1).ToDictionary(group => group.Key, group => group.First().Value);

    // Definitions by name, of those names that mean one thing in the whole program.
    private static Dictionary<string, DataType?> Definitions(ProgramVersion version)
    {
        var result = new Dictionary<string, DataType?>();
        foreach (var type in version.Units.SelectMany(unit => unit.Analysed.Tree.DataDefinitions).Where(type => !type.IsUnnamed && type.Kind != DataKind.None))
        {
            if (!result.TryGetValue(type.Name, out var known)) result.Add(type.Name, type);
            else if (known is not null && (known.Size != type.Size || known.Fields.Count != type.Fields.Count)) result[type.Name] = null;
        }

        return result;
    }

    // A unit that only declares a struct means the one that another defines.
    private static DataType Complete(DataType type, Dictionary<string, DataType?> definitions) =>
        type.Kind == DataKind.None && !type.IsFunction && definitions.GetValueOrDefault(type.Name) is { } definition ? definition : type;
}
