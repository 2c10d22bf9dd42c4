// Pairs the data of two versions: is a type the same, can data of it be converted, or not, and why.
//
//   scalars    the same, wider or otherwise exact: by themselves; narrower: where the map allows it; complex numbers like their parts
//   pointers   bits stay; what they lead to is a pair of its own; what a pointer to anything leads to the map may say
//   enums      by constant name; values that kept their meaning need no conversion
//   arrays     longer: the prefix is kept; shorter: where the map allows it
//   structs    field by field, by name; unnamed structs inside count as fields of the one around them
//   unions     the bytes are kept where every old member is still there as it was; there may be more of them now; else the map
//              says which member holds the value
//
// A pair is one object, whichever units or variables asked for it: the runtime knows types by it.

using UpStare.Compiler.Tree;
using UpStare.PatchGen.Map;

namespace UpStare.PatchGen.Generate;

/// <summary>What an update means for data of a type.</summary>
public enum DataChange
{
    /// <summary>The bytes stay as they are.</summary>
    Same,

    /// <summary>A transformer makes new data of the old.</summary>
    Converted,

    /// <summary>Nobody knows what the new data should be.</summary>
    Refused,
}

/// <summary>A field of the new version with what it is made of.</summary>
/// <param name="New">The field.</param>
/// <param name="Old">The old field; null: it is new.</param>
/// <param name="Pair">Their types; null: it is new.</param>
public sealed record FieldPair(DataField New, DataField? Old, DataPair? Pair)
{
    /// <summary>What the map says it is made of instead.</summary>
    public MapExpression? Value { get; init; }

    /// <summary>How many elements it leads to, or is, as the map says.</summary>
    public LengthStatement? Length { get; init; }
}

/// <summary>A type of the old version and what it is in the new one.</summary>
public sealed class DataPair(DataType old, DataType @new)
{
    /// <summary>The old type.</summary>
    public DataType Old { get; } = old;

    /// <summary>The new type.</summary>
    public DataType New { get; } = @new;

    /// <summary>What happens to data of it.</summary>
    public DataChange Change { get; set; }

    /// <summary>Why they are refused.</summary>
    public string Reason { get; set; } = "";

    /// <summary>What pointers lead to, what arrays consist of; null: anything, and for functions.</summary>
    public DataPair? Element { get; set; }

    /// <summary>Fields of a struct in the order of the new version.</summary>
    public List<FieldPair> Fields { get; } = [];

    /// <summary>Of a union in a struct: which member holds the value, as the map says; empty: it does not say.</summary>
    public List<ArmPair> Arms { get; } = [];

    /// <summary>The old struct that such a union is in.</summary>
    public DataType? Record { get; init; }

    /// <summary>A conversion that can lose something: the transformer checks every value.</summary>
    public bool IsNarrowing { get; set; }

    /// <summary>Old and new data have the same bytes.</summary>
    public bool IsSame => Change == DataChange.Same;
}

/// <summary>A member of a union, with what it is made of, and when the union holds it.</summary>
/// <param name="Member">The member of the new version.</param>
/// <param name="Pair">The types.</param>
/// <param name="Condition">A condition on the old struct; null: otherwise.</param>
public sealed record ArmPair(DataField Member, DataPair Pair, MapExpression? Condition);

/// <summary>Pairs types.</summary>
public sealed class DataPairs(IDataMap map, Func<DataType, DataType> completeOld, Func<DataType, DataType> completeNew)
{
    private readonly Dictionary<(int Old, int New, bool Narrows, string? Said), DataPair> _pairs = [];
    private readonly Dictionary<DataType, int> _keys = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, int> _numbers = [];

