using System.Text.Json;
using UpStare.PatchGen.Generate;
using UpStare.PatchGen.Map;
using UpStare.PatchGen.Report;

namespace UpStare.PatchGen.Tests.Versions;

/// <summary>The report in its three forms, and the suggested map.</summary>
[TestFixture]
public sealed class ReportTests
{
    private const string Old = """
        int g (int), h (int);
        struct s { int a; char *name; } one;
        static int seen;
        int same (int a) { return g (a) + 1; }
        int gone (int a) { seen++; while (a--) g (a * 3); return h (a) + seen; }
        int f (int a) { int n = a * 2; seen--; if (a < 3 && "<b>&") a--; g (1); h (n); return n; }
        """;

    private const string New = """
        int g (int), h (int);
        struct s { int a; long b; char *name; } one;
        static int met;
        int same (int a) { return g (a) + 1; }
        int came (int a) { met++; while (a--) g (a * 3); return h (a) + met; }
        int f (int a) { int m = a * 2, k = a; met--; if (a < 3 && "<b>&") a--; g (2); g (3); h (m); return m + k; }
        """;

    private static DiffModel Model(string old = Old, string @new = New)
    {
        using var pair = Pair.Of(old, @new);
        var (bindings, _, notes) = pair.Bind();
        return DiffCollector.Run(pair.Match, bindings, ["a <reason>"], notes);
    }

    [Test]
    public void Model_HasTheStatesOfFunctions()
    {
        var model = Model();
        Assert.That(model.Functions.Select(f => $"{f.OldName ?? f.NewName}:{f.State}"), Is.EquivalentTo(new[] { "same:Same", "gone:Gone", "f:Changed", "main:Same", "came:New" }));
        Assert.That((model.MappedPoints, model.UnmappedPoints), Is.EqualTo((1, 4)));
    }

    [Test]
    public void Model_OfAPoint_SaysWhatIsMissing()
    {
        var points = Model().Functions.Single(f => f.NewName == "f").Points;
        Assert.That(points.Select(p => $"{p.Name}>{p.Target}"), Is.EqualTo(new[] { "f: call g #1>", "f: call h #1>" }));
        Assert.That(points[0].Reason, Does.StartWith("more than one place of the new version could continue this call of 'g': call g #1"));
        Assert.That(points[1].Reason, Does.StartWith("the new version needs 'm' (unit.c:6), 'k' (unit.c:6) there, and the old one has no value for them"));
    }

    [Test]
    public void Model_ProposesRenames() =>
        Assert.That(Model().Decisions.SelectMany(d => d.Statements), Is.SupersetOf(new[] { "function gone -> came", "variable seen -> met", "point f: call g #1 -> f: call g #2", "local f.k = ..." }));

    [Test]
    public void Model_ProposesWhatPointersToAnythingLeadTo()
    {
        const string rest = " x; void *p = &x; char *text; struct n { int k; void *data[2]; } y;";
        Assert.That(Model("struct job { int a; }" + rest, "struct job { long b; int a; }" + rest).Decisions.SelectMany(d => d.Statements), Is.SupersetOf(new[] { "pointee variable p = struct job", "pointee field struct n.data = struct job" })
            .And.None.Contains("text"));
        Assert.That(Model("struct job { int a; }" + rest, "struct job { int a; long b; }" + rest).Decisions.SelectMany(d => d.Statements), Has.None.Contains("pointee"));
    }

    [Test]
    public void Model_OfAType_HasItsFields()
    {
        var type = Model().Types.Single();
        Assert.That(type.Fields.Select(f => $"{f.State} {f.Old} > {f.New}"), Is.EqualTo(new[] { "Same int a at 0 > int a at 0", "New  > long b at 8", "Changed char * name at 8 > char * name at 16" }));
    }

    [Test]
    public void Model_HasTypesThatAreNewOrGone()
    {
        var model = Model("struct old { int a; }; enum left { L }; struct kept { int k; } k;", "struct fresh { long b; }; enum come { C = 3 }; struct kept { int k; } k;");
        Assert.That(model.Types.Select(type => $"{type.State} {type.Name}: {string.Join(", ", type.Fields.Select(field => field.Old ?? field.New))}"),
            Is.EquivalentTo(new[] { "Gone struct old: int a at 0", "Gone enum left: L = 0", "New struct fresh: long b at 0", "New enum come: C = 3" }));
    }

    [Test]
    public void Model_ProposesRenamesOfConstantsFieldsTypesAndLocals()
    {
        var model = Model("""
            enum e { A, B, C } e; struct s { int a; char *name; } one; struct before { int x, y; long z; } *p;
            int g (int); int f (int a) { int n = g (a); g (1); return n; }
            """, """
            enum e { A, BB = 1, C, D } e; struct s { long more; int a; char *title; } one; struct after { int x, y; long z; } *p;
            int g (int); int f (int a) { int m = g (a); g (1); return m; }
            """);
        Assert.That(model.Decisions.SelectMany(d => d.Statements), Is.SupersetOf(new[] { "constant B -> BB", "field struct s.name -> title", "type struct before -> struct after", "local f.n -> m" }));
    }

