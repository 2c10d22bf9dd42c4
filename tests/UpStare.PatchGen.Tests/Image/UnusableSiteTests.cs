using UpStare.PatchGen.Build;
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Tests.Image;

/// <summary>Sites that cannot be served, and records that contradict the code.</summary>
[TestFixture]
public sealed class UnusableSiteTests
{
  private Toolchain tools = null!;

  [SetUp]
  public void SetUp() => tools = new();

  [TearDown]
  public void TearDown() => tools.Dispose();

  private ImageTables Tables(string code, Func<ulong, uint, uint?>? number = null,
    PlainFunctions? plain = null)
  {
    string path = tools.Gcc("-O2", "program", tools.Source("a.c", SiteSource.Unit(code + "\nint main(void) { return 0; }")));
    var file = ElfFile.Load(path);
    return ImageTables.Build(ImageSource.Of(ProgramFile.Combine(file, file), UpstareRecords.Read(file)),
      number ?? ((_, cp) => cp), plain);
  }

  [Test]
  public void Inlined_IntoAFunctionWithoutSites_IsLeftOutWithWhatLeadsToIt()
  {
    // From `deep` the cold path comes to `middle`'s site, and from there into plain code that goes on to call.
    var tables = Tables("""
      NOIPA int leaf(int x) { return x; }
      static inline __attribute__((always_inline)) int deep(int x) {
        int t = leaf(x); SITE(0, 1, "pushq %q0", "rme"(t)); return t + 1; COLD; return 0; }
      static inline __attribute__((always_inline)) int middle(int x) {
        int t = deep(x); SITE(1, 1, "pushq %q0", "rme"(t)); return t + 1; COLD; return 0; }
      NOIPA int plain(int x) { int t = middle(x); if (t == 0) return leaf(7) + 1; return leaf(leaf(t) + 2) + 3; }
      NOIPA int good(int x) { int t = leaf(x); SITE(2, 1, "pushq %q0", "rme"(t)); return t; COLD; return 0; }
      """);
    Assert.That(tables.Reasons, Is.Empty);
    Assert.That(tables.Sites.Select(s => s.Cp), Is.EqualTo(new[] { 2u }));
    Assert.That(tables.Returns.Select(r => r.Site), Is.EqualTo(new[] { 0u }));
    Assert.That(tables.Notes, Has.Count.GreaterThanOrEqualTo(2).And.All.Contains("plain: "));
  }

  [Test]
  public void Inlined_IntoAFunctionThatOnlyReturns_NeedsTheSourcesWord()
  {
    // The cold path goes through plain()'s arithmetic straight to its `ret`: the code alone does not show it.
    const string Code = """
      NOIPA int leaf(int x) { return x; }
      static inline __attribute__((always_inline)) int small(int x) {
        int t = leaf(x); SITE(0, 1, "pushq %q0", "rme"(t)); return t + 1; COLD; return 0; }
      NOIPA int plain(int x) { return small(x) * 3; }
      NOIPA int good(int x) { int t = leaf(x); SITE(2, 1, "pushq %q0", "rme"(t)); return t; COLD; return 0; }
      """;
    Assert.That(Tables(Code).Sites.Select(s => s.Cp), Is.EquivalentTo(new[] { 0u, 2u }));
    var tables = Tables(Code, null, new((_, name) => name != "good", (_, _) => null));
    Assert.That(tables.Sites.Select(s => s.Cp), Is.EqualTo(new[] { 2u }));
    Assert.That(tables.Notes.Single(), Does.Contain("plain, which is not instrumented"));
  }

