using System.Text;
using UpStare.Compiler.Analysis;
using UpStare.Compiler.Driver;
using UpStare.Compiler.Emit;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Metadata;

namespace UpStare.Compiler.Tests.Passes;

/// <summary>-fupstare-heap=types: which calls are remembered, and with which type.</summary>
[TestFixture]
public sealed class HeapEditsTests
{
    private const string Library = "# 1 \"stdlib.h\" 1 3\nvoid *malloc (unsigned long); void *calloc (unsigned long, unsigned long); void *realloc (void *, unsigned long); void free (void *);\n# 2 \"unit.c\" 2\n"
        + "struct node { struct node *next; }; typedef struct { int a; } pair; void *xmalloc (unsigned long) __attribute__ ((__upstare_allocator__)); void use (void *, void (*) (void *));\n";

    private static string Instrumented(string text)
    {
        var options = new CompileOptions { HeapTypes = true };
        var stored = new UnitSource { MainFile = "unit.c", WorkingDirectory = "/", Arguments = [], Options = options.ToStoredOptions(), Text = SourceText.Encode(Library + text) };
        return Encoding.Latin1.GetString(UnitWriter.WriteUnit(Pipeline.Analyse(stored, options), stored, options));
    }

    private static string Name(string function, string type) => $"upstare_{function}_{Allocations.Key(type):x8}";

    [TestCase("struct node *f (void) { struct node *n = malloc (8); return n; }", "malloc", "struct node")]
    [TestCase("struct node *f (void) { return (struct node *) calloc (1, 8); }", "calloc", "struct node")]
    [TestCase("struct node **f (void) { struct node **n; n = (malloc (80)); return n; }", "malloc", "struct node *")]
    [TestCase("const pair *f (void) { const pair *p = malloc (4); return p; }", "malloc", "pair")]
    [TestCase("void f (struct node **n) { *n = realloc (*n, 99); }", "realloc", "struct node")]
    [TestCase("struct node *f (void) { struct node *n = xmalloc (8); return n; }", "xmalloc", "struct node")]
    [TestCase("void *f (void) { void *n = malloc (8); return n; }", "malloc", "")]
    public void Allocation_OfAType_IsRemembered(string text, string function, string type) => Assert.That(Instrumented(text), Does.Contain(Name(function, type) + " ("));

    [TestCase("char *f (void) { char *n = malloc (8); return n; }")]
    [TestCase("double *f (void) { return (double *) malloc (8); }")]
    public void Allocation_OfNumbers_IsLeftAlone(string text) => Assert.That(Instrumented(text), Does.Contain(" malloc (8)").And.Not.Contain("upstare_malloc"));

    [Test]
    public void Memory_ThatIsGivenBack_IsForgotten() => Assert.That(Instrumented("void f (void *p) { free (p); use (p, free); }"), Does.Contain("__upstare_free (p)").And.Contain("use (p, __upstare_free)"));

    [Test]
    public void Allocator_OfTheProgram_TakesTheTypeOfItsCaller() =>
        Assert.That(Instrumented("void *xmalloc (unsigned long n) { void *p = malloc (n); return p; }"), Does.Contain($"upstare_malloc_{Allocations.CallersKey:x8} (n)").And.Not.Contain("upstare_allocator"));

    [Test]
    public void Options_AreStored() => Assert.That(CompileOptions.FromStored(new UnitSource { MainFile = "", WorkingDirectory = "", Arguments = [], Options = new CompileOptions { HeapTypes = true }.ToStoredOptions(), Text = [] }).HeapTypes, Is.True);
}