    /// <summary>The pair of two types; <paramref name="place"/> is how the map would name what is converted: <c>variable</c>, <c>type.field</c>.</summary>
    public DataPair Of(DataType old, DataType @new, string place) =>
        (map.IsOpaque(place) || map.IsOpaque(completeNew(@new).Name)) && completeOld(old).Size == completeNew(@new).Size && completeOld(old) is { Size: > 0 } whole
            ? Of(Bytes(whole.Size), Bytes(whole.Size), place, narrows: false)
            : Of(old, @new, place, map.AllowsNarrowing(place));

    private DataPair Of(DataType old, DataType @new, string place, bool narrows)
    {
        (old, @new) = (completeOld(old), completeNew(@new));
        // What stays as it is is one type wherever it occurs: by that a pointer finds the element of an array that may become shorter.
        narrows &= !@new.IsDefinition && !old.IsDefinition && Key(old) != Key(@new);
        var pointee = @new.IsDefinition ? null : map.Pointee(place);
        // What has no name of its own is known by its place, where the map says something of it.
        var key = (Key(old), Key(@new), narrows, @new is { IsDefinition: true, IsUnnamed: true } && map.SaysOfFields(place) ? place : pointee);
        if (_pairs.TryGetValue(key, out var known)) return known;
        var pair = new DataPair(old, @new);
        _pairs.Add(key, pair);
        Fill(pair, place, narrows, pointee);
        return pair;
    }

    /// <summary>The name of a type without what makes it unique in a file.</summary>
    public static string Display(DataType type) => type.Kind switch
    {
        DataKind.Pointer => type.Element!.Kind == DataKind.None && type.Element.IsFunction ? type.Name : $"{Display(type.Element!)} *",
        DataKind.Array => $"{Display(type.Element!)}[{type.Count}]",
        _ => type.IsUnnamed ? $"unnamed {(type.Kind == DataKind.Union ? "union" : type.Kind == DataKind.Enumeration ? "enum" : "struct")}" : type.Name,
    };

    // Definitions of one name in several units are one type if they say the same: equal ones have equal numbers. What a type consists of goes by its
    // number, so what is said of it is short: every unit of a large program has the types of all headers.
    private int Key(DataType type)
    {
        if (_keys.TryGetValue(type, out var known)) return known;
        var text = type.Kind switch
        {
            DataKind.Pointer => Reference(type.Element!) + " *",
            DataKind.Array => $"#{Key(type.Element!)} [{type.Count}]",
            DataKind.Struct or DataKind.Union => $"{Name(type)} {type.Size} {{ {string.Join("; ", type.Fields.Select(f => $"{f.Name} {f.BitOffset} {f.BitWidth} {(f.Type.Kind == DataKind.Pointer ? Reference(f.Type) : $"#{Key(f.Type)}")}"))} }}",
            DataKind.Enumeration => $"{Name(type)} {type.Size} {{ {string.Join(", ", type.Constants)} }}",
            _ => type.Name,
        };
        if (!_numbers.TryGetValue(text, out var number)) _numbers.Add(text, number = _numbers.Count);
        return _keys[type] = number;
    }

    // What a pointer leads to goes by its name only: its fields may lead back.
    private static string Reference(DataType type) => type.Kind switch
    {
        DataKind.Pointer => Reference(type.Element!) + " *",
        DataKind.Array => $"{Reference(type.Element!)} [{type.Count}]",
        DataKind.None when type.IsFunction => "function",
        _ => Name(type),
    };

    // How the map names a struct: one without a name is a field of the one around it.
    private static string PathOf(DataType type, string place) => type.IsUnnamed ? place : type.Name;

    private static string Name(DataType type) => type.IsUnnamed ? "unnamed" : type.Name;

