// Writes small ELF64 files: sections, a symbol table, program headers. Used for the patch file and for the object file
// that debuggers get. Sections can be views of bytes that another section holds already.
using System.Buffers.Binary;
using System.Text;
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Build;

/// <summary>A section to write. With <paramref name="ViewOf"/> it has no bytes of its own: it shows
/// <paramref name="Size"/> bytes from offset <paramref name="ViewOffset"/> of that section.</summary>
internal sealed record SectionToWrite(string Name, uint Type, ulong Flags, ulong Address, byte[] Bytes, ulong Size,
  ulong Align, string? ViewOf = null, ulong ViewOffset = 0);

/// <summary>A symbol to write; <paramref name="Value"/> is what st_value gets.</summary>
internal sealed record SymbolToWrite(string Name, ulong Value, ulong Size, bool IsFunction, bool IsGlobal, string Section);

/// <summary>Builds an ELF file in memory.</summary>
internal sealed class ElfBuilder(ElfType type)
{
  private const int Header = 64, ProgramHeader = 56, SectionHeader = 64, Symbol = 24;

  private readonly List<SectionToWrite> sections = [];
  private readonly List<SymbolToWrite> symbols = [];
  private readonly List<(uint Type, uint Flags, string Section)> segments = [];

  public void AddSection(SectionToWrite section) => sections.Add(section);
  public void AddSymbol(SymbolToWrite symbol) => symbols.Add(symbol);
  /// <summary>A program header that covers one section's bytes.</summary>
  public void AddSegment(uint segmentType, uint flags, string section) => segments.Add((segmentType, flags, section));

  public byte[] Build()
  {
    AddSymbolTable();
    var names = new StringPool();
    var nameOffsets = sections.Select(s => names.Add(s.Name)).ToList();
    uint shstrtab = names.Add(".shstrtab");
    sections.Add(new(".shstrtab", Elf.ShtStrtab, 0, 0, names.ToBytes(), 0, 1));
    nameOffsets.Add(shstrtab);

    var offsets = new ulong[sections.Count];
    ulong at = (ulong)(Header + ProgramHeader * segments.Count);
    for (int i = 0; i < sections.Count; i++)
    {
      if (sections[i].ViewOf is null)
      {
        at = (at + Math.Max(sections[i].Align, 1) - 1) & ~(Math.Max(sections[i].Align, 1) - 1);
        offsets[i] = at;
        at += (ulong)sections[i].Bytes.Length;
      }
    }
    for (int i = 0; i < sections.Count; i++)
    {
      if (sections[i].ViewOf is { } whole)
      {
        offsets[i] = offsets[sections.FindIndex(s => s.Name == whole)] + sections[i].ViewOffset;
      }
    }
    at = (at + 7) & ~7ul;
    var file = new byte[at + (ulong)(SectionHeader * (sections.Count + 1))];
    WriteHeader(file, at);
    WriteProgramHeaders(file, offsets);
    for (int i = 0; i < sections.Count; i++)
    {
      if (sections[i].ViewOf is null)
      {
        sections[i].Bytes.CopyTo(file, (long)offsets[i]);
      }
      WriteSectionHeader(file.AsSpan((int)at + SectionHeader * (i + 1)), sections[i], nameOffsets[i], offsets[i]);
    }
    return file;
  }

  private int Number(string section) => sections.FindIndex(s => s.Name == section) + 1;

  private void AddSymbolTable()
  {
    if (symbols.Count == 0)
    {
      return;
    }
    var names = new StringPool();
    var table = new byte[Symbol * (symbols.Count + 1)];
    int i = 1;
    foreach (var symbol in symbols.OrderBy(s => s.IsGlobal))
    {
      var to = table.AsSpan(Symbol * i++);
      BinaryPrimitives.WriteUInt32LittleEndian(to, names.Add(symbol.Name));
      to[4] = (byte)(((symbol.IsGlobal ? Elf.StbGlobal : Elf.StbLocal) << 4)
        | (symbol.IsFunction ? Elf.SttFunc : Elf.SttObject));
      BinaryPrimitives.WriteUInt16LittleEndian(to[6..], (ushort)Number(symbol.Section));
      BinaryPrimitives.WriteUInt64LittleEndian(to[8..], symbol.Value);
      BinaryPrimitives.WriteUInt64LittleEndian(to[16..], symbol.Size);
    }
    sections.Add(new(".symtab", Elf.ShtSymtab, 0, 0, table, 0, 8));
    sections.Add(new(".strtab", Elf.ShtStrtab, 0, 0, names.ToBytes(), 0, 1));
  }

