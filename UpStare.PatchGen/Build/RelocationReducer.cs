// Works on the relocations of the placed sections. What stays within one segment is resolved here; the rest becomes
// one of the loader's four kinds. Slots (addresses the loader fills in) and stubs are made as they are needed:
//
//     call puts@PLT              ---->  call stub         stub: jmp *slot(%rip)    slot: <import puts>
//     mov  x@GOTPCREL(%rip),%r   ---->  lea x(%rip),%r    if x is certainly in reach, else through a slot
//     mov  e@GOTTPOFF(%rip),%r   ---->  through a slot that holds the offset from the thread pointer
using System.Buffers.Binary;
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Build;

/// <summary>Reduces ELF relocations to struct upstare_reloc.</summary>
internal sealed class RelocationReducer(ElfFile file, PatchLayout layout, TargetResolver resolver, LinkReasons reasons)
{
  private const int StubSize = 8;

  private readonly List<RelocEntry> relocs = [];
  private readonly Dictionary<(Target, bool Tls), uint> slots = [];
  private readonly Dictionary<uint, uint> stubs = [], stubOfSlot = [];
  private readonly Dictionary<uint, Target> slotTargets = [];

  public IReadOnlyList<RelocEntry> Relocs => relocs;
  /// <summary>Stub -> slot, both offsets in text.</summary>
  public IReadOnlyDictionary<uint, uint> Stubs => stubs;
  /// <summary>What each slot holds the address of.</summary>
  public IReadOnlyDictionary<uint, Target> SlotTargets => slotTargets;

  /// <summary>Relocates one section's bytes in place.</summary>
  public void Reduce(PlacedSection place, Span<byte> bytes)
  {
    foreach (var r in file.RelocationsOf(place.Section))
    {
      var type = (RelocationType)r.Type;
      if (type == RelocationType.None)
      {
        continue;
      }
      if (r.Offset >= (ulong)bytes.Length || (ulong)bytes.Length - r.Offset < (ulong)Width(type))
      {
        reasons.OutsideSection(Describe(place, r.Offset));
        continue;
      }
      var target = resolver.Resolve(r.Symbol);
      if (target.Kind != TargetKind.Unknown)
      {
        Apply(new(place, bytes, (uint)r.Offset, type, r.Symbol, r.Addend), target);
      }
    }
  }

  /// <summary>The slot that holds the address of a symbol (or its thread-pointer offset).</summary>
  public uint Slot(Target target, bool tls)
  {
    if (!slots.TryGetValue((target, tls), out uint slot))
    {
      slots[(target, tls)] = slot = layout.Reserve(8);
      slotTargets[slot] = target;
      Add(Segment.Text, slot, tls ? RelocKind.TpOff64 : RelocKind.Abs64, target, 0);
    }
    return slot;
  }

  /// <summary>Writes the stubs into the finished text.</summary>
  public void WriteStubs(Span<byte> text)
  {
    foreach (var (stub, slot) in stubs)
    {
      var code = text.Slice((int)stub, StubSize);
      code[0] = 0xff; // jmp *slot(%rip)
      code[1] = 0x25;
      BinaryPrimitives.WriteInt32LittleEndian(code[2..], (int)slot - (int)(stub + 6));
      code[6] = 0x66; // a two-byte nop
      code[7] = 0x90;
    }
  }

  // One relocation: P is place.Offset + At.
  private readonly ref struct Work(PlacedSection place, Span<byte> bytes, uint at, RelocationType type, uint symbol,
    long addend)
  {
    public readonly PlacedSection Place = place;
    public readonly Span<byte> Bytes = bytes;
    public readonly uint At = at, Symbol = symbol;
    public readonly RelocationType Type = type;
    public readonly long Addend = addend;
    public uint P => Place.Offset + At;
    public Work With(RelocationType type, uint at) => new(Place, Bytes, at, type, Symbol, Addend);
  }

