// A patch in memory: struct upstare_patch with all its tables. PatchWriter makes a file of it, PatchReader reads one.
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Build;

/// <summary>The file is no patch that can be read, and why.</summary>
public sealed class PatchFormatException(string message) : Exception(message);

/// <summary>A patch.</summary>
public sealed class PatchFile
{
  /// <summary>Build-id of the version that it applies to.</summary>
  public byte[] FromId { get; set; } = [];
  /// <summary>Build-id of the version that it makes.</summary>
  public byte[] ToId { get; set; } = [];
  /// <summary>File name of the old executable.</summary>
  public string FromName { get; set; } = "";
  /// <summary>File name of the new executable.</summary>
  public string ToName { get; set; } = "";
  /// <summary>Alignment of the text segment.</summary>
  public uint TextAlign { get; set; } = 64;
  /// <summary>Alignment of the data segment.</summary>
  public uint DataAlign { get; set; } = 64;
  /// <summary>Zero bytes after the data.</summary>
  public uint DataZero { get; set; }
  /// <summary>Offset in data of the poll flag, or <see cref="Abi.None"/>.</summary>
  public uint FlagOffset { get; set; } = Abi.None;
  /// <summary>Offset in text of the unwind table, or <see cref="Abi.None"/>.</summary>
  public uint EhFrame { get; set; } = Abi.None;
  /// <summary>All strings; entries of the tables refer to them by offset.</summary>
  public StringPool Strings { get; set; } = new();
  /// <summary>Code and read-only data.</summary>
  public byte[] Text { get; set; } = [];
  /// <summary>Bytes of <see cref="Text"/> that are code. Not in the blob: for the section headers only.</summary>
  public uint CodeSize { get; set; }
  /// <summary>Initialised writable data.</summary>
  public byte[] Data { get; set; } = [];
  /// <summary>Old and new initial values.</summary>
  public byte[] InitBytes { get; set; } = [];
  /// <summary>What constant moves take their bytes from.</summary>
  public byte[] Constants { get; set; } = [];
  /// <summary>Relocations.</summary>
  public List<RelocEntry> Relocs { get; set; } = [];
  /// <summary>Imports.</summary>
  public List<ImportEntry> Imports { get; set; } = [];
  /// <summary>Where the old executable has its entities.</summary>
  public List<EntityEntry> OldEntities { get; set; } = [];
  /// <summary>Where the new version has its entities.</summary>
  public List<BindEntry> Binds { get; set; } = [];
  /// <summary>Old functions that jump to new ones.</summary>
  public List<RedirectEntry> Redirects { get; set; } = [];
  /// <summary>Initial-value rule.</summary>
  public List<InitEntry> Inits { get; set; } = [];
  /// <summary>Continuation points of the old version.</summary>
  public List<PointEntry> OldPoints { get; set; } = [];
  /// <summary>Continuation points of the new version.</summary>
  public List<PointEntry> NewPoints { get; set; } = [];
  /// <summary>Continuation mapping, one entry an old point.</summary>
  public List<MapEntry> Maps { get; set; } = [];
  /// <summary>Stack transformers.</summary>
  public List<MoveEntry> Moves { get; set; } = [];
  /// <summary>Types of data that the transformers and pointers need.</summary>
  public List<TypeEntry> Types { get; set; } = [];
  /// <summary>Parts of those types.</summary>
  public List<PartEntry> Parts { get; set; } = [];
  /// <summary>How many elements pointers in data of those types lead to.</summary>
  public List<LengthEntry> Lengths { get; set; } = [];
  /// <summary>Variables that move, or hold pointers to what moves.</summary>
  public List<VariableEntry> Variables { get; set; } = [];
  /// <summary>Types of heap objects that move, or hold pointers to what moves.</summary>
  public List<HeapTypeEntry> HeapTypes { get; set; } = [];
  /// <summary>Frames that are split, merged, or go on in another function.</summary>
  public List<GroupEntry> Groups { get; set; } = [];
  /// <summary>The points of groups: the old ones, then the new ones, innermost first.</summary>
  public List<uint> GroupPoints { get; set; } = [];
  /// <summary>What new frames of groups take from old ones.</summary>
  public List<PieceEntry> Pieces { get; set; } = [];
  /// <summary>What the user's map adds to the data transformers, sorted by kind.</summary>
  public List<StepEntry> Steps { get; set; } = [];
  /// <summary>Initial values of thread-local data.</summary>
  public byte[] Tls { get; set; } = [];
  /// <summary>Bytes of thread-local data; those behind <see cref="Tls"/> are zero.</summary>
  public uint TlsSize { get; set; }
  /// <summary>Object file for debuggers.</summary>
  public byte[] SymFile { get; set; } = [];
  /// <summary>Tables of the old executable's code.</summary>
  public ImageTables OldImage { get; set; } = ImageTables.Empty;
  /// <summary>Tables of the patch's own code.</summary>
  public ImageTables NewImage { get; set; } = ImageTables.Empty;
  /// <summary>Symbols for the file's .symtab. Not in the blob.</summary>
  public IReadOnlyList<PlacedSymbol> Symbols { get; set; } = [];

  /// <summary>Takes over segments, relocations, imports and symbols of a linked patch.</summary>
  public void Take(LinkedPatch linked)
  {
    (Text, CodeSize, Data, DataZero) = (linked.Text, linked.CodeSize, linked.Data, linked.DataZero);
    (TextAlign, DataAlign) = (linked.TextAlign, linked.DataAlign);
    (Tls, TlsSize) = (linked.Tls, linked.TlsSize);
    (EhFrame, FlagOffset) = (linked.EhFrame ?? Abi.None, linked.FlagOffset ?? Abi.None);
    Relocs = [.. linked.Relocs];
    Imports = [.. linked.Imports.Select(i => new ImportEntry(Strings.Add(i.Name), i.Flags))];
    Symbols = linked.Symbols;
    SymFile = Build.SymFile.Make(linked);
  }
}
