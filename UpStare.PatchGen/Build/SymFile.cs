// The object file that the runtime shows to debuggers through gdb's JIT interface: functions by name, and how to unwind
// them. It has no code (.text is NOBITS: the code is in memory). The addresses of its sections with SHF_ALLOC are
// offsets in the patch's text; the runtime adds the text's address to each when it has loaded the patch.
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Build;

/// <summary>Makes the debuggers' object file.</summary>
public static class SymFile
{
  /// <summary>The file for a linked patch.</summary>
  public static byte[] Make(LinkedPatch patch)
  {
    var elf = new ElfBuilder(ElfType.Relocatable);
    elf.AddSection(new(".text", Elf.ShtNobits, Elf.ShfAlloc | Elf.ShfExec, 0, [], (ulong)patch.Text.Length, patch.TextAlign));
    if (patch.EhFrame is { } start)
    {
      int end = start < patch.Text.Length ? EndOfFrames(patch, (int)start) : (int)start;
      elf.AddSection(new(".eh_frame", Elf.ShtProgbits, Elf.ShfAlloc, start, patch.Text[(int)start..end], 0, 8));
    }
    foreach (var symbol in patch.Symbols.Where(s => s.IsFunction && s.Segment == Segment.Text))
    {
      elf.AddSymbol(new(symbol.Name, symbol.Offset, symbol.Size, true, symbol.IsGlobal, ".text"));
    }
    return elf.Build();
  }

  /// <summary>Just behind the terminator of the unwind table.</summary>
  internal static int EndOfFrames(LinkedPatch patch, int start) => EndOfFrames(patch.Text, start);

  /// <summary>Just behind the terminator of the unwind table at <paramref name="start"/>.</summary>
  internal static int EndOfFrames(byte[] text, int start)
  {
    int at = start;
    while (at + 4 <= text.Length)
    {
      uint length = BitConverter.ToUInt32(text, at);
      at += 4;
      if (length == 0)
      {
        return at;
      }
      at += (int)Math.Min(length, (uint)(text.Length - at));
    }
    return at;
  }
}
