// Puts together what the runtime must know about an image's code (struct upstare_image): its sites with their operands
// and unwind entries, and what every return address leads to. In: records, code, unwind table. Out: the tables, and all
// reasons why they must not be used (the records contradict each other or the code).
//
// A site that the runtime could not serve (an operand that cannot be expressed, a cold label that leads nowhere certain,
// as when gcc inlined the function into one that is not instrumented) is left out, and so are the sites that lead to it:
// it is never armed, the return addresses that lead to it count as foreign, and a thread there goes on.
using UpStare.PatchGen.Build;

namespace UpStare.PatchGen.Image;

/// <summary>What the tables of an image are made from.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Sites">Its site records.</param>
/// <param name="Base">Link-time address that image addresses count from.</param>
/// <param name="Size">Bytes from there to the end of its text.</param>
/// <param name="OperandLimit">Bytes from the base that an operand in memory may lie in.</param>
public sealed record ImageSource(CodeMap Code, IReadOnlyList<SiteRecord> Sites, ulong Base, ulong Size,
  ulong OperandLimit)
{
  /// <summary>The source of an executable's tables.</summary>
  public static ImageSource Of(ProgramFile program, UpstareRecords records)
  {
    var file = program.Code;
    ulong start = file.ImageBase;
    var loads = file.Segments.Where(s => s.Type == Elf.PtLoad).ToList();
    ulong text = loads.Where(s => (s.Flags & Elf.PfExec) != 0).Select(s => s.Address + s.MemorySize)
      .DefaultIfEmpty(start).Max();
    ulong all = loads.Select(s => s.Address + s.MemorySize).DefaultIfEmpty(start).Max();
    return new(CodeMap.Of(program), records.Sites, start, text - start, all - start);
  }
}

/// <summary>The tables of one image.</summary>
public sealed class ImageTables
{
  private readonly List<SiteEntry> sites = [];
  private readonly List<OperandEntry> operands = [];
  private readonly List<ReturnEntry> returns = [];
  private readonly List<string> reasons = [], notes = [];
  private readonly Dictionary<uint, int> operandCounts = [];

  private ImageTables(ImageSource source)
  {
    (Base, Size) = (source.Base, source.Size);
  }

  /// <summary>Makes tables from rows that are known already.</summary>
  public ImageTables(ulong imageBase, ulong size, IEnumerable<SiteEntry> sites, IEnumerable<OperandEntry> operands,
    IEnumerable<ReturnEntry> returns)
  {
    (Base, Size) = (imageBase, size);
    this.sites.AddRange(sites);
    this.operands.AddRange(operands);
    this.returns.AddRange(returns);
  }

  /// <summary>Tables of an image without code.</summary>
  public static ImageTables Empty { get; } = new(0, 0, [], [], []);

  /// <summary>upstare_image.image_base.</summary>
  public ulong Base { get; }
  /// <summary>upstare_image.image_size.</summary>
  public ulong Size { get; }
  /// <summary>The sites, by address.</summary>
  public IReadOnlyList<SiteEntry> Sites => sites;
  /// <summary>The operands of all sites.</summary>
  public IReadOnlyList<OperandEntry> Operands => operands;
  /// <summary>The return addresses that lead somewhere, by address.</summary>
  public IReadOnlyList<ReturnEntry> Returns => returns;
  /// <summary>How many operands each continuation point's sites have in all.</summary>
  public IReadOnlyDictionary<uint, int> OperandCounts => operandCounts;
  /// <summary>Why the tables must not be used.</summary>
  public IReadOnlyList<string> Reasons => reasons;
  /// <summary>Sites that were left out, and why.</summary>
  public IReadOnlyList<string> Notes => notes;
  /// <summary>How many calls were looked at (those that lead nowhere certain are not in the table).</summary>
  public int Calls { get; private set; }

  /// <summary>Builds the tables. <paramref name="number"/> gives a continuation point's number over the image from its
  /// unit (as the record has it) and its number there; null if there is no such point.
  /// What gcc has inlined into one of the <paramref name="plain"/> functions cannot be used, because that one would go on
  /// with the dummy result.</summary>
  public static ImageTables Build(ImageSource source, Func<ulong, uint, uint?> number, PlainFunctions? plain = null)
  {
    var tables = new ImageTables(source);
    var records = source.Sites.OrderBy(s => s.Site).ToList();
    var index = new Dictionary<ulong, int>();
    for (int i = 0; i < records.Count; i++)
    {
      if (!index.TryAdd(records[i].Site, i))
      {
        tables.Refuse(source, records[i], "has two records");
      }
      if (!source.Code.Holds(records[i].Site))
      {
        tables.Refuse(source, records[i], "is not in the code");
      }
    }
    var explorer = new CodeExplorer(source.Code, index,
      records.Where(r => (r.Flags & SiteFlags.Flag) != 0).Select(r => r.Site).ToHashSet());
    var drafts = records.Select(r => tables.MakeDraft(source, r, explorer, number, plain ?? PlainFunctions.None)).ToList();
    var callees = records.Select(r => plain?.CalleeOf(r.Unit, r.Cp)).ToList();
    LeaveOutWhatIsInPlainCode(drafts, callees);
    LeaveOutRestsOfUnusable(drafts);
    LeaveOutWhatLeadsToUnusable(drafts);
    var numbers = tables.AddSites(source, drafts);
    tables.CountOperands(source, drafts.Where(d => d.Problem is null).Select(d => d.Record).ToList());
    explorer.Forget(drafts.Where(d => d.Problem is not null).Select(d => d.Record.Site));
    tables.AddReturns(source, explorer, numbers, callees);
    return tables;
  }

