// The macros in which instrumented C is written, so that it reads like a program:
//
//     UPSTARE_SITE_3 (7, I, n, V, scale, M, buffer);
//
// is continuation point 7 with three recorded operands: n is an integer (in a register, in memory or a constant), scale
// a floating-point value, buffer an object in memory.  Per operand there is an instruction that nobody runs
// (upstare_abi.h): it says where the operand is.

using System.Globalization;
using System.Text;

namespace UpStare.Compiler.Emit;

/// <summary>Writes the macros at the head of an instrumented unit.</summary>
public static class SiteMacros
{
    /// <summary>Operands one final site can hold: gcc allows 30 in an asm, labels included.</summary>
    public const int MaximumOperands = 28;

    /// <summary>Operands of one site that may need a register each: half of what there is, so that gcc always finds some.</summary>
    public const int MaximumPointers = 7;

    /// <summary>An integer may be anywhere.</summary>
    public const string AnyPlace = "#define UPSTARE_OPERAND_I(x) \"rme\" (x)\n";

    /// <summary>An integer is in a register or a constant: see GotOperands.</summary>
    public const string NoMemory = "#define UPSTARE_OPERAND_I(x) \"re\" (x)\n";

    private const string Record =
        """
        ".pushsection .debug.upstare.sites,\"\",@progbits\n\t.quad .Lupstare_unit,{0},{1}\n\t.long " #cp "\n\t.byte {2}," #count "\n\t.short .Lupe%=-.Lupb%=\n.Lupb%=:\n\t" code ".Lupe%=:\n\t.popsection"
        """;

    /// <summary>The macro of a point's last site, or of one that takes a share of its operands and stays.</summary>
    public static string Name(int operands, bool isPartial) => (isPartial ? "UPSTARE_PART_" : "UPSTARE_SITE_") + operands.ToString(CultureInfo.InvariantCulture);

    /// <summary>The definitions. gcc reads them anew in each unit, so those of sites are only there if they are used.</summary>
    /// <param name="usesFlag">Poll mode: a flag that is tested, or a nop that becomes a trap.</param>
    /// <param name="sites">The macros of sites that the unit uses, by <see cref="Name"/>.</param>
    public static string Definitions(bool usesFlag, IReadOnlySet<string> sites)
    {
        var (poll, trap, flags) = usesFlag
            ? ("\"cmpb $0,__upstare_flag(%%rip)\\n\\tjne .Lup%=\\n.Lupr%=:\\n\\t.hidden __upstare_flag\\n\\t.subsection 1\\n.Lup%=:\\tint3\\n\\tjmp .Lupr%=\\n\\t.previous\\n\\t\"", ".Lup%=", 2)
            : ("\".Lup%=:\\tnop\\n\\t\"", ".Lup%=", 0);
        var clobbers = usesFlag ? "\"memory\", \"cc\"" : "\"memory\"";
        var text = new StringBuilder();
        var final = string.Format(CultureInfo.InvariantCulture, Record, trap, "%l[upstare_out]", flags);
        var partial = string.Format(CultureInfo.InvariantCulture, Record, trap, "0", flags | 1);
        text.Append(CultureInfo.InvariantCulture, $"#define UPSTARE_GOTO(cp, count, code, ...) __asm__ __inline__ goto ({poll} {final} : : __VA_ARGS__ : {clobbers} : upstare_out)\n");
        text.Append(CultureInfo.InvariantCulture, $"#define UPSTARE_STAY(cp, count, code, ...) __asm__ __volatile__ __inline__ ({poll} {partial} : : __VA_ARGS__ : {clobbers})\n");
        text.Append("#define UPSTARE_CODE_I(k) \"pushq %q\" #k \"\\n\\t\"\n#define UPSTARE_CODE_V(k) \"movups %\" #k \",%%xmm0\\n\\t\"\n#define UPSTARE_CODE_M(k) \"pushq %\" #k \"\\n\\t\"\n");
        text.Append(AnyPlace).Append("#define UPSTARE_OPERAND_V(x) \"xm\" (x)\n#define UPSTARE_OPERAND_M(x) \"m\" (x)\n");
        for (var count = 0; count <= MaximumOperands; count++)
        {
            var (site, part) = (Name(count, isPartial: false), Name(count, isPartial: true));
            if (!sites.Contains(site) && !sites.Contains(part)) continue;
            var numbers = Enumerable.Range(0, count).ToList();
            var parameters = string.Concat(numbers.Select(i => $", c{i}, x{i}"));
            var code = count == 0 ? "\"\"" : string.Join(' ', numbers.Select(i => $"UPSTARE_CODE_##c{i} ({i})"));
            var operands = string.Concat(numbers.Select(i => $", UPSTARE_OPERAND_##c{i} (x{i})"));
            if (sites.Contains(site)) text.Append(CultureInfo.InvariantCulture, $"#define {site}(cp{parameters}) UPSTARE_GOTO (cp, {count}, {code}{operands})\n");
            if (sites.Contains(part)) text.Append(CultureInfo.InvariantCulture, $"#define {part}(cp{parameters}) UPSTARE_STAY (cp, {count}, {code}{operands})\n");
        }

        text.Append("#define UPSTARE_ENTITY(ordinal, kind, symbol) __asm__ (\".pushsection .debug.upstare.entities,\\\"\\\",@progbits\\n\\t.quad .Lupstare_unit,\" symbol \"\\n\\t.long \" #ordinal \"\\n\\t.byte \" #kind \",0,0,0\\n\\t.popsection\")\n");
        text.Append("#define UPSTARE_STATIC(ordinal, name) int upstare_static_##ordinal __attribute__ ((__unused__)) = __extension__ ({ __asm__ __volatile__ (\".pushsection .debug.upstare.entities,\\\"\\\",@progbits\\n\\t.quad .Lupstare_unit,%c0\\n\\t.long \" #ordinal \"\\n\\t.byte 0,0,0,0\\n\\t.popsection\" : : \"i\" (&name)); 0; })\n");
        text.Append("#define UPSTARE_THREAD_STATIC(ordinal, symbol) int upstare_static_##ordinal __attribute__ ((__unused__)) = __extension__ ({ __asm__ __volatile__ (\".pushsection .debug.upstare.entities,\\\"\\\",@progbits\\n\\t.quad .Lupstare_unit,\" symbol \"\\n\\t.long \" #ordinal \"\\n\\t.byte 1,0,0,0\\n\\t.popsection\"); 0; })\n");
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
