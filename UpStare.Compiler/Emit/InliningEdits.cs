// Keeps a function with points from being inlined where nothing takes up its dummy result: into a function without. There
// it could still be seen by the symbol that its sites are in; but when gcc then inlines that function into one with points, it cannot.
//
//     static inline int f (void) { g (); }        ---->    #pragma GCC diagnostic push
//                                                          #pragma GCC diagnostic ignored "-Wattributes"
//                                                          __attribute__ ((__noinline__)) static inline int f (void) { g (); }
//                                                          #pragma GCC diagnostic pop
//
// f is left as it is, g has points. gcc warns of `noinline` together with `inline`, hence the pragmas. Beside always_inline and
// gnu_inline gcc ignores one of the two, by their order: where f has one of those, g is kept from being inlined into it instead.

using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

/// <summary>Adds <c>noinline</c>.</summary>
internal static class InliningEdits
{
    private const string Quiet = "#pragma GCC diagnostic push\n#pragma GCC diagnostic ignored \"-Wattributes\"\n";

    private const string Loud = "#pragma GCC diagnostic pop\n";

    /// <summary>Adds the edits of a unit, and returns what stands on lines of its own before offsets: what is there already, and what is added.</summary>
    public static IReadOnlyDictionary<int, string> Run(AnalysedUnit unit, EditList edits, IReadOnlyDictionary<int, string> before)
    {
        var lines = new Dictionary<int, string>(before);
        foreach (var function in unit.Tree.Functions.Where(function => function.Reasons.Count > 0).SelectMany(function => Kept(unit, function)).Distinct())
        {
            edits.Append(function.Span.Start, "__attribute__ ((__noinline__)) ");
            if (!function.IsInline || !BeginsDeclaration(unit, function)) continue;
            Add(lines, function.Span.Start, Quiet);
            Add(lines, function.Span.End, Loud);
        }

        return lines;
    }

    // Pipeline sees to it that of the two one need not be inlined.
    private static IEnumerable<FunctionDefinition> Kept(AnalysedUnit unit, FunctionDefinition function)
    {
        var instrumented = unit.References.NamedIn(function).Where(unit.Lowered.ContainsKey).ToList();
        if (function.Declaration.MustBeInlined) return instrumented;
        return instrumented.Count > 0 ? [function] : [];
    }

    // Not behind a type that the declaration defines, nor behind __extension__: a pragma cannot stand there.
    private static bool BeginsDeclaration(AnalysedUnit unit, FunctionDefinition function)
    {
        var start = unit.Tree.Functions.Where(other => other.Span.End <= function.Span.Start).Select(other => other.Span.End).DefaultIfEmpty(0).Max();
        var lexer = new Lexer(unit.Source.Text, start, function.Span.Start);
        var isEnded = true;
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next()) isEnded = unit.Source.TextOf(token.Span) is ";";
        return isEnded;
    }

    private static void Add(Dictionary<int, string> lines, int offset, string text) => lines[offset] = lines.GetValueOrDefault(offset) + text;
}