  /// <summary>A site on its way into the table; Outer counts all records. With a problem it is left out.</summary>
  private sealed record Draft(SiteRecord Record, uint Cp, List<OperandEntry> Operands, int? Outer)
  {
    public string? Problem { get; set; }
  }

  private Draft MakeDraft(ImageSource source, SiteRecord record, CodeExplorer explorer,
    Func<ulong, uint, uint?> number, PlainFunctions plain)
  {
    if (number(record.Unit, record.Cp) is not { } cp)
    {
      Refuse(source, record, $"belongs to no known continuation point (unit {record.Unit:x}, number {record.Cp})");
      cp = Abi.None;
    }
    var found = OperandDecoder.Decode(record, a => ToImage(source, a), out string? problem);
    bool partial = (record.Flags & SiteFlags.Partial) != 0;
    var outer = partial ? explorer.FromPartialSite(record.Site) : explorer.FromColdLabel(record.Cold);
    if (outer.Kind == ReachKind.Nothing || (partial && outer.Kind == ReachKind.Return))
    {
      problem ??= partial ? "is partial, and where the rest is cannot be seen"
        : $"has a cold label ({record.Cold:x}) from which the code does not lead to one certain place";
    }
    string function = FunctionOf(source, record)?.SourceName ?? "";
    if (!partial && plain.Has(record.Unit, function))
    {
      problem ??= $"was inlined into {function}, which is not instrumented";
    }
    return new(record, cp, found ?? [], outer.Kind == ReachKind.Site ? outer.Site : null) { Problem = problem };
  }

  /// <summary>Between such a site and the one it leads to is code of a function that has none, and would be skipped.</summary>
  private static void LeaveOutWhatIsInPlainCode(List<Draft> drafts, List<string?> plainCallees)
  {
    foreach (var draft in drafts.Where(d => (d.Record.Flags & SiteFlags.Partial) == 0 && d.Outer is not null))
    {
      if (plainCallees[draft.Outer!.Value] is { } function)
      {
        draft.Problem ??= $"was inlined into {function}, which is not instrumented";
      }
    }
  }

  /// <summary>Where the way from a partial site to the rest cannot be seen, the rest is no whole site either.</summary>
  private static void LeaveOutRestsOfUnusable(List<Draft> drafts)
  {
    var points = drafts.Where(d => d.Problem is not null && IsPartial(d)).Select(d => d.Cp).ToHashSet();
    var rests = drafts.Where(d => d.Problem is null && IsPartial(d)).Select(d => d.Outer).ToHashSet();
    for (int i = 0; i < drafts.Count; i++)
    {
      if (points.Contains(drafts[i].Cp) && !IsPartial(drafts[i]) && !rests.Contains(i))
      {
        drafts[i].Problem ??= "is the rest of a partial one that cannot be used";
      }
    }

    static bool IsPartial(Draft draft) => (draft.Record.Flags & SiteFlags.Partial) != 0;
  }

  private static void LeaveOutWhatLeadsToUnusable(List<Draft> drafts)
  {
    for (bool again = true; again;)
    {
      again = false;
      foreach (var draft in drafts.Where(d => d.Problem is null && d.Outer is { } next && drafts[next].Problem is not null))
      {
        draft.Problem = $"leads to the one at {drafts[draft.Outer!.Value].Record.Site:x}, which cannot be used";
        again = true;
      }
    }
  }

