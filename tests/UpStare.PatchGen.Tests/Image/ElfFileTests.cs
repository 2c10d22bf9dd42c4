using UpStare.PatchGen.Build;
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Tests.Image;

/// <summary>ElfFile, ProgramFile and UpstareRecords on gcc's output.</summary>
[TestFixture]
public sealed class ElfFileTests
{
  private Toolchain tools = null!;

  [SetUp]
  public void SetUp() => tools = new();

  [TearDown]
  public void TearDown() => tools.Dispose();

  private string Program(string options = "-O2 -pie -fPIE") => tools.Gcc(options + " -Wl,--build-id", "program",
    tools.Source("a.c", SiteSource.Unit(SiteSource.Functions, "first unit")),
    tools.Source("b.c", SiteSource.Unit("int other = 1; ENTITY(other, 0, 0);", "second unit")));

  [Test]
  public void Executable_Symbols_AreThoseThatNmPrints()
  {
    string path = Program();
    var file = ElfFile.Load(path);
    var expected = Toolchain.Run("nm", path).Split('\n').Select(l => l.Split(' ')).Where(w => w.Length == 3 && w[1] == "T")
      .ToDictionary(w => w[2], w => Convert.ToUInt64(w[0], 16));
    var got = file.Symbols.Where(s => s.IsInSection && s.Binding == Elf.StbGlobal && expected.ContainsKey(s.Name))
      .ToDictionary(s => s.Name, s => s.Value);
    Assert.That(got, Is.EquivalentTo(expected));
    Assert.That(expected, Contains.Key("outer"));
  }

  [Test]
  public void Executable_BuildId_IsTheOneThatReadelfPrints()
  {
    string path = Program();
    string notes = Toolchain.Run("readelf", "-n", path);
    Assert.That(notes, Does.Contain("Build ID: " + Convert.ToHexStringLower(ElfFile.Load(path).BuildId!)));
  }

  [Test]
  public void Executable_BytesAtAnAddress_AreTheInitialisedVariable()
  {
    var file = ElfFile.Load(Program());
    var bytes = new byte[4];
    Assert.That(file.TryRead(file.Symbols.Single(s => s.Name == "glob").Value, bytes), Is.True);
    Assert.That(bytes, Is.EqualTo(new byte[] { 3, 0, 0, 0 }));
    Assert.That(file.TryRead(0x7fffffff0000, bytes), Is.False);
  }

  [Test]
  public void Truncated_AtEveryLength_IsAFormatErrorOrReadsLess()
  {
    var bytes = File.ReadAllBytes(Program());
    int refused = 0;
    for (int length = 0; length < bytes.Length; length += 97)
    {
      try
      {
        var file = ElfFile.Parse(bytes[..length], "cut");
        UpstareRecords.Read(file);
      }
      catch (ElfFormatException)
      {
        refused++;
      }
    }
    Assert.That(refused, Is.GreaterThan(bytes.Length / 97 - 2));
  }

  [Test]
  public void Records_TwoUnits_AreReadWithTheirIdentities()
  {
    var file = ElfFile.Load(Program());
    var records = UpstareRecords.Read(file);
    Assert.That(records.Units.Select(u => System.Text.Encoding.UTF8.GetString(u.Read())),
      Is.EqualTo(new[] { "first unit", "second unit" }));
    Assert.That(records.Sites.Select(s => s.Unit).Distinct(), Is.EqualTo(new[] { records.Units[0].Offset }));
    Assert.That(records.Entities.Select(e => (e.Unit, e.Ordinal, e.Kind)), Is.EqualTo(new[]
    {
      (records.Units[0].Offset, 0u, EntityKind.Variable), (records.Units[0].Offset, 2u, EntityKind.Function),
      (records.Units[1].Offset, 0u, EntityKind.Variable),
    }));
    Assert.That(records.Entities[0].Address, Is.EqualTo(file.Symbols.Single(s => s.Name == "glob").Value));
  }

