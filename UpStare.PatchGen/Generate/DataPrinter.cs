// Prints types of both versions as C that one file can hold: `struct customer` is `struct old_customer` and
// `struct new_customer`.  Fields lie where the versions have them, whatever attributes put them there: structs are
// packed, with their padding written out, and their sizes asserted.
//
//     struct old_customer {
//       char name[64];
//       float balance;
//     } __attribute__ ((__packed__, __aligned__ (4)));

using System.Globalization;
using System.Text;
using UpStare.Compiler.Tree;

namespace UpStare.PatchGen.Generate;

/// <summary>Prints the types of one version.</summary>
public sealed class DataPrinter(string prefix, StringBuilder text)
{
    private readonly Dictionary<DataType, string> _names = [];
    private readonly HashSet<string> _taken = [];

    /// <summary>A declaration of something of a type: <c>int x</c>, <c>struct old_s x[3]</c>.</summary>
    public string Declare(DataType type, string name)
    {
        var sizes = "";
        for (; type.Kind == DataKind.Array; type = type.Element!) sizes += $"[{type.Count.ToString(CultureInfo.InvariantCulture)}]";
        return type.Kind == DataKind.Opaque
            ? $"unsigned char {name}{sizes}[{type.Size.ToString(CultureInfo.InvariantCulture)}]"
            : $"{Value(type)} {name}{sizes}";
    }

    /// <summary>The type of a value; structs and unions are defined when they are first asked for.</summary>
    public string Value(DataType type) => type.Kind switch
    {
        DataKind.Struct or DataKind.Union => Record(type),
        DataKind.Enumeration => Integer(type),
        DataKind.Integer => Integer(type),
        DataKind.Boolean => "_Bool",
        DataKind.Floating => type.Size switch { 4 => "float", 8 => "double", _ => type.Name == "long double" ? "long double" : "_Float128" },
        DataKind.Complex => Value(type.Element!) + " _Complex",
        DataKind.Pointer => "void *",
        DataKind.None or DataKind.Array or DataKind.Opaque => "unsigned char",
        _ => throw new InvalidOperationException("a kind of data that has no values"),
    };

    private static string Integer(DataType type) => (type.IsSigned ? "signed " : "unsigned ") + type.Size switch { 1 => "char", 2 => "short", 4 => "int", 8 => "long", _ => "__int128" };

    /// <summary>A word for names: <c>struct customer</c> is <c>customer</c>.</summary>
    public static string Word(DataType type)
    {
        if (type.IsUnnamed) return "unnamed";
        var word = new StringBuilder();
        foreach (var c in type.Name.Split(' ')[^1]) word.Append(char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_');
        return word.ToString();
    }

    private string Record(DataType type)
    {
        if (_names.TryGetValue(type, out var known)) return known;
        var word = prefix + Word(type);
        for (var i = 2; !_taken.Add(word); i++) word = $"{prefix}{Word(type)}_{i.ToString(CultureInfo.InvariantCulture)}";
        var name = $"{(type.Kind == DataKind.Union ? "union" : "struct")} {word}";
        _names.Add(type, name);
        var body = new StringBuilder();
        if (type.Kind == DataKind.Union) body.Append(CultureInfo.InvariantCulture, $"  unsigned char bytes[{type.Size}];\n");
        else PrintFields(type, body);
        text.Append(CultureInfo.InvariantCulture, $"{name} {{\n{body}}} __attribute__ ((__packed__, __aligned__ ({type.Alignment})));\n");
        text.Append(CultureInfo.InvariantCulture, $"_Static_assert (sizeof ({name}) == {type.Size}, \"{DataPairs.Display(type)}\");\n\n");
        return name;
    }

    private void PrintFields(DataType type, StringBuilder body)
    {
        var bit = 0L;
        foreach (var field in type.Fields.Where(field => field.BitWidth != 0))
        {
            Pad(body, ref bit, field.BitOffset);
            body.Append("  ").Append(Declare(field.Type, FieldName(field)));
            if (field.BitWidth > 0) body.Append(CultureInfo.InvariantCulture, $" : {field.BitWidth}");
            body.Append(field.Type.Kind == DataKind.Pointer ? $"; /* {DataPairs.Display(field.Type)} */\n" : ";\n");
            bit = field.BitOffset + (field.BitWidth > 0 ? field.BitWidth : field.Type.Size * 8);
        }

        Pad(body, ref bit, type.Size * 8);
    }

    // Bits up to the next byte, whole bytes, bits.
    private static void Pad(StringBuilder body, ref long bit, long end)
    {
        var start = bit;
        var first = Math.Min((8 - (bit % 8)) % 8, end - bit);
        if (first > 0) body.Append(CultureInfo.InvariantCulture, $"  unsigned : {first};\n");
        bit += Math.Max(0, first);
        var bytes = (end - bit) / 8;
        if (bytes > 0) body.Append(CultureInfo.InvariantCulture, $"  unsigned char padding_{start / 8}[{bytes}];\n");
        bit += Math.Max(0, bytes * 8);
        if (end > bit) body.Append(CultureInfo.InvariantCulture, $"  unsigned : {end - bit};\n");
        bit = end;
    }

    /// <summary>How a field is named in the printed struct.</summary>
    public static string FieldName(DataField field) => field.Name.Length > 0 ? field.Name : $"unnamed_{field.BitOffset.ToString(CultureInfo.InvariantCulture)}";
}
