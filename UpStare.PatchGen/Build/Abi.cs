// The tables of upstare_abi.h in C#: the same fields in the same order, so that a table is written by copying its
// memory (all integers are little-endian, as is every machine that this runs on; AbiTests asserts the sizes).
// What the fields mean is said once, in the header.
using System.Runtime.InteropServices;

namespace UpStare.PatchGen.Build;

/// <summary>Constants of upstare_abi.h.</summary>
public static class Abi
{
  /// <summary>UPSTARE_ABI: version of the contract.</summary>
  public const uint Version = 5;

  /// <summary>UPSTARE_NONE: no index, no offset.</summary>
  public const uint None = 0xffffffff;

  /// <summary>PT_UPSTARE: type of the program header that delimits the blob.</summary>
  public const uint ProgramHeaderType = 0x65707573;

  /// <summary>UPSTARE_ID_MAX: longest build-id.</summary>
  public const int IdMax = 32;

  /// <summary>Size of struct upstare_patch, the blob's header.</summary>
  public const int HeaderSize = 416;

  /// <summary>UPSTARE_MAGIC: how a blob starts.</summary>
  public static ReadOnlySpan<byte> Magic => "UPSTARE\n"u8;
}

/// <summary>enum upstare_cfa_kind.</summary>
public enum CfaKind : uint
{
  /// <summary>CFA = rsp + offset.</summary>
  Rsp = 0,
  /// <summary>CFA = rbp + offset.</summary>
  Rbp = 1,
  /// <summary>CFA = *(rbp + offset): realigned stacks.</summary>
  RbpDeref = 2,
  /// <summary>Not understood: the thread goes on.</summary>
  Unknown = 3,
}

/// <summary>struct upstare_unwind. With <see cref="CfaKind.RbpDeref"/> the caller's rbp is at rbp + RbpOffset, also
/// when that is 0; otherwise at CFA + RbpOffset, and 0 means that rbp still holds it.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct UnwindEntry(int CfaOffset, int RbpOffset, CfaKind Kind)
{
  /// <summary>No way to find the caller.</summary>
  public static readonly UnwindEntry Unknown = new(0, 0, CfaKind.Unknown);
}

/// <summary>enum upstare_site_flags.</summary>
[Flags]
public enum SiteFlags : uint
{
  /// <summary>A plain site in trap mode.</summary>
  None = 0,
  /// <summary>The first operands of a point; the next site has the rest.</summary>
  Partial = 1,
  /// <summary>Flag mode: the byte at the site is int3 already.</summary>
  Flag = 2,
}

/// <summary>struct upstare_site.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct SiteEntry(uint Address, uint Cold, uint Cp, uint Operands, uint OperandCount,
  SiteFlags Flags, uint Outer, UnwindEntry Unwind);

/// <summary>enum upstare_operand_kind.</summary>
public enum OperandKind : byte
{
  /// <summary>General register, hardware number in Base.</summary>
  Register = 0,
  /// <summary>Vector register, number in Base.</summary>
  Xmm = 1,
  /// <summary>base + index*scale + displacement.</summary>
  Memory = 2,
  /// <summary>The displacement itself, sign-extended.</summary>
  Immediate = 3,
  /// <summary>Memory at image address displacement.</summary>
  Image = 4,
}

/// <summary>struct upstare_operand.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct OperandEntry(OperandKind Kind, byte Base, byte Index, byte Scale, int Displacement);

/// <summary>struct upstare_return.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct ReturnEntry(uint Address, uint Site, UnwindEntry Unwind);

/// <summary>enum upstare_point_flags.</summary>
[Flags]
public enum PointFlags : uint
{
  /// <summary>After a call, nothing special.</summary>
  None = 0,
  /// <summary>Loop head: no call.</summary>
  Loop = 1,
  /// <summary>All of the old frame's memory must be kept.</summary>
  KeepFrame = 2,
}

/// <summary>struct upstare_point.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct PointEntry(uint Function, uint File, uint Line, uint Variables, uint RestoreClone,
  uint Resume, uint FrameSize, PointFlags Flags, uint Owner = Abi.None, uint Callee = Abi.None);

/// <summary>struct upstare_map.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct MapEntry(uint Point, uint Reason, uint Moves, uint MoveCount, uint OldValues = 0, uint Group = Abi.None);

