// Writes a patch: first the blob (header, tables, segments, each on a multiple of 8; a checksum over all of it), then
// the ELF file around it. The runtime reads only the program header and the blob. The section headers are for people:
// .text, .rodata and .data show the segments inside the blob, so objdump -d, nm and readelf work on a patch.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Build;

/// <summary>Serialises patches.</summary>
public static class PatchWriter
{
  // Where the header's span fields start, and its checksum.
  internal const int SpansAt = 128, ChecksumAt = 16;

  /// <summary>Writes the patch file.</summary>
  public static void Write(PatchFile patch, string path) => File.WriteAllBytes(path, ToElf(patch));

  /// <summary>The whole ELF file.</summary>
  public static byte[] ToElf(PatchFile patch)
  {
    var blob = ToBlob(patch);
    ulong text = SpanOffset(blob, 1), data = SpanOffset(blob, 2), code = patch.CodeSize;
    var elf = new ElfBuilder(ElfType.Dynamic);
    elf.AddSection(new(".upstare", Elf.ShtProgbits, 0, 0, blob, 0, 64));
    elf.AddSection(new(".note.gnu.build-id", Elf.ShtNote, Elf.ShfAlloc, 0, BuildIdNote(blob), 0, 4));
    elf.AddSegment(Abi.ProgramHeaderType, 4, ".upstare");
    elf.AddSegment(Elf.PtNote, 4, ".note.gnu.build-id");
    AddView(elf, ".text", Elf.ShfAlloc | Elf.ShfExec, 0, text, 0, code);
    ulong end = (ulong)patch.Text.Length, frames = patch.EhFrame == Abi.None ? end : patch.EhFrame;
    AddView(elf, ".rodata", Elf.ShfAlloc, code, text, code, frames - code);
    if (patch.EhFrame != Abi.None)
    {
      ulong stop = (ulong)SymFile.EndOfFrames(patch.Text, (int)frames);
      AddView(elf, ".eh_frame", Elf.ShfAlloc, frames, text, frames, stop - frames);
      AddView(elf, ".got", Elf.ShfAlloc, stop, text, stop, end - stop);
    }
    ulong dataSize = (ulong)patch.Data.Length;
    AddView(elf, ".data", Elf.ShfAlloc | Elf.ShfWrite, LinkedPatch.DataAddress, data, 0, dataSize);
    elf.AddSection(new(".bss", Elf.ShtNobits, Elf.ShfAlloc | Elf.ShfWrite, LinkedPatch.DataAddress + dataSize, [],
      patch.DataZero, 8));
    AddSymbols(elf, patch);
    return elf.Build();
  }

