// Stubs of functions in which a thread is away.  A unit brings along those that it calls, weak, so one of each is left:
//
//     n = SSL_read (s, b, 1);    ---->    extern __typeof__ (SSL_read) __upstare_away_SSL_read __attribute__ ((visibility ("hidden")));
//                                         n = __upstare_away_SSL_read (s, b, 1);
//
//     __upstare_away_SSL_read:   mov $0, %r10d                       words of arguments on the stack
//                                mov SSL_read@GOTPCREL(%rip), %r11
//                                jmp __upstare_away_call             the runtime's: base.S
//
// A unit that defines such a function has a stub that leads there, and is not weak: so no other unit's calls take the program's own
// code for a library's.

using System.Globalization;
using System.Text;
using UpStare.Compiler.Analysis;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

/// <summary>Writes stubs.</summary>
public static class AwayStubs
{
    /// <summary>The symbol of a function's stub.</summary>
    public static string SymbolOf(FunctionDeclaration function) => "__upstare_away_" + function.Symbol;

    /// <summary>The functions that a unit calls through stubs.</summary>
    public static IEnumerable<FunctionDeclaration> Called(UnitTree tree) =>
        tree.Functions.Where(function => function.Body is not null).SelectMany(function => function.Calls.Where(call => AwayCalls.IsAway(function, call))).Select(call => call.Callee!).Distinct();

    /// <summary>The stubs of a unit, for its end.</summary>
    public static string Write(AnalysedUnit unit)
    {
        var text = new StringBuilder();
        foreach (var function in Called(unit.Tree))
            text.Append(Stub(function, "weak", string.Create(CultureInfo.InvariantCulture, $".hidden __upstare_away_call\\n\\tmov ${function.Away!.StackWords},%r10d\\n\\tmov {function.Symbol}@GOTPCREL(%rip),%r11\\n\\tjmp __upstare_away_call")));
        foreach (var function in unit.Tree.Functions.Where(function => function is { Declaration.Away: not null, IsStatic: false, IsInline: false }))
            text.Append(Stub(function.Declaration, IsWeak(unit, function) ? "weak" : "globl", $"jmp {function.Declaration.Symbol}@PLT"));
        return text.ToString();
    }

    private static string Stub(FunctionDeclaration function, string binding, string code)
    {
        var symbol = SymbolOf(function);
        return $"__asm__ (\".pushsection .text,1\\n\\t.p2align 4\\n\\t.{binding} {symbol}\\n\\t.hidden {symbol}\\n\\t.type {symbol},@function\\n{symbol}:\\n\\t{code}\\n\\t.size {symbol},.-{symbol}\\n\\t.popsection\");\n";
    }

    // Several units may define it.
    private static bool IsWeak(AnalysedUnit unit, FunctionDefinition function) => Attributes.Has(unit.Source.Text, new TextSpan(function.Span.Start, function.BodySpan.Start), "weak");
}