  /// <summary>Adds the usable sites; returns each record's number in the table, or null.</summary>
  private uint?[] AddSites(ImageSource source, List<Draft> drafts)
  {
    var numbers = new uint?[drafts.Count];
    uint next = 0;
    for (int i = 0; i < drafts.Count; i++)
    {
      bool isUsable = drafts[i].Problem is null;
      numbers[i] = isUsable ? next : null;
      if (isUsable || IsReachedWhenArmed(drafts[i].Record))
      {
        next++;
      }
    }
    foreach (var draft in drafts)
    {
      var record = draft.Record;
      if (draft.Problem is not null)
      {
        notes.Add(Describe(source, record, draft.Problem));
        if (IsReachedWhenArmed(record))
        {
          // The flag arms it whether it is of use or not: the runtime must know it to go on.
          uint place = (uint)(record.Site - source.Base);
          sites.Add(new(place, place, draft.Cp, 0, 0, SiteFlags.Flag, Abi.None, UnwindEntry.Unknown));
        }
        continue;
      }
      uint cold = (record.Flags & SiteFlags.Partial) != 0 ? 0 : (uint)(record.Cold - source.Base);
      sites.Add(new((uint)(record.Site - source.Base), cold, draft.Cp, (uint)operands.Count, (uint)draft.Operands.Count,
        record.Flags, draft.Outer is { } outer ? numbers[outer]!.Value : Abi.None, UnwindAt(source, record)));
      operands.AddRange(draft.Operands);
    }
    return numbers;
  }

  private static bool IsReachedWhenArmed(SiteRecord record) => (record.Flags & SiteFlags.Flag) != 0;

  /// <summary>In flag mode the int3 stands aside, perhaps without an unwind entry, and is followed by a jump back to
  /// where the frame is described.</summary>
  private static UnwindEntry UnwindAt(ImageSource source, SiteRecord record)
  {
    ulong at = record.Site;
    if ((record.Flags & SiteFlags.Flag) != 0 && source.Code.TryDecode(at, out var trap)
      && source.Code.TryDecode(trap.NextIP, out var jump) && jump.FlowControl == Iced.Intel.FlowControl.UnconditionalBranch)
    {
      at = jump.NearBranchTarget;
    }
    return source.Code.Unwind.At(at);
  }

  /// <summary>Adds up the operands along each chain of partial sites. A point can have several sites (gcc copies
  /// code); all of them must agree.</summary>
  private void CountOperands(ImageSource source, List<SiteRecord> records)
  {
    var inner = sites.Where(s => (s.Flags & SiteFlags.Partial) != 0 && s.Outer != Abi.None).Select(s => s.Outer).ToHashSet();
    for (int i = 0; i < sites.Count; i++)
    {
      if (inner.Contains((uint)i) || sites[i].Cp == Abi.None || sites[i].Unwind == UnwindEntry.Unknown)
      {
        continue;
      }
      int count = 0, steps = 0;
      uint at = (uint)i;
      for (; ; at = sites[(int)at].Outer)
      {
        count += (int)sites[(int)at].OperandCount;
        if (sites[(int)at].Cp != sites[i].Cp || ++steps > sites.Count)
        {
          Refuse(source, records[i], "is partial and leads to another continuation point's site");
          break;
        }
        if ((sites[(int)at].Flags & SiteFlags.Partial) == 0 || sites[(int)at].Outer == Abi.None)
        {
          break;
        }
      }
      if (!operandCounts.TryAdd(sites[i].Cp, count) && operandCounts[sites[i].Cp] != count)
      {
        Refuse(source, records[i], $"has {count} operands where another site of the same continuation point has "
          + $"{operandCounts[sites[i].Cp]}");
      }
    }
  }

  private void AddReturns(ImageSource source, CodeExplorer explorer, uint?[] numbers, List<string?> plainCallees)
  {
    foreach (var call in explorer.Calls())
    {
      Calls++;
      ulong address = call.Return;
      var reach = explorer.FromReturnAddress(address);
      if (reach.Kind == ReachKind.Site && plainCallees[reach.Site] is { } function && call.LeadsToProgram && call.Function != function)
      {
        continue; // a call that `function`, which is not instrumented, makes where gcc has inlined it
      }
      uint? site = reach.Kind == ReachKind.Return ? Abi.None : reach.Kind == ReachKind.Site ? numbers[reach.Site] : null;
      if (site is { } known)
      {
        returns.Add(new((uint)(address - source.Base), known, source.Code.Unwind.At(address)));
      }
    }
    returns.Sort((a, b) => a.Address.CompareTo(b.Address));
  }

  private static int? ToImage(ImageSource source, ulong address)
  {
    ulong place = address - source.Base;
    return place < source.OperandLimit && place <= int.MaxValue ? (int)place : null;
  }

  private void Refuse(ImageSource source, SiteRecord record, string why) => reasons.Add(Describe(source, record, why));

  // The cold label, because in flag mode the site itself stands aside of its function.
  private static CodeFunction? FunctionOf(ImageSource source, SiteRecord record) =>
    source.Code.FunctionAt(record.Cold != 0 ? record.Cold : record.Site);

  private static string Describe(ImageSource source, SiteRecord record, string why) =>
    $"{FunctionOf(source, record)?.WholeName ?? "?"}: the site at {record.Site:x} "
    + $"(continuation point {record.Cp} of its unit) {why}";
}
