// Runs the call-frame instructions of one function and writes down a row at each program counter where the answer
// changes. Only three things are followed: the CFA, the rule for rbp and the rule for the return address.
using UpStare.PatchGen.Build;

namespace UpStare.PatchGen.Image;

/// <summary>The interpreter of DWARF call-frame instructions.</summary>
internal sealed class CfiMachine(CommonRules common)
{
  private const ulong Rbp = 6, Rsp = 7;
  private const byte OpBreg6 = 0x76, OpDeref = 0x06;

  private enum RuleKind { Same, Offset, ValueOffset, Expression, Other }

  private readonly record struct Rule(RuleKind Kind, long Offset, byte[]? Expression = null);

  private readonly record struct State(ulong CfaRegister, long CfaOffset, byte[]? CfaExpression, Rule Rbp, Rule Return);

  private static readonly Rule Same = new(RuleKind.Same, 0), Other = new(RuleKind.Other, 0);

  private readonly Stack<State> remembered = new();
  private readonly List<(ulong Pc, UnwindEntry Entry)> rows = [];
  private State state = new(Rsp, 8, null, Same, Same), initial;
  private ulong pc;

  /// <summary>The rows of the function that starts at <paramref name="start"/>; there is always one.</summary>
  public List<(ulong Pc, UnwindEntry Entry)> Run(ulong start, int from, int to)
  {
    pc = start;
    Execute(common.ProgramStart, common.ProgramEnd);
    initial = state;
    rows.Clear();
    pc = start;
    Execute(from, to);
    Emit();
    return rows;
  }

  private void Execute(int from, int to)
  {
    var c = new ByteCursor(common.Bytes, from, to);
    while (!c.IsAtEnd)
    {
      byte op = c.U8();
      ulong low = op & 0x3fu;
      switch (op >> 6)
      {
        case 1: Advance(low); break;
        case 2: Set(low, new(RuleKind.Offset, (long)c.Uleb() * common.DataAlign)); break;
        case 3: Restore(low); break;
        default: ExecuteExtended(op, ref c); break;
      }
    }
  }

  private void ExecuteExtended(byte op, ref ByteCursor c)
  {
    ulong register;
    switch (op)
    {
      case 0x00: break;                                                       // nop
      case 0x01: Emit(); pc = c.Pointer(common.Encoding, common.Section); break; // set_loc
      case 0x02: Advance(c.U8()); break;
      case 0x03: Advance(c.U16()); break;
      case 0x04: Advance(c.U32()); break;
      case 0x05: register = c.Uleb(); Set(register, new(RuleKind.Offset, (long)c.Uleb() * common.DataAlign)); break;
      case 0x06: Restore(c.Uleb()); break;
      case 0x07: Set(c.Uleb(), Other); break;                                 // undefined
      case 0x08: Set(c.Uleb(), Same); break;
      case 0x09: register = c.Uleb(); c.Uleb(); Set(register, Other); break;  // in another register
      case 0x0a: remembered.Push(state); break;
      case 0x0b: RestoreState(); break;
      case 0x0c: register = c.Uleb(); DefineCfa(register, (long)c.Uleb()); break;
      case 0x0d: DefineCfa(c.Uleb(), state.CfaOffset); break;
      case 0x0e: DefineCfa(state.CfaRegister, (long)c.Uleb()); break;
      case 0x0f: state = state with { CfaExpression = c.Block() }; break;
      case 0x10: register = c.Uleb(); Set(register, new(RuleKind.Expression, 0, c.Block())); break;
      case 0x11: register = c.Uleb(); Set(register, new(RuleKind.Offset, c.Sleb() * common.DataAlign)); break;
      case 0x12: register = c.Uleb(); DefineCfa(register, c.Sleb() * common.DataAlign); break;
      case 0x13: DefineCfa(state.CfaRegister, c.Sleb() * common.DataAlign); break;
      case 0x14: register = c.Uleb(); c.Uleb(); Set(register, new(RuleKind.ValueOffset, 0)); break;
      case 0x15: register = c.Uleb(); c.Sleb(); Set(register, new(RuleKind.ValueOffset, 0)); break;
      case 0x16: register = c.Uleb(); c.Block(); Set(register, Other); break; // val_expression
      case 0x2d: break;                                                       // GNU_window_save
      case 0x2e: c.Uleb(); break;                                             // GNU_args_size
      case 0x2f: register = c.Uleb(); Set(register, new(RuleKind.Offset, -(long)c.Uleb() * common.DataAlign)); break;
      default: throw new ElfFormatException($"call-frame instruction {op:x2} in .eh_frame");
    }
  }

  private void Advance(ulong delta)
  {
    Emit();
    pc += delta * common.CodeAlign;
  }

  private void DefineCfa(ulong register, long offset) =>
    state = state with { CfaRegister = register, CfaOffset = offset, CfaExpression = null };

  private void Set(ulong register, Rule rule)
  {
    if (register == Rbp)
    {
      state = state with { Rbp = rule };
    }
    else if (register == common.ReturnRegister)
    {
      state = state with { Return = rule };
    }
  }

  private void Restore(ulong register) => Set(register,
    register == Rbp ? initial.Rbp : register == common.ReturnRegister ? initial.Return : Same);

  private void RestoreState()
  {
    if (remembered.Count == 0)
    {
      throw new ElfFormatException("restore_state without remember_state in .eh_frame");
    }
    state = remembered.Pop();
  }

  private void Emit()
  {
    var entry = Reduce();
    if (rows.Count != 0 && rows[^1].Pc == pc)
    {
      rows[^1] = (pc, entry);
    }
    else if (rows.Count == 0 || rows[^1].Entry != entry)
    {
      rows.Add((pc, entry));
    }
  }

  /// <summary>The present state as far as struct upstare_unwind can say it.</summary>
  private UnwindEntry Reduce()
  {
    if (state.Return.Kind != RuleKind.Offset || state.Return.Offset != -8)
    {
      return UnwindEntry.Unknown;
    }
    if (state.CfaExpression is { } expression)
    {
      // Realigned: the entry's stack pointer was stored below rbp, and rbp points at its caller's.
      return BregOffset(expression, OpDeref) is { } slot && state.Rbp is { Kind: RuleKind.Expression }
        && BregOffset(state.Rbp.Expression!, null) is { } saved
        ? new((int)slot, (int)saved, CfaKind.RbpDeref)
        : UnwindEntry.Unknown;
    }
    if (state.CfaRegister is not (Rsp or Rbp))
    {
      return UnwindEntry.Unknown;
    }
    var kind = state.CfaRegister == Rsp ? CfaKind.Rsp : CfaKind.Rbp;
    return state.Rbp.Kind switch
    {
      RuleKind.Same => new((int)state.CfaOffset, 0, kind),
      RuleKind.Offset => new((int)state.CfaOffset, (int)state.Rbp.Offset, kind),
      _ => UnwindEntry.Unknown,
    };
  }

  /// <summary>The offset in an expression that is exactly `breg6 offset` and, if asked for, one operation.</summary>
  private static long? BregOffset(byte[] expression, byte? then)
  {
    if (expression.Length < 2 || expression[0] != OpBreg6)
    {
      return null;
    }
    var c = new ByteCursor(expression, 1, expression.Length);
    long offset = c.Sleb();
    if (then is { } operation && (c.IsAtEnd || c.U8() != operation))
    {
      return null;
    }
    return c.IsAtEnd ? offset : null;
  }
}
