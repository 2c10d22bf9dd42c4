// Functions of a patch that compute values of new locals as the map says, each compiled in the unit of the new version that the local is
// in, so that what is visible there can be used:
//
//     point sort: loop #2 -> heap_sort: loop #1 { end = old.n - old.i; }      ---->
//
//     void __upstare_x0 (const unsigned char *upstare_old, unsigned char *upstare_value)
//     {
//       int upstare_o0; __builtin_memcpy (&upstare_o0, upstare_old + 0, sizeof upstare_o0);
//       int upstare_o1; __builtin_memcpy (&upstare_o1, upstare_old + 16, sizeof upstare_o1);
//     # 3 "shop.map"
//       int upstare_v = ( upstare_o0 - upstare_o1 );
//       __builtin_memcpy (upstare_value, &upstare_v, sizeof upstare_v);
//     }
//
// gcc's errors so lead to the map.

using System.Globalization;
using System.Text;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Map;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Generate;

/// <summary>An old local that an expression names: where its value is put aside, or the one value that it can have.</summary>
public sealed record OldOperand(uint Offset, Local Local, Constant? Value = null);

/// <summary>Collects computations.</summary>
public sealed class Computations
{
    private readonly Dictionary<(VersionUnit Unit, string Text), int> _numbers = [];

    /// <summary>Symbol of a computation.</summary>
    public static string Symbol(int number) => $"__upstare_x{number.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Adds a computation; the same one has the same number.</summary>
    public int Add(VersionUnit unit, Local variable, MapExpression value, IReadOnlyDictionary<string, OldOperand> operands, string ownName)
    {
        var names = operands.Keys.ToList();
        return Number(unit, $"{Declarations(operands, null)}{Line(value)}  __typeof__ ({variable.Type.ValueSpelling}) upstare_v = ({Text(value, names, ownName)});\n  __builtin_memcpy (upstare_value, &upstare_v, sizeof upstare_v);\n");
    }

    /// <summary>Adds one that writes a struct upstare_array: where the old pointer <paramref name="ownName"/> leads, and how many elements there are.</summary>
    public int AddLength(VersionUnit unit, LengthStatement length, IReadOnlyDictionary<string, OldOperand> operands, string ownName)
    {
        var names = operands.Keys.ToList();
        var room = length.Room is { } given ? $"{Line(given)}  upstare_a.room = ({Text(given, names, ownName)});\n" : "  upstare_a.room = upstare_a.count;\n";
        return Number(unit, $"{Declarations(operands, ownName)}  struct {{ unsigned long at; long count, room; }} upstare_a = {{ (unsigned long) {Word(names, ownName)}, 0, 0 }};\n{Line(length.Count)}  upstare_a.count = ({Text(length.Count, names, ownName)});\n{room}  __builtin_memcpy (upstare_value, &upstare_a, sizeof upstare_a);\n");
    }

    /// <summary>Adds one that writes a constant.</summary>
    public int AddConstant(VersionUnit unit, Local variable, Constant value) =>
        Number(unit, $"  __typeof__ ({variable.Type.ValueSpelling}) upstare_v = {value.Text};\n  __builtin_memcpy (upstare_value, &upstare_v, sizeof upstare_v);\n");

    // What a pointer leads to may be of a type that is another one in the new version.
    private static string Declarations(IReadOnlyDictionary<string, OldOperand> operands, string? pointer)
    {
        var (names, text) = (operands.Keys.ToList(), new StringBuilder());
        foreach (var (name, operand) in operands)
        {
            var (word, type) = (Word(names, name), name == pointer ? "void *" : $"__typeof__ ({operand.Local.Type.ValueSpelling})");
            text.Append(operand.Value is { } known ? $"  {type} {word} = {known.Text};\n" : $"  {type} {word}; __builtin_memcpy (&{word}, upstare_old + {operand.Offset.ToString(CultureInfo.InvariantCulture)}, sizeof {word});\n");
        }

        return text.ToString();
    }

    private static string Word(List<string> names, string name) => $"upstare_o{names.IndexOf(name).ToString(CultureInfo.InvariantCulture)}";

    private static string Line(MapExpression value) => string.Create(CultureInfo.InvariantCulture, $"# {value.Place.Line} \"{value.Place.File}\"\n");

    private static string Text(MapExpression value, List<string> names, string ownName) => value.Rewrite(reference => $" {Word(names, reference.Name ?? ownName)} ").ReplaceLineEndings(" ");

    private int Number(VersionUnit unit, string body)
    {
        var text = $"{{\n{body}}}\n";
        if (!_numbers.TryGetValue((unit, text), out var number)) _numbers.Add((unit, text), number = _numbers.Count);
        return number;
    }

    /// <summary>The functions of a unit.</summary>
    public string Source(VersionUnit unit) => string.Concat(_numbers.Where(pair => pair.Key.Unit == unit).Select(pair =>
        $"__attribute__ ((__visibility__ (\"hidden\"), __used__, __noinline__)) void {Symbol(pair.Value)} (const unsigned char *upstare_old, unsigned char *upstare_value)\n{pair.Key.Text}"));
}
