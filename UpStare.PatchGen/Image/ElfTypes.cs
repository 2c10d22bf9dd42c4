// What an ELF file is made of, as plain records, and the constants of the format that are used here.
namespace UpStare.PatchGen.Image;

/// <summary>The file is not an ELF file that can be used, and why.</summary>
public sealed class ElfFormatException(string message) : Exception(message);

/// <summary>e_type.</summary>
public enum ElfType : ushort
{
  /// <summary>Object file.</summary>
  Relocatable = 1,
  /// <summary>Executable at fixed addresses.</summary>
  Executable = 2,
  /// <summary>Position-independent executable or shared library.</summary>
  Dynamic = 3,
}

/// <summary>Numbers of the ELF specification.</summary>
public static class Elf
{
#pragma warning disable CS1591 // The names are those of elf.h.
  public const uint ShtProgbits = 1, ShtSymtab = 2, ShtStrtab = 3, ShtRela = 4, ShtNote = 7, ShtNobits = 8,
    ShtDynsym = 11, ShtInitArray = 14, ShtFiniArray = 15, ShtPreinitArray = 16, ShtGroup = 17, ShtSymtabShndx = 18;
  public const ulong ShfWrite = 1, ShfAlloc = 2, ShfExec = 4, ShfMerge = 0x10, ShfStrings = 0x20, ShfInfoLink = 0x40,
    ShfTls = 0x400, ShfCompressed = 0x800;
  public const uint ShnUndef = 0, ShnLoReserve = 0xff00, ShnAbs = 0xfff1, ShnCommon = 0xfff2, ShnXindex = 0xffff;
  public const int SttNotype = 0, SttObject = 1, SttFunc = 2, SttSection = 3, SttFile = 4, SttCommon = 5, SttTls = 6,
    SttGnuIfunc = 10;
  public const int StbLocal = 0, StbGlobal = 1, StbWeak = 2;
  public const uint PtLoad = 1, PtNote = 4, PtTls = 7;
  public const uint PfExec = 1;
#pragma warning restore CS1591
}

/// <summary>A section header.</summary>
public sealed record ElfSection(int Index, string Name, uint Type, ulong Flags, ulong Address, ulong Offset, ulong Size,
  uint Link, uint Info, ulong Alignment, ulong EntrySize)
{
  /// <summary>Part of the program's memory.</summary>
  public bool IsAlloc => (Flags & Elf.ShfAlloc) != 0;
  /// <summary>Holds code.</summary>
  public bool IsCode => (Flags & Elf.ShfExec) != 0;
  /// <summary>Can be written by the program.</summary>
  public bool IsWritable => (Flags & Elf.ShfWrite) != 0;
  /// <summary>Thread-local.</summary>
  public bool IsTls => (Flags & Elf.ShfTls) != 0;
  /// <summary>Has bytes in the file.</summary>
  public bool HasBytes => Type != Elf.ShtNobits && Type != 0;
}

/// <summary>A symbol. <paramref name="Section"/> is the real section index (also above 65,279) or a reserved one.</summary>
public sealed record ElfSymbol(int Index, string Name, ulong Value, ulong Size, byte Info, byte Other, uint Section)
{
  /// <summary>STT_*.</summary>
  public int Type => Info & 15;
  /// <summary>STB_*.</summary>
  public int Binding => Info >> 4;
  /// <summary>Lies in a section of this file.</summary>
  public bool IsInSection => Section != Elf.ShnUndef && (Section < Elf.ShnLoReserve || Section > Elf.ShnXindex);
  /// <summary>Must come from elsewhere.</summary>
  public bool IsUndefined => Section == Elf.ShnUndef;
  /// <summary>Has an address here, in a section or absolute.</summary>
  public bool IsDefined => !IsUndefined && Section != Elf.ShnCommon;
}

/// <summary>A relocation with addend; <paramref name="Symbol"/> is an index into the table it belongs to.</summary>
public readonly record struct ElfRelocation(ulong Offset, uint Type, uint Symbol, long Addend);

/// <summary>A program header.</summary>
public readonly record struct ElfSegment(uint Type, uint Flags, ulong Offset, ulong Address, ulong FileSize,
  ulong MemorySize, ulong Alignment);
