using UpStare.PatchGen.Build;
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Tests.Image;

/// <summary>PatchLinker, PatchWriter and PatchReader on gcc's output; the result is executed.</summary>
[TestFixture]
public sealed class PatchLinkerTests
{
  private const string Pic = " -fPIC -fno-semantic-interposition -ftls-model=initial-exec";
  private Toolchain tools = null!;

  [SetUp]
  public void SetUp() => tools = new();

  [TearDown]
  public void TearDown() => tools.Dispose();

  private static Resolution Resolve(UndefinedSymbol symbol) => symbol.Name switch
  {
    "__upstare_e0" => new Resolution.Entity(0),
    "__upstare_e1" => new Resolution.Entity(1),
    "__upstare_e2" => new Resolution.Entity(2),
    "nowhere" => new Resolution.Refused("is defined nowhere"),
    _ => new Resolution.Import(symbol.Name,
      (symbol.IsWeak ? ImportFlags.Weak : 0) | (symbol.IsTls ? ImportFlags.Tls : 0),
      symbol.Name.StartsWith("__upstare_", StringComparison.Ordinal)),
  };

  private LinkResult Link(params string[] objects) => PatchLinker.Link(new("ld", objects, tools.Folder, Resolve));

  private LinkedPatch Linked(params string[] objects)
  {
    var result = Link(objects);
    Assert.That(result.Reasons, Is.Empty);
    return result.Patch!;
  }

  private IReadOnlyList<string> Refusals(string source, string options = "-O2" + Pic)
  {
    var result = Link(tools.Object("bad", source, options));
    Assert.That(result.Patch, Is.Null);
    return result.Reasons;
  }

  private string WritePatch(LinkedPatch linked)
  {
    var patch = new PatchFile { FromId = [1, 2, 3], ToId = [4, 5], FromName = "old", ToName = "new" };
    patch.Take(linked);
    PatchWriter.Write(patch, tools.PathOf("patch.upd"));
    return tools.PathOf("patch.upd");
  }

  private static string HeaderFolder()
  {
    for (string? at = TestContext.CurrentContext.TestDirectory; at is not null; at = Path.GetDirectoryName(at))
    {
      string folder = Path.Combine(at, "UpStare.Runtime.C", "include");
      if (Directory.Exists(folder))
      {
        return folder;
      }
    }
    throw new InvalidOperationException("no UpStare.Runtime.C above the tests");
  }

  [TestCase("-O0", "-pie -fPIE")]
  [TestCase("-O1", "-no-pie -fno-pie")]
  [TestCase("-O2", "-pie -fPIE")]
  [TestCase("-O2 -ffunction-sections -fdata-sections", "-pie -fPIE")]
  [TestCase("-O2 -fcommon -fno-plt", "-no-pie -fno-pie")]
  [TestCase("-O3 -fvisibility=hidden", "-pie -fPIE")]
  [TestCase("-Os -fno-jump-tables -fstack-protector-all", "-pie -fPIE")]
  public void Patch_LoadedIntoAProcess_ComputesWhatItShould(string options, string hostOptions)
  {
    var linked = Linked(tools.Object("first", PatchHost.First, options + Pic),
      tools.Object("second", PatchHost.Second, options + Pic));
    string patch = WritePatch(linked);
    string host = tools.Gcc($"-O1 -fno-pic {hostOptions} -rdynamic -I{HeaderFolder()}", "host",
      tools.Source("host.c", PatchHost.Host));
    var segment = ElfFile.Load(patch).Segments.Single(s => s.Type == Abi.ProgramHeaderType);
    Toolchain.Run("sh", "-c", "\"$0\" \"$@\" >\"$0.out\"; test $? = 42", host, patch, segment.Offset.ToString(),
      linked.Globals["entry"].Offset.ToString());
    Assert.That(File.ReadAllText(host + ".out").Trim(), Is.EqualTo(PatchHost.Expected));
  }

