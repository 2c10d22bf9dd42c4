// Follows machine code to the next site. Three questions are answered, always with one certain answer or none:
//
//   from a cold label       which site does this machine frame come to next (the function was inlined into another
//                           one), or does the frame return?
//   from a partial site     which site has the other operands?
//   from a return address   does straight code reach a site, or the end of a function that has nothing left to do?
//
// Jumps are followed; at a conditional jump both ways are explored and must agree. A way that ends in a call of a
// function that never returns, or in ud2 or hlt, does not count. What lies between a return address and its site is
// held to InstructionEffects: moves, nothing else. A cold path is the compiler's own "return a dummy": what it computes does
// not matter, but a call in it says that gcc has inlined the function into one that is not instrumented and that would
// go on with the dummy, so a call ends every walk without an answer.
using Iced.Intel;

namespace UpStare.PatchGen.Image;

/// <summary>What a walk came to.</summary>
public enum ReachKind
{
  /// <summary>Nothing certain.</summary>
  Nothing,
  /// <summary>A site.</summary>
  Site,
  /// <summary>The end of the function.</summary>
  Return,
}

/// <summary>Outcome of a walk; <paramref name="Site"/> is the site's number as given to the explorer.</summary>
public readonly record struct Reach(ReachKind Kind, int Site = -1)
{
  /// <summary>Nothing certain.</summary>
  public static readonly Reach Nothing = new(ReachKind.Nothing);
}

/// <summary>A call in the code.</summary>
/// <param name="Return">Where it returns to.</param>
/// <param name="Function">The function of the image that it is a call of, if that is known.</param>
/// <param name="LeadsToProgram">Whether it may be a call of code of the program's, rather than of a library's or the runtime's.</param>
public readonly record struct FoundCall(ulong Return, string? Function, bool LeadsToProgram);

/// <summary>Explores the code of one image.</summary>
public sealed class CodeExplorer
{
  private const int Budget = 4000;

  /// <summary>Gives a restore clone the clone of the next frame, which it then calls.</summary>
  private const string NextFrame = "__upstare_next";

  private static readonly HashSet<string> NeverReturn =
    ["__stack_chk_fail", "__stack_chk_fail_local", "__fortify_fail", "__chk_fail", "abort"];

  private readonly CodeMap map;
  private readonly IReadOnlyDictionary<ulong, int> sites;
  private readonly IReadOnlySet<ulong> flagSites;
  private readonly HashSet<CodeFunction> withSites = [];
  private readonly HashSet<string> coldWithSites = [];

  /// <summary>Makes an explorer of <paramref name="map"/>; <paramref name="sites"/> gives each site's number,
  /// <paramref name="flagSites"/> says which of them are in flag mode.</summary>
  public CodeExplorer(CodeMap map, IReadOnlyDictionary<ulong, int> sites, IReadOnlySet<ulong> flagSites)
  {
    (this.map, this.sites, this.flagSites) = (map, sites, flagSites);
    foreach (ulong address in sites.Keys)
    {
      if (FunctionOfSite(address) is { } function)
      {
        withSites.Add(function);
        if (function.WholeName != function.Name)
        {
          coldWithSites.Add(function.WholeName);
        }
      }
    }
  }

  /// <summary>The sites at these addresses cannot be used: their functions are no longer taken for instrumented
  /// ones.</summary>
  public void Forget(IEnumerable<ulong> unusable)
  {
    foreach (ulong address in unusable)
    {
      if (FunctionOfSite(address) is { } function)
      {
        withSites.Remove(function);
        coldWithSites.Remove(function.WholeName);
      }
    }
  }

  private CodeFunction? FunctionOfSite(ulong address) => map.FunctionAt(flagSites.Contains(address) ? map.BackFromFlag(address) : address);

  private enum Mode { AnyCode, Straight }

  /// <summary>Which site comes after the cold label in the same machine frame, or that the frame returns.</summary>
  public Reach FromColdLabel(ulong cold) => Walk(cold, Mode.AnyCode, default);

  /// <summary>Which site follows a partial one.</summary>
  public Reach FromPartialSite(ulong site) =>
    map.TryDecode(site, out var nop) ? Walk(nop.NextIP, Mode.Straight, default) : Reach.Nothing;

  /// <summary>What a return address leads to.</summary>
  public Reach FromReturnAddress(ulong address)
  {
    var function = map.FunctionAt(address - 1);
    bool known = function is not null && HasSites(function);
    var reach = Walk(address, Mode.Straight, InstructionEffects.AfterCall(known));
    // Code without sites may be foreign: a local whose address it has passed on would be lost with its frame.
    return reach.Kind == ReachKind.Return && !known && (function is null || TakesStackAddress(function))
      ? Reach.Nothing : reach;
  }

  /// <summary>All calls (of functions that can return) in all functions, by address.</summary>
  public IEnumerable<FoundCall> Calls()
  {
    ulong last = 0;
    foreach (var function in map.Functions)
    {
      string? before = null;
      foreach (var instruction in InstructionsOf(function).Where(i => i.Mnemonic == Mnemonic.Call && i.NextIP < function.End))
      {
        bool resumes = instruction.FlowControl == FlowControl.IndirectCall && before == NextFrame;
        before = map.TargetName(instruction);
        if (instruction.NextIP > last && !IsDead(instruction))
        {
          last = instruction.NextIP;
          yield return new(last, map.CalleeOf(instruction)?.SourceName, !resumes && LeadsToProgram(instruction));
        }
      }
    }
  }

