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

namespace UpStare.Compiler.Emit;

/// <summary>What makes gcc take the way out of a function for cold.</summary>
internal static class WayOut
{
    /// <summary>The label, at which a block begins that returns.</summary>
    public const string Label = "upstare_out: __attribute__ ((__cold__)); UPSTARE_COLD;";

    /// <summary>The macro at the head of a unit.</summary>
    /// <param name="flags">gcc's for the unit.</param>
    public static string Macro(IEnumerable<string> flags) => IsOptimised(flags)
        ? "#define UPSTARE_COLD do { int upstare_n = upstare_never (); if (__builtin_constant_p (upstare_n) & upstare_n) __asm__ __volatile__ __inline__ (\"\"); } while (0)\n"
            + "extern int upstare_never (void) __asm__ (\".Lupstare_never\") __attribute__ ((__cold__, __const__, __leaf__, __nothrow__));\n"
        : "#define UPSTARE_COLD ((void) 0)\n";

    /// <summary>The function, at the end of a unit. It is called only by a function that is not optimised though its unit is (a pragma, an attribute).</summary>
    /// <param name="flags">gcc's for the unit.</param>
    public static string Definition(IEnumerable<string> flags) => IsOptimised(flags)
        ? "__asm__ (\".pushsection .text.unlikely,\\\"ax\\\",@progbits\\n\\t.p2align 4\\n.Lupstare_never:\\n\\tret\\n\\t.popsection\");\n"
        : "";

    // Without optimisation the call would stay, and frequencies count for nothing.
    private static bool IsOptimised(IEnumerable<string> flags) => GccOptions.OptimisationLevel(flags) is not (null or "-O0");
}
