// Reads a patch file back: for tests and for `upstare-diff --dump`. It checks what the runtime checks: magic, version of
// the contract, size, checksum, and that every table lies inside the blob.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Build;

/// <summary>Reads patches.</summary>
public static class PatchReader
{
  /// <summary>Reads the patch file at <paramref name="path"/>.</summary>
  public static PatchFile Load(string path) => FromElf(File.ReadAllBytes(path), path);

  /// <summary>Reads a patch file that is in memory.</summary>
  public static PatchFile FromElf(byte[] bytes, string name)
  {
    ElfFile elf;
    try
    {
      elf = ElfFile.Parse(bytes, name);
    }
    catch (ElfFormatException e)
    {
      throw new PatchFormatException(e.Message);
    }
    var segment = elf.Segments.FirstOrDefault(s => s.Type == Abi.ProgramHeaderType);
    if (segment.Type != Abi.ProgramHeaderType)
    {
      throw new PatchFormatException($"{name}: an ELF file, but not a patch");
    }
    if (segment.Offset > (ulong)bytes.Length || segment.FileSize > (ulong)bytes.Length - segment.Offset)
    {
      throw new PatchFormatException($"{name}: cut short");
    }
    var patch = FromBlob(bytes.AsSpan((int)segment.Offset, (int)segment.FileSize));
    patch.CodeSize = (uint)(elf.FindSection(".text")?.Size ?? 0);
    patch.Symbols = [.. elf.Symbols.Where(s => s.IsInSection && s.Name != "").Select(s => Place(s))];
    return patch;
  }

  /// <summary>Reads a blob.</summary>
  public static PatchFile FromBlob(ReadOnlySpan<byte> blob)
  {
    if (blob.Length < Abi.HeaderSize || !blob[..8].SequenceEqual(Abi.Magic))
    {
      throw new PatchFormatException("not a patch");
    }
    if (U32(blob, 8) != Abi.Version)
    {
      throw new PatchFormatException($"a patch of contract version {U32(blob, 8)}; this program knows {Abi.Version}");
    }
    if (U32(blob, 12) != blob.Length)
    {
      throw new PatchFormatException("the patch is cut short or has a tail");
    }
    if (BinaryPrimitives.ReadUInt64LittleEndian(blob[PatchWriter.ChecksumAt..]) != PatchWriter.Checksum(blob))
    {
      throw new PatchFormatException("the patch is damaged: its checksum is wrong");
    }
    if (U32(blob, 24) > Abi.IdMax || U32(blob, 28) > Abi.IdMax)
    {
      throw new PatchFormatException("a build-id in the patch is too long");
    }
    return ReadTables(blob);
  }

  private static PatchFile ReadTables(ReadOnlySpan<byte> blob)
  {
    var strings = StringPool.Parse(Rows<byte>(blob, 0));
    return new()
    {
      FromId = blob.Slice(32, (int)U32(blob, 24)).ToArray(),
      ToId = blob.Slice(64, (int)U32(blob, 28)).ToArray(),
      FromName = strings[U32(blob, 96)],
      ToName = strings[U32(blob, 100)],
      TextAlign = U32(blob, 104),
      DataAlign = U32(blob, 108),
      DataZero = U32(blob, 112),
      FlagOffset = U32(blob, 116),
      EhFrame = U32(blob, 120),
      Strings = strings,
      Text = Rows<byte>(blob, 1),
      Data = Rows<byte>(blob, 2),
      InitBytes = Rows<byte>(blob, 3),
      Constants = Rows<byte>(blob, 4),
      Relocs = [.. Rows<RelocEntry>(blob, 5)],
      Imports = [.. Rows<ImportEntry>(blob, 6)],
      OldEntities = [.. Rows<EntityEntry>(blob, 7)],
      Binds = [.. Rows<BindEntry>(blob, 8)],
      Redirects = [.. Rows<RedirectEntry>(blob, 9)],
      Inits = [.. Rows<InitEntry>(blob, 10)],
      OldPoints = [.. Rows<PointEntry>(blob, 11)],
      NewPoints = [.. Rows<PointEntry>(blob, 12)],
      Maps = [.. Rows<MapEntry>(blob, 13)],
      Moves = [.. Rows<MoveEntry>(blob, 14)],
      SymFile = Rows<byte>(blob, 15),
      Types = [.. Rows<TypeEntry>(blob, 16)],
      Parts = [.. Rows<PartEntry>(blob, 17)],
      Variables = [.. Rows<VariableEntry>(blob, 18)],
      HeapTypes = [.. Rows<HeapTypeEntry>(blob, 19)],
      Groups = [.. Rows<GroupEntry>(blob, 20)],
      GroupPoints = [.. Rows<uint>(blob, 21)],
      Pieces = [.. Rows<PieceEntry>(blob, 22)],
      Steps = [.. Rows<StepEntry>(blob, 23)],
      Tls = Rows<byte>(blob, 24),
      Lengths = [.. Rows<LengthEntry>(blob, 25)],
      TlsSize = U32(blob, 124),
      OldImage = Image(blob, PatchWriter.SpansAt + 26 * 8),
      NewImage = Image(blob, PatchWriter.SpansAt + 26 * 8 + 40),
    };
  }

  private static ImageTables Image(ReadOnlySpan<byte> blob, int at) => new(
    BinaryPrimitives.ReadUInt64LittleEndian(blob[at..]), BinaryPrimitives.ReadUInt64LittleEndian(blob[(at + 8)..]),
    RowsAt<SiteEntry>(blob, at + 16), RowsAt<OperandEntry>(blob, at + 24), RowsAt<ReturnEntry>(blob, at + 32));

  private static T[] Rows<T>(ReadOnlySpan<byte> blob, int span) where T : unmanaged =>
    RowsAt<T>(blob, PatchWriter.SpansAt + 8 * span);

  private static T[] RowsAt<T>(ReadOnlySpan<byte> blob, int field) where T : unmanaged
  {
    ulong offset = U32(blob, field), size = U32(blob, field + 4) * (ulong)Unsafe.SizeOf<T>();
    if (offset % 8 != 0 || offset < Abi.HeaderSize || offset > (ulong)blob.Length || size > (ulong)blob.Length - offset)
    {
      throw new PatchFormatException("a table of the patch lies outside of it");
    }
    return MemoryMarshal.Cast<byte, T>(blob.Slice((int)offset, (int)size)).ToArray();
  }

  private static PlacedSymbol Place(ElfSymbol s)
  {
    bool data = s.Value >= LinkedPatch.DataAddress;
    return new(s.Name, data ? Segment.Data : Segment.Text, (uint)(data ? s.Value - LinkedPatch.DataAddress : s.Value),
      (uint)s.Size, s.Type == Elf.SttFunc, s.Binding != Elf.StbLocal);
  }

  private static uint U32(ReadOnlySpan<byte> blob, int at) => BinaryPrimitives.ReadUInt32LittleEndian(blob[at..]);
}