  [Test]
  public void Patch_ReadBack_HasEveryTable()
  {
    var patch = new PatchFile
    {
      FromId = [1, 2, 3, 4], ToId = [5], FromName = "v1", ToName = "v2", TextAlign = 64, DataAlign = 32, DataZero = 12,
      FlagOffset = 3, EhFrame = Abi.None, Text = [0x90, 0xc3], CodeSize = 2, Data = [7], InitBytes = [1, 2],
      Constants = [3],
      Relocs = [new(Segment.Data, 8, RelocKind.TpOff64, RelocTarget.Entity, 4, -12)],
      OldEntities = [new(0x10, EntityKind.Tls, 1)], Redirects = [new(3, 4)], Inits = [new(1, 2, 3, 4, 1)],
      OldPoints = [new(1, 2, 3, 4, Abi.None, 5, 6, PointFlags.Loop)],
      NewPoints = [new(1, 2, 3, 4, 16, 5, 6, PointFlags.KeepFrame)],
      Maps = [new(0, 0, 0, 1)], Moves = [new(1, MoveKind.Address, 8, 16)], SymFile = [1],
      Steps = [new(StepKind.Value, 1, 2, 3, 4, 5)], Tls = [6, 7], TlsSize = 5,
      OldImage = new(0x400000, 0x1000, [new(1, 2, 3, 4, 5, SiteFlags.Flag, Abi.None, new(16, -16, CfaKind.Rbp))],
        [new(OperandKind.Memory, 4, 255, 1, -8)], [new(9, 0, UnwindEntry.Unknown)]),
      NewImage = new(0, 0x20, [], [], [new(9, Abi.None, new(8, 0, CfaKind.Rsp))]),
    };
    patch.Imports.Add(new(patch.Strings.Add("printf"), ImportFlags.Weak));
    patch.Binds.Add(new(BindKind.Data, 8, EntityKind.Variable, patch.Strings.Add("counter")));
    var read = PatchReader.FromElf(PatchWriter.ToElf(patch), "memory");
    Assert.That(PatchWriter.ToBlob(read), Is.EqualTo(PatchWriter.ToBlob(patch)));
    Assert.That(read.Relocs, Is.EqualTo(patch.Relocs));
    Assert.That(read.Steps, Is.EqualTo(patch.Steps));
    Assert.That((read.Tls, read.TlsSize), Is.EqualTo((patch.Tls, patch.TlsSize)));
    Assert.That(read.OldImage.Sites, Is.EqualTo(patch.OldImage.Sites));
    Assert.That(read.Strings[read.Binds[0].Name], Is.EqualTo("counter"));
    Assert.That((read.FromName, read.ToName, read.FlagOffset), Is.EqualTo(("v1", "v2", 3u)));
  }

  [Test]
  public void Blob_ByACompilerOfTheHeader_HasTheSameLayout()
  {
    // Field by field through the C header: a wrong order of fields would otherwise agree with itself.
    const string Probe = """
      #include <stdio.h>
      #include <stdlib.h>
      #include "upstare_abi.h"
      int main(int argc, char **argv) {
        static char b[1 << 16];
        FILE *f = fopen(argv[1], "rb");
        size_t n = fread(b, 1, sizeof b, f);
        struct upstare_patch *p = (void *)b;
        struct upstare_site *s = (void *)(b + p->old_image.sites.offset);
        struct upstare_operand *o = (void *)(b + p->old_image.operands.offset);
        struct upstare_return *t = (void *)(b + p->new_image.returns.offset);
        struct upstare_reloc *r = (void *)(b + p->relocs.offset);
        struct upstare_point *q = (void *)(b + p->new_points.offset);
        struct upstare_bind *d = (void *)(b + p->binds.offset);
        struct upstare_move *m = (void *)(b + p->moves.offset);
        struct upstare_step *e = (void *)(b + p->steps.offset);
        unsigned long h = 0xcbf29ce484222325;
        for (size_t i = 0; i < n; i++)
          h = (h ^ (i >= 16 && i < 24 ? 0 : (unsigned char)b[i])) * 0x100000001b3;
        printf("%.7s %u %d %d %u %u %s %s %u %u %u %d", p->magic, p->abi, p->size == n, p->checksum == h,
          p->from_id_size, p->to_id[0], b + p->strings.offset + p->from_name, b + p->strings.offset + p->to_name,
          p->text_align, p->data_zero, p->flag_offset, p->eh_frame == UPSTARE_NONE);
        printf(" | %lx %u %u %u %d %d %u %d %u %d", (long)p->old_image.image_base, s->address, s->cold, s->flags,
          s->unwind.cfa_offset, s->unwind.rbp_offset, s->unwind.kind, o->displacement, o->base, t->site == UPSTARE_NONE);
        printf(" | %u %u %u %u %u %u | %u %d", e->kind, e->code, e->entity, e->place, e->size, e->type, p->tls_size, b[p->tls.offset]);
        printf(" | %u %u %u %u %u %ld | %u %u %u | %u %u | %u %u %u\n", r->place, r->segment, r->kind, r->target,
          r->index, (long)r->addend, q->clone, q->frame_size, q->flags, d->kind, d->index, m->kind, m->size, m->to);
      }
      """;
    var patch = new PatchFile
    {
      FromId = [1, 2, 3], ToId = [77], FromName = "v1", ToName = "v2", DataZero = 12, FlagOffset = 3,
      Relocs = [new(Segment.Data, 8, RelocKind.TpOff64, RelocTarget.Entity, 4, -12)],
      NewPoints = [new(1, 2, 3, 4, 16, 5, 6, PointFlags.KeepFrame)], Moves = [new(1, MoveKind.Address, 8, 20)],
      Binds = [new(BindKind.Data, 9, EntityKind.Variable, 0)], Steps = [new(StepKind.Value, 11, 12, 13, 14, 15)], Tls = [21], TlsSize = 22,
      OldImage = new(0x400000, 0x1000, [new(1, 2, 3, 4, 5, SiteFlags.Flag, Abi.None, new(16, -24, CfaKind.Rbp))],
        [new(OperandKind.Memory, 4, 255, 1, -8)], []),
      NewImage = new(0, 0x20, [], [], [new(9, Abi.None, new(8, 0, CfaKind.Rsp))]),
    };
    File.WriteAllBytes(tools.PathOf("blob"), PatchWriter.ToBlob(patch));
    string probe = tools.Gcc($"-I{HeaderFolder()}", "probe", tools.Source("probe.c", Probe));
    Assert.That(Toolchain.Run(probe, tools.PathOf("blob")).Trim(), Is.EqualTo(
      "UPSTARE 5 1 1 3 77 v1 v2 64 12 3 1 | 400000 1 2 2 16 -24 1 -8 4 1 | 1 11 12 13 14 15 | 22 21 | 8 1 2 2 4 -12 | 16 6 2 | 2 9 | 1 8 20"));
  }

