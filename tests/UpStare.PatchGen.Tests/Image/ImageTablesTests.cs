using UpStare.PatchGen.Build;
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Tests.Image;

/// <summary>The tables of one instrumented program, at every optimisation level, in both poll modes.</summary>
[TestFixtureSource(nameof(Variants))]
public sealed class ImageTablesTests(string options)
{
  private Toolchain tools = null!;
  private ElfFile file = null!;
  private UpstareRecords records = null!;
  private ImageTables tables = null!;
  private CodeMap code = null!;

  private static IEnumerable<string> Variants() =>
    Toolchain.Levels.Concat(Toolchain.Levels.Select(l => l + " -DPOLL_FLAG"));

  [OneTimeSetUp]
  public void Build()
  {
    tools = new();
    string path = tools.Gcc(options + " -fno-ipa-icf", "program",
      tools.Source("a.c", SiteSource.Unit(SiteSource.Functions)), tools.Source("f.c", "char __upstare_flag;"));
    file = ElfFile.Load(path);
    records = UpstareRecords.Read(file);
    var program = ProgramFile.Combine(file, file);
    var source = ImageSource.Of(program, records);
    code = source.Code;
    tables = ImageTables.Build(source, (_, cp) => cp + 100);
  }

  [OneTimeTearDown]
  public void CleanUp() => tools.Dispose();

  private IEnumerable<(SiteEntry Site, int Index)> SitesOf(string function, uint cp) =>
    tables.Sites.Select((s, i) => (s, i)).Where(x => x.s.Cp == cp + 100 && FunctionAt(x.s) == function);

  // In flag mode the int3 lies outside of its function, and the cold label inside.
  private string? FunctionAt(SiteEntry s) =>
    code.FunctionAt(file.ImageBase + (s.Cold != 0 ? s.Cold : s.Address))?.WholeName;

  private ElfSymbol Symbol(string name) => file.Symbols.Single(s => s.Name == name);

  private List<ReturnEntry> ReturnsIn(string function)
  {
    var symbol = Symbol(function);
    ulong start = symbol.Value - file.ImageBase;
    return tables.Returns.Where(r => r.Address > start && r.Address <= start + symbol.Size).ToList();
  }

  [Test]
  public void Program_AllSites_HaveNoReasonAgainst()
  {
    Assert.That(tables.Reasons.Concat(tables.Notes), Is.Empty);
    Assert.That(tables.Sites.Select(s => s.Cp).Distinct(), Is.EquivalentTo(Enumerable.Range(100, 15)));
    Assert.That(tables.Sites.Select(s => s.Address), Is.Ordered.And.Unique);
    Assert.That(tables.Returns.Select(r => r.Address), Is.Ordered.And.Unique);
  }

  [Test]
  public void Inlined_ColdLabel_LeadsToTheCallersSite()
  {
    var inner = SitesOf("outer", 0).ToList();
    Assert.That(inner, Has.Count.EqualTo(2));
    Assert.That(inner.Select(x => tables.Sites[(int)x.Site.Outer].Cp), Is.EquivalentTo(new[] { 101u, 102u }));
    foreach (uint cp in new[] { 1u, 2u })
    {
      Assert.That(SitesOf("outer", cp).Single().Site.Outer, Is.EqualTo(Abi.None));
    }
  }

  [Test]
  public void Call_OfInlinedCallee_ReturnsToTheInnerSite()
  {
    var inner = SitesOf("outer", 0).Select(x => (uint)x.Index);
    Assert.That(ReturnsIn("outer").Select(r => r.Site), Is.EquivalentTo(inner));
  }

  [Test]
  public void Partial_Chain_CountsAllOperandsAndLeadsToTheRest()
  {
    var chain = tables.Sites.Where(s => s.Cp == 103).ToList();
    var partial = chain.Single(s => s.Flags.HasFlag(SiteFlags.Partial));
    var rest = tables.Sites[(int)partial.Outer];
    Assert.That(rest.Cp, Is.EqualTo(103));
    Assert.That(rest.Flags & SiteFlags.Partial, Is.EqualTo(SiteFlags.None));
    Assert.That(rest.Outer, Is.EqualTo(Abi.None));
    Assert.That(tables.OperandCounts[103], Is.EqualTo(10));
    Assert.That(tables.Sites[(int)ReturnsIn("many").Single().Site], Is.EqualTo(partial));
  }

  [Test]
  public void Call_OfEveryResultType_ReturnsToItsSite()
  {
    var reached = ReturnsIn("dcalls").Select(r => tables.Sites[(int)r.Site].Cp);
    Assert.That(reached, Is.EquivalentTo(new[] { 104u, 105u, 106u, 107u, 108u }));
  }

