// The macros in which instrumented C is written, so that it reads like a program:
//
//     UPSTARE_SITE (7, 3, "pushq %q0\n\tmovups %1,%%xmm0\n\tpushq %2\n\t", UPSTARE_ANY (n), "xm" (scale), "m" (buffer));
//
// is continuation point 7 with three recorded operands: n is an integer (in a register, in memory or a constant), scale
// a floating-point value, buffer an object in memory.  Per operand there is an instruction that nobody runs
// (upstare_abi.h): it says where the operand is.  The instructions and constraints are written out: macros that wrote them
// would be expanded level by level, which took gcc a fifth of its time for parsing.

using System.Globalization;
using System.Text;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

/// <summary>Writes the macros at the head of an instrumented unit.</summary>
public static class SiteMacros
{
    /// <summary>Operands one final site can hold: gcc allows 30 in an asm, labels included.</summary>
    public const int MaximumOperands = 28;

    /// <summary>Operands of one site that may need a register each: half of what there is, so that gcc always finds some.</summary>
    public const int MaximumPointers = 7;

    /// <summary>An integer may be anywhere; in a function with many of them rather in memory.</summary>
    private const string AnyPlace = "#define UPSTARE_ANY \"rme\"\n#define UPSTARE_MEMORY \"m,??rme\"\n";

    private const string Record =
        """
        ".pushsection .debug.upstare.sites,\"\",@progbits\n\t.quad .Lupstare_unit,{0},{1}\n\t.long " #cp "\n\t.byte {2}," #count "\n\t.short .Lupe%=-.Lupb%=\n.Lupb%=:\n\t" code ".Lupe%=:\n\t.popsection"
        """;

    /// <summary>The macro of a point's last site, or of one that takes a share of its operands and stays.</summary>
    public static string Name(bool isPartial) => isPartial ? "UPSTARE_PART" : "UPSTARE_SITE";

    /// <summary>The instruction that records an operand, in the words of a string literal.</summary>
    /// <param name="type">What is recorded: an integer, a floating-point value, or (anything else) an object in memory.</param>
    /// <param name="number">Its number among the operands.</param>
    public static string Instruction(TypeClass type, int number) => type switch
    {
        TypeClass.Integer => string.Create(CultureInfo.InvariantCulture, $@"pushq %q{number}\n\t"),
        TypeClass.Floating => string.Create(CultureInfo.InvariantCulture, $@"movups %{number},%%xmm0\n\t"),
        _ => string.Create(CultureInfo.InvariantCulture, $@"pushq %{number}\n\t"),
    };

    /// <summary>Where such an operand may be.</summary>
    /// <param name="type">As above.</param>
    /// <param name="prefersMemory">Whether all of a site's integers are better in memory than in registers.</param>
    public static string Constraint(TypeClass type, bool prefersMemory) => type switch
    {
        TypeClass.Integer => prefersMemory ? "UPSTARE_MEMORY" : "UPSTARE_ANY",
        TypeClass.Floating => prefersMemory ? "\"xm,xm\"" : "\"xm\"",
        _ => prefersMemory ? "\"m,m\"" : "\"m\"",
    };

    /// <summary>The constraint of an operand that is not to be in memory, instead of one that <see cref="Constraint"/> gives: see GotOperands.</summary>
    public static string InRegister(string constraint) => constraint switch
    {
        "UPSTARE_ANY" => "\"re\"",
        "UPSTARE_MEMORY" => "\"re,re\"",
        _ => constraint,
    };

