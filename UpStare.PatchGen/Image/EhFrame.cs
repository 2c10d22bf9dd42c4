// Interprets .eh_frame: for a program counter, where is the caller's frame? The answer is reduced to struct
// upstare_unwind: the CFA from rsp, from rbp, or (in functions that realign the stack) from memory below rbp, and the
// caller's rbp. Everything that this cannot say is CfaKind.Unknown, and then the thread goes on to another place: a
// prologue that counts from r10 or r11, a signal trampoline, hand-written frames.
namespace UpStare.PatchGen.Image;

using UpStare.PatchGen.Build;

/// <summary>The unwind table of an image.</summary>
public sealed class EhFrame
{
  private readonly List<FrameDescription> frames = [];

  private EhFrame()
  {
  }

  /// <summary>No table: every answer is unknown.</summary>
  public static EhFrame Empty { get; } = new();

  /// <summary>Address ranges that the table describes, sorted.</summary>
  public IEnumerable<(ulong Start, ulong End)> Ranges => frames.Select(f => (f.Start, f.End));

  /// <summary>Reads an executable's table.</summary>
  public static EhFrame Of(ElfFile file) => file.FindSection(".eh_frame") is { HasBytes: true } section
    ? Parse(file.BytesOf(section).ToArray(), section.Address)
    : Empty;

  /// <summary>Reads relocated .eh_frame contents that lie at <paramref name="address"/>.</summary>
  public static EhFrame Parse(byte[] bytes, ulong address)
  {
    var table = new EhFrame();
    var rules = new Dictionary<int, CommonRules>();
    for (int at = 0; bytes.Length - at >= 4;)
    {
      var c = new ByteCursor(bytes, at, bytes.Length);
      ulong length = c.U32();
      if (length == 0)
      {
        at += 4; // A terminator; ld -r can leave one in the middle.
        continue;
      }
      length = length == 0xffffffff ? c.U64() : length;
      int id = c.At;
      if (length < 4 || length > (ulong)(bytes.Length - id))
      {
        throw new ElfFormatException("an entry of .eh_frame is cut short");
      }
      int end = id + (int)length;
      uint pointer = new ByteCursor(bytes, id, end).U32();
      if (pointer != 0)
      {
        int cie = checked((int)(id - (long)pointer));
        if (!rules.TryGetValue(cie, out var common))
        {
          rules[cie] = common = CommonRules.Read(bytes, cie, address);
        }
        if (FrameDescription.Read(bytes, id + 4, end, address, common) is { } frame)
        {
          table.frames.Add(frame);
        }
      }
      at = end;
    }
    table.frames.Sort((a, b) => a.Start.CompareTo(b.Start));
    return table;
  }

  /// <summary>The range that has the description of <paramref name="pc"/>, or null.</summary>
  public (ulong Start, ulong End)? RangeAt(ulong pc) => Find(pc) is { } frame ? (frame.Start, frame.End) : null;

  /// <summary>How to unwind when the instruction at <paramref name="pc"/> is about to be executed.</summary>
  public UnwindEntry At(ulong pc) => Find(pc)?.At(pc) ?? UnwindEntry.Unknown;

  private FrameDescription? Find(ulong pc)
  {
    int low = 0, high = frames.Count;
    while (low < high)
    {
      int middle = (low + high) / 2;
      if (frames[middle].Start <= pc)
      {
        low = middle + 1;
      }
      else
      {
        high = middle;
      }
    }
    return low > 0 && pc < frames[low - 1].End ? frames[low - 1] : null;
  }
}

/// <summary>What a CIE says.</summary>
internal sealed record CommonRules(byte[] Bytes, ulong Section, ulong CodeAlign, long DataAlign, ulong ReturnRegister,
  byte Encoding, bool HasAugmentation, bool IsSignal, int ProgramStart, int ProgramEnd)
{
  /// <summary>Reads the CIE whose length field is at <paramref name="at"/>.</summary>
  public static CommonRules Read(byte[] bytes, int at, ulong section)
  {
    if (at < 0 || at > bytes.Length - 4)
    {
      throw new ElfFormatException("an entry of .eh_frame names a CIE outside of the section");
    }
    var c = new ByteCursor(bytes, at, bytes.Length);
    ulong length = c.U32();
    length = length == 0xffffffff ? c.U64() : length;
    if (length > (ulong)(bytes.Length - c.At))
    {
      throw new ElfFormatException("a CIE of .eh_frame is cut short");
    }
    int end = c.At + (int)length;
    c.U32(); // CIE id
    byte version = c.U8();
    string augmentation = c.Text();
    ulong codeAlign = c.Uleb();
    long dataAlign = c.Sleb();
    ulong returnRegister = version == 1 ? c.U8() : c.Uleb();
    byte encoding = 0;
    bool isSignal = false;
    bool sized = augmentation.StartsWith('z');
    if (sized)
    {
      int size = (int)c.Uleb();
      int program = c.At + size;
      foreach (char letter in augmentation.AsSpan(1))
      {
        switch (letter)
        {
          case 'R': encoding = c.U8(); break;
          case 'P': byte e = c.U8(); c.Pointer(e, section); break;
          case 'L': c.U8(); break;
          case 'S': isSignal = true; break;
          default: break;
        }
      }
      c.Seek(program);
    }
    return new(bytes, section, codeAlign, dataAlign, returnRegister, encoding, sized, isSignal, c.At, end);
  }
}

/// <summary>An FDE; its rows are computed when first asked for.</summary>
internal sealed class FrameDescription
{
  private readonly CommonRules common;
  private readonly int programStart, programEnd;
  private List<(ulong Pc, UnwindEntry Entry)>? rows;

  private FrameDescription(ulong start, ulong end, CommonRules common, int programStart, int programEnd)
  {
    (Start, End, this.common, this.programStart, this.programEnd) = (start, end, common, programStart, programEnd);
  }

  public ulong Start { get; }
  public ulong End { get; }

  /// <summary>Reads the FDE whose fields start at <paramref name="at"/>; null if it describes nothing.</summary>
  public static FrameDescription? Read(byte[] bytes, int at, int end, ulong section, CommonRules common)
  {
    var c = new ByteCursor(bytes, at, end);
    ulong start = c.Pointer(common.Encoding, section);
    ulong size = c.Pointer((byte)(common.Encoding & 15), section);
    if (common.HasAugmentation)
    {
      int skip = (int)c.Uleb();
      c.Seek(c.At + skip);
    }
    return size == 0 ? null : new(start, start + size, common, c.At, end);
  }

  public UnwindEntry At(ulong pc)
  {
    rows ??= common.IsSignal ? [(Start, UnwindEntry.Unknown)]
      : new CfiMachine(common).Run(Start, programStart, programEnd);
    int i = rows.Count - 1;
    while (i > 0 && rows[i].Pc > pc)
    {
      i--;
    }
    return rows[i].Entry;
  }
}
