// Writes the data transformers of a patch, one C file: a function for each pair of types whose data must be converted.
// It reads an old object and writes the new one, whose bytes are those of the new initialiser, or zero.  What it cannot
// convert it reports; then the update does not take place.
//
//     static void convert_customer (const struct old_customer *from, struct new_customer *to)
//     {
//       for (unsigned long i = 0; i < 64; i++) to->name[i] = from->name[i];
//       to->balance = from->balance; /* float -> double */
//     }

using System.Globalization;
using System.Text;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Map;

namespace UpStare.PatchGen.Generate;

/// <summary>Writes data transformers.</summary>
public sealed class DataTransformers
{
    private readonly StringBuilder _types = new();
    private readonly StringBuilder _functions = new();
    private readonly DataPrinter _old;
    private readonly DataPrinter _new;
    private readonly Dictionary<DataPair, string> _names = [];
    private readonly HashSet<string> _taken = [];

    private readonly IDataMap _map;
    private readonly IReadOnlyDictionary<string, long> _constants;

    private DataTransformers(IDataMap map, IReadOnlyDictionary<string, long> constants) => (_map, _constants, _old, _new) = (map, constants, new DataPrinter("old_", _types), new DataPrinter("new_", _types));

    /// <summary>Symbol of the function that says how long the array is that a field of a type in the patch's table leads to, or is.</summary>
    public static string LengthSymbol(int type, int field) => string.Create(CultureInfo.InvariantCulture, $"__upstare_l{type}_{field}");

    /// <summary>Symbol of the transformer of a type in the patch's table of types.</summary>
    public static string Symbol(int type) => $"__upstare_t{type.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The file, for pairs that are converted, or say something of old data, with their numbers in the table of types; <paramref name="constants"/> are the old version's.</summary>
    public static string Write(IDataMap map, IReadOnlyDictionary<string, long> constants, string oldName, string newName, IEnumerable<(DataPair Pair, int Number)> pairs)
    {
        var writer = new DataTransformers(map, constants);
        var entries = new StringBuilder();
        foreach (var (pair, number) in pairs)
        {
            foreach (var (field, i) in DataLengths.Of(pair).Select((field, i) => (field, i))) entries.Append(writer.Length(pair, field, LengthSymbol(number, i)));
            if (pair.Change != DataChange.Converted && pair.Arms.Count == 0) continue;
            if (pair.Arms.Count > 0)
            {
                entries.Append(CultureInfo.InvariantCulture, $"/* {DataPairs.Display(pair.New)}: which member */\nunsigned long {Symbol(number)} (const {writer.Pointer(writer._old, pair.Record!, "from")})\n{{\n  return {writer.Choice(pair)} (from);\n}}\n\n");
                continue;
            }

            var body = writer.Convert(pair, "(*from)", "(*to)", "  ", DataPairs.Display(pair.New));
            var (from, to) = (writer.Pointer(writer._old, pair.Old, "from"), writer.Pointer(writer._new, pair.New, "to"));
            entries.Append(CultureInfo.InvariantCulture, $"/* {DataPairs.Display(pair.Old)} */\nvoid {Symbol(number)} (const {from}, {to}, unsigned long size)\n{{\n  (void) size;\n{body}{writer.Flexible(pair)}}}\n\n");
        }

        return $"/* Data transformers of the patch from {oldName} to {newName}, written by upstare-diff. */\n"
            + "#pragma GCC visibility push(hidden)\nextern void __upstare_refuse (const char *reason);\nstruct upstare_array { unsigned long at; long count, room; };\n\n" + writer._types + writer._functions + entries;
    }

    // How many elements there are, by the old struct; of an array without a size the place is known.
    private string Length(DataPair pair, FieldPair field, string symbol)
    {
        var (length, at) = (field.Length!, field.New.Type.Kind == DataKind.Pointer ? $"(unsigned long) from->{Path(pair.Old, field.Old!)}" : "0");
        var expressions = new[] { length.Count, length.Room }.OfType<MapExpression>().ToList();
        var (count, room) = (InRecord(pair.Old, length.Count), length.Room is { } given ? $"{Line(given)}  array->room = ({InRecord(pair.Old, given)});\n" : "  array->room = array->count;\n");
        return $"/* {DataPairs.Display(pair.New)}.{field.New.Name}: how many */\nvoid {symbol} (const {Pointer(_old, pair.Old, "from")}, struct upstare_array *array)\n{{\n{Constants(expressions)}  array->at = {at};\n{Line(length.Count)}  array->count = ({count});\n{room}}}\n\n";
    }

