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

/// <summary>Collects computations.</summary>
public sealed class Computations
{
    private readonly Dictionary<(VersionUnit Unit, string Text), int> _numbers = [];

    /// <summary>Symbol of a computation.</summary>
    public static string Symbol(int number) => $"__upstare_x{number.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Adds a computation; the same one has the same number.</summary>
    public int Add(VersionUnit unit, Local variable, MapExpression value, IReadOnlyDictionary<string, (uint Offset, Local Local)> operands, string ownName)
    {
        var names = operands.Keys.ToList();
        var text = new StringBuilder("{\n");
        foreach (var (name, (offset, local)) in operands)
        {
            var word = $"upstare_o{names.IndexOf(name).ToString(CultureInfo.InvariantCulture)}";
            text.Append(CultureInfo.InvariantCulture, $"  __typeof__ ({local.Type.ValueSpelling}) {word}; __builtin_memcpy (&{word}, upstare_old + {offset}, sizeof {word});\n");
        }

        var expression = value.Rewrite(reference => $" upstare_o{names.IndexOf(reference.Name ?? ownName).ToString(CultureInfo.InvariantCulture)} ").ReplaceLineEndings(" ");
        text.Append(CultureInfo.InvariantCulture, $"# {value.Place.Line} \"{value.Place.File}\"\n  __typeof__ ({variable.Type.ValueSpelling}) upstare_v = ({expression});\n  __builtin_memcpy (upstare_value, &upstare_v, sizeof upstare_v);\n}}\n");
        if (!_numbers.TryGetValue((unit, text.ToString()), out var number)) _numbers.Add((unit, text.ToString()), number = _numbers.Count);
        return number;
    }

    /// <summary>The functions of a unit.</summary>
    public string Source(VersionUnit unit) => string.Concat(_numbers.Where(pair => pair.Key.Unit == unit).Select(pair =>
        $"__attribute__ ((__visibility__ (\"hidden\"), __used__, __noinline__)) void {Symbol(pair.Value)} (const unsigned char *upstare_old, unsigned char *upstare_value)\n{pair.Key.Text}"));
}
