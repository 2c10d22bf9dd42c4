// The way out of a function with sites: the block behind the label that all of them can lead to. It runs once, when the stack
// is unrolled, but gcc 12 believes of a label, also of a cold one, that every tenth arrival at a site takes it: a loop with four
// calls then seems to run three times, the way out seems to be where most calls of a function end, and it is laid out in the
// middle of the code. What gcc believes never to run is a block with a call of a cold function. So there is one:
//
//     upstare_out: __attribute__ ((__cold__)); UPSTARE_COLD; return 0;
//
//     int n = upstare_never (); if (__builtin_constant_p (n) & n) __asm__ ("");
//
// It is a const function, of whose result gcc learns late, behind all that looks at frequencies, that nothing depends on it:
// then __builtin_constant_p becomes 0, and the call goes. With it, edges to the way out are taken never, and its code goes to
// .text.unlikely (docs/measurements.md has the numbers).

using UpStare.Compiler.Driver;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

/// <summary>What makes gcc take the way out of a function for cold.</summary>
internal static class WayOut
{
    /// <summary>The label, at which a block begins that returns.</summary>
    public static string Label(FunctionDefinition function) =>
        "upstare_out: __attribute__ ((__cold__));" + (function.Declaration.CodeAttributes.Any(attribute => attribute.Contains("optimize", StringComparison.Ordinal)) ? "" : " UPSTARE_COLD;");

    /// <summary>The macro at the head of a unit.</summary>
    public static string Macro(AnalysedUnit unit) => IsOptimised(unit)
        ? "#define UPSTARE_COLD do { int upstare_n = upstare_never (); if (__builtin_constant_p (upstare_n) & upstare_n) __asm__ __volatile__ __inline__ (\"\"); } while (0)\n"
            + "extern int upstare_never (void) __asm__ (\".Lupstare_never\") __attribute__ ((__cold__, __const__, __leaf__, __nothrow__));\n"
        : "#define UPSTARE_COLD ((void) 0)\n";

    /// <summary>The function, at the end of a unit: should there be flags with which a call of it stays, all can be linked, and does what it did.</summary>
    public static string Definition(AnalysedUnit unit) => IsOptimised(unit)
        ? "__asm__ (\".pushsection .text.unlikely,\\\"ax\\\",@progbits\\n\\t.p2align 4\\n.Lupstare_never:\\n\\tret\\n\\t.popsection\");\n"
        : "";

    // Where nothing is optimised frequencies count for nothing, and the call would stay: upstare-diff then does not know where the way out leads.
    // A pragma or an attribute can say so of single functions.
    private static bool IsOptimised(AnalysedUnit unit) =>
        GccOptions.OptimisationLevel(unit.Flags) is not (null or "-O0") && !unit.Source.Text.Contains("#pragma GCC optimize", StringComparison.Ordinal);
}