  /// <summary>Whether a call leads to code of the program's, as far as that can be seen: through a pointer, or to a function of the image that is not the
  /// runtime's.</summary>
  private bool LeadsToProgram(in Instruction call)
  {
    if (map.CalleeOf(call) is { } function)
    {
      return !IsRuntimes(function.Name);
    }
    return map.TargetName(call) is { } name ? name == "" : call.FlowControl == FlowControl.IndirectCall;
  }

  // A patch's own symbols are __upstare_, a letter and a number.
  private static bool IsRuntimes(string name) =>
    name.StartsWith("__upstare_", StringComparison.Ordinal) && !(name.Length > 11 && char.IsAsciiDigit(name[11]));

  private bool IsDead(in Instruction call) => map.TargetName(call) is { } name && NeverReturn.Contains(name);

  private bool HasSites(CodeFunction function) =>
    withSites.Contains(function) || coldWithSites.Contains(function.WholeName);

  private IEnumerable<Instruction> InstructionsOf(CodeFunction function)
  {
    for (ulong at = function.Start; at < function.End && map.TryDecode(at, out var instruction);
      at = instruction.NextIP)
    {
      yield return instruction;
    }
  }

  private bool TakesStackAddress(CodeFunction function) => InstructionsOf(function).Any(i =>
    (i.Mnemonic == Mnemonic.Lea && i.MemoryBase is Register.RSP or Register.RBP && i.Op0Register != Register.RSP)
    || (i.Mnemonic == Mnemonic.Mov && i.Op1Kind == OpKind.Register && i.Op1Register == Register.RSP
      && i.Op0Register != Register.RBP)
    || (i.Mnemonic == Mnemonic.Push && i.Op0Kind == OpKind.Register && i.Op0Register == Register.RSP));

  private Reach Walk(ulong start, Mode mode, WalkState first)
  {
    var function = map.FunctionAt(start);
    var todo = new Stack<(ulong Address, WalkState State)>();
    var seen = new HashSet<ulong>();
    Reach? result = null;
    todo.Push((start, first));
    while (todo.Count != 0)
    {
      var (address, state) = todo.Pop();
      var reach = Straight(address, state);
      if (reach is { Kind: ReachKind.Nothing } || (reach is not null && result is not null && result != reach))
      {
        return Reach.Nothing;
      }
      result ??= reach;
    }
    return result ?? Reach.Nothing;

    // One way up to its outcome; null: it does not count (dead, or it joins one already followed).
    Reach? Straight(ulong at, WalkState state)
    {
      for (; ; )
      {
        if (sites.TryGetValue(at, out int site))
        {
          return new(ReachKind.Site, site);
        }
        if (!seen.Add(at))
        {
          return null;
        }
        if (seen.Count > Budget || !map.TryDecode(at, out var instruction))
        {
          return Reach.Nothing;
        }
        at = instruction.NextIP;
        switch (instruction.FlowControl)
        {
          case FlowControl.Next when instruction.Mnemonic == Mnemonic.Hlt:
            return null;
          case FlowControl.Next:
            if (mode == Mode.Straight && !InstructionEffects.Apply(instruction, map.Unwind, ref state))
            {
              return Reach.Nothing;
            }
            break;
          case FlowControl.UnconditionalBranch:
            if (!IsInside(function, instruction.NearBranchTarget))
            {
              return Reach.Nothing;
            }
            at = instruction.NearBranchTarget;
            function ??= map.FunctionAt(at);
            break;
          case FlowControl.ConditionalBranch:
            // In flag mode the jump on the flag leads to the site itself; without the flag there is no stop here,
            // so the other way is not asked.
            if (flagSites.Contains(instruction.NearBranchTarget)
              && sites.TryGetValue(instruction.NearBranchTarget, out int flagSite))
            {
              return new(ReachKind.Site, flagSite);
            }
            if (!IsInside(function, instruction.NearBranchTarget))
            {
              return Reach.Nothing;
            }
            todo.Push((instruction.NearBranchTarget, state));
            break;
          case FlowControl.Return:
            return mode == Mode.AnyCode || state.IsTail ? new(ReachKind.Return) : Reach.Nothing;
          case FlowControl.Exception:
            return null;
          case FlowControl.Call or FlowControl.IndirectCall when instruction.Mnemonic == Mnemonic.Call:
            return IsDead(instruction) ? null : Reach.Nothing;
          default:
            return Reach.Nothing;
        }
      }
    }
  }

  /// <summary>Whether a jump stays in the function: in its body, in its cold part (or back from there), or in code
  /// that the compiler put aside without a symbol.</summary>
  private bool IsInside(CodeFunction? function, ulong target)
  {
    var other = map.FunctionAt(target);
    if (other is null)
    {
      return map.Holds(target);
    }
    // Code put aside (a site in flag mode) has no symbol; it jumps back into the function it belongs to.
    if (function is null || other == function)
    {
      return true;
    }
    return other.WholeName == function.WholeName && (other.Name != other.WholeName || function.Name != function.WholeName)
      && other.WholeName != "";
  }
}