  [Test]
  public void Records_DroppedFunction_IsLeftOut()
  {
    const string Dead = "int dead(int x) { SITE(77, 1, \"pushq %q0\", \"rme\"(x)); return x; COLD; return 0; }\n";
    string source = tools.Source("a.c", SiteSource.Unit(Dead + SiteSource.Functions));
    var kept = UpstareRecords.Read(ElfFile.Load(tools.Gcc("-O2 -ffunction-sections", "kept", source)));
    var dropped = UpstareRecords.Read(
      ElfFile.Load(tools.Gcc("-O2 -ffunction-sections -Wl,--gc-sections", "dropped", source)));
    Assert.That(kept.Sites.Select(s => s.Cp), Does.Contain(77));
    Assert.That(dropped.Sites.Select(s => s.Cp), Does.Not.Contain(77).And.Contain(1));
  }

  [Test]
  public void Records_CompressedDebugSections_AreInflated()
  {
    var plain = UpstareRecords.Read(ElfFile.Load(Program()));
    var packed = UpstareRecords.Read(ElfFile.Load(Program("-O2 -pie -fPIE -g -gz")));
    Assert.That(packed.Sites.Select(s => s.Cp), Is.EqualTo(plain.Sites.Select(s => s.Cp)));
  }

  [Test]
  public void Records_DamagedFrame_IsAFormatError()
  {
    string path = Program();
    var file = ElfFile.Load(path);
    var bytes = File.ReadAllBytes(path);
    bytes[(int)file.FindSection(UpstareRecords.UnitsSection)!.Offset + 20] ^= 0xff;
    var records = UpstareRecords.Read(ElfFile.Parse(bytes, "bad"));
    Assert.That(() => records.Units[0].Read(), Throws.TypeOf<ElfFormatException>());
  }

  [Test]
  public void Records_ObjectFile_AreRelocated()
  {
    string path = tools.Object("a", SiteSource.Unit(SiteSource.Functions));
    var file = ElfFile.Load(path);
    var records = UpstareRecords.Read(file, s => s.IsInSection ? 0x1000 * s.Section + s.Value : null);
    Assert.That(records.Sites, Is.Not.Empty);
    foreach (var site in records.Sites)
    {
      var section = file.Sections[(int)(site.Site / 0x1000)];
      Assert.That(section.IsCode, Is.True);
      Assert.That(file.BytesOf(section)[(int)(site.Site % 0x1000)], Is.EqualTo(0x90), "a nop");
    }
  }

  [Test]
  public void Stripped_WithDebugFileBeside_IsFoundFromEitherName()
  {
    string path = Program();
    var whole = ProgramFile.Open(path);
    Toolchain.Run("objcopy", "--only-keep-debug", path, path + ".debug");
    Toolchain.Run("strip", path);
    foreach (string name in new[] { path, path + ".debug" })
    {
      var program = ProgramFile.Open(name);
      var tables = ImageTables.Build(ImageSource.Of(program, UpstareRecords.Read(program.Debug)), (_, cp) => cp);
      var expected = ImageTables.Build(ImageSource.Of(whole, UpstareRecords.Read(whole.Debug)), (_, cp) => cp);
      Assert.That(tables.Reasons, Is.Empty);
      Assert.That(tables.Sites, Is.EqualTo(expected.Sites));
      Assert.That(tables.Operands, Is.EqualTo(expected.Operands));
      Assert.That(tables.Returns, Is.EqualTo(expected.Returns));
      Assert.That(program.Name, Is.EqualTo("program"));
    }
  }

  [Test]
  public void Stripped_DebugFileOfAnotherBuild_IsRefused()
  {
    string path = Program();
    Toolchain.Run("objcopy", "--only-keep-debug", path, path + ".debug");
    path = Program("-O1");
    Toolchain.Run("strip", path);
    Assert.That(() => ProgramFile.Open(path), Throws.TypeOf<ElfFormatException>().With.Message.Contains("upstare-cc"));
    Assert.That(() => ProgramFile.Combine(ElfFile.Load(path), ElfFile.Load(path + ".debug")),
      Throws.TypeOf<ElfFormatException>().With.Message.Contains("build-ids differ"));
  }
}
