using UpStare.Compiler.Driver;

namespace UpStare.Compiler.Tests;

/// <summary>Records that gcc would have refer to the global offset table.</summary>
[TestFixture]
public sealed class GotOperandsTests
{
    // The function's address is kept nowhere, and there are more live pointers than registers.
    private const string Unit =
        """
        int other (int); void call (void);
        int f (int *a, int *b, int *c, int *d, int *e, int *g, int *h, int *i, int *j, int *k)
        {
          int (*always) (int) = other;
          int *l = a + 1, *m = b + 1, *n = c + 1, *o = d + 1, *p = e + 1;
          call ();
          return always (*a + *b + *c + *d + *e + *g + *h + *i + *j + *k + *l + *m + *n + *o + *p);
        }
        """;

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("upstare-test-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Unit_WithOperandsInTheTable_HasThemInRegisters()
    {
        var (file, output) = (Path.Combine(folder, "unit.upstare.i"), Path.Combine(folder, "unit.o"));
        File.WriteAllText(file, CUnit.Analyse(Unit).Instrumented());
        var runs = 0;
        var result = GotOperands.Compile(file, output, assembly =>
        {
            runs++;
            return new ToolRunner("gcc").Run(["-O2", "-fPIE", .. UnitCompiler.InstrumentedFlags, .. UnitCompiler.InstrumentedLanguage, assembly == null ? "-c" : "-S", file, "-o", assembly ?? output], captureOutput: true);
        });
        Assert.Multiple(() =>
        {
            Assert.That(result.Status, Is.Zero, System.Text.Encoding.Latin1.GetString(result.Errors));
            Assert.That(runs, Is.GreaterThanOrEqualTo(3), "it was in the table at first");
            Assert.That(GotOperands.AreIn(output), Is.False);
        });
    }

    [Test]
    public void Places_InAssembly_AreOperandsWithTheTable()
    {
        const string Assembly =
            "\t.Lup7:\tnop\n\t.pushsection .debug.upstare.sites,\"\",@progbits\n\t.quad .Lupstare_unit,.Lup7,.L4\n\t.long 12\n\t.byte 0,3\n\t.short .Lupe7-.Lupb7\n.Lupb7:\n"
            + "\tpushq %rbx\n\tpushq other@GOTPCREL(%rip)\n\tpushq 8(%rsp)\n\t.Lupe7:\n\t.popsection\n\tcall *other@GOTPCREL(%rip)\n";
        Assert.That(GotOperands.Places(Assembly), Is.EquivalentTo(new[] { new GotOperands.Place(12, 3, 1) }));
    }

    [Test]
    public void Text_WithPlaces_IsChangedThereOnly()
    {
        const string Text =
            "#define UPSTARE_SITE(cp, count, code, ...) x\n"
            + "UPSTARE_PART (3, 1, \"pushq %q0\\n\\t\", UPSTARE_ANY (a)); UPSTARE_SITE (3, 2, \"pushq %q0\\n\\tpushq %q1\\n\\t\", \"m\" (b[f (1, 2)].c), UPSTARE_MEMORY (g)); UPSTARE_SITE (4, 1, \"\", UPSTARE_ANY (g));";
        var places = new HashSet<GotOperands.Place> { new(3, 2, 1), new(4, 1, 0) };
        Assert.That(GotOperands.InRegisters(Text, places),
            Is.EqualTo(Text.Replace("UPSTARE_MEMORY (g)", "\"re,re\" (g)", StringComparison.Ordinal).Replace("(4, 1, \"\", UPSTARE_ANY", "(4, 1, \"\", \"re\"", StringComparison.Ordinal)));
    }
}