    private string Pointer(DataPrinter printer, DataType type, string name) => printer.Declare(type, type.Kind is DataKind.Array or DataKind.Opaque ? $"(*{name})" : $"*{name}");

    // The statements that convert one place.
    private string Convert(DataPair pair, string from, string to, string indent, string what)
    {
        switch (pair.New.Kind)
        {
            case DataKind.Union when pair is { IsSame: false, Arms.Count: > 0 }:
                return Arms(pair, from, to, indent, what);
            case DataKind.Struct when !pair.IsSame:
                return $"{indent}{Struct(pair)} ({Address(from)}, {Address(to)});\n";
            case DataKind.Array:
                return Array(pair, from, to, indent, what);
            case DataKind.Enumeration when pair.Old.Kind == DataKind.Enumeration && !pair.IsSame:
                return $"{indent}{to} = {Enumeration(pair)} ({from});\n";
            case DataKind.Union: // a larger one: its old members are as they were
                return $"{indent}__builtin_memcpy ({Address(to)}, {Address(from)}, sizeof {from});\n";
            case DataKind.Opaque or DataKind.Struct:
                return $"{indent}__builtin_memcpy ({Address(to)}, {Address(from)}, sizeof {to});\n";
            default:
                return Scalar(pair, from, to, indent, what);
        }
    }

    private static string Address(string place) => place.StartsWith("(*", StringComparison.Ordinal) && place.IndexOf(')') == place.Length - 1 ? place[2..^1] : "&" + place;

    private string Scalar(DataPair pair, string from, string to, string indent, string what)
    {
        var comment = pair.IsSame ? "" : $" /* {DataPairs.Display(pair.Old)} -> {DataPairs.Display(pair.New)} */";
        var check = "";
        if (pair.IsNarrowing && pair.New.Kind is not (DataKind.Floating or DataKind.Complex))
        {
            check = pair.Old.Kind == DataKind.Floating
                ? $"{indent}if (!({from} >= {Limit(pair.New, isLow: true)} && {from} <= {Limit(pair.New, isLow: false)})) __upstare_refuse (\"a value of {what} is too large for {DataPairs.Display(pair.New)}\");\n"
                : $"{indent}if (({Wide(pair.Old)}) ({_new.Value(pair.New)}) {from} != {from} || (({_new.Value(pair.New)}) {from} < 0) != ({from} < 0)) __upstare_refuse (\"a value of {what} is too large for {DataPairs.Display(pair.New)}\");\n";
        }

        return $"{check}{indent}{to} = {from};{comment}\n";
    }

    private string Wide(DataType type) => _old.Value(type);

    private static string Limit(DataType type, bool isLow)
    {
        if (type.Kind == DataKind.Boolean) return isLow ? "0" : "1";
        var bits = (int)(type.Size * 8) - (type.IsSigned ? 1 : 0);
        // Of 64 bits the largest double below the limit: the limit itself is none.
        return isLow ? type.IsSigned ? $"-0x1p{bits}" : "0" : bits > 53 ? $"0x1.fffffffffffffp{bits - 1}" : $"(0x1p{bits} - 1)";
    }

    private string Array(DataPair pair, string from, string to, string indent, string what)
    {
        var count = Math.Min(pair.Old.Count, pair.New.Count);
        if (count == 0) return "";
        var element = pair.Element!;
        if (element.IsSame) return $"{indent}__builtin_memcpy ({Address(to)}, {Address(from)}, {count.ToString(CultureInfo.InvariantCulture)} * sizeof {to}[0]);{(pair.IsSame ? "" : $" /* {DataPairs.Display(pair.Old)} -> {DataPairs.Display(pair.New)} */")}\n";
        var index = "i" + (indent.Length / 2).ToString(CultureInfo.InvariantCulture);
        return $"{indent}for (unsigned long {index} = 0; {index} < {count.ToString(CultureInfo.InvariantCulture)}; {index}++)\n{indent}{{\n{Convert(element, $"{from}[{index}]", $"{to}[{index}]", indent + "  ", what)}{indent}}}\n";
    }

