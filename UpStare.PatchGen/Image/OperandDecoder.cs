// Turns the recorded instructions of a site (pushq OP, movups OP,%xmm0) into struct upstare_operand. Nobody executes
// them: they are the assembler's own encoding of where gcc has each live variable.
using Iced.Intel;
using UpStare.PatchGen.Build;

namespace UpStare.PatchGen.Image;

/// <summary>Decodes operands.</summary>
internal static class OperandDecoder
{
  private const byte NoRegister = 255;

  /// <summary>The operands of one site. <paramref name="toImage"/> gives the image address of a link-time address;
  /// null if the runtime could not reach it. Null, and a reason, if an operand cannot be expressed.</summary>
  public static List<OperandEntry>? Decode(SiteRecord site, Func<ulong, int?> toImage, out string? reason)
  {
    var result = new List<OperandEntry>(site.Operands);
    var reader = new ByteArrayCodeReader(site.Code.ToArray());
    var decoder = Decoder.Create(64, reader, site.CodeAddress);
    while (reader.CanReadByte)
    {
      decoder.Decode(out var instruction);
      if (instruction.IsInvalid)
      {
        reason = $"operand {result.Count} is no instruction";
        return null;
      }
      if (Operand(instruction, toImage, out reason) is not { } operand)
      {
        reason = $"operand {result.Count} ({instruction}) {reason}";
        return null;
      }
      result.Add(operand);
    }
    reason = result.Count == site.Operands ? null : $"{result.Count} operands where {site.Operands} are announced";
    return reason is null ? result : null;
  }

  private static OperandEntry? Operand(in Instruction instruction, Func<ulong, int?> toImage, out string? reason)
  {
    reason = null;
    bool vector = instruction.Code == Code.Movups_xmm_xmmm128;
    if (!vector && instruction.Mnemonic != Mnemonic.Push)
    {
      reason = "is neither pushq nor movups";
      return null;
    }
    int at = vector ? 1 : 0;
    switch (instruction.GetOpKind(at))
    {
      case OpKind.Register:
        var register = instruction.GetOpRegister(at);
        if (!vector && !register.IsGPR64())
        {
          reason = "is not a whole register";
          return null;
        }
        return new(vector ? OperandKind.Xmm : OperandKind.Register, (byte)register.GetNumber(), NoRegister, 0, 0);
      case OpKind.Memory:
        return Memory(instruction, toImage, out reason);
      case OpKind.Immediate8to64 or OpKind.Immediate32to64:
        return new(OperandKind.Immediate, NoRegister, NoRegister, 0, (int)(long)instruction.GetImmediate(at));
      default:
        reason = "has a form that is not known";
        return null;
    }
  }

  private static OperandEntry? Memory(in Instruction i, Func<ulong, int?> toImage, out string? reason)
  {
    reason = null;
    if (i.SegmentPrefix is Register.FS or Register.GS)
    {
      reason = "is thread-local memory";
      return null;
    }
    bool absolute = i.MemoryBase == Register.None && i.MemoryIndex == Register.None;
    if (i.IsIPRelativeMemoryOperand || absolute)
    {
      ulong address = absolute ? i.MemoryDisplacement64 : i.IPRelativeMemoryAddress;
      if (toImage(address) is { } place)
      {
        return new(OperandKind.Image, NoRegister, NoRegister, 0, place);
      }
      reason = "lies in writable data, which moves against the code";
      return null;
    }
    return new(OperandKind.Memory, Number(i.MemoryBase), Number(i.MemoryIndex), (byte)i.MemoryIndexScale,
      (int)i.MemoryDisplacement64);
  }

  private static byte Number(Register register) =>
    register == Register.None ? NoRegister : (byte)register.GetFullRegister().GetNumber();
}