  [Test]
  public void Inlined_WithPlainCodeAroundIt_NeedsTheSourcesWord()
  {
    // Both times the call stands in plain(), which is inlined into a function with a site behind the call of plain(): from there the site is reached, but
    // what plain() does on the way would not be done.
    const string Code = """
      NOIPA int leaf(int x) { return x; }
      static inline __attribute__((always_inline)) int small(int x) {
        int t = leaf(x); SITE(0, 1, "pushq %q0", "rme"(t)); return t + 1; COLD; return 0; }
      static inline __attribute__((always_inline)) int plain(int x) { return small(x) * 3; }
      static inline __attribute__((always_inline)) int ignores(int (*f)(int), int x) { f(x); return 7; }
      NOIPA int around(int x) { int t = plain(x); SITE(1, 1, "pushq %q0", "rme"(t)); return t + 1; COLD; return 0; }
      NOIPA int direct(int x) { int t = ignores(leaf, x); SITE(2, 1, "pushq %q0", "rme"(t)); return t + 1; COLD; return 0; }
      NOIPA int pointer(int (*f)(int), int x) { int t = ignores(f, x); SITE(3, 1, "pushq %q0", "rme"(t)); return t + 1; COLD; return 0; }
      NOIPA int call(int x) { int t = leaf(x); SITE(4, 1, "pushq %q0", "rme"(t)); return t + 1; COLD; return 0; }
      """;
    string?[] callees = [null, "plain", "ignores", "ignores", "leaf"];
    Assert.That(Reached(Tables(Code)), Is.EquivalentTo(new[] { 0u, 2u, 3u, 4u }));
    var tables = Tables(Code, null, new((_, _) => false, (_, point) => callees[point]));
    Assert.That(Reached(tables), Is.EqualTo(new[] { 4u }));
    Assert.That(tables.Notes.Single(), Does.Contain("was inlined into plain, which is not instrumented"));

    static uint[] Reached(ImageTables tables) => [.. tables.Returns.Where(r => r.Site != Abi.None).Select(r => tables.Sites[(int)r.Site].Cp)];
  }

  [Test]
  public void ThreadLocal_Operand_IsLeftOut()
  {
    var tables = Tables("""
      __thread int mine;
      NOIPA int f(void) { SITE(0, 1, "pushq %0", "m"(mine)); return 1; COLD; return 0; }
      """);
    Assert.That(tables.Sites, Is.Empty);
    Assert.That(tables.Notes.Single(), Does.Contain("thread-local"));
  }

  [Test]
  public void Point_ThatIsNotKnown_IsAReason()
  {
    var tables = Tables("NOIPA int f(void) { SITE(5, 0, \"\"); return 1; COLD; return 0; }", (_, _) => null);
    Assert.That(tables.Reasons.Single(), Does.Contain("f: ").And.Contain("no known continuation point"));
  }

  [Test]
  public void Point_WithTwoOperandCounts_IsAReason()
  {
    var tables = Tables("""
      NOIPA int f(int x) { SITE(0, 1, "pushq %q0", "rme"(x)); return 1; COLD; return 0; }
      NOIPA int g(int x) { SITE(0, 0, ""); return 1; COLD; return 0; }
      """);
    Assert.That(tables.Reasons.Single(), Does.Contain("operands where another site"));
  }

  [Test]
  public void Partial_WithoutRest_IsLeftOut()
  {
    var tables = Tables("NOIPA int f(int x) { PART(0, 1, \"pushq %q0\", \"rme\"(x)); return x; }");
    Assert.That(tables.Sites, Is.Empty);
    Assert.That(tables.Notes.Single(), Does.Contain("partial"));
  }

  [Test]
  public void Partial_WhoseRestCannotBeSeen_IsLeftOutWithIt()
  {
    // Between the two halves in f memory is written, which must not happen while a stack is unrolled; g has the same point whole.
    var tables = Tables("""
      NOIPA int f(int x, int *p) { PART(0, 1, "pushq %q0", "rme"(x)); *p = 3; SITE(0, 1, "pushq %q0", "rme"(p)); return x; COLD; return 0; }
      NOIPA int g(int x, int *p) { PART(0, 1, "pushq %q0", "rme"(x)); SITE(0, 1, "pushq %q0", "rme"(p)); return x; COLD; return 0; }
      """);
    Assert.That(tables.Reasons, Is.Empty);
    Assert.That(tables.Sites.Select(s => s.Flags & SiteFlags.Partial), Is.EqualTo(new[] { SiteFlags.Partial, SiteFlags.None }));
    Assert.That(tables.OperandCounts[0], Is.EqualTo(2));
    Assert.That(tables.Notes, Has.Count.EqualTo(2).And.All.Contains("f: "));
  }

  [Test]
  public void Operands_FewerThanAnnounced_AreNotBelieved()
  {
    var tables = Tables("NOIPA int f(int x) { SITE(0, 2, \"pushq %q0\", \"rme\"(x)); return x; COLD; return 0; }");
    Assert.That(tables.Notes.Single(), Does.Contain("1 operands where 2 are announced"));
  }
}
