// Applies the relocations of a section of an object file, given where each symbol is. That is all that the record
// sections and unit frames of an object need; what code needs besides (GOT, PLT, the reduction to patch relocations) is
// Build/PatchLinker's.
using System.Buffers.Binary;

namespace UpStare.PatchGen.Image;

/// <summary>x86-64 relocation types.</summary>
public enum RelocationType : uint
{
#pragma warning disable CS1591 // The names are those of the psABI.
  None = 0, Abs64 = 1, Pc32 = 2, Got32 = 3, Plt32 = 4, Copy = 5, GlobDat = 6, JumpSlot = 7, Relative = 8, GotPcRel = 9,
  Abs32 = 10, Abs32S = 11, Abs16 = 12, Pc16 = 13, Abs8 = 14, Pc8 = 15, DtpMod64 = 16, DtpOff64 = 17, TpOff64 = 18,
  TlsGd = 19, TlsLd = 20, DtpOff32 = 21, GotTpOff = 22, TpOff32 = 23, Pc64 = 24, GotOff64 = 25, GotPc32 = 26,
  Got64 = 27, GotPcRel64 = 28, GotPc64 = 29, GotPlt64 = 30, PltOff64 = 31, Size32 = 32, Size64 = 33,
  GotPc32TlsDesc = 34, TlsDescCall = 35, TlsDesc = 36, IRelative = 37, GotPcRelX = 41, RexGotPcRelX = 42,
#pragma warning restore CS1591
}

/// <summary>Relocates sections of object files that hold data, not code.</summary>
public static class ElfRelocator
{
  /// <summary>The section's bytes, placed at <paramref name="address"/>, with its relocations applied.
  /// <paramref name="addressOf"/> gives a symbol's address; null (dropped, undefined) leaves a zero, as ld does.
  /// <paramref name="slotOf"/> gives the address of a symbol's GOT slot, if there can be one.</summary>
  public static byte[] Relocate(ElfFile file, ElfSection section, ulong address, Func<ElfSymbol, ulong?> addressOf,
    Func<ElfSymbol, ulong?>? slotOf = null)
  {
    var bytes = file.BytesOf(section).ToArray();
    foreach (var r in file.RelocationsOf(section))
    {
      var type = (RelocationType)r.Type;
      bool slot = slotOf is not null
        && (type is RelocationType.GotPcRel or RelocationType.GotPcRelX or RelocationType.RexGotPcRelX);
      int width = slot ? 4 : Width(type);
      if (width == 0 || r.Offset > (ulong)bytes.Length || (ulong)bytes.Length - r.Offset < (ulong)width)
      {
        if (type == RelocationType.None)
        {
          continue;
        }
        throw new ElfFormatException($"{file.Path}: {section.Name}: relocation type {type} cannot be applied");
      }
      if (r.Symbol >= file.Symbols.Count)
      {
        throw new ElfFormatException($"{file.Path}: {section.Name}: relocation against a symbol that is not there");
      }
      var place = bytes.AsSpan((int)r.Offset, width);
      bool relative = slot || type is RelocationType.Pc32 or RelocationType.Plt32 or RelocationType.Pc64;
      var symbol = file.Symbols[(int)r.Symbol];
      ulong value = (slot ? slotOf!(symbol) : addressOf(symbol)) is { } s
        ? s + (ulong)r.Addend - (relative ? address + r.Offset : 0)
        : 0;
      if (width == 8)
      {
        BinaryPrimitives.WriteUInt64LittleEndian(place, value);
      }
      else
      {
        BinaryPrimitives.WriteUInt32LittleEndian(place, (uint)value);
      }
    }
    return bytes;
  }

  private static int Width(RelocationType type) => type switch
  {
    RelocationType.Abs64 or RelocationType.Pc64 or RelocationType.DtpOff64 or RelocationType.TpOff64 => 8,
    RelocationType.Abs32 or RelocationType.Abs32S or RelocationType.Pc32 or RelocationType.Plt32
      or RelocationType.DtpOff32 or RelocationType.TpOff32 => 4,
    _ => 0,
  };
}
