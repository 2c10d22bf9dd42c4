// Whether a jump fits over the entry of a function: an update leads the old entry to the new code with five bytes, behind an
// endbr64 if there is one.  A function can be shorter (xor eax,eax; ret).  The bytes behind it must then be padding: with -Os, and in
// cold text, the next function can begin at the next byte.

using Iced.Intel;
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Check;

/// <summary>Looks for room at the entries of functions.</summary>
public sealed class EntryRoom
{
    private const int LongestInstruction = 15;

    private readonly ElfFile _code;
    private readonly ulong[] _starts;
    private readonly ElfSymbol[] _functions;

    /// <summary>Prepares to look into a program.</summary>
    public EntryRoom(ProgramFile program)
    {
        _code = program.Code;
        _functions = [.. program.Symbols.Where(symbol => symbol.Type is Elf.SttFunc or Elf.SttGnuIfunc && symbol.IsInSection).OrderBy(symbol => symbol.Value)];
        _starts = [.. _functions.Select(symbol => symbol.Value)];
    }

    /// <summary>Why a jump does not fit at the entry; null if it does.</summary>
    /// <param name="entry">The function's address in the file.</param>
    public string? Reason(ulong entry)
    {
        Span<byte> bytes = stackalloc byte[CodeJump.LongestPrefix + CodeJump.Size + LongestInstruction];
        var length = bytes.Length;
        while (length > 0 && !_code.TryRead(entry, bytes[..length])) length--; // the end of the text
        var start = CodeJump.PrefixOf(bytes[..length]);
        var first = FirstFrom(entry);
        var next = FirstFrom(entry + 1);
        if (next < _functions.Length && _starts[next] < entry + (ulong)(start + CodeJump.Size)) return $"'{_functions[next].Name}' begins {start + CodeJump.Size} bytes or less behind its entry";
        var size = first < next ? _functions[first..next].Max(function => function.Size) : 0;
        if (size >= (ulong)(start + CodeJump.Size)) return null;
        return length < start + CodeJump.Size || !IsOwn(bytes[start..length], Math.Max(0, (int)size - start)) ? "other code follows at once" : null;
    }

    // The first symbol at an address or behind it.
    private int FirstFrom(ulong address)
    {
        var index = Array.BinarySearch(_starts, address);
        if (index < 0) return ~index;
        while (index > 0 && _starts[index - 1] == address) index--;
        return index;
    }

    // The function's instructions, of which `known` bytes have a symbol, and behind its last one nothing but padding.  Without symbols it is not
    // known which is the last one: code behind a jump is perhaps not the function's.
    private static bool IsOwn(ReadOnlySpan<byte> bytes, int known)
    {
        var decoder = Decoder.Create(64, bytes.ToArray());
        var isOver = false;
        while (decoder.IP < CodeJump.Size)
        {
            var at = (int)decoder.IP;
            isOver |= known > 0 && at >= known;
            if (isOver && bytes[at] == 0) return bytes[at..CodeJump.Size].IndexOfAnyExcept((byte)0) < 0; // between sections
            decoder.Decode(out var instruction);
            if (instruction.IsInvalid) return false;
            if (isOver && instruction.Mnemonic is not (Mnemonic.Nop or Mnemonic.Int3)) return false;
            isOver |= known == 0 && instruction.FlowControl is FlowControl.Return or FlowControl.UnconditionalBranch or FlowControl.IndirectBranch or FlowControl.Exception;
        }

        return true;
    }
}
