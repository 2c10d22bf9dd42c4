// Reads what upstare-cc leaves in an executable (upstare_abi.h, part 1): the unit frames of .debug.upstare, the machine
// sites and the entities. The same reader serves an executable, its separate debug file and, given a relocated view of
// the sections, the objects of a patch. Records of code that the linker dropped are left out.
using System.Buffers.Binary;
using System.IO.Compression;
using UpStare.PatchGen.Build;

namespace UpStare.PatchGen.Image;

/// <summary>One machine site. <paramref name="Code"/> holds the operands' instructions and
/// <paramref name="CodeAddress"/> the address that their rip-relative operands count from.</summary>
public sealed record SiteRecord(ulong Unit, ulong Site, ulong Cold, uint Cp, SiteFlags Flags, int Operands,
  ReadOnlyMemory<byte> Code, ulong CodeAddress);

/// <summary>One entity; a TLS entity's address is its offset in the TLS segment.</summary>
public sealed record EntityRecord(ulong Unit, ulong Address, uint Ordinal, EntityKind Kind);

/// <summary>One unit's stored bytes, compressed; the offset is the unit's identity.</summary>
public sealed class UnitFrame(ulong offset, ReadOnlyMemory<byte> compressed, string path)
{
  /// <summary>Where it is in its section.</summary>
  public ulong Offset { get; } = offset;

  /// <summary>Decompresses the bytes. They are not kept: all units of a large program are more than fits into memory.</summary>
  public byte[] Read() => UpstareRecords.Inflate(compressed, $"{path}: {UpstareRecords.UnitsSection}");
}

/// <summary>The records of one executable or patch.</summary>
public sealed class UpstareRecords
{
  /// <summary>Section of the unit frames.</summary>
  public const string UnitsSection = ".debug.upstare";
  /// <summary>Section of the site records.</summary>
  public const string SitesSection = ".debug.upstare.sites";
  /// <summary>Section of the entity records.</summary>
  public const string EntitiesSection = ".debug.upstare.entities";

  private const int SiteHeader = 32, EntitySize = 24, FrameHeader = 16;

  private UpstareRecords(IReadOnlyList<SiteRecord> sites, IReadOnlyList<EntityRecord> entities,
    IReadOnlyList<UnitFrame> units)
  {
    (Sites, Entities, Units) = (sites, entities, units);
  }

  /// <summary>The machine sites, in the order of their records.</summary>
  public IReadOnlyList<SiteRecord> Sites { get; }
  /// <summary>The entities, in the order of their records.</summary>
  public IReadOnlyList<EntityRecord> Entities { get; }
  /// <summary>The units, in link order.</summary>
  public IReadOnlyList<UnitFrame> Units { get; }

  /// <summary>Whether the file has anything to read here.</summary>
  public static bool IsIn(ElfFile file) => file.FindSection(UnitsSection) is { HasBytes: true, Size: > 0 };

  /// <summary>Reads a linked file: its record sections hold final addresses.</summary>
  public static UpstareRecords Read(ElfFile file) => Read(file, section => file.BytesOf(section).ToArray());

  /// <summary>Reads an object file; <paramref name="addressOf"/> says where its symbols are (null: dropped).</summary>
  public static UpstareRecords Read(ElfFile file, Func<ElfSymbol, ulong?> addressOf) =>
    Read(file, section => ElfRelocator.Relocate(file, section, 0, addressOf));

  /// <summary>Reads the sections as <paramref name="relocated"/> gives them, for a section address of 0.</summary>
  public static UpstareRecords Read(ElfFile file, Func<ElfSection, byte[]> relocated)
  {
    byte[] Bytes(string name) => file.FindSection(name) is { HasBytes: true } section ? relocated(section) : [];
    return new(
      ReadSites(Bytes(SitesSection), file.FindSection(SitesSection)?.Address ?? 0, file.Path),
      ReadEntities(Bytes(EntitiesSection), file.Path),
      ReadUnits(Bytes(UnitsSection), file.Path));
  }

