// The table of types that travels in a patch: of what parts data consist in both versions, and where pointers are in
// them and what they lead to.  The runtime finds pointers to objects that move by it, and their new values.

using UpStare.Compiler.Tree;
using UpStare.PatchGen.Build;

namespace UpStare.PatchGen.Generate;

/// <summary>Numbers pairs of types and describes them.</summary>
public sealed class TypeTable
{
    private readonly Dictionary<DataPair, int> _numbers = [];
    private readonly List<DataPair> _pairs = [];

    /// <summary>Pairs by number; what they refer to has a number, too.</summary>
    public IReadOnlyList<DataPair> Pairs => _pairs;

    /// <summary>The number of a pair.</summary>
    public int Number(DataPair pair)
    {
        if (_numbers.TryGetValue(pair, out var known)) return known;
        foreach (var part in Parts(pair)) Number(part.Pair); // parts first; a pointer among them may have led back here
        if (_numbers.TryGetValue(pair, out known)) return known;
        var number = _pairs.Count;
        _numbers.Add(pair, number);
        _pairs.Add(pair);
        if (pair.New.Kind == DataKind.Pointer && pair.Element is { } target) Number(target);
        return number;
    }

    /// <summary>Whether data of a type can hold pointers to data.</summary>
    public static bool HoldsPointers(DataType type) => type.Kind switch
    {
        DataKind.Pointer => !type.Element!.IsFunction,
        DataKind.Array => HoldsPointers(type.Element!),
        DataKind.Struct or DataKind.Union => type.Fields.Any(field => HoldsPointers(field.Type)),
        _ => false,
    };

    /// <summary>Of which types there are arrays whose length the map says elsewhere than in a field.</summary>
    public HashSet<DataPair> Counted { get; } = [];

    /// <summary>Fills the tables of a patch; <paramref name="place"/> says where in its text a function is.</summary>
    public void WriteTo(PatchFile patch, Func<string, uint> place)
    {
        Counted.UnionWith(_pairs.SelectMany(DataLengths.Of).Where(field => field.New.Type.Kind == DataKind.Pointer).Select(field => field.Pair!.Element!));
        foreach (var pair in _pairs)
        {
            var lengths = (uint)patch.Lengths.Count;
            patch.Lengths.AddRange(DataLengths.Of(pair).Select((field, i) => new LengthEntry(field.New.Type.Kind == DataKind.Pointer ? (uint)Number(field.Pair!.Element!) : Abi.None, place(DataTransformers.LengthSymbol(Number(pair), i)))));
            var first = (uint)patch.Parts.Count;
            var parts = Parts(pair).ToList();
            patch.Parts.AddRange(parts.Select(part => new PartEntry((uint)part.Old, (uint)part.New, part.Count, (uint)Number(part.Pair))));
            var target = pair.New.Kind == DataKind.Pointer && pair.Element is { } element ? (uint)Number(element) : Abi.None;
            var hasCode = pair.Change == DataChange.Converted || pair.Arms.Count > 0;
            patch.Types.Add(new TypeEntry(patch.Strings.Add(DataPairs.Display(pair.New)), KindOf(pair), (uint)pair.Old.Size, (uint)pair.New.Size, first, (uint)parts.Count, target,
                hasCode ? place(DataTransformers.Symbol(Number(pair))) : Abi.None, FlagsOf(pair), (uint)pair.New.Alignment, lengths, (uint)patch.Lengths.Count - lengths));
        }
    }

    private TypeFlags FlagsOf(DataPair pair) => (pair.IsSame ? 0 : TypeFlags.Changed) | (HoldsPointers(pair.New) ? TypeFlags.Pointers : 0) | (HasLengths(pair) ? TypeFlags.Lengths : 0) | (Counted.Contains(pair) ? TypeFlags.Counted : 0);

    /// <summary>Whether data of a type have pointers with a length, in parts of it, too.</summary>
    public static bool HasLengths(DataPair pair) => DataLengths.Of(pair).Any() || Parts(pair).Any(part => HasLengths(part.Pair));

    private static TypeEntryKind KindOf(DataPair pair) => pair.Arms.Count > 0 ? TypeEntryKind.Choice : pair.New.Kind switch
    {
        DataKind.Pointer => pair.New.Element!.IsFunction ? TypeEntryKind.Plain : TypeEntryKind.Pointer,
        DataKind.Struct or DataKind.Array => TypeEntryKind.Record,
        DataKind.Union => HoldsPointers(pair.New) || HoldsPointers(pair.Old) ? TypeEntryKind.Unsure : TypeEntryKind.Plain,
        _ => TypeEntryKind.Plain,
    };

    // What has an address: no bit-fields.  A flexible array has as many elements as there is room for.  One that has lost elements is a part as a whole: where it ended
    // is known by its old size.
    private static IEnumerable<(long Old, long New, uint Count, DataPair Pair)> Parts(DataPair pair)
    {
        foreach (var arm in pair.Arms) yield return (0, 0, 1, arm.Pair);
        if (pair.New.Kind == DataKind.Array && pair.Element is { } element)
        {
            yield return (0, 0, (uint)Math.Min(pair.Old.Count, pair.New.Count), element);
            yield break;
        }

        foreach (var field in pair.Fields.Where(field => field.Old is { BitWidth: < 0 } && field.New.BitWidth < 0 && field.Pair!.Change != DataChange.Refused))
        {
            var types = field.Pair!;
            if (types.New.Kind == DataKind.Array && types.Element is { } item && (types.New.Count == 0 || types.New.Count >= types.Old.Count)) yield return (field.Old!.Offset, field.New.Offset, types.New.Count == 0 ? Abi.None : (uint)types.Old.Count, item);
            else yield return (field.Old!.Offset, field.New.Offset, 1, types);
        }
    }
}
