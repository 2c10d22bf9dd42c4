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

    /// <summary>Fills the tables of a patch; <paramref name="transformer"/> says where in its text a transformer is.</summary>
    public void WriteTo(PatchFile patch, Func<int, uint> transformer)
    {
        foreach (var pair in _pairs)
        {
            var first = (uint)patch.Parts.Count;
            var parts = Parts(pair).ToList();
            patch.Parts.AddRange(parts.Select(part => new PartEntry((uint)part.Old, (uint)part.New, part.Count, (uint)Number(part.Pair))));
            var target = pair.New.Kind == DataKind.Pointer && pair.Element is { } element ? (uint)Number(element) : Abi.None;
            var hasCode = pair.Change == DataChange.Converted || pair.Arms.Count > 0;
            patch.Types.Add(new TypeEntry(patch.Strings.Add(DataPairs.Display(pair.New)), KindOf(pair), (uint)pair.Old.Size, (uint)pair.New.Size, first, (uint)parts.Count, target,
                hasCode ? transformer(Number(pair)) : Abi.None, (pair.IsSame ? 0 : TypeFlags.Changed) | (HoldsPointers(pair.New) ? TypeFlags.Pointers : 0), (uint)pair.New.Alignment));
        }
    }

    private static TypeEntryKind KindOf(DataPair pair) => pair.Arms.Count > 0 ? TypeEntryKind.Choice : pair.New.Kind switch
    {
        DataKind.Pointer => pair.New.Element!.IsFunction ? TypeEntryKind.Plain : TypeEntryKind.Pointer,
        DataKind.Struct or DataKind.Array => TypeEntryKind.Record,
        DataKind.Union => HoldsPointers(pair.New) || HoldsPointers(pair.Old) ? TypeEntryKind.Unsure : TypeEntryKind.Plain,
        _ => TypeEntryKind.Plain,
    };

    // What has an address: no bit-fields.  A flexible array has as many elements as there is room for.
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
            if (types.New.Kind == DataKind.Array && types.Element is { } item) yield return (field.Old!.Offset, field.New.Offset, types.New.Count == 0 ? Abi.None : (uint)Math.Min(types.Old.Count, types.New.Count), item);
            else yield return (field.Old!.Offset, field.New.Offset, 1, types);
        }
    }
}
