// Reads ELF64 files for x86-64: executables (fixed or position independent), shared libraries, object files and
// separate debug files. Everything is checked against the file's size, so a damaged file is an ElfFormatException and
// nothing else. Reading only; what is written is in Build/.
using System.Buffers.Binary;
using System.Text;

namespace UpStare.PatchGen.Image;

/// <summary>An ELF64 x86-64 file in memory.</summary>
public sealed class ElfFile
{
  private const int HeaderSize = 64, SectionHeaderSize = 64, ProgramHeaderSize = 56, SymbolSize = 24, RelaSize = 24;

  private readonly byte[] bytes;
  private readonly Dictionary<int, ElfSection> relocationsOf = [];
  private readonly Dictionary<int, byte[]> inflated = [];

  private ElfFile(byte[] bytes, string path)
  {
    (this.bytes, Path) = (bytes, path);
    CheckHeader();
    Type = (ElfType)U16(16);
    Entry = U64(24);
    Segments = ReadSegments();
    Sections = ReadSections();
    foreach (var section in Sections)
    {
      if (section.Type == Elf.ShtRela && section.Info != 0 && (Type == ElfType.Relocatable || !section.IsAlloc))
      {
        relocationsOf[(int)section.Info] = section;
      }
    }
    Symbols = ReadSymbols(Elf.ShtSymtab);
    DynamicSymbols = ReadSymbols(Elf.ShtDynsym);
    BuildId = ReadBuildId();
  }

  /// <summary>Name of the file, for messages.</summary>
  public string Path { get; }
  /// <summary>Kind of file.</summary>
  public ElfType Type { get; }
  /// <summary>e_entry.</summary>
  public ulong Entry { get; }
  /// <summary>All sections; the index is the section's number.</summary>
  public IReadOnlyList<ElfSection> Sections { get; }
  /// <summary>All program headers.</summary>
  public IReadOnlyList<ElfSegment> Segments { get; }
  /// <summary>Symbols of .symtab (empty when stripped).</summary>
  public IReadOnlyList<ElfSymbol> Symbols { get; }
  /// <summary>Symbols of .dynsym.</summary>
  public IReadOnlyList<ElfSymbol> DynamicSymbols { get; }
  /// <summary>The build-id note's bytes, or null.</summary>
  public byte[]? BuildId { get; }

  /// <summary>Lowest address of a PT_LOAD: what image addresses count from.</summary>
  public ulong ImageBase => Segments.Where(s => s.Type == Elf.PtLoad).Select(s => s.Address).DefaultIfEmpty().Min();

  /// <summary>Reads the file at <paramref name="path"/>.</summary>
  public static ElfFile Load(string path) => new(File.ReadAllBytes(path), path);

  /// <summary>Reads a file that is in memory.</summary>
  public static ElfFile Parse(byte[] bytes, string name) => new(bytes, name);

  /// <summary>The section of that name, or null.</summary>
  public ElfSection? FindSection(string name) => Sections.FirstOrDefault(s => s.Name == name);

  /// <summary>A section's bytes as they are in the file (inflated if compressed); empty for NOBITS.</summary>
  public ReadOnlySpan<byte> BytesOf(ElfSection section)
  {
    if (!section.HasBytes)
    {
      return [];
    }
    var raw = Range(section.Offset, section.Size, $"section {section.Name}");
    return (section.Flags & Elf.ShfCompressed) == 0 ? raw : Inflated(section, raw);
  }

  /// <summary>The relocations that an object file (or an executable linked with -q) has for a section.</summary>
  public IReadOnlyList<ElfRelocation> RelocationsOf(ElfSection section) =>
    relocationsOf.TryGetValue(section.Index, out var rela) ? ReadRelocations(rela) : [];

  /// <summary>The relocations in one SHT_RELA section.</summary>
  public IReadOnlyList<ElfRelocation> ReadRelocations(ElfSection rela)
  {
    var span = BytesOf(rela);
    var list = new ElfRelocation[span.Length / RelaSize];
    for (int i = 0; i < list.Length; i++)
    {
      var at = span.Slice(i * RelaSize, RelaSize);
      ulong info = BinaryPrimitives.ReadUInt64LittleEndian(at[8..]);
      list[i] = new(BinaryPrimitives.ReadUInt64LittleEndian(at), (uint)info, (uint)(info >> 32),
        BinaryPrimitives.ReadInt64LittleEndian(at[16..]));
    }
    return list;
  }