    private void Fill(DataPair pair, string place, bool narrows, string? pointee)
    {
        var (old, @new) = (pair.Old, pair.New);
        switch (old.Kind, @new.Kind)
        {
            case (DataKind.Pointer, DataKind.Pointer):
                FillPointer(pair, place, pointee);
                break;
            case (DataKind.Array, DataKind.Array):
                FillArray(pair, place, narrows);
                break;
            case (DataKind.Struct, DataKind.Struct):
                FillStruct(pair, PathOf(@new, place));
                break;
            case (DataKind.Union, DataKind.Union):
                FillUnion(pair, PathOf(@new, place));
                break;
            case (DataKind.Enumeration, DataKind.Enumeration):
                FillEnumeration(pair);
                break;
            case (DataKind.None, DataKind.None):
            case (DataKind.Opaque, DataKind.Opaque):
                if (old.Name != @new.Name && !(old.IsFunction && @new.IsFunction)) Refuse(pair, Changed(pair));
                break;
            default:
                FillScalar(pair, narrows);
                break;
        }
    }

    private static string Changed(DataPair pair) => $"its type changed from {Display(pair.Old)} to {Display(pair.New)}";

    private static void Refuse(DataPair pair, string reason) => (pair.Change, pair.Reason) = (DataChange.Refused, reason);

    private void FillPointer(DataPair pair, string place, string? pointee)
    {
        var (old, @new) = (pair.Old.Element!, pair.New.Element!);
        if (pointee is not null)
        {
            (old, @new) = (completeOld(Meant(old, map.OldTypeName(pointee))), completeNew(Meant(@new, pointee)));
            if (new[] { old, @new }.Any(type => type is { Kind: DataKind.None, Name: not "void", IsFunction: false }))
            {
                Refuse(pair, $"the map says that it leads to '{pointee}', which is not one type in both versions");
                return;
            }
        }

        if (IsAnything(@new)) return; // a pointer to anything, or to a function
        if (IsAnything(old) || old.IsFunction != @new.IsFunction)
        {
            Refuse(pair, Changed(pair));
            return;
        }

        if (@new.IsFunction) return;
        if (!LeadToTheSame(old, @new))
        {
            Refuse(pair, Changed(pair));
            return;
        }

        pair.Element = Of(old, @new, place);
    }

    // What the map says that a pointer to anything leads to.
    private static DataType Meant(DataType type, string pointee) => IsAnything(type) ? new DataType { Kind = DataKind.None, Name = pointee } : type;

    /// <summary>Whether a pointer to it can lead to anything: <c>void</c>, characters.</summary>
    public static bool IsAnything(DataType type) => type is { Kind: DataKind.None, Name: "void" } || IsCharacter(type);

    private static bool IsCharacter(DataType type) => type is { Kind: DataKind.Integer, Size: 1 };

    private bool LeadToTheSame(DataType old, DataType @new)
    {
        if (old.Kind == DataKind.Pointer && @new.Kind == DataKind.Pointer) return IsAnything(@new.Element!) || LeadToTheSame(old.Element!, @new.Element!);
        if (old.Kind == DataKind.Array && @new.Kind == DataKind.Array) return LeadToTheSame(old.Element!, @new.Element!);
        if (old.IsDefinition || @new.IsDefinition || old.Kind == DataKind.None) return HaveOneName(old, @new);
        return true; // scalars: what is led to must be converted, too, which the runtime makes sure of
    }

    private bool HaveOneName(DataType old, DataType @new) => (old.IsUnnamed && @new.IsUnnamed) || map.OldTypeName(@new.Name) == old.Name || (old.IsFunction && @new.IsFunction);

    private void FillArray(DataPair pair, string place, bool narrows)
    {
        var element = pair.Element = Of(pair.Old.Element!, pair.New.Element!, place);
        if (element.Change == DataChange.Refused)
        {
            Refuse(pair, element.Reason);
        }
        else if (pair.New.Count < pair.Old.Count && !narrows)
        {
            Refuse(pair, $"the array became shorter ({pair.Old.Count} -> {pair.New.Count} elements)");
        }
        else if (!element.IsSame || pair.New.Count != pair.Old.Count)
        {
            pair.Change = DataChange.Converted;
        }
    }