    /// <summary>The definitions.</summary>
    /// <param name="usesFlag">Poll mode: a flag that is tested, or a nop that becomes a trap.</param>
    public static string Definitions(bool usesFlag)
    {
        var (poll, trap, flags) = usesFlag
            ? ("\"cmpb $0,__upstare_flag(%%rip)\\n\\tjne .Lup%=\\n.Lupr%=:\\n\\t.hidden __upstare_flag\\n\\t.subsection 1\\n.Lup%=:\\tint3\\n\\tjmp .Lupr%=\\n\\t.previous\\n\\t\"", ".Lup%=", 2)
            : ("\".Lup%=:\\tnop\\n\\t\"", ".Lup%=", 0);
        var clobbers = usesFlag ? "\"memory\", \"cc\"" : "\"memory\"";
        var text = new StringBuilder();
        var final = string.Format(CultureInfo.InvariantCulture, Record, trap, "%l[upstare_out]", flags);
        var partial = string.Format(CultureInfo.InvariantCulture, Record, trap, "0", flags | 1);
        text.Append(CultureInfo.InvariantCulture, $"#define UPSTARE_SITE(cp, count, code, ...) __asm__ __inline__ goto ({poll} {final} : : __VA_ARGS__ : {clobbers} : upstare_out)\n");
        text.Append(CultureInfo.InvariantCulture, $"#define UPSTARE_PART(cp, count, code, ...) __asm__ __volatile__ __inline__ ({poll} {partial} : : __VA_ARGS__ : {clobbers})\n");
        text.Append(AnyPlace);
        text.Append("#define UPSTARE_ENTITY(ordinal, kind, symbol) __asm__ (\".pushsection .debug.upstare.entities,\\\"\\\",@progbits\\n\\t.quad .Lupstare_unit,\" symbol \"\\n\\t.long \" #ordinal \"\\n\\t.byte \" #kind \",0,0,0\\n\\t.popsection\")\n");
        text.Append("#define UPSTARE_STATIC(ordinal, name) int upstare_static_##ordinal __attribute__ ((__unused__)) = __extension__ ({ __asm__ __volatile__ (\".pushsection .debug.upstare.entities,\\\"\\\",@progbits\\n\\t.quad .Lupstare_unit,%c0\\n\\t.long \" #ordinal \"\\n\\t.byte 0,0,0,0\\n\\t.popsection\" : : \"i\" (&name)); 0; })\n");
        text.Append("#define UPSTARE_THREAD_STATIC(ordinal, symbol) int upstare_static_##ordinal __attribute__ ((__unused__)) = __extension__ ({ __asm__ __volatile__ (\".pushsection .debug.upstare.entities,\\\"\\\",@progbits\\n\\t.quad .Lupstare_unit,\" symbol \"\\n\\t.long \" #ordinal \"\\n\\t.byte 1,0,0,0\\n\\t.popsection\"); 0; })\n");
        text.Append("#define UPSTARE_LABEL(ordinal, label) __asm__ __volatile__ (\".pushsection .debug.upstare.entities,\\\"\\\",@progbits\\n\\t.quad .Lupstare_unit,%c0\\n\\t.long \" #ordinal \"\\n\\t.byte 3,0,0,0\\n\\t.popsection\" : : \"i\" (&&label))\n");
        text.Append("#define UPSTARE_LABEL_SYMBOL(symbol, label) __asm__ __volatile__ (\".globl \" symbol \"\\n\\t.hidden \" symbol \"\\n\\t.set \" symbol \",%c0\" : : \"i\" (&&label))\n");
        text.Append("#define UPSTARE_LOAD(x, offset) __builtin_memcpy ((void *) &x, upstare_frame->values + (offset), sizeof x)\n");
        text.Append("#define UPSTARE_PLACE(x, offset) __builtin_memcpy (&x, upstare_frame->values + (offset), sizeof x)\n");
        text.Append("#define UPSTARE_NEXT(type) ((type (*) (void)) __upstare_next ())\n");
        return text.ToString();
    }

    /// <summary>Declarations that restore clones need.</summary>
    public const string CloneDeclarations =
        "struct upstare_frame { unsigned cp; unsigned in_call; unsigned char values[]; };\n"
        + "extern struct upstare_frame *__upstare_frame (void);\nextern void *__upstare_next (void);\n";
}