/// <summary>enum upstare_move_kind.</summary>
public enum MoveKind : uint
{
  /// <summary>The operand's value.</summary>
  Value = 0,
  /// <summary>The operand's address: it keeps its place.</summary>
  Address = 1,
  /// <summary>Bytes of the constants pool.</summary>
  Constant = 2,
  /// <summary>The operand's value, to the old values of the frame: part of what is converted.</summary>
  Old = 3,
  /// <summary>An old value of the frame, converted.</summary>
  Convert = 4,
  /// <summary>The address of new storage for an escaped object that is converted.</summary>
  Moved = 5,
  /// <summary>What a function of the patch computes from the old values of the frames.</summary>
  Compute = 6,
  /// <summary>Nothing moves: a function of the patch says how many elements a pointer leads to.</summary>
  Length = 7,
  /// <summary>Nothing moves: data in the old values have pointers with a length.</summary>
  Look = 8,
  /// <summary>The address of new storage for an escaped object that the old version does not have, with what a function of the patch computes.</summary>
  Storage = 9,
}

/// <summary>struct upstare_move.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct MoveEntry(uint Operand, MoveKind Kind, uint Size, uint To, uint Type = Abi.None, uint Pad = 0);

/// <summary>enum upstare_segment.</summary>
public enum Segment : byte
{
  /// <summary>Code and read-only data.</summary>
  Text = 0,
  /// <summary>Writable data with its zero-initialised tail.</summary>
  Data = 1,
  /// <summary>Bytes of the initial-value rule.</summary>
  Init = 2,
  /// <summary>Initial values of thread-local data.</summary>
  Tls = 3,
}

/// <summary>enum upstare_reloc_kind.</summary>
public enum RelocKind : byte
{
  /// <summary>S+A, 8 bytes.</summary>
  Abs64 = 0,
  /// <summary>S+A-P, 4 bytes.</summary>
  Pc32 = 1,
  /// <summary>Offset from the thread pointer, +A, 8 bytes.</summary>
  TpOff64 = 2,
  /// <summary>Offset from the thread pointer, +A, 4 bytes.</summary>
  TpOff32 = 3,
}

/// <summary>enum upstare_target.</summary>
public enum RelocTarget : byte
{
  /// <summary>Offset in text.</summary>
  Text = 0,
  /// <summary>Offset in data.</summary>
  Data = 1,
  /// <summary>Entity of the old version.</summary>
  Entity = 2,
  /// <summary>Symbol of the runtime or of a shared library.</summary>
  Import = 3,
  /// <summary>Offset in the patch's thread-local data.</summary>
  Tls = 4,
}

/// <summary>struct upstare_reloc.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct RelocEntry(uint Place, Segment Segment, RelocKind Kind, RelocTarget Target, byte Zero,
  uint Index, uint Pad, long Addend)
{
  /// <summary>Makes a relocation at <paramref name="place"/> of <paramref name="segment"/>.</summary>
  public RelocEntry(Segment segment, uint place, RelocKind kind, RelocTarget target, uint index, long addend)
    : this(place, segment, kind, target, 0, index, 0, addend)
  {
  }
}

/// <summary>Flags of struct upstare_import.</summary>
[Flags]
public enum ImportFlags : uint
{
  /// <summary>Must exist.</summary>
  None = 0,
  /// <summary>0 when absent.</summary>
  Weak = 1,
  /// <summary>A thread-local variable.</summary>
  Tls = 2,
}

/// <summary>struct upstare_import.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct ImportEntry(uint Name, ImportFlags Flags);

/// <summary>enum upstare_entity_kind.</summary>
public enum EntityKind : uint
{
  /// <summary>A variable with storage.</summary>
  Variable = 0,
  /// <summary>A thread-local variable.</summary>
  Tls = 1,
  /// <summary>A function that has an identity.</summary>
  Function = 2,
  /// <summary>A label of a function, known by its address.</summary>
  Label = 3,
}

/// <summary>struct upstare_entity.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct EntityEntry(ulong Address, EntityKind Kind, uint Name)
{
  /// <summary>Address of an entity that the executable does not have.</summary>
  public const ulong Absent = ulong.MaxValue;
}