  [Test]
  public void Patch_DamagedAnywhere_IsRefused()
  {
    var blob = PatchWriter.ToBlob(new() { FromName = "v1", Text = new byte[100] });
    for (int i = 0; i < blob.Length; i++)
    {
      var bad = (byte[])blob.Clone();
      bad[i] ^= 0x10;
      Assert.That(() => PatchReader.FromBlob(bad), Throws.TypeOf<PatchFormatException>(), $"byte {i}");
    }
    Assert.That(() => PatchReader.FromBlob(blob.AsSpan(0, 300)), Throws.TypeOf<PatchFormatException>());
    Assert.That(() => PatchReader.FromBlob(blob.AsSpan(0, blob.Length - 8)), Throws.TypeOf<PatchFormatException>());
  }

  [Test]
  public void Patch_ForBinutils_IsAnOrdinaryElfFile()
  {
    string patch = WritePatch(Linked(tools.Object("first", PatchHost.First, "-O2" + Pic),
      tools.Object("second", PatchHost.Second, "-O2" + Pic)));
    Assert.That(Toolchain.Run("objdump", "-d", patch), Does.Contain("<second>:").And.Contain("<entry>:"));
    Assert.That(Toolchain.Run("nm", patch), Does.Match(@"(?m) T second$").And.Match(@"(?m) D shared_data$"));
    Assert.That(Toolchain.Run("readelf", "-n", patch), Does.Contain("Build ID: "));
    Assert.That(Toolchain.Run("readelf", "--debug-dump=frames", patch), Does.Contain("FDE"));
    Assert.That(Toolchain.Run("readelf", "-aW", patch), Does.Not.Contain("Warning"));
    var text = new StringWriter();
    PatchDump.Write(PatchReader.Load(patch), text);
    Assert.That(text.ToString(), Does.Contain("entity 0").And.Contain("snprintf"));
  }

  [Test]
  public void SymFile_ForDebuggers_NamesTheFunctions()
  {
    var linked = Linked(tools.Object("second", PatchHost.Second, "-O2" + Pic));
    File.WriteAllBytes(tools.PathOf("sym.o"), SymFile.Make(linked));
    var file = ElfFile.Load(tools.PathOf("sym.o"));
    Assert.That(file.Type, Is.EqualTo(ElfType.Relocatable));
    Assert.That(file.FindSection(".text")!.Size, Is.EqualTo(linked.Text.Length));
    Assert.That(file.FindSection(".text")!.HasBytes, Is.False);
    Assert.That(file.Symbols.Single(s => s.Name == "second").Value, Is.EqualTo(linked.Globals["second"].Offset));
    Assert.That(Toolchain.Run("readelf", "-aW", tools.PathOf("sym.o")), Does.Not.Contain("Warning"));
  }

