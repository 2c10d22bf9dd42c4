// What may stand between a return address and its site, and between a return address and the end of the function.
//
// To a site: the call's result may be moved (registers, stack slots, sign and zero extension) and taken apart (the fields
// of a small struct: shifts, shuffles) but not looked at; other registers may be computed; nothing is stored but by a move into the frame. Anything else would be executed with a
// dummy result while a thread unrolls. The result and its copies are followed as "tainted" registers.
//
// To the end: only what an epilogue has (saved registers come back, the frame goes, the stack protector's check).
// Nothing is stored and no result register is written, so the callee's result is the function's.
using Iced.Intel;
using UpStare.PatchGen.Build;

namespace UpStare.PatchGen.Image;

/// <summary>What is known at one place of a walk from a return address.</summary>
internal struct WalkState
{
  /// <summary>Registers with the result or a copy: bits 0..15 general, 16..31 vector.</summary>
  public uint Tainted;
  /// <summary>A stack slot has it as well.</summary>
  public bool SlotTainted;
  /// <summary>Only epilogue so far.</summary>
  public bool IsEpilogue;
  /// <summary>The function was compiled by upstare-cc.</summary>
  public bool Known;
  /// <summary>Result registers that hold the stack protector's value, not checked yet.</summary>
  public uint Canary;
  /// <summary>General registers that hold a copy of xmm0.</summary>
  public uint CopyOfXmm0;

  /// <summary>A `ret` here gives the callee's result to the caller.</summary>
  public readonly bool IsTail => IsEpilogue && Canary == 0;
}

/// <summary>Follows the effects of instructions after a call.</summary>
internal static class InstructionEffects
{
  private const uint Rax = 1 << 0, Rdx = 1 << 2, Rsp = 1 << 4, Rbp = 1 << 5, Xmm0 = 1 << 16, Xmm1 = 1 << 17;
  private const uint Results = Rax | Rdx | Xmm0 | Xmm1;

  [ThreadStatic] private static InstructionInfoFactory? factory;

  /// <summary>The state at a return address.</summary>
  public static WalkState AfterCall(bool known) => new() { Tainted = Results, IsEpilogue = true, Known = known };

  /// <summary>Follows one instruction that is no jump; false: no certain answer beyond this one.</summary>
  public static bool Apply(in Instruction instruction, EhFrame unwind, ref WalkState state)
  {
    if (instruction.Mnemonic is Mnemonic.Nop or Mnemonic.Endbr64 or Mnemonic.Vzeroupper)
    {
      return true;
    }
    bool move = IsMove(instruction.Mnemonic) || TakesApart(instruction);
    if (!move && !IsComputation(instruction))
    {
      return false;
    }
    uint reads = 0, writes = 0;
    bool readsSlot = false, store = false;
    factory ??= new();
    var info = factory.GetInfo(instruction);
    foreach (var memory in info.GetUsedMemory())
    {
      if (((Bit(memory.Base) | Bit(memory.Index)) & state.Tainted) != 0)
      {
        return false;
      }
      bool inFrame = IsFrameSlot(memory, instruction, unwind);
      if (memory.Access is not (OpAccess.Read or OpAccess.CondRead or OpAccess.NoMemAccess))
      {
        if (!move || !inFrame)
        {
          return false;
        }
        store = true;
      }
      else
      {
        readsSlot |= inFrame;
      }
    }
    foreach (var register in info.GetUsedRegisters())
    {
      uint bit = Bit(register.Register);
      reads |= register.Access is OpAccess.Write or OpAccess.CondWrite ? 0 : bit;
      writes |= register.Access is OpAccess.Read or OpAccess.CondRead or OpAccess.NoMemAccess ? 0 : bit;
    }
    FollowEpilogue(instruction, writes, store, readsSlot, ref state);
    bool carries = (reads & state.Tainted) != 0 || (readsSlot && state.SlotTainted)
      || instruction.Mnemonic is Mnemonic.Fstp or Mnemonic.Fst;
    if (!move && carries)
    {
      return false;
    }
    state.SlotTainted |= store && carries;
    state.Tainted = carries ? state.Tainted | (writes & ~(Rsp | Rbp)) : state.Tainted & ~writes;
    return true;
  }

  private static void FollowEpilogue(in Instruction i, uint writes, bool store, bool readsSlot, ref WalkState state)
  {
    bool guard = i.SegmentPrefix == Register.FS && i.MemoryDisplacement64 == 0x28 && !store
      && i.Mnemonic is Mnemonic.Sub or Mnemonic.Xor or Mnemonic.Cmp;
    if (guard)
    {
      uint value = Bit(i.Op0Register) | (i.Op1Kind == OpKind.Register ? Bit(i.Op1Register) : 0);
      state.IsEpilogue &= (value & Results & ~state.Canary) == 0;
      state.Canary &= ~value;
      return;
    }
    uint results = writes & Results;
    switch (i.Mnemonic)
    {
      case Mnemonic.Movq or Mnemonic.Movd when i.Op0Kind == OpKind.Register && i.Op1Kind == OpKind.Register:
        // gcc -O0 takes a floating result through a general register and back.
        uint from = Bit(i.Op1Register);
        if (from == Xmm0 && (writes & 0xffff) != 0)
        {
          state.CopyOfXmm0 |= writes;
        }
        else
        {
          state.IsEpilogue &= results == Xmm0 && (from & state.CopyOfXmm0) != 0;
        }
        return;
      case Mnemonic.Pop or Mnemonic.Leave:
        state.IsEpilogue &= (results & ~Rdx) == 0; // `pop %rdx` is a short `add $8,%rsp`.
        break;
      case Mnemonic.Mov when readsSlot && results != 0:
        // In a function with a result the guard's value goes through rdx; through rax only if there is none.
        state.Canary |= results;
        state.IsEpilogue &= state.Known || results == Rdx;
        break;
      case Mnemonic.Mov when readsSlot:
        break;
      case Mnemonic.Mov or Mnemonic.Add or Mnemonic.Lea when (writes & ~Rsp) == 0 && writes != 0:
        break;
      default:
        state.IsEpilogue = false;
        break;
    }
    state.IsEpilogue &= !store;
    state.CopyOfXmm0 &= ~writes;
  }