  private void Apply(Work w, Target target)
  {
    bool inSegment = target.IsInPatch && w.Place.Segment == (target.Kind == TargetKind.Text ? Segment.Text : Segment.Data);
    switch (w.Type)
    {
      case RelocationType.Abs64 when target.Kind == TargetKind.Absolute:
        Store(w, (long)target.Value + w.Addend);
        break;
      case RelocationType.Abs64:
        Add(w.Place.Segment, w.P, RelocKind.Abs64, target, w.Addend);
        break;
      case RelocationType.Pc32 or RelocationType.Plt32 or RelocationType.Pc64 or RelocationType.Pc16
        or RelocationType.Pc8 when inSegment:
        Store(w, (long)target.Value + w.Addend - w.P);
        break;
      case RelocationType.Pc32 when target.Kind == TargetKind.Absolute && w.Place.Section.Name == ".eh_frame":
        Store(w, 0); // describes a function that the linker dropped
        break;
      case RelocationType.Pc32 or RelocationType.Plt32 when target.IsReachable:
        Add(w.Place.Segment, w.P, RelocKind.Pc32, target, w.Addend);
        break;
      case RelocationType.Plt32 when target.Kind is TargetKind.Import or TargetKind.Entity:
        Apply(w, new(TargetKind.Text, Stub(target)));
        break;
      case RelocationType.Pc32 or RelocationType.Plt32 or RelocationType.Pc64 or RelocationType.Pc16
        or RelocationType.Pc8:
        reasons.TooFar(w.Type, NameOf(w.Symbol), Describe(w.Place, w.At));
        break;
      case RelocationType.GotPcRel or RelocationType.GotPcRelX or RelocationType.RexGotPcRelX
        or RelocationType.GotPcRel64:
        ApplyGot(w, target);
        break;
      case RelocationType.GotTpOff or RelocationType.TpOff32 or RelocationType.TpOff64:
        ApplyThreadLocal(w, target);
        break;
      case RelocationType.GotPc32 or RelocationType.GotPc64 when w.Place.Segment == Segment.Text:
        Store(w, resolver.GotBase + w.Addend - w.P);
        break;
      case RelocationType.GotOff64 when target.Kind == TargetKind.Text:
        Store(w, (long)target.Value + w.Addend - resolver.GotBase);
        break;
      case RelocationType.Size32 or RelocationType.Size64:
        Store(w, (long)file.Symbols[(int)w.Symbol].Size + w.Addend);
        break;
      case RelocationType.Abs32 or RelocationType.Abs32S or RelocationType.Abs16 or RelocationType.Abs8
        when target.Kind == TargetKind.Absolute:
        Store(w, (long)target.Value + w.Addend);
        break;
      case RelocationType.Abs32 or RelocationType.Abs32S or RelocationType.Abs16 or RelocationType.Abs8
        or RelocationType.GotOff64:
        reasons.PositionDependent(w.Type, NameOf(w.Symbol), Describe(w.Place, w.At));
        break;
      case RelocationType.TlsGd or RelocationType.TlsLd or RelocationType.DtpOff32 or RelocationType.DtpOff64
        or RelocationType.DtpMod64 or RelocationType.GotPc32TlsDesc or RelocationType.TlsDescCall
        or RelocationType.TlsDesc:
        reasons.ThreadLocalModel(w.Type, NameOf(w.Symbol), Describe(w.Place, w.At));
        break;
      default:
        reasons.UnknownRelocation(w.Type, NameOf(w.Symbol), Describe(w.Place, w.At));
        break;
    }
  }

  private void ApplyGot(Work w, Target target)
  {
    if (target.Kind == TargetKind.Absolute)
    {
      reasons.UnknownRelocation(w.Type, NameOf(w.Symbol), Describe(w.Place, w.At));
      return;
    }
    bool relaxable = w.Type is RelocationType.GotPcRelX or RelocationType.RexGotPcRelX && w.Addend == -4 && w.At >= 2;
    if (relaxable && target.IsReachable)
    {
      var opcode = w.Bytes.Slice((int)w.At - 2, 2);
      switch (opcode[0], opcode[1])
      {
        case (0x8b, _):                  // mov x@GOTPCREL(%rip),%r  ->  lea x(%rip),%r
          opcode[0] = 0x8d;
          Apply(w.With(RelocationType.Pc32, w.At), target);
          return;
        case (0xff, 0x15):               // call *f@GOTPCREL(%rip)  ->  addr32 call f
          (opcode[0], opcode[1]) = (0x67, 0xe8);
          Apply(w.With(RelocationType.Plt32, w.At), target);
          return;
        case (0xff, 0x25):               // jmp *f@GOTPCREL(%rip)  ->  jmp f; nop
          opcode[0] = 0xe9;
          w.Bytes[(int)w.At + 3] = 0x90;
          Apply(w.With(RelocationType.Plt32, w.At - 1), target);
          return;
      }
    }
    var slot = new Target(TargetKind.Text, Slot(target, false));
    Apply(w.With(w.Type == RelocationType.GotPcRel64 ? RelocationType.Pc64 : RelocationType.Pc32, w.At), slot);
  }