  private void WriteHeader(Span<byte> file, ulong sectionHeaders)
  {
    "\u007fELF"u8.CopyTo(file);
    (file[4], file[5], file[6]) = (2, 1, 1);
    BinaryPrimitives.WriteUInt16LittleEndian(file[16..], (ushort)type);
    BinaryPrimitives.WriteUInt16LittleEndian(file[18..], 62);
    BinaryPrimitives.WriteUInt32LittleEndian(file[20..], 1);
    BinaryPrimitives.WriteUInt64LittleEndian(file[32..], segments.Count == 0 ? 0 : (ulong)Header);
    BinaryPrimitives.WriteUInt64LittleEndian(file[40..], sectionHeaders);
    BinaryPrimitives.WriteUInt16LittleEndian(file[52..], Header);
    BinaryPrimitives.WriteUInt16LittleEndian(file[54..], segments.Count == 0 ? (ushort)0 : (ushort)ProgramHeader);
    BinaryPrimitives.WriteUInt16LittleEndian(file[56..], (ushort)segments.Count);
    BinaryPrimitives.WriteUInt16LittleEndian(file[58..], SectionHeader);
    BinaryPrimitives.WriteUInt16LittleEndian(file[60..], (ushort)(sections.Count + 1));
    BinaryPrimitives.WriteUInt16LittleEndian(file[62..], (ushort)sections.Count);
  }

  private void WriteProgramHeaders(Span<byte> file, ulong[] offsets)
  {
    for (int i = 0; i < segments.Count; i++)
    {
      var (segmentType, flags, name) = segments[i];
      int section = Number(name) - 1;
      ulong size = (ulong)sections[section].Bytes.Length;
      var to = file[(Header + ProgramHeader * i)..];
      BinaryPrimitives.WriteUInt32LittleEndian(to, segmentType);
      BinaryPrimitives.WriteUInt32LittleEndian(to[4..], flags);
      BinaryPrimitives.WriteUInt64LittleEndian(to[8..], offsets[section]);
      BinaryPrimitives.WriteUInt64LittleEndian(to[32..], size);
      BinaryPrimitives.WriteUInt64LittleEndian(to[40..], size);
      BinaryPrimitives.WriteUInt64LittleEndian(to[48..], 8);
    }
  }

  private void WriteSectionHeader(Span<byte> to, SectionToWrite s, uint name, ulong offset)
  {
    bool isSymbols = s.Type == Elf.ShtSymtab;
    BinaryPrimitives.WriteUInt32LittleEndian(to, name);
    BinaryPrimitives.WriteUInt32LittleEndian(to[4..], s.Type);
    BinaryPrimitives.WriteUInt64LittleEndian(to[8..], s.Flags);
    BinaryPrimitives.WriteUInt64LittleEndian(to[16..], s.Address);
    BinaryPrimitives.WriteUInt64LittleEndian(to[24..], offset);
    BinaryPrimitives.WriteUInt64LittleEndian(to[32..],
      s.ViewOf is null && s.Type != Elf.ShtNobits ? (ulong)s.Bytes.Length : s.Size);
    BinaryPrimitives.WriteUInt32LittleEndian(to[40..], isSymbols ? (uint)Number(".strtab") : 0);
    BinaryPrimitives.WriteUInt32LittleEndian(to[44..], isSymbols ? (uint)symbols.Count(x => !x.IsGlobal) + 1 : 0);
    BinaryPrimitives.WriteUInt64LittleEndian(to[48..], Math.Max(s.Align, 1));
    BinaryPrimitives.WriteUInt64LittleEndian(to[56..], isSymbols ? (ulong)Symbol : 0);
  }
}
