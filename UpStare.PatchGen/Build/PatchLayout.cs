// Decides where each section of the joined object goes. Text: code first, then read-only data, constants with addresses
// in them (.data.rel.ro: nobody writes them once they are relocated), the unwind table with its terminator, and at the
// end, growing while relocations are worked on, slots and stubs. Data: initialised data, then what starts as zeros,
// common symbols, the poll flag.
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Build;

/// <summary>A section's place.</summary>
internal sealed record PlacedSection(ElfSection Section, Segment Segment, uint Offset);

/// <summary>The layout of a patch.</summary>
internal sealed class PatchLayout
{
  private const ulong Limit = LinkedPatch.DataAddress;
  // Of the room that threads have for thread-local data.
  private const uint TlsAlign = 64;

  private readonly Dictionary<int, PlacedSection> placed = [];
  private readonly Dictionary<int, uint> commons = [];
  private ulong textSize, dataSize, zeroSize, tlsSize, tlsZero;

  private PatchLayout()
  {
  }

  public IEnumerable<PlacedSection> Sections => placed.Values;
  public uint CodeSize { get; private set; }
  /// <summary>Bytes of text so far: sections, then slots and stubs.</summary>
  public uint TextSize => (uint)textSize;
  /// <summary>Bytes of initialised data.</summary>
  public uint DataSize => (uint)dataSize;
  public uint ZeroSize => (uint)zeroSize;
  /// <summary>Bytes of thread-local data with initial values, and of all.</summary>
  public uint TlsBytes => (uint)tlsSize;
  public uint TlsSize => (uint)(tlsSize + tlsZero);
  public uint TextAlign { get; private set; } = 64;
  public uint DataAlign { get; private set; } = 64;
  public uint? EhFrame { get; private set; }
  public uint? Flag { get; private set; }

  /// <summary>Lays out the sections of <paramref name="file"/>, collecting what a patch cannot have.</summary>
  public static PatchLayout Of(ElfFile file, LinkReasons reasons)
  {
    var layout = new PatchLayout();
    var usable = file.Sections.Where(s => Accept(file, s, reasons)).ToList();
    foreach (var section in usable.OrderBy(Rank))
    {
      layout.Place(section);
    }
    layout.PlaceCommons(file);
    if (layout.textSize >= Limit || layout.dataSize + layout.zeroSize >= Limit / 2)
    {
      reasons.TooLarge();
    }
    return layout;
  }

  public PlacedSection? Find(uint section) => placed.GetValueOrDefault((int)section);

  /// <summary>Offset in data of a common symbol.</summary>
  public uint Common(ElfSymbol symbol) => commons[symbol.Index];

  /// <summary>Makes room at the end of text, 8-aligned.</summary>
  public uint Reserve(uint size)
  {
    textSize = Align(textSize, 8);
    uint offset = (uint)textSize;
    textSize += size;
    return offset;
  }

  /// <summary>The poll flag's byte; it comes into being when it is first asked for.</summary>
  public uint FlagByte() => Flag ??= (uint)(dataSize + zeroSize++);

  private static bool Accept(ElfFile file, ElfSection section, LinkReasons reasons)
  {
    if (section.Name == ".note.GNU-stack" && section.IsCode)
    {
      reasons.ExecutableStack(section.Name);
    }
    if (!section.IsAlloc || section.Type == Elf.ShtNote || section.Size == 0)
    {
      return false;
    }
    if (IsConstructors(section))
    {
      var functions = file.RelocationsOf(section).Where(r => r.Symbol < file.Symbols.Count)
        .Select(r => NameOf(file, r)).Where(n => n != "").Distinct();
      reasons.Constructors(section.Name, string.Join(", ", functions));
      return false;
    }
    if (section.IsTls && section.Alignment > TlsAlign)
    {
      var names = file.Symbols.Where(s => s.Section == section.Index && s.Type == Elf.SttTls).Select(s => s.Name);
      reasons.ThreadLocalAlignment(string.Join(", ", names.DefaultIfEmpty(section.Name)), TlsAlign);
      return false;
    }
    return true;
  }

  /// <summary>The function that an entry of a constructor table points to; gcc names it by section and offset.</summary>
  private static string NameOf(ElfFile file, ElfRelocation r)
  {
    var symbol = file.Symbols[(int)r.Symbol];
    if (symbol.Type != Elf.SttSection)
    {
      return symbol.Name;
    }
    return file.Symbols.FirstOrDefault(s => s.Type == Elf.SttFunc && s.Section == symbol.Section
      && s.Value == (ulong)r.Addend)?.Name ?? "";
  }

  private static bool IsConstructors(ElfSection section)
  {
    static bool Is(string name, string stem) =>
      name == stem || name.StartsWith(stem + ".", StringComparison.Ordinal);
    return section.Type is Elf.ShtInitArray or Elf.ShtFiniArray or Elf.ShtPreinitArray
      || Is(section.Name, ".init_array") || Is(section.Name, ".fini_array") || Is(section.Name, ".preinit_array")
      || Is(section.Name, ".ctors") || Is(section.Name, ".dtors") || section.Name is ".init" or ".fini";
  }

  private static int Rank(ElfSection s) =>
    s.IsCode ? 0
    : s.Name == ".eh_frame" ? 3
    : !s.IsWritable ? 1
    : s.Name.StartsWith(".data.rel.ro", StringComparison.Ordinal) ? 2
    : s.HasBytes ? 4
    : 5;

  private void Place(ElfSection section)
  {
    ulong align = Math.Max(section.Alignment, 1);
    int rank = Rank(section);
    if (section.IsTls)
    {
      PlaceThreadLocal(section, align);
      return;
    }
    if (rank <= 3)
    {
      TextAlign = Math.Max(TextAlign, (uint)align);
      textSize = Align(textSize, rank == 3 ? Math.Max(align, 8) : align);
      placed[section.Index] = new(section, Segment.Text, (uint)textSize);
      EhFrame = rank == 3 ? (uint)textSize : EhFrame;
      textSize += section.Size + (rank == 3 ? 8ul : 0); // the terminator
      CodeSize = rank == 0 ? (uint)textSize : CodeSize;
      return;
    }
    DataAlign = Math.Max(DataAlign, (uint)align);
    if (rank == 4)
    {
      dataSize = Align(dataSize, align);
      placed[section.Index] = new(section, Segment.Data, (uint)dataSize);
      dataSize += section.Size;
      return;
    }
    placed[section.Index] = new(section, Segment.Data, ReserveZeros(section.Size, align));
  }

  // Those with initial values come first, by their rank.
  private void PlaceThreadLocal(ElfSection section, ulong align)
  {
    ulong offset = Align(tlsSize + tlsZero, align);
    placed[section.Index] = new(section, Segment.Tls, (uint)offset);
    if (section.HasBytes)
    {
      tlsSize = offset + section.Size;
      return;
    }
    tlsZero = offset + section.Size - tlsSize;
  }

  private void PlaceCommons(ElfFile file)
  {
    foreach (var symbol in file.Symbols.Where(s => s.Section == Elf.ShnCommon))
    {
      ulong align = Math.Max(symbol.Value, 1);
      DataAlign = Math.Max(DataAlign, (uint)align);
      commons[symbol.Index] = ReserveZeros(symbol.Size, align);
    }
  }

  private uint ReserveZeros(ulong size, ulong align)
  {
    ulong offset = Align(dataSize + zeroSize, align);
    zeroSize = offset + size - dataSize;
    return (uint)offset;
  }

  private static ulong Align(ulong value, ulong align) => (value + align - 1) / align * align;
}