  private void ApplyThreadLocal(Work w, Target target)
  {
    if (target.Kind is not (TargetKind.Entity or TargetKind.Import or TargetKind.Tls))
    {
      reasons.NotThreadLocal(NameOf(w.Symbol), Describe(w.Place, w.At));
    }
    else if (w.Type == RelocationType.GotTpOff)
    {
      Apply(w.With(RelocationType.Pc32, w.At), new(TargetKind.Text, Slot(target, true)));
    }
    else
    {
      var kind = w.Type == RelocationType.TpOff32 ? RelocKind.TpOff32 : RelocKind.TpOff64;
      Add(w.Place.Segment, w.P, kind, target, w.Addend);
    }
  }

  private uint Stub(Target target)
  {
    uint slot = Slot(target, false);
    if (!stubOfSlot.TryGetValue(slot, out uint stub))
    {
      stubOfSlot[slot] = stub = layout.Reserve(StubSize);
      stubs[stub] = slot;
    }
    return stub;
  }

  private void Add(Segment segment, uint place, RelocKind kind, Target target, long addend)
  {
    var to = target.Kind switch
    {
      TargetKind.Text => RelocTarget.Text,
      TargetKind.Data => RelocTarget.Data,
      TargetKind.Entity => RelocTarget.Entity,
      TargetKind.Import => RelocTarget.Import,
      TargetKind.Tls => RelocTarget.Tls,
      TargetKind.Absolute => throw new InvalidOperationException("a constant needs no relocation"),
      _ => throw new InvalidOperationException("an unknown target"),
    };
    relocs.Add(new(segment, place, kind, to, (uint)target.Value, addend + target.Offset));
  }

  private void Store(Work w, long value)
  {
    var place = w.Bytes[(int)w.At..];
    int width = Width(w.Type);
    bool signed = w.Type is not (RelocationType.Abs32 or RelocationType.Size32 or RelocationType.Abs16
      or RelocationType.Abs8);
    int bits = width * 8;
    if (bits < 64 && (signed ? value != value << (64 - bits) >> (64 - bits) : (ulong)value >> bits != 0))
    {
      reasons.TooFar(w.Type, NameOf(w.Symbol), Describe(w.Place, w.At));
      return;
    }
    Span<byte> all = stackalloc byte[8];
    BinaryPrimitives.WriteInt64LittleEndian(all, value);
    all[..width].CopyTo(place);
  }

  private static int Width(RelocationType type) => type switch
  {
    RelocationType.Abs64 or RelocationType.Pc64 or RelocationType.DtpMod64 or RelocationType.DtpOff64
      or RelocationType.TpOff64 or RelocationType.GotOff64 or RelocationType.Got64 or RelocationType.GotPcRel64
      or RelocationType.GotPc64 or RelocationType.GotPlt64 or RelocationType.PltOff64 or RelocationType.Size64
      or RelocationType.TlsDesc => 8,
    RelocationType.Abs16 or RelocationType.Pc16 => 2,
    RelocationType.Abs8 or RelocationType.Pc8 => 1,
    RelocationType.TlsDescCall => 0,
    _ => 4,
  };

  private string NameOf(uint symbol) => file.Symbols[(int)symbol].Name is { Length: > 0 } name ? name : "a constant";

  /// <summary>Section and, if there is one, function or variable around a place.</summary>
  private string Describe(PlacedSection place, ulong offset)
  {
    var around = file.Symbols.FirstOrDefault(s => s.Section == place.Section.Index && s.Type is Elf.SttFunc or Elf.SttObject
      && offset >= s.Value && offset - s.Value < Math.Max(s.Size, 1));
    return around is null ? $"{place.Section.Name}+{offset:x}" : around.Name;
  }
}
