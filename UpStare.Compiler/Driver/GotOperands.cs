// Operands of sites that gcc has put into the global offset table.
//
// A pointer that never holds anything but the address of a function of another unit need not be kept anywhere: gcc knows
// that its value is in the GOT, and a site then records that place:
//
//     .section .debug.upstare.sites
//     pushq handler@GOTPCREL(%rip)
//
// But a section that is not loaded cannot refer to the GOT; ld aborts. Such a unit is rare, and shows when it is compiled: it
// is compiled once more, with such operands in registers.

using System.Buffers.Binary;
using System.Text;
using UpStare.Compiler.Emit;

namespace UpStare.Compiler.Driver;

/// <summary>Finds records that refer to the global offset table.</summary>
public static class GotOperands
{
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

    /// <summary>The instrumented text with operands in registers.</summary>
    public static byte[] Avoid(byte[] instrumented) =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(instrumented).Replace(SiteMacros.AnyPlace, SiteMacros.NoMemory, StringComparison.Ordinal));

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