/// <summary>enum upstare_bind_kind.</summary>
public enum BindKind : uint
{
  /// <summary>Old entity number Index.</summary>
  Old = 0,
  /// <summary>In the patch's text.</summary>
  Text = 1,
  /// <summary>In the patch's data.</summary>
  Data = 2,
  /// <summary>Nowhere.</summary>
  Absent = 3,
  /// <summary>In the patch's thread-local data.</summary>
  Tls = 4,
}

/// <summary>struct upstare_bind.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct BindEntry(BindKind Kind, uint Index, EntityKind EntityKind, uint Name);

/// <summary>struct upstare_redirect.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct RedirectEntry(uint Entity, uint Text);

/// <summary>struct upstare_init.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct InitEntry(uint Entity, uint Size, uint OldBytes, uint NewBytes, uint Flags, uint Pad = 0);

/// <summary>enum upstare_type_kind.</summary>
public enum TypeEntryKind : uint
{
  /// <summary>No pointers to data.</summary>
  Plain = 0,
  /// <summary>A pointer.</summary>
  Pointer = 1,
  /// <summary>Parts.</summary>
  Record = 2,
  /// <summary>May hold pointers, nobody knows which.</summary>
  Unsure = 3,
  /// <summary>A union in a record that says which part is there.</summary>
  Choice = 4,
}

/// <summary>Flags of struct upstare_type.</summary>
[Flags]
public enum TypeFlags : uint
{
  /// <summary>The same in both versions.</summary>
  None = 0,
  /// <summary>Old data are no new data.</summary>
  Changed = 1,
  /// <summary>Data of it can hold pointers.</summary>
  Pointers = 2,
  /// <summary>It, or a part of it, has lengths.</summary>
  Lengths = 4,
  /// <summary>Some length is that of an array of it.</summary>
  Counted = 8,
}

/// <summary>struct upstare_type.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct TypeEntry(uint Name, TypeEntryKind Kind, uint OldSize, uint NewSize, uint Parts,
  uint PartCount, uint Target, uint Transformer, TypeFlags Flags, uint Alignment = 1, uint Lengths = 0, uint LengthCount = 0);

/// <summary>struct upstare_length.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct LengthEntry(uint Type, uint Code);

/// <summary>struct upstare_part.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct PartEntry(uint OldOffset, uint NewOffset, uint Count, uint Type);

/// <summary>Flags of struct upstare_variable.</summary>
[Flags]
public enum VariableFlags : uint
{
  /// <summary>Data that the program writes.</summary>
  None = 0,
  /// <summary>Constant: what it holds is the new version's own, and its place may be read-only.</summary>
  Const = 1,
  /// <summary>The new place is in the patch's text.</summary>
  Text = 2,
  /// <summary>Thread-local: the new place is in the patch's thread-local data.</summary>
  Tls = 4,
}

/// <summary>struct upstare_variable.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct VariableEntry(uint Entity, uint Type, uint Place, VariableFlags Flags, uint Size, uint Pad = 0);

/// <summary>struct upstare_heap_type.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct HeapTypeEntry(uint Key, uint Type, uint NewKey, uint Pad = 0);

/// <summary>enum upstare_step_kind.</summary>
public enum StepKind : uint
{
  /// <summary>Runs before the data transformers.</summary>
  Before = 0,
  /// <summary>Computes the value of a variable.</summary>
  Value = 1,
  /// <summary>Runs after them.</summary>
  After = 2,
  /// <summary>Says how many elements a variable leads to.</summary>
  Length = 3,
}

/// <summary>struct upstare_step.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct StepEntry(StepKind Kind, uint Code, uint Entity = Abi.None, uint Place = 0, uint Size = 0, uint Type = Abi.None);

/// <summary>enum upstare_group_flags.</summary>
[Flags]
public enum GroupFlags : uint
{
  /// <summary>The same function, the same callee.</summary>
  None = 0,
  /// <summary>The caller must call another function than before.</summary>
  Elsewhere = 1,
  /// <summary>The next frame must be of another function than before.</summary>
  OtherCallee = 2,
}

/// <summary>struct upstare_group.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct GroupEntry(uint OldCount, uint NewCount, uint Points, uint Pieces, uint PieceCount, uint OldValues, GroupFlags Flags, uint Pad = 0);

/// <summary>struct upstare_piece.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct PieceEntry(uint From, uint To, uint Moves, uint MoveCount);