  /// <summary>The relocations that the dynamic loader performs, with their symbols' names.</summary>
  public IEnumerable<(ElfRelocation Relocation, string Symbol)> DynamicRelocations() =>
    from section in Sections
    where section.Type == Elf.ShtRela && section.IsAlloc && section.HasBytes && Type != ElfType.Relocatable
    from relocation in ReadRelocations(section)
    let known = relocation.Symbol < DynamicSymbols.Count
    select (relocation, known ? DynamicSymbols[(int)relocation.Symbol].Name : "");

  /// <summary>Bytes at a link-time address, from the program headers; what a segment has no bytes for reads as
  /// zeros. False if no segment holds the whole range.</summary>
  public bool TryRead(ulong address, Span<byte> into)
  {
    foreach (var segment in Segments)
    {
      if (segment.Type == Elf.PtLoad && address >= segment.Address && address - segment.Address <= segment.MemorySize
        && (ulong)into.Length <= segment.MemorySize - (address - segment.Address))
      {
        ulong skip = address - segment.Address;
        ulong there = skip < segment.FileSize ? Math.Min(segment.FileSize - skip, (ulong)into.Length) : 0;
        into.Clear();
        if (there != 0)
        {
          Range(segment.Offset + skip, there, "segment").CopyTo(into);
        }
        return true;
      }
    }
    return false;
  }

  /// <summary>The alloc section that holds an address, or null.</summary>
  public ElfSection? SectionAt(ulong address) =>
    Sections.FirstOrDefault(s => s.IsAlloc && !s.IsTls && address >= s.Address && address - s.Address < s.Size);

  private ReadOnlySpan<byte> Inflated(ElfSection section, ReadOnlySpan<byte> raw)
  {
    if (inflated.TryGetValue(section.Index, out var done))
    {
      return done;
    }
    if (raw.Length < 24 || BinaryPrimitives.ReadUInt32LittleEndian(raw) != 1)
    {
      throw Bad($"section {section.Name} is compressed in a way that is not zlib");
    }
    ulong size = BinaryPrimitives.ReadUInt64LittleEndian(raw[8..]);
    var result = UpstareRecords.Inflate(raw[24..].ToArray(), $"{Path}: section {section.Name}");
    if ((ulong)result.Length != size)
    {
      throw Bad($"section {section.Name} does not inflate to its size");
    }
    return inflated[section.Index] = result;
  }

  private void CheckHeader()
  {
    if (bytes.Length < HeaderSize || !bytes.AsSpan(0, 4).SequenceEqual("\u007fELF"u8))
    {
      throw Bad("not an ELF file");
    }
    if (bytes[4] != 2 || bytes[5] != 1 || U16(18) != 62)
    {
      throw Bad("not an ELF file for x86-64");
    }
    if (U16(16) is < 1 or > 3)
    {
      throw Bad("neither an object file nor an executable");
    }
  }

  private List<ElfSegment> ReadSegments()
  {
    var list = new List<ElfSegment>();
    ulong offset = U64(32);
    int count = U16(56);
    for (int i = 0; i < count; i++)
    {
      var h = Range(offset + (ulong)(i * ProgramHeaderSize), ProgramHeaderSize, "program headers");
      list.Add(new(U32(h), U32(h[4..]), U64(h[8..]), U64(h[16..]), U64(h[32..]), U64(h[40..]), U64(h[48..])));
    }
    return list;
  }

