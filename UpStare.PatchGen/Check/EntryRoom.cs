// Whether a jump fits over the entry of a function: an update leads the old entry to the new code with five bytes, behind an
// endbr64 if there is one.  A function can be shorter (xor eax,eax; ret).  The bytes behind it must then be padding: with -Os, and in
// cold text, the next function can begin at the next byte.

using Iced.Intel;
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Check;

/// <summary>Looks for room at the entries of functions.</summary>
public sealed class EntryRoom
{
    private const int Jump = 5, Longest = 15;

    private static readonly byte[] EndBranch = [0xf3, 0x0f, 0x1e, 0xfa];

    private readonly ElfFile _code;
    private readonly ulong[] _starts;
    private readonly string[] _names;

    /// <summary>Prepares to look into a program.</summary>
    public EntryRoom(ProgramFile program)
    {
        _code = program.Code;
        var functions = program.Symbols.Where(symbol => symbol.Type is Elf.SttFunc or Elf.SttGnuIfunc && symbol.IsInSection).OrderBy(symbol => symbol.Value).ToList();
        _starts = [.. functions.Select(symbol => symbol.Value)];
        _names = [.. functions.Select(symbol => symbol.Name)];
    }

    /// <summary>Why a jump does not fit at the entry; null if it does.</summary>
    /// <param name="entry">The function's address in the file.</param>
    public string? Reason(ulong entry)
    {
        Span<byte> bytes = stackalloc byte[EndBranch.Length + Jump + Longest];
        var length = bytes.Length;
        while (length > 0 && !_code.TryRead(entry, bytes[..length])) length--; // the end of the text
        var start = bytes[..length].StartsWith(EndBranch) ? EndBranch.Length : 0;
        var end = entry + (ulong)(start + Jump);
        return NameWithin(entry, end) is { } name ? $"'{name}' begins {start + Jump} bytes or less behind its entry"
            : length < start + Jump || !IsOwn(bytes[start..length]) ? "other code follows at once"
            : null;
    }

    private string? NameWithin(ulong entry, ulong end)
    {
        var next = Array.BinarySearch(_starts, entry + 1);
        while (next > 0 && _starts[next - 1] > entry) next--; // one of several of that address
        if (next < 0) next = ~next;
        return next < _starts.Length && _starts[next] < end ? _names[next] : null;
    }

    // The function's instructions, and behind its last one nothing but padding.
    private static bool IsOwn(ReadOnlySpan<byte> bytes)
    {
        var decoder = Decoder.Create(64, bytes.ToArray());
        var isOver = false;
        while (decoder.IP < Jump)
        {
            var at = (int)decoder.IP;
            if (isOver && bytes[at] == 0) return bytes[at..Jump].IndexOfAnyExcept((byte)0) < 0; // between sections
            decoder.Decode(out var instruction);
            if (instruction.IsInvalid) return false;
            if (isOver && instruction.Mnemonic is not (Mnemonic.Nop or Mnemonic.Int3)) return false;
            isOver |= instruction.FlowControl is FlowControl.Return or FlowControl.UnconditionalBranch or FlowControl.IndirectBranch or FlowControl.Exception;
        }

        return true;
    }
}