  /// <summary>A slot of the frame: below rsp's caller, or below rbp where the unwind table says that rbp is the frame
  /// pointer (in optimised code it is a register like any other).</summary>
  private static bool IsFrameSlot(UsedMemory memory, in Instruction instruction, EhFrame unwind)
  {
    if (memory.Index != Register.None || memory.Segment is Register.FS or Register.GS)
    {
      return false;
    }
    return memory.Base == Register.RSP || (memory.Base == Register.RBP
      && unwind.At(instruction.IP).Kind is CfaKind.Rbp or CfaKind.RbpDeref);
  }

  private static uint Bit(Register register)
  {
    if (register == Register.None)
    {
      return 0;
    }
    if (register.IsGPR())
    {
      return 1u << register.GetFullRegister().GetNumber();
    }
    return register.IsVectorRegister() && register.GetNumber() < 16 ? 1u << (16 + register.GetNumber()) : 0;
  }

  private static bool IsMove(Mnemonic mnemonic) => mnemonic switch
  {
    Mnemonic.Mov or Mnemonic.Movzx or Mnemonic.Movsx or Mnemonic.Movsxd or Mnemonic.Cdqe or Mnemonic.Cwde
      or Mnemonic.Cbw or Mnemonic.Pop or Mnemonic.Leave
      or Mnemonic.Movss or Mnemonic.Movsd or Mnemonic.Movaps or Mnemonic.Movups or Mnemonic.Movapd or Mnemonic.Movupd
      or Mnemonic.Movdqa or Mnemonic.Movdqu or Mnemonic.Movd or Mnemonic.Movq or Mnemonic.Movhps or Mnemonic.Movlps
      or Mnemonic.Movhpd or Mnemonic.Movlpd or Mnemonic.Punpcklqdq or Mnemonic.Unpcklpd or Mnemonic.Unpcklps
      or Mnemonic.Pinsrq or Mnemonic.Pinsrd or Mnemonic.Pextrq or Mnemonic.Pextrd
      or Mnemonic.Vmovss or Mnemonic.Vmovsd or Mnemonic.Vmovaps or Mnemonic.Vmovups or Mnemonic.Vmovapd
      or Mnemonic.Vmovupd or Mnemonic.Vmovdqa or Mnemonic.Vmovdqu or Mnemonic.Vmovd or Mnemonic.Vmovq
      or Mnemonic.Vpunpcklqdq or Mnemonic.Vpinsrq or Mnemonic.Vpinsrd or Mnemonic.Vmovhps or Mnemonic.Vmovlps
      or Mnemonic.Fld or Mnemonic.Fst or Mnemonic.Fstp or Mnemonic.Fxch => true,
    _ => false,
  };

  /// <summary>Whether registers alone are shifted or shuffled: so the fields of a struct come out of a result.</summary>
  private static bool TakesApart(in Instruction instruction) => instruction.Op0Kind == OpKind.Register && instruction.Mnemonic is
    Mnemonic.Shr or Mnemonic.Sar or Mnemonic.Shl or Mnemonic.Shrd or Mnemonic.Ror or Mnemonic.Rol
    or Mnemonic.Pshufd or Mnemonic.Shufps or Mnemonic.Shufpd or Mnemonic.Movhlps or Mnemonic.Movlhps or Mnemonic.Movshdup
    or Mnemonic.Unpckhps or Mnemonic.Unpckhpd or Mnemonic.Punpckldq or Mnemonic.Punpckhqdq or Mnemonic.Psrlq or Mnemonic.Psrldq
    or Mnemonic.Vpshufd or Mnemonic.Vshufps or Mnemonic.Vmovhlps or Mnemonic.Vmovshdup or Mnemonic.Vunpckhps
    or Mnemonic.Vunpckhpd or Mnemonic.Vpsrlq or Mnemonic.Vpsrldq;

  private static bool IsComputation(in Instruction instruction) => instruction.Mnemonic switch
  {
    // Stack space comes and goes around a call's arguments; `sub` would be a new variable-length array.
    Mnemonic.Sub or Mnemonic.And => instruction.Op0Register != Register.RSP,
    Mnemonic.Add or Mnemonic.Lea or Mnemonic.Or or Mnemonic.Xor or Mnemonic.Not or Mnemonic.Neg or Mnemonic.Inc
      or Mnemonic.Dec or Mnemonic.Shl or Mnemonic.Shr or Mnemonic.Sar or Mnemonic.Imul or Mnemonic.Cmp
      or Mnemonic.Test or Mnemonic.Pxor or Mnemonic.Xorps or Mnemonic.Xorpd or Mnemonic.Vpxor or Mnemonic.Vxorps
      or Mnemonic.Vxorpd => true,
    // setCC, cmovCC.
    _ => instruction.ConditionCode != ConditionCode.None && instruction.FlowControl == FlowControl.Next && instruction.Op0Kind == OpKind.Register,
  };
}
