// What goes into the linking of a patch and what comes out.
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Build;

/// <summary>A symbol that the patch's objects use and do not define.</summary>
public sealed record UndefinedSymbol(string Name, bool IsWeak, bool IsTls);

/// <summary>Where an undefined symbol is found.</summary>
public abstract record Resolution
{
  private Resolution()
  {
  }

  /// <summary>Entity <paramref name="Number"/> of the old version.</summary>
  public sealed record Entity(uint Number, long Offset = 0) : Resolution;

  /// <summary>A symbol of the runtime or of a shared library. <paramref name="IsNear"/>: certainly within 2 GB of the
  /// patch (the runtime's own), so no slot is needed.</summary>
  public sealed record Import(string Name, ImportFlags Flags = ImportFlags.None, bool IsNear = false) : Resolution;

  /// <summary>Nowhere, and what to tell the user.</summary>
  public sealed record Refused(string Reason) : Resolution;
}

/// <summary>A link to do.</summary>
/// <param name="Linker">The `ld` to run.</param>
/// <param name="Objects">Object files of the patch, in unit order.</param>
/// <param name="Folder">Folder for intermediate files.</param>
/// <param name="Resolve">Finds undefined symbols; asked once for each name.</param>
public sealed record LinkRequest(string Linker, IReadOnlyList<string> Objects, string Folder,
  Func<UndefinedSymbol, Resolution> Resolve);

/// <summary>A symbol with its place in the patch.</summary>
public sealed record PlacedSymbol(string Name, Segment Segment, uint Offset, uint Size, bool IsFunction, bool IsGlobal);

/// <summary>An import of the patch.</summary>
public sealed record LinkedImport(string Name, ImportFlags Flags);

/// <summary>A linked patch: its two segments and all that is known about them.</summary>
public sealed class LinkedPatch
{
  /// <summary>Where data would lie if the patch were one address range (text starts at 0). Only records and debuggers'
  /// views use such addresses.</summary>
  public const ulong DataAddress = 0x40000000;

  /// <summary>Code, read-only data, unwind table, slots and stubs.</summary>
  public required byte[] Text { get; init; }
  /// <summary>Bytes of the text that hold code; read-only data follow.</summary>
  public required uint CodeSize { get; init; }
  /// <summary>Initialised writable data.</summary>
  public required byte[] Data { get; init; }
  /// <summary>Zero bytes after <see cref="Data"/>.</summary>
  public required uint DataZero { get; init; }
  /// <summary>Initial values of thread-local data.</summary>
  public byte[] Tls { get; init; } = [];
  /// <summary>Bytes of thread-local data.</summary>
  public uint TlsSize { get; init; }
  /// <summary>Alignment of the text.</summary>
  public required uint TextAlign { get; init; }
  /// <summary>Alignment of the data.</summary>
  public required uint DataAlign { get; init; }
  /// <summary>What the loader must fill in.</summary>
  public required IReadOnlyList<RelocEntry> Relocs { get; init; }
  /// <summary>What relocations against imports count.</summary>
  public required IReadOnlyList<LinkedImport> Imports { get; init; }
  /// <summary>All symbols that have a place, local ones too.</summary>
  public required IReadOnlyList<PlacedSymbol> Symbols { get; init; }
  /// <summary>The global symbols by name.</summary>
  public required IReadOnlyDictionary<string, PlacedSymbol> Globals { get; init; }
  /// <summary>Offset in text of the unwind table (zero-terminated, relocated), or null.</summary>
  public required uint? EhFrame { get; init; }
  /// <summary>Offset in data of the poll flag, or null.</summary>
  public required uint? FlagOffset { get; init; }
  /// <summary>The records of the objects; addresses are offsets in text, or <see cref="DataAddress"/> and more.</summary>
  public required UpstareRecords Records { get; init; }
  /// <summary>The code, for <see cref="ImageTables"/>.</summary>
  public required CodeMap Code { get; init; }

  /// <summary>What the tables of the patch's own image are made from.</summary>
  public ImageSource ImageSource => new(Code, Records.Sites, 0, (ulong)Text.Length, (ulong)Text.Length);

  /// <summary>Segment and offset of an address as the records have it, or null.</summary>
  public (Segment Segment, uint Offset)? Locate(ulong address) =>
    address < (ulong)Text.Length ? (Segment.Text, (uint)address)
    : address >= DataAddress && address - DataAddress < (ulong)Data.Length + DataZero
      ? (Segment.Data, (uint)(address - DataAddress)) : null;
}

/// <summary>Outcome of a link: the patch, or the reasons why there is none.</summary>
public sealed record LinkResult(LinkedPatch? Patch, IReadOnlyList<string> Reasons);
