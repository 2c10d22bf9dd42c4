// How large variables are.  Mostly their type says so; of a struct that ends in an array without a size the initialiser decides,
// and the executable's table of symbols knows:
//
//     struct text { int length; char bytes[]; } note = { 3, "abc" };      ---->      sizeof note == 4, but note has 8 bytes

using UpStare.Compiler.Tree;
using UpStare.PatchGen.Image;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Generate;

/// <summary>Sizes of variables.</summary>
public static class ObjectSizes
{
    /// <summary>Whether data of a type end in an array without a size.</summary>
    public static bool IsOpen(DataType? type) => Last(type) is { } last && (last is { Kind: DataKind.Array, Count: 0 } || IsOpen(last));

    private static DataType? Last(DataType? type) => type is { Kind: DataKind.Struct, Fields.Count: > 0 } ? type.Fields[^1].Type : null;

    /// <summary>The bytes of a variable; null: the symbols do not say.</summary>
    public static long? Of(ProgramVersion version, VersionEntity entity)
    {
        var type = entity.Entity.Type;
        if (!IsOpen(type.Data) || entity.Record is not { } record) return type.Size;
        return version.File.Symbols.Where(symbol => symbol.IsDefined && symbol.Type == Elf.SttObject && symbol.Value == record.Address && symbol.Size >= (ulong)type.Size).Select(symbol => (long?)symbol.Size).FirstOrDefault();
    }

    /// <summary>Why an old variable's elements cannot be the new one's; null: they can.</summary>
    public static string? Reason(ProgramVersion oldVersion, VersionEntity old, ProgramVersion newVersion, VersionEntity @new, DataPair pair)
    {
        if (!IsOpen(pair.Old) && !IsOpen(pair.New)) return null;
        var isInside = IsOpen(Last(pair.Old)) || IsOpen(Last(pair.New)) || IsOpen(pair.Old) != IsOpen(pair.New);
        if (isInside || old.Entity.Kind == EntityKind.ThreadLocal || Of(oldVersion, old) is not { } before || Of(newVersion, @new) is not { } after) return "ends in an array without a size, of which nobody knows how many elements there are";
        if (pair.IsSame) return before == after ? null : $"ends in an array without a size, which has {Elements(pair.Old, before)} elements now and would have {Elements(pair.New, after)}";
        return Elements(pair.Old, before) <= Elements(pair.New, after) ? null : $"ends in an array without a size, which has {Elements(pair.Old, before)} elements now and would have only {Elements(pair.New, after)}";
    }

    private static long Elements(DataType type, long size) =>
        type.Fields[^1] is { Type.Element: { Size: > 0 } element } last ? Math.Max(0, size - last.Offset) / element.Size : 0;
}