    private void FillStruct(DataPair pair, string path)
    {
        var (old, @new) = (pair.Old, pair.New);
        if (!HaveOneName(old, @new))
        {
            Refuse(pair, Changed(pair));
            return;
        }

        // A field that is gone leaves padding where nothing took its place.
        var isSame = old.Size == @new.Size && old.Alignment == @new.Alignment;
        var before = Flat(old, 0).ToList();
        var after = Flat(@new, 0).ToList();
        var reasons = new List<string>();
        for (var i = 0; i < after.Count; i++)
        {
            var field = after[i];
            if (map.FieldValue(path, field.Name) is { } value)
            {
                isSame = false;
                if (field.Type.Kind is not (DataKind.Integer or DataKind.Boolean or DataKind.Floating or DataKind.Complex or DataKind.Enumeration)) reasons.Add($"field '{field.Name}': the map gives it a value, which only numbers can have");
                pair.Fields.Add(new FieldPair(field, null, null) { Value = value });
                continue;
            }

            var source = field.Name.Length == 0 ? UnnamedTwin(before, after, i) : before.FirstOrDefault(f => f.Name == map.OldFieldName(path, field.Name));
            var types = source is null ? null : map.Arms(path, field.Name) is { } arms ? OfArms(old, source, field, arms, $"{path}.{field.Name}") : OfFields(source, field, $"{path}.{field.Name}");
            isSame &= source is not null && types!.IsSame && source.BitOffset == field.BitOffset && source.BitWidth == field.BitWidth && source.Name == field.Name;
            if (types?.Change == DataChange.Refused) reasons.Add($"field '{field.Name}': {types.Reason}");
            pair.Fields.Add(new FieldPair(field, source, types) { Length = map.Length(path, field.Name) });
        }

        if (reasons.Count > 0 && !isSame) Refuse(pair, $"{Display(@new)}: {string.Join("; ", reasons)}");
        else pair.Change = isSame ? DataChange.Same : DataChange.Converted;
    }

    // The map says which member the value is of.  What was no union becomes the member that the only arm names.
    private DataPair OfArms(DataType record, DataField old, DataField @new, ArmsStatement arms, string place)
    {
        var pair = new DataPair(completeOld(old.Type), completeNew(@new.Type)) { Record = record };
        var path = PathOf(pair.New, place);
        foreach (var arm in arms.Arms)
        {
            var source = pair.Old.Kind == DataKind.Union ? pair.Old.Fields.FirstOrDefault(member => member.Name == arm.Member)?.Type : pair.Old;
            var member = pair.New.Fields.FirstOrDefault(field => pair.Old.Kind == DataKind.Union ? map.OldFieldName(path, field.Name) == arm.Member : field.Name == arm.Member);
            if (source is null || member is null)
            {
                Refuse(pair, $"{Display(source is null ? pair.Old : pair.New)} has no member '{arm.Member}', which the map ({arm.Place}) names");
                return pair;
            }

            pair.Arms.Add(new ArmPair(member, Of(source, member.Type, $"{path}.{member.Name}"), arm.Condition));
        }

        var refused = pair.Arms.FirstOrDefault(arm => arm.Pair.Change == DataChange.Refused);
        if (refused is not null) Refuse(pair, $"member '{refused.Member.Name}': {refused.Pair.Reason}");
        else if (pair.Old.Size != pair.New.Size || pair.Old.Alignment != pair.New.Alignment || pair.Arms.Any(arm => !arm.Pair.IsSame)) pair.Change = DataChange.Converted;
        return pair;
    }