  private List<ElfSection> ReadSections()
  {
    ulong offset = U64(40), count = U16(60), names = U16(62);
    var list = new List<ElfSection>();
    if (offset == 0)
    {
      return list;
    }
    // Above 65,279 sections the counts move into section header 0.
    var first = Range(offset, SectionHeaderSize, "section headers");
    count = count == 0 ? U64(first[32..]) : count;
    names = names == Elf.ShnXindex ? U32(first[40..]) : names;
    if (count > (ulong)bytes.Length / SectionHeaderSize)
    {
      throw Bad("section headers lie outside of the file");
    }
    var headers = Range(offset, count * SectionHeaderSize, "section headers");
    var nameOffsets = new List<uint>();
    for (int i = 0; i < (int)count; i++)
    {
      var h = headers.Slice(i * SectionHeaderSize, SectionHeaderSize);
      nameOffsets.Add(U32(h));
      list.Add(new(i, "", U32(h[4..]), U64(h[8..]), U64(h[16..]), U64(h[24..]), U64(h[32..]), U32(h[40..]),
        U32(h[44..]), U64(h[48..]), U64(h[56..])));
    }
    if (names < count)
    {
      var table = BytesOf(list[(int)names]);
      for (int i = 0; i < list.Count; i++)
      {
        list[i] = list[i] with { Name = StringAt(table, nameOffsets[i]) };
      }
    }
    return list;
  }

  private List<ElfSymbol> ReadSymbols(uint type)
  {
    var list = new List<ElfSymbol>();
    if (Sections.FirstOrDefault(s => s.Type == type) is not { HasBytes: true } table)
    {
      return list;
    }
    var span = BytesOf(table);
    var strings = table.Link < Sections.Count ? BytesOf(Sections[(int)table.Link]) : [];
    var wide = Sections.FirstOrDefault(s => s.Type == Elf.ShtSymtabShndx && s.Link == table.Index);
    var wideSpan = wide is null ? [] : BytesOf(wide);
    for (int i = 0; i < span.Length / SymbolSize; i++)
    {
      var s = span.Slice(i * SymbolSize, SymbolSize);
      uint section = BinaryPrimitives.ReadUInt16LittleEndian(s[6..]);
      if (section == Elf.ShnXindex && wideSpan.Length >= 4 * (i + 1))
      {
        section = U32(wideSpan[(4 * i)..]);
      }
      string name = StringAt(strings, U32(s));
      if ((s[4] & 15) == Elf.SttSection && name == "" && section < Sections.Count)
      {
        name = Sections[(int)section].Name;
      }
      list.Add(new(i, name, U64(s[8..]), U64(s[16..]), s[4], s[5], section));
    }
    return list;
  }

  private byte[]? ReadBuildId()
  {
    foreach (var section in Sections.Where(s => s.Type == Elf.ShtNote && s.HasBytes))
    {
      if (FindBuildId(BytesOf(section)) is { } id)
      {
        return id;
      }
    }
    foreach (var segment in Segments.Where(s => s.Type == Elf.PtNote && Sections.Count == 0))
    {
      if (FindBuildId(Range(segment.Offset, segment.FileSize, "notes")) is { } id)
      {
        return id;
      }
    }
    return null;
  }

  private static byte[]? FindBuildId(ReadOnlySpan<byte> notes)
  {
    while (notes.Length >= 12)
    {
      uint nameSize = U32(notes), size = U32(notes[4..]), type = U32(notes[8..]);
      ulong start = 12 + ((nameSize + 3ul) & ~3ul), next = start + ((size + 3ul) & ~3ul);
      if (start + size > (ulong)notes.Length)
      {
        return null;
      }
      if (type == 3 && nameSize == 4 && notes.Slice(12, 4).SequenceEqual("GNU\0"u8))
      {
        return notes.Slice((int)start, (int)size).ToArray();
      }
      if (next > (ulong)notes.Length)
      {
        return null;
      }
      notes = notes[(int)next..];
    }
    return null;
  }

  private ReadOnlySpan<byte> Range(ulong offset, ulong size, string what)
  {
    if (offset > (ulong)bytes.Length || size > (ulong)bytes.Length - offset)
    {
      throw Bad($"{what} lies outside of the file (truncated?)");
    }
    return bytes.AsSpan((int)offset, (int)size);
  }

  private static string StringAt(ReadOnlySpan<byte> table, uint offset)
  {
    if (offset >= table.Length)
    {
      return "";
    }
    var rest = table[(int)offset..];
    int end = rest.IndexOf((byte)0);
    return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
  }

  private ElfFormatException Bad(string what) => new($"{Path}: {what}");
  private ushort U16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(offset));
  private ulong U64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(offset));
  private static uint U32(ReadOnlySpan<byte> span) => BinaryPrimitives.ReadUInt32LittleEndian(span);
  private static ulong U64(ReadOnlySpan<byte> span) => BinaryPrimitives.ReadUInt64LittleEndian(span);
}