  [Test]
  public void SymFile_InGdb_ShowsTheStackOfPatchedCode()
  {
    if (Toolchain.Find("gdb") is null)
    {
      Assert.Ignore("gdb is not installed");
    }
    var linked = Linked(tools.Object("first", PatchHost.First, "-O2" + Pic),
      tools.Object("second", PatchHost.Second, "-O2" + Pic));
    string patch = WritePatch(linked);
    string host = tools.Gcc($"-O1 -g -rdynamic -I{HeaderFolder()}", "host", tools.Source("host.c", PatchHost.Host));
    var segment = ElfFile.Load(patch).Segments.Single(s => s.Type == Abi.ProgramHeaderType);
    string log = Toolchain.Run("gdb", "-batch", "-nx", "-ex", "set debuginfod enabled off", "-ex",
      "break __upstare_probe", "-ex", "run", "-ex", "backtrace", "-ex", "info symbol $pc", "--args", host, patch,
      segment.Offset.ToString(), linked.Globals["entry"].Offset.ToString());
    Assert.That(log, Does.Match(@"(?s)#0 .*__upstare_probe.*#1 .*entry.*#2 .*main"));
  }

  [TestCase("")]
  [TestCase(" -DPOLL_FLAG")]
  public void Sites_OfALinkedPatch_AreThoseOfTheExecutable(string mode)
  {
    foreach (string level in new[] { "-O0", "-O1", "-O2", "-O3", "-Os" })
    {
      var linked = Linked(tools.Object("a", SiteSource.Unit(SiteSource.Functions.Replace("static __attribute__((used)) "
        + "__thread int per_thread = 5;", "static int per_thread = 5;", StringComparison.Ordinal)), level + Pic + mode));
      var tables = ImageTables.Build(linked.ImageSource, (unit, cp) => unit == 0 ? cp : null);
      Assert.That(tables.Reasons, Is.Empty, level);
      Assert.That(tables.Sites.Select(s => s.Cp).Distinct(), Is.EquivalentTo(Enumerable.Range(0, 15)), level);
      Assert.That(tables.OperandCounts[3], Is.EqualTo(10));
      Assert.That(tables.Sites.Count(s => s.Outer != Abi.None), Is.EqualTo(4), level);
      Assert.That(tables.Sites.Select(s => s.Unwind.Kind), Has.None.EqualTo(CfaKind.Unknown));
      Assert.That(tables.Returns.Count(r => r.Site != Abi.None), Is.EqualTo(13), level);
      Assert.That(linked.FlagOffset.HasValue, Is.EqualTo(mode != ""));
      var entity = linked.Records.Entities.Single(e => e.Kind == EntityKind.Variable);
      Assert.That(linked.Locate(entity.Address), Is.EqualTo((Segment.Data, linked.Globals["glob"].Offset)));
      // A double-precision constant that the sites name must be found in the patch's text.
      foreach (var operand in tables.Operands.Where(o => o.Kind == OperandKind.Image))
      {
        Assert.That(BitConverter.ToDouble(linked.Text, operand.Displacement), Is.EqualTo(2.5));
      }
    }
  }

  [Test]
  public void Operand_InWritableData_LeavesTheSiteOut()
  {
    const string Source = """
      int shared;
      NOIPA int g(int x) { return x; }
      NOIPA int f(int x) { x = g(x); SITE(0, 1, "pushq %0", "m"(shared)); return x; COLD; return 0; }
      NOIPA int h(int x) { x = g(x); SITE(1, 1, "pushq %q0", "rme"(x)); return x; COLD; return 0; }
      """;
    var linked = Linked(tools.Object("a", SiteSource.Unit(Source), "-O2" + Pic + " -fvisibility=hidden"));
    var tables = ImageTables.Build(linked.ImageSource, (_, cp) => cp);
    Assert.That(tables.Reasons, Is.Empty);
    Assert.That(tables.Notes.Single(), Does.Contain("f: ").And.Contain("writable data"));
    Assert.That(tables.Sites.Select(s => s.Cp), Is.EqualTo(new[] { 1u }));
    Assert.That(tables.Returns.Select(r => r.Site), Is.EqualTo(new[] { 0u }));
  }