  [Test]
  public void Call_WhoseResultIsTakenApart_ReturnsToItsSite()
  {
    var reached = ReturnsIn("parts").Select(r => tables.Sites[(int)r.Site].Cp);
    Assert.That(reached, Is.EquivalentTo(new[] { 112u, 113u }));
  }

  [Test]
  public void Partial_ConditionBeforeTheRest_LeadsToIt()
  {
    var partial = tables.Sites[(int)ReturnsIn("condition").Single().Site];
    Assert.That((partial.Cp, partial.Flags & SiteFlags.Partial), Is.EqualTo((114u, SiteFlags.Partial)));
    Assert.That(tables.OperandCounts[114], Is.EqualTo(3));
  }

  [Test]
  public void Guarded_ColdReturn_EndsTheFrame()
  {
    Assert.That(SitesOf("guarded", 9).Select(x => x.Site.Outer), Is.All.EqualTo(Abi.None));
    Assert.That(ReturnsIn("guarded"), Has.Count.EqualTo(1), "the call of __stack_chk_fail does not return");
  }

  [Test]
  public void TailPosition_WithAFrame_IsListedAsTail()
  {
    bool frames = options.Contains("-O0") || options.Contains("-O1");
    foreach (string name in new[] { "tail", "dtail", "vtail" })
    {
      Assert.That(ReturnsIn(name).Select(r => r.Site), Is.EqualTo(frames ? new[] { Abi.None } : []), name);
    }
  }

  [Test]
  public void NotTailPosition_WithoutSite_IsForeign()
  {
    foreach (string name in new[] { "notail", "stores", "escapes", "main" })
    {
      Assert.That(ReturnsIn(name), Is.Empty, name);
    }
  }

  [Test]
  public void LoopHead_WithoutCall_HasASiteThatNoReturnLeadsTo()
  {
    var site = SitesOf("looped", 11).ToList();
    Assert.That(site, Is.Not.Empty);
    Assert.That(tables.Returns.Select(r => r.Site).Intersect(site.Select(x => (uint)x.Index)), Is.Empty);
  }

  [Test]
  public void Realigned_Frame_IsFoundThroughRbp()
  {
    var site = SitesOf("realigned", 10).First().Site;
    // -O0 has a frame pointer below which it realigns; optimised code saves the old stack pointer there.
    Assert.That(site.Unwind.Kind, Is.AnyOf(CfaKind.Rbp, CfaKind.RbpDeref));
    Assert.That(tables.Sites.Select(s => s.Unwind.Kind), Has.None.EqualTo(CfaKind.Unknown));
  }

  [Test]
  public void Operands_MemoryOfTheImage_HoldTheConstants()
  {
    // 2.5 (a constant pool) or the register that has it; the integer 5 as an immediate when gcc knows it.
    var images = tables.Operands.Where(o => o.Kind == OperandKind.Image).ToList();
    foreach (var operand in images)
    {
      var bytes = new byte[8];
      Assert.That(file.TryRead(file.ImageBase + (ulong)operand.Displacement, bytes), Is.True);
      bool isConstant = BitConverter.ToDouble(bytes) == 2.5 || BitConverter.ToInt64(bytes) == 0x123456789abc;
      bool isGlobal = (ulong)operand.Displacement + file.ImageBase == Symbol("glob").Value;
      Assert.That(isConstant || isGlobal, Is.True, operand.ToString());
    }
    if (!options.Contains("-O0"))
    {
      Assert.That(tables.Operands, Has.Some.EqualTo(new OperandEntry(OperandKind.Immediate, 255, 255, 0, 5)));
    }
  }

  [Test]
  public void FlagMode_UnwindEntry_IsThatOfTheFunction()
  {
    var flagged = tables.Sites.Where(s => (s.Flags & SiteFlags.Flag) != 0).ToList();
    Assert.That(flagged, options.Contains("POLL_FLAG") ? Is.Not.Empty : Is.Empty);
    foreach (var site in flagged)
    {
      Assert.That(code.TryDecode(file.ImageBase + site.Address, out var trap), Is.True);
      Assert.That(trap.Mnemonic, Is.EqualTo(Iced.Intel.Mnemonic.Int3));
      Assert.That(code.TryDecode(trap.NextIP, out var jump), Is.True);
      Assert.That(site.Unwind, Is.EqualTo(code.Unwind.At(jump.NearBranchTarget)));
    }
  }
}