  /// <summary>The blob: what the runtime loads.</summary>
  public static byte[] ToBlob(PatchFile patch)
  {
    using var stream = new MemoryStream();
    stream.SetLength(Abi.HeaderSize);
    stream.Position = Abi.HeaderSize;
    var header = new byte[Abi.HeaderSize];
    uint fromName = patch.Strings.Add(patch.FromName), toName = patch.Strings.Add(patch.ToName);
    int at = SpansAt;
    void Bytes(byte[] bytes, int align = 8) => Table<byte>(bytes, align);
    void Table<T>(IReadOnlyList<T> rows, int align = 8) where T : unmanaged
    {
      WriteTable(stream, rows, align, header.AsSpan(at));
      at += 8;
    }
    void Image(ImageTables image)
    {
      BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(at), image.Base);
      BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(at + 8), image.Size);
      at += 16;
      Table(image.Sites);
      Table(image.Operands);
      Table(image.Returns);
    }
    Bytes(patch.Strings.ToBytes());
    Bytes(patch.Text, 64);
    Bytes(patch.Data, 64);
    Bytes(patch.InitBytes);
    Bytes(patch.Constants);
    Table(patch.Relocs);
    Table(patch.Imports);
    Table(patch.OldEntities);
    Table(patch.Binds);
    Table(patch.Redirects);
    Table(patch.Inits);
    Table(patch.OldPoints);
    Table(patch.NewPoints);
    Table(patch.Maps);
    Table(patch.Moves);
    Bytes(patch.SymFile);
    Table(patch.Types);
    Table(patch.Parts);
    Table(patch.Variables);
    Table(patch.HeapTypes);
    Table(patch.Groups);
    Table(patch.GroupPoints);
    Table(patch.Pieces);
    Table(patch.Steps);
    Bytes(patch.Tls);
    Table(patch.Lengths);
    Image(patch.OldImage);
    Image(patch.NewImage);
    var blob = Finish(stream);
    WriteHeader(header, patch, (uint)blob.Length, fromName, toName);
    header.CopyTo(blob, 0);
    BinaryPrimitives.WriteUInt64LittleEndian(blob.AsSpan(ChecksumAt), Checksum(blob));
    return blob;
  }

  /// <summary>FNV-1a over the blob, its checksum field taken as 0.</summary>
  internal static ulong Checksum(ReadOnlySpan<byte> blob)
  {
    ulong hash = 0xcbf29ce484222325;
    for (int i = 0; i < blob.Length; i++)
    {
      byte b = i is >= ChecksumAt and < ChecksumAt + 8 ? (byte)0 : blob[i];
      hash = (hash ^ b) * 0x100000001b3;
    }
    return hash;
  }

  private static void WriteHeader(Span<byte> to, PatchFile patch, uint size, uint fromName, uint toName)
  {
    if (patch.FromId.Length > Abi.IdMax || patch.ToId.Length > Abi.IdMax)
    {
      throw new PatchFormatException($"a build-id is longer than {Abi.IdMax} bytes");
    }
    Abi.Magic.CopyTo(to);
    ReadOnlySpan<uint> first = [Abi.Version, size];
    MemoryMarshal.AsBytes(first).CopyTo(to[8..]);
    ReadOnlySpan<uint> sizes = [(uint)patch.FromId.Length, (uint)patch.ToId.Length];
    MemoryMarshal.AsBytes(sizes).CopyTo(to[24..]);
    patch.FromId.CopyTo(to[32..]);
    patch.ToId.CopyTo(to[64..]);
    ReadOnlySpan<uint> rest = [fromName, toName, patch.TextAlign, patch.DataAlign, patch.DataZero, patch.FlagOffset,
      patch.EhFrame, patch.TlsSize];
    MemoryMarshal.AsBytes(rest).CopyTo(to[96..]);
  }

  private static void WriteTable<T>(MemoryStream stream, IReadOnlyList<T> rows, int align, Span<byte> span)
    where T : unmanaged
  {
    while (stream.Position % align != 0)
    {
      stream.WriteByte(0);
    }
    if (stream.Position > uint.MaxValue)
    {
      throw new PatchFormatException("the patch is larger than 4 GB");
    }
    BinaryPrimitives.WriteUInt32LittleEndian(span, (uint)stream.Position);
    BinaryPrimitives.WriteUInt32LittleEndian(span[4..], (uint)rows.Count);
    var array = rows as T[] ?? [.. rows];
    stream.Write(MemoryMarshal.AsBytes<T>(array));
  }

  private static byte[] Finish(MemoryStream stream)
  {
    while (stream.Position % 8 != 0)
    {
      stream.WriteByte(0);
    }
    return stream.ToArray();
  }

  private static ulong SpanOffset(ReadOnlySpan<byte> blob, int span) =>
    BinaryPrimitives.ReadUInt32LittleEndian(blob[(SpansAt + 8 * span)..]);

  private static void AddView(ElfBuilder elf, string name, ulong flags, ulong address, ulong segment, ulong offset,
    ulong size) =>
    elf.AddSection(new(name, Elf.ShtProgbits, flags, address, [], size, 8, ".upstare", segment + offset));

  private static void AddSymbols(ElfBuilder elf, PatchFile patch)
  {
    foreach (var s in patch.Symbols.Where(s => s.Segment != Segment.Tls))
    {
      bool inText = s.Segment == Segment.Text;
      string section = inText ? (s.Offset < patch.CodeSize ? ".text" : ".rodata")
        : s.Offset < patch.Data.Length ? ".data" : ".bss";
      ulong value = inText ? s.Offset : LinkedPatch.DataAddress + s.Offset;
      elf.AddSymbol(new(s.Name, value, s.Size, s.IsFunction, s.IsGlobal, section));
    }
  }

  /// <summary>The patch's own id: a hash of what it contains, so the same inputs give the same id.</summary>
  private static byte[] BuildIdNote(byte[] blob)
  {
    var id = SHA256.HashData(blob).AsSpan(0, 20);
    var note = new byte[16 + id.Length];
    ReadOnlySpan<uint> words = [4, (uint)id.Length, 3];
    MemoryMarshal.AsBytes(words).CopyTo(note);
    "GNU\0"u8.CopyTo(note.AsSpan(12));
    id.CopyTo(note.AsSpan(16));
    return note;
  }
}
