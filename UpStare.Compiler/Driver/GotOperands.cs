// Operands of sites that gcc has put into the global offset table.
//
// A pointer that never holds anything but the address of a function of another unit need not be kept anywhere: gcc knows
// that its value is in the GOT, and a site then records that place:
//
//     .section .debug.upstare.sites
//     pushq handler@GOTPCREL(%rip)
//
// But a section that is not loaded cannot refer to the GOT; ld aborts. Such a unit is rare, and shows when it is compiled: it
// is compiled once more, with just these operands in registers. Which they are is read from its assembly text. (All in registers would
// be too many for a site with twenty of them.)

using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using UpStare.Compiler.Emit;

namespace UpStare.Compiler.Driver;

/// <summary>Compiles units without records that refer to the global offset table.</summary>
public static partial class GotOperands
{
    // Where an operand is kept, others may be put elsewhere: into the table.
    private const int Attempts = 4;

    private const int HeaderSize = 64, EntrySize = 24; // of a section header, of a relocation
    private const uint Relocations = 4; // SHT_RELA

    /// <summary>Whether a record in an object, or in an assembly file, refers to the table.</summary>
    public static bool AreIn(string path)
    {
        // A pipe (-o /dev/stdout) must not be read: what was written is not for us.
        if (path.StartsWith("/dev/", StringComparison.Ordinal) || new FileInfo(path) is not { Exists: true, Length: > 0 }) return false;
        var bytes = File.ReadAllBytes(path);
        return bytes.AsSpan().StartsWith("\u007fELF"u8) ? InObject(bytes) : InAssembly(bytes);
    }

    /// <summary>Compiles an instrumented unit, again and again if need be. It fails if gcc does, or if that does not help.</summary>
    /// <param name="file">The instrumented text, which is changed when operands are in the table.</param>
    /// <param name="output">What gcc makes of it.</param>
    /// <param name="compile">Runs gcc for the output, or, given a file's name, for assembly text in that file.</param>
    public static ToolResult Compile(string file, string output, Func<string?, ToolResult> compile)
    {
        for (var attempt = 0; ; attempt++)
        {
            var result = compile(null);
            if (result.Status != 0 || !AreIn(output)) return result;
            if (attempt == Attempts) return new ToolResult(1, [], "error: a record refers to the global offset table\n"u8.ToArray());
            var assembly = file + ".s";
            if (compile(assembly) is { Status: not 0 } failure) return failure;
            var places = Places(File.ReadAllText(assembly, Encoding.Latin1));
            File.WriteAllText(file, InRegisters(File.ReadAllText(file, Encoding.Latin1), places), Encoding.Latin1);
        }
    }

    /// <summary>An operand of a site: the number of its point, how many operands the site has, and which of them it is.</summary>
    public readonly record struct Place(int Point, int Count, int Operand);

    /// <summary>The operands whose records refer to the table, from assembly text.</summary>
    public static HashSet<Place> Places(string assembly)
    {
        var places = new HashSet<Place>();
        foreach (Match record in RecordPattern().Matches(assembly))
        {
            var (point, count) = (Number(record.Groups["point"]), Number(record.Groups["count"]));
            var instructions = record.Groups["code"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            for (var i = 0; i < instructions.Length; i++)
            {
                if (instructions[i].Contains("@GOTPCREL", StringComparison.Ordinal)) places.Add(new Place(point, count, i));
            }
        }

        return places;
    }

    /// <summary>The instrumented text with these operands in registers; a point has them in its function and in that one's restore clone.</summary>
    public static string InRegisters(string instrumented, IReadOnlySet<Place> places)
    {
        var text = new StringBuilder(instrumented.Length);
        var done = 0;
        foreach (Match site in SitePattern().Matches(instrumented))
        {
            var (point, count) = (Number(site.Groups["point"]), Number(site.Groups["count"]));
            var at = site.Index + site.Length;
            for (var operand = 0; operand < count; operand++)
            {
                // Each is written as `, CONSTRAINT (value)`.
                var (constraint, value) = (at + 2, instrumented.IndexOf('(', at));
                if (places.Contains(new Place(point, count, operand)))
                {
                    text.Append(instrumented, done, constraint - done);
                    text.Append(SiteMacros.InRegister(instrumented[constraint..(value - 1)]));
                    done = value - 1;
                }

                at = EndOfParentheses(instrumented, value);
            }
        }

        return text.Append(instrumented, done, instrumented.Length - done).ToString();
    }

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    private static int EndOfParentheses(string text, int start)
    {
        var (at, depth) = (start, 0);
        do
        {
            if (text[at] == '(') depth++;
            else if (text[at] == ')') depth--;
            at++;
        }
        while (depth > 0);
        return at;
    }

    // A record as SiteMacros writes it, between the labels of its code.
    [GeneratedRegex(@"\.long (?<point>\d+)\n\t\.byte \d+,(?<count>\d+)\n\t\.short \.Lupe\d+-\.Lupb\d+\n\.Lupb\d+:(?<code>[^:]*)\.Lupe\d+:")]
    private static partial Regex RecordPattern();

    [GeneratedRegex(@"UPSTARE_(?:SITE|PART) \((?<point>\d+), (?<count>\d+), ""[^""]*""")]
    private static partial Regex SitePattern();

    private static bool InAssembly(byte[] text) =>
        Encoding.Latin1.GetString(text).Split('\n').Any(line => line.Contains("pushq", StringComparison.Ordinal) && line.Contains("@GOTPCREL", StringComparison.Ordinal));

    private static bool InObject(byte[] file)
    {
        var headers = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(40));
        var count = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(60));
        // A file with very many sections keeps their number in the first header.
        var all = count != 0 ? count : (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(headers + 32));
        ReadOnlySpan<byte> Header(int section) => file.AsSpan(headers + (section * HeaderSize), HeaderSize);
        var index = (int)BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(62));
        if (index == 0xffff) index = (int)BinaryPrimitives.ReadUInt32LittleEndian(Header(0)[40..]);
        var names = (int)BinaryPrimitives.ReadUInt64LittleEndian(Header(index)[24..]);
        for (var section = 1; section < all; section++)
        {
            var header = Header(section);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) != Relocations) continue;
            var name = file.AsSpan(names + (int)BinaryPrimitives.ReadUInt32LittleEndian(header));
            if (!name.StartsWith(".rela.debug.upstare.sites\0"u8)) continue;
            var (start, size) = ((int)BinaryPrimitives.ReadUInt64LittleEndian(header[24..]), (int)BinaryPrimitives.ReadUInt64LittleEndian(header[32..]));
            for (var entry = start; entry < start + size; entry += EntrySize)
            {
                if (IsOfTable(BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(entry + 8)))) return true;
            }
        }

        return false;
    }

    // R_X86_64_GOTPCREL, R_X86_64_GOTPCRELX, R_X86_64_REX_GOTPCRELX.
    private static bool IsOfTable(uint kind) => kind is 9 or 41 or 42;
}