    [TestCase("int g (int); volatile int stop; int work (int s) { while (!stop) s++; g (s); return s; }",
        "int g (int); volatile int stop; static int item (int s) { while (!stop) s++; return s; } int work (int s) { s = item (s); g (s); return s; }",
        "a loop is in 'item' now", "point work: loop #1 -> work: call item #1, item: loop #1")]
    [TestCase("int g (int), h (int); int f (int n) { h (n); g (n); return n; }",
        "int g (int), h (int); static void rest (int n) { g (n + 1); h (2); } int f (int n) { h (n); rest (n); return n; }",
        "'g' is called in 'rest' now", "point f: call g #1 -> f: call rest #1, rest: call g #1")]
    [TestCase("int g (int); int f (int n) { g (1); g (n); return n; }", "int g (int); int f (int n) { g (n + 3); return n; }", "it does not follow from the code", "point f: call g #1 -> f: call g #1")]
    public void Point_WhoseCodeHasGoneElsewhere_HasItsFramesProposed(string old, string @new, string why, string statement)
    {
        var decisions = Model(old, @new).Decisions;
        Assert.That(decisions.Select(d => d.Why), Has.Some.Contains(why));
        Assert.That(decisions.SelectMany(d => d.Statements), Does.Contain(statement));
    }

    // What is refused, and what a map could say of it.
    [TestCase("long n;", "int n;", "narrow variable n", "reset variable n")]
    [TestCase("int a[4];", "int a[3];", "narrow variable a", "reset variable a")]
    [TestCase("struct s { double d; } s;", "struct s { float d; } s;", "narrow field struct s.d", "reset variable s")]
    [TestCase("struct s { struct { double d; } in; } s;", "struct s { struct { float d; } in; } s;", "narrow field struct s.in.d", "reset variable s")]
    [TestCase("struct s { unsigned b : 5; } s;", "struct s { unsigned b : 3; } s;", "narrow field struct s.b", "reset variable s")]
    [TestCase("struct s { long n[2]; } s[2];", "struct s { int n[2]; } s[2];", "narrow field struct s.n", "reset variable s")]
    [TestCase("struct a { int i; } a; struct b { int i; } b; void *p = &a;", "struct a { int i; } a; struct b { int i; } b; struct b *p;", "opaque variable p", "reset variable p")]
    [TestCase("struct s { union { int i; float f; } u; int k; } s;", "struct s { union { double f; int i; } u; int k; } s;", "arms field struct s.u { f when ...; i when ...; }", "reset variable s")]
    public void Data_ThatAreRefused_HaveStatements(string old, string @new, params string[] statements)
    {
        var decision = Model(old, @new).Decisions.First(d => d.IsNeeded);
        Assert.That(decision.Statements, Is.EqualTo(statements));
    }

    [Test]
    public void Text_HasASectionForEachKind()
    {
        var text = TextReport.Write(Model());
        Assert.That(text.Split('\n').Where(line => line.Length > 0 && line[0] != ' ').Skip(1), Is.EqualTo(new[] { "Reasons against a patch", "Units", "Functions", "Types", "Variables", "Continuation points", "Initial values", "To decide" }));
        Assert.That(text, Does.Contain("  f: changed (unit.c:6 -> unit.c:6), 0 of 2 points mapped\n").And.Contain("  gone: gone (unit.c:5)\n").And.Contain("  1 mapped, 4 unmapped\n"));
    }

    [Test]
    public void Json_IsTheModel()
    {
        using var json = JsonDocument.Parse(Reports.Form("x.json", Model()));
        var function = json.RootElement.GetProperty("functions").EnumerateArray().Single(f => f.GetProperty("newName").GetString() == "f");
        Assert.That((function.GetProperty("state").GetString(), function.GetProperty("points")[0].GetProperty("place").GetProperty("line").GetInt32()), Is.EqualTo(("Changed", 6)));
        Assert.That(function.GetProperty("oldSource").GetProperty("lines")[0].GetProperty("text").GetString(), Does.StartWith("int f (int a)"));
    }

    [Test]
    public void Html_NeedsNothingElse_AndEscapesTheProgram()
    {
        var html = Reports.Form("x.HTML", Model());
        Assert.That(html, Does.Contain("&quot;&lt;b&gt;&amp;&quot;").And.Contain("a &lt;reason&gt;").And.Contain("<mark class=\"no\""));
        Assert.That(html, Does.Not.Contain("<b>&\"").And.Not.Contain("<script").And.Not.Contain("http:").And.Not.Contain("https:").And.Not.Contain("<link").And.Not.Contain("url("));
        Assert.That(html.Split("<details").Length, Is.EqualTo(html.Split("</details>").Length));
        Assert.That(html.Split("<path").Length - 1, Is.EqualTo(3), "wires to two candidates, and to where h would go on");
    }

    [Test]
    public void Html_OfText_InUtf8_IsUtf8() => Assert.That(Reports.Form("x.html", Model(Old.Replace("<b>&", "\u00c3\u00a9"), New)), Does.Contain("&quot;&#233;&quot;").Or.Contain("&quot;\u00e9&quot;"));

    [Test]
    public void Suggestion_IsAMapOfComments_WhichAreStatements()
    {
        var map = SuggestedMap.Write(Model());
        Assert.That(UserMap.Parse(map).Statements, Is.Empty);
        var statements = map.Split('\n').Where(line => line.StartsWith('#') && !line.StartsWith("# ", StringComparison.Ordinal)).Select(line => line[1..].Replace("...", "0")).ToList();
        Assert.That(statements, Does.Contain("function gone -> came"));
        Assert.That(UserMap.Parse(string.Join('\n', statements)).Statements, Has.Count.EqualTo(statements.Count));
    }
}