    // Each member through a pointer of its type: a printed union has only bytes.
    private string Arms(DataPair pair, string from, string to, string indent, string what)
    {
        var body = new StringBuilder($"{indent}switch ({Choice(pair)} (from))\n{indent}  {{\n");
        foreach (var (arm, i) in pair.Arms.Select((arm, i) => (arm, i)))
        {
            body.Append(CultureInfo.InvariantCulture, $"{indent}  case {i}: /* {arm.Member.Name} */\n{indent}    {{\n");
            body.Append($"{indent}      const {Member(_old, arm.Pair.Old, "old_member")} = (const void *) {Address(from)};\n{indent}      {Member(_new, arm.Pair.New, "new_member")} = (void *) {Address(to)};\n");
            body.Append($"{Convert(arm.Pair, "(*old_member)", "(*new_member)", indent + "      ", $"{what}.{arm.Member.Name}")}{indent}      break;\n{indent}    }}\n");
        }

        return $"{body}{indent}  default:\n{indent}    __upstare_refuse (\"no arm of the map holds for {what}\");\n{indent}  }}\n";
    }

    private string Member(DataPrinter printer, DataType type, string name) => Pointer(printer, type, name);

    // The function that tells by the old struct which arm holds.
    private string Choice(DataPair pair)
    {
        if (_names.TryGetValue(pair, out var known)) return known;
        var name = NameFor(pair, "choose_");
        var body = new StringBuilder(Constants(pair.Arms.Select(arm => arm.Condition).OfType<MapExpression>()));
        foreach (var (arm, i) in pair.Arms.Select((arm, i) => (arm, i))) body.Append(CultureInfo.InvariantCulture, $"{(arm.Condition is { } condition ? $"{Line(condition)}  if ({InRecord(pair.Record!, condition)}) " : "  ")}return {i}; /* {arm.Member.Name} */\n");
        if (pair.Arms[^1].Condition is not null) body.Append("  return ~0ul;\n");
        _functions.Append($"/* {DataPairs.Display(pair.New)} */\nstatic unsigned long {name} (const {_old.Value(pair.Record!)} *from)\n{{\n  (void) from;\n{body}}}\n\n");
        return name;
    }

    // gcc's errors lead to the map.
    private static string Line(MapExpression expression) => string.Create(CultureInfo.InvariantCulture, $"# {expression.Place.Line} \"{expression.Place.File}\"\n");

    // An expression in terms of the old struct.
    private static string InRecord(DataType record, MapExpression expression) =>
        expression.Rewrite(old => old.Name is null ? "(*from)" : $"from->{(DataPairs.FlatFields(record).FirstOrDefault(field => field.Name == old.Name) is { } field ? Path(record, field) : old.Name)}").ReplaceLineEndings(" ");

    // The old version's enumerators that expressions name.
    private string Constants(IEnumerable<MapExpression> expressions)
    {
        var used = expressions.SelectMany(expression => expression.Words).Distinct().Where(_constants.ContainsKey).ToList();
        return used.Count == 0 ? "" : $"  enum {{ {string.Join(", ", used.Select(name => $"{name} = {_constants[name].ToString(CultureInfo.InvariantCulture)}"))} }};\n";
    }

    private string NameFor(DataPair pair, string prefix = "convert_")
    {
        var name = prefix + DataPrinter.Word(pair.New);
        for (var i = 2; !_taken.Add(name); i++) name = $"{prefix}{DataPrinter.Word(pair.New)}_{i.ToString(CultureInfo.InvariantCulture)}";
        _names.Add(pair, name);
        return name;
    }

    private string Struct(DataPair pair)
    {
        if (_names.TryGetValue(pair, out var known)) return known;
        var name = NameFor(pair);
        var (from, to) = (_old.Value(pair.Old), _new.Value(pair.New));
        var body = new StringBuilder(Constants(pair.Fields.Select(field => field.Value).OfType<MapExpression>()));
        foreach (var field in pair.Fields)
        {
            var place = "to->" + Path(pair.New, field.New);
            if (field.Value is { } value) body.Append($"{Line(value)}  {place} = {InRecord(pair.Old, value)};\n");
            else if (field.Old is null) body.Append(field.New.Name.Length > 0 ? $"  /* {place} is new */\n" : "");
            else body.Append(Field(pair, field, place));
        }

        foreach (var gone in Gone(pair)) body.Append($"  /* from->{gone} is gone */\n");
        _functions.Append($"/* {DataPairs.Display(pair.Old)} */\nstatic void {name} (const {from} *from, {to} *to)\n{{\n{body}}}\n\n");
        return name;
    }