    // Whichever member is in use: it is one of the old ones, and its bytes mean the same in the new version.
    private void FillUnion(DataPair pair, string path)
    {
        var (old, @new) = (pair.Old, pair.New);
        var after = Flat(@new, 0).ToList();
        var before = Flat(old, 0).ToList();
        var isKept = HaveOneName(old, @new) && before.Select((member, i) => (member, twin: Twin(member, i))).All(item => item.twin is { } twin && IsAsBefore(item.member, twin));
        if (!isKept) Refuse(pair, $"{Display(@new)} changed, and nothing says which of its fields is in use");
        else if (old.Size != @new.Size || old.Alignment != @new.Alignment) pair.Change = DataChange.Converted;

        DataField? Twin(DataField member, int index) =>
            member.Name.Length == 0 ? UnnamedTwin(after, before, index) : after.FirstOrDefault(field => map.OldFieldName(path, field.Name) == member.Name);

        bool IsAsBefore(DataField member, DataField twin) =>
            member.BitOffset == twin.BitOffset && member.BitWidth == twin.BitWidth && Of(member.Type, twin.Type, $"{path}.{twin.Name}").IsSame;
    }

    // What the map calls opaque: bytes that stay as they are, and in which nobody looks for pointers.
    private static DataType Bytes(long size) => new() { Kind = DataKind.Opaque, Name = $"{size} bytes", Size = size };

    // Of a bit-field its bits count, not its type.
    private DataPair OfFields(DataField old, DataField @new, string place)
    {
        if ((old.BitWidth < 0 && @new.BitWidth < 0) || !IsNumber(old.Type) || !IsNumber(@new.Type) || @new.Type.Kind == DataKind.Floating || old.Type.Kind == DataKind.Floating) return Of(old.Type, @new.Type, place);
        var (before, after) = (Bits(old), Bits(@new));
        var isExact = old.Type.IsSigned == @new.Type.IsSigned ? after >= before : !old.Type.IsSigned && after > before;
        var pair = Of(old.Type, @new.Type, place, narrows: isExact || map.AllowsNarrowing(place));
        return isExact || map.AllowsNarrowing(place) || pair.Change == DataChange.Refused
            ? pair
            : new DataPair(old.Type, @new.Type) { Change = DataChange.Refused, Reason = "the bit-field became narrower, so it cannot hold all its values: a conversion needs a word in the map" };
    }

    private static int Bits(DataField field) => field.BitWidth >= 0 ? field.BitWidth : field.Type.Kind == DataKind.Boolean ? 1 : (int)field.Type.Size * 8;

    /// <summary>Fields of a struct with those of unnamed structs inside among them.</summary>
    public static IEnumerable<DataField> FlatFields(DataType type) => Flat(type, 0);

    private static IEnumerable<DataField> Flat(DataType type, long start)
    {
        foreach (var field in type.Fields)
        {
            var placed = field with { BitOffset = field.BitOffset + start };
            if (field is { Name: "", Type.Kind: DataKind.Struct })
            {
                // libclang counts the offsets of its fields from the start of the unnamed struct's own type.
                foreach (var inner in Flat(field.Type, placed.BitOffset)) yield return inner;
            }
            else
            {
                yield return placed;
            }
        }
    }

    private static DataField? UnnamedTwin(List<DataField> before, List<DataField> after, int index)
    {
        var ordinal = after.Take(index).Count(field => field.Name.Length == 0);
        return before.Where(field => field.Name.Length == 0).ElementAtOrDefault(ordinal);
    }

    // Enumerators that both versions have keep their meaning; if some of them have other values now, or are gone, values are
    // translated.
    private void FillEnumeration(DataPair pair)
    {
        var (old, @new) = (pair.Old, pair.New);
        if (!HaveOneName(old, @new))
        {
            Refuse(pair, Changed(pair));
            return;
        }

        var values = @new.Constants.ToDictionary(c => c.Name, c => c.Value);
        var isKept = old.Constants.All(c => values.TryGetValue(map.NewConstantName(c.Name), out var value) && value == c.Value);
        if (isKept && old.Size == @new.Size && old.IsSigned == @new.IsSigned) return;
        pair.Change = DataChange.Converted;
    }