  /// <summary>The same records without the entities that <paramref name="keep"/> rejects.</summary>
  public UpstareRecords Where(Func<EntityRecord, bool> keep) => new(Sites, Entities.Where(keep).ToList(), Units);

  private static List<SiteRecord> ReadSites(byte[] bytes, ulong address, string path)
  {
    var list = new List<SiteRecord>();
    for (int at = 0; at < bytes.Length;)
    {
      if (bytes.Length - at < SiteHeader)
      {
        throw Damaged(path, SitesSection);
      }
      var r = bytes.AsSpan(at, SiteHeader);
      ulong site = BinaryPrimitives.ReadUInt64LittleEndian(r[8..]);
      int length = BinaryPrimitives.ReadUInt16LittleEndian(r[30..]);
      int code = at + SiteHeader;
      if (bytes.Length - code < length)
      {
        throw Damaged(path, SitesSection);
      }
      if (site != 0)
      {
        list.Add(new(BinaryPrimitives.ReadUInt64LittleEndian(r), site, BinaryPrimitives.ReadUInt64LittleEndian(r[16..]),
          BinaryPrimitives.ReadUInt32LittleEndian(r[24..]), (SiteFlags)r[28], r[29], bytes.AsMemory(code, length),
          address + (ulong)code));
      }
      at = code + length;
    }
    return list;
  }

  private static List<EntityRecord> ReadEntities(byte[] bytes, string path)
  {
    if (bytes.Length % EntitySize != 0)
    {
      throw Damaged(path, EntitiesSection);
    }
    var list = new List<EntityRecord>();
    for (int at = 0; at < bytes.Length; at += EntitySize)
    {
      var r = bytes.AsSpan(at, EntitySize);
      ulong address = BinaryPrimitives.ReadUInt64LittleEndian(r[8..]);
      var kind = (EntityKind)r[20];
      if (kind > EntityKind.Label)
      {
        throw Damaged(path, EntitiesSection);
      }
      // The first thread-local variable is at offset 0 of its segment: that one is not dropped code.
      if (address != 0 || kind == EntityKind.Tls)
      {
        list.Add(new(BinaryPrimitives.ReadUInt64LittleEndian(r), address,
          BinaryPrimitives.ReadUInt32LittleEndian(r[16..]), kind));
      }
    }
    return list;
  }

  private static List<UnitFrame> ReadUnits(byte[] bytes, string path)
  {
    var list = new List<UnitFrame>();
    for (int at = 0; at < bytes.Length;)
    {
      if (bytes[at] == 0)
      {
        at++; // What the linker put between two objects' sections.
        continue;
      }
      if (bytes.Length - at < FrameHeader || !bytes.AsSpan(at, 8).SequenceEqual("UPSUNIT\n"u8))
      {
        throw Damaged(path, UnitsSection);
      }
      uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8));
      uint compressed = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12));
      if (length < FrameHeader || length > bytes.Length - at || compressed > length - FrameHeader)
      {
        throw Damaged(path, UnitsSection);
      }
      list.Add(new((ulong)at, bytes.AsMemory(at + FrameHeader, (int)compressed), path));
      at = (int)Math.Min((at + length + 7L) & ~7L, bytes.Length);
    }
    return list;
  }

  /// <summary>Decompresses zlib data.</summary>
  internal static byte[] Inflate(ReadOnlyMemory<byte> data, string what)
  {
    try
    {
      using var stream = new ZLibStream(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
      using var result = new MemoryStream(data.Length * 8);
      stream.CopyTo(result);
      return result.ToArray();
    }
    catch (InvalidDataException e)
    {
      throw new ElfFormatException($"{what} is damaged: {e.Message}");
    }
  }

  private static ElfFormatException Damaged(string path, string section) =>
    new($"{path}: section {section} is damaged, or was written by another version of upstare-cc");
}