    private string Field(DataPair pair, FieldPair field, string place)
    {
        var (from, what) = ("from->" + Path(pair.Old, field.Old!), $"{DataPairs.Display(pair.New)}.{field.New.Name}");
        var text = Convert(field.Pair!, from, place, "  ", what);
        var width = field.New.BitWidth;
        var isShorter = width >= 0 && (field.Old!.BitWidth < 0 || field.Old.BitWidth > width || field.Old.Type.IsSigned != field.New.Type.IsSigned) && field.New.Type.Kind is DataKind.Integer;
        return isShorter ? text + $"  if ({place} != {from}) __upstare_refuse (\"a value of {what} is too large for {width.ToString(CultureInfo.InvariantCulture)} bits\");\n" : text;
    }

    private static IEnumerable<string> Gone(DataPair pair) => pair.Old.Fields.Where(old => old.Name.Length > 0 && pair.Fields.All(field => field.Old?.Name != old.Name)).Select(old => old.Name);

    // A field of an unnamed struct inside is reached through the name that the printed struct gives that.
    private static string Path(DataType type, DataField field)
    {
        foreach (var candidate in type.Fields)
        {
            if (candidate.Name.Length > 0 ? candidate.Name == field.Name : candidate.Type.Kind == DataKind.Union && candidate.BitOffset == field.BitOffset && field.Name.Length == 0) return DataPrinter.FieldName(candidate);
            if (candidate is { Name: "", Type.Kind: DataKind.Struct } && Path(candidate.Type, field with { BitOffset = field.BitOffset - candidate.BitOffset }) is { Length: > 0 } inner) return $"{DataPrinter.FieldName(candidate)}.{inner}";
        }

        return "";
    }

    // Elements of a flexible array at the end: as many as the old object has.
    private string Flexible(DataPair pair)
    {
        if (pair.New.Kind != DataKind.Struct || pair.Fields.Count == 0 || pair.Fields[^1] is not { New.Type: { Kind: DataKind.Array, Count: 0 }, Pair: { } types, Old: { } old } last) return "";
        var (from, to) = ("from->" + Path(pair.Old, old), "to->" + Path(pair.New, last.New));
        var count = $"(size - {old.Offset.ToString(CultureInfo.InvariantCulture)}) / {Math.Max(1, types.Element!.Old.Size).ToString(CultureInfo.InvariantCulture)}";
        return $"  for (unsigned long i = 0; size > {old.Offset.ToString(CultureInfo.InvariantCulture)} && i < {count}; i++)\n  {{\n{Convert(types.Element!, $"{from}[i]", $"{to}[i]", "    ", last.New.Name)}  }}\n";
    }

    private string Enumeration(DataPair pair)
    {
        if (_names.TryGetValue(pair, out var known)) return known;
        var name = NameFor(pair);
        var (from, to) = (_old.Value(pair.Old), _new.Value(pair.New));
        var body = new StringBuilder();
        var values = pair.New.Constants.ToLookup(c => c.Name, c => c.Value);
        foreach (var constants in pair.Old.Constants.GroupBy(c => c.Value))
        {
            var targets = constants.SelectMany(c => values[_map.NewConstantName(c.Name)]).Distinct().ToList();
            var names = string.Join(", ", constants.Select(c => c.Name));
            body.Append(CultureInfo.InvariantCulture, $"    case {constants.Key}: /* {names} */\n");
            body.Append(targets.Count == 1
                ? $"      return {targets[0].ToString(CultureInfo.InvariantCulture)};\n"
                : $"      __upstare_refuse (\"{names} of {DataPairs.Display(pair.New)} {(targets.Count == 0 ? "is gone" : "have different values now")}\");\n      return 0;\n");
        }

        _functions.Append($"/* {DataPairs.Display(pair.Old)} */\nstatic {to} {name} ({from} value)\n{{\n  switch (value)\n    {{\n{body}    default:\n      __upstare_refuse (\"a value that is no enumerator of {DataPairs.Display(pair.New)}\");\n      return 0;\n    }}\n}}\n\n");
        return name;
    }
}