    private void FillScalar(DataPair pair, bool narrows)
    {
        var (old, @new) = (pair.Old, pair.New);
        if (old.Kind == @new.Kind && old.Size == @new.Size && old.IsSigned == @new.IsSigned && old.Kind is DataKind.Integer or DataKind.Boolean) return;
        if (old.Kind == DataKind.Floating && @new.Kind == DataKind.Floating && Digits(old) == Digits(@new)) return;
        if (old.Kind == DataKind.Complex && @new.Kind == DataKind.Complex && Key(old) == Key(@new)) return;
        if (!AreNumbers(old, @new))
        {
            Refuse(pair, Changed(pair));
            return;
        }

        pair.Change = DataChange.Converted;
        if (IsExact(old, @new)) return;
        pair.IsNarrowing = true;
        if (!narrows) Refuse(pair, $"{Changed(pair)}, which cannot hold all its values: a conversion needs a word in the map");
    }

    private static bool IsNumber(DataType type) => type.Kind is DataKind.Integer or DataKind.Boolean or DataKind.Floating or DataKind.Enumeration;

    // A complex number becomes another one, and a real number its real part; nobody but the program knows what an imaginary part was good for.
    private static bool AreNumbers(DataType old, DataType @new) => @new.Kind == DataKind.Complex
        ? old.Kind == DataKind.Complex ? old.Element!.Kind == DataKind.Floating && @new.Element!.Kind == DataKind.Floating : IsNumber(old) && IsExact(old, @new.Element!)
        : IsNumber(old) && IsNumber(@new);

    private static bool IsExact(DataType old, DataType @new) => (old.Kind, @new.Kind) switch
    {
        (_, DataKind.Complex) => IsExact(old.Kind == DataKind.Complex ? old.Element! : old, @new.Element!),
        (DataKind.Boolean, DataKind.Integer or DataKind.Floating) => true,
        (DataKind.Integer or DataKind.Enumeration, DataKind.Integer) => old.IsSigned == @new.IsSigned ? @new.Size >= old.Size : !old.IsSigned && @new.Size > old.Size,
        (DataKind.Integer or DataKind.Enumeration, DataKind.Floating) => old.Size * 8 <= Digits(@new),
        (DataKind.Floating, DataKind.Floating) => Digits(@new) >= Digits(old),
        _ => false,
    };

    // Binary digits: both types of 16 bytes are called by their names.
    private static int Digits(DataType type) => type.Size switch { 4 => 24, 8 => 53, _ => type.Name == "long double" ? 64 : 113 };
}

/// <summary>What the user's map says about data.</summary>
public interface IDataMap
{
    /// <summary>Whether a value may lose something; <paramref name="place"/> is <c>variable</c> or <c>type.field</c>.</summary>
    bool AllowsNarrowing(string place);

    /// <summary>The old name of a type.</summary>
    string OldTypeName(string name);

    /// <summary>The new name of a type.</summary>
    string NewTypeName(string name);

    /// <summary>The old name of a field.</summary>
    string OldFieldName(string type, string field);

    /// <summary>The value of a field of the new version; null: by name, as ever.</summary>
    MapExpression? FieldValue(string type, string field);

    /// <summary>Which member of a union holds the value; null: the map does not say.</summary>
    ArmsStatement? Arms(string type, string field);

    /// <summary>How many elements a field leads to, or is; null: the map does not say.</summary>
    LengthStatement? Length(string type, string field);

    /// <summary>The new name of the type that a pointer to anything leads to; null: the map does not say. <paramref name="place"/> is <c>variable</c> or <c>type.field</c>.</summary>
    string? Pointee(string place);

    /// <summary>Whether it says something of fields of the struct at a place, which has no name of its own.</summary>
    bool SaysOfFields(string place);

    /// <summary>Whether bytes are carried over as they are; <paramref name="place"/> is <c>variable</c> or <c>type.field</c>.</summary>
    bool IsOpaque(string place);

    /// <summary>The new name of an enumerator.</summary>
    string NewConstantName(string name);
}
