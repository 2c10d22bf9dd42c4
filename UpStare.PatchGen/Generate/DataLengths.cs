// How many elements pointers lead to, where the map says so (`length`): of which fields, and why an array cannot be carried over.
//
// The runtime is told of those arrays only that an update can concern: of data that change, or hold pointers.

using UpStare.Compiler.Tree;
using UpStare.PatchGen.Map;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Generate;

/// <summary>Lengths of arrays.</summary>
public static class DataLengths
{
    /// <summary>The fields of a struct whose length is known and matters: pointers, and an array without a size.</summary>
    public static IEnumerable<FieldPair> Of(DataPair pair) => pair.Change == DataChange.Refused ? [] : pair.Fields.Where(field =>
        field is { Length: not null, Old.BitWidth: < 0, New.BitWidth: < 0, Pair.Change: not DataChange.Refused } && (field.New.Type.Kind == DataKind.Pointer ? Matters(field.Pair.Element) : IsOpen(field)));

    /// <summary>Whether an array of a type can be concerned by an update.</summary>
    public static bool Matters(DataPair? element) => element is not null && (!element.IsSame || TypeTable.HoldsPointers(element.New));

    /// <summary>Why lengths of the map's cannot be heeded.</summary>
    public static IEnumerable<string> Reasons(ProgramMatch match) =>
        match.Data.Types.Pairs.SelectMany(pair => pair.Fields.Where(field => field.Length is not null).Select(field => ReasonOf(field)))
            .Concat(match.Data.Lengths.Select(item => Reason(item.Element, item.Statement))).OfType<string>();

    private static string? ReasonOf(FieldPair field) => (field.Old, field.New.Type.Kind) switch
    {
        (null, _) => $"{field.Length!.Place}: '{field.Length.Target}' is new: there is nothing yet whose length that could be",
        (_, DataKind.Pointer) when field.Pair!.Change != DataChange.Refused => Reason(field.Pair.Element, field.Length!),
        _ => null,
    };

    /// <summary>Why arrays of a type cannot be carried over; null: they can.</summary>
    public static string? Reason(DataPair? element, LengthStatement statement)
    {
        var what = $"{statement.Place}: what '{statement.Target}' points to";
        if (element is null) return $"{what} has no type in one of the versions";
        if (element.Change == DataChange.Refused) return $"{what} cannot be carried over: {element.Reason}; keep the type, or say in the map what becomes of it";
        if (Matters(element) && (element.Old.Size == 0 || element.New.Size == 0)) return $"{what} is of a type that is not known in full: {DataPairs.Display(element.New)}";
        if (!Matters(element) || !ObjectSizes.IsOpen(element.Old)) return null;
        return element.Fields is [.., { Length: not null } last] && IsOpen(last) ? null : $"{what} ends in an array without a size: say in the map how long that is, too (length field {DataPairs.Display(element.New)}.{element.New.Fields[^1].Name} = ...)";
    }

    private static bool IsOpen(FieldPair field) => field is { New.Type: { Kind: DataKind.Array, Count: 0 }, Old.Type: { Kind: DataKind.Array, Count: 0 } };
}