  [Test]
  public void Common_InTwoUnits_IsAllocatedOnce()
  {
    var linked = Linked(tools.Object("a", "int shared[4]; int *a(void) { return shared; }", "-O2 -fcommon" + Pic),
      tools.Object("b", "int shared[8] ; int *b(void) { return shared; }", "-O2 -fcommon" + Pic));
    Assert.That(linked.Globals["shared"].Size, Is.EqualTo(32));
    Assert.That(linked.Globals["shared"].Segment, Is.EqualTo(Segment.Data));
    Assert.That(linked.DataZero, Is.GreaterThanOrEqualTo(32));
  }

  [Test]
  public void Constructor_InAPatch_IsRefusedByName()
  {
    Assert.That(Refusals("__attribute__((constructor)) static void start(void) { __builtin_puts(\"x\"); }"),
      Has.Exactly(1).Matches<string>(r => r.Contains("start") && r.Contains("constructors")));
  }

  [Test]
  public void ThreadLocal_WithALargeAlignment_IsRefusedByName()
  {
    Assert.That(Refusals("__thread int counter __attribute__((aligned(128))) = 3; int get(void) { return counter; }"),
      Has.Exactly(1).Matches<string>(r => r.StartsWith("counter: ", StringComparison.Ordinal) && r.Contains("64 bytes")));
  }

  [Test]
  public void IndirectFunction_InAPatch_IsRefusedByName()
  {
    const string Source = "static int one(void) { return 1; } static void *choose(void) { return one; }\n"
      + "int chosen(void) __attribute__((ifunc(\"choose\")));";
    Assert.That(Refusals(Source), Has.Exactly(1).Matches<string>(r => r.StartsWith("chosen: ", StringComparison.Ordinal)));
  }

  [Test]
  public void PositionDependentCode_InAPatch_IsRefused()
  {
    Assert.That(Refusals("static int a[10]; int *f(void) { return a; }", "-O2 -fno-pic -mcmodel=small"),
      Has.Exactly(1).Matches<string>(r => r.Contains("f: ") && r.Contains("-fPIC")));
  }

  [Test]
  public void GeneralDynamicThreadLocal_InAPatch_IsRefused()
  {
    Assert.That(Refusals("extern __thread int far; int f(void) { return far; }", "-O2 -fPIC"),
      Has.Some.Contains("-ftls-model=initial-exec"));
  }

  [Test]
  public void ExecutableStack_InAPatch_IsRefused()
  {
    const string Source = "int call(int (*)(int)); int f(int x) { int in(int y) { return x + y; } return call(in); }";
    Assert.That(Refusals(Source, "-O0" + Pic), Has.Some.Contains("executable stack"));
  }

  [Test]
  public void Reasons_SeveralAtOnce_AreAllReported()
  {
    var reasons = Refusals("extern int nowhere; __thread int local_one __attribute__((aligned(128))); __attribute__((constructor)) static void start(void) "
      + "{ nowhere = local_one; } int *f(void) { return &nowhere; }");
    Assert.That(reasons, Has.Count.EqualTo(3));
    Assert.That(reasons, Has.Some.Contains("nowhere: is defined nowhere").And.Some.Contains("local_one")
      .And.Some.Contains("start"));
  }

  [Test]
  public void DuplicateDefinition_InTwoObjects_IsTheLinkersMessage()
  {
    var result = Link(tools.Object("a", "int twice = 1;"), tools.Object("b", "int twice = 2;"));
    Assert.That(result.Patch, Is.Null);
    Assert.That(result.Reasons.Single(), Does.Contain("twice"));
  }

  [Test]
  public void Linker_ThatIsNotThere_IsAReason()
  {
    var result = PatchLinker.Link(new("no-such-linker", [], tools.Folder, Resolve));
    Assert.That(result.Reasons.Single(), Does.Contain("no-such-linker"));
  }

  [Test]
  public void Slot_OfOneImport_IsSharedByAllUses()
  {
    const string Source = "int puts(const char *); int f(void) { return puts(\"a\") + puts(\"b\"); }\n"
      + "int g(void) { return puts(\"c\"); } void *h(void) { return puts; }";
    var linked = Linked(tools.Object("a", Source, "-O2" + Pic));
    Assert.That(linked.Relocs.Where(r => r.Target == RelocTarget.Import), Has.Exactly(1).Items);
    Assert.That(linked.Imports, Is.EqualTo(new[] { new LinkedImport("puts", ImportFlags.None) }));
  }
}
