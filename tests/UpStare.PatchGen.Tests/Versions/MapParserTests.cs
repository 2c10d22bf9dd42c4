using UpStare.PatchGen.Map;

namespace UpStare.PatchGen.Tests.Versions;

/// <summary>The map's language: what statements say, and what is wrong where.</summary>
[TestFixture]
public sealed class MapParserTests
{
    private static MapStatement One(string text) => UserMap.Parse(text).Statements.Single();

    private static string Error(string text) => Assert.Throws<InvalidDataException>(() => UserMap.Parse(text, "m"))!.Message;

    [Test]
    public void Renames_HaveOldAndNewNames()
    {
        var map = UserMap.Parse("""
            # a comment
            unit "src/a b.c" -> "lib/a.c"     # another
            function f in "a.c" -> g
            variable n -> f.count
            type struct s -> union u; # with a semicolon
            field struct s.in.x -> y
            constant RED -> ROUGE
            local f.i -> j
            """);
        Assert.That(map.Statements.Select(Describe), Is.EqualTo(new[]
        {
            "unit src/a b.c > lib/a.c", "f in \"a.c\" > g", "n > f.count", "struct s > union u", "field struct s.in.x > y", "RED > ROUGE", "local f.i > j",
        }));
        Assert.That(map.Statements[1].Place, Is.EqualTo(new MapPlace("map", 3, 1)));
    }

    private static string Describe(MapStatement statement) => statement switch
    {
        UnitRename s => $"unit {s.Old} > {s.New}",
        FunctionRename s => $"{s.Old} > {s.New}",
        VariableRename s => $"{s.Old} > {s.New}",
        TypeRename s => $"{s.Old} > {s.New}",
        FieldRename s => $"{s.Old} > {s.NewPath}",
        ConstantRename s => $"{s.Old} > {s.New}",
        LocalRename s => $"{s.Old} > {s.NewName}",
        _ => statement.ToString(),
    };

    [TestCase("variable total = old.a + old.b", "variable total", "old.a + old.b", "a b")]
    [TestCase("field struct s.t.x = old.y * 2;  # twice", "field struct s.t.x", "old.y * 2", "y")]
    [TestCase("local f.n in \"a.c\" = g (old.m,\n  old.n)", "local f.n in \"a.c\"", "g (old.m,\n  old.n)", "m n")]
    [TestCase("variable v = old", "variable v", "old", "-")]
    [TestCase("variable v = old[1] + p->old + q.old", "variable v", "old[1] + p->old + q.old", "-")]
    [TestCase("variable v = \"old.x # ;\" [0] /* old.y */ + old . z", "variable v", "\"old.x # ;\" [0]   + old . z", "z")]
    public void Value_IsCWithReferencesToOldThings(string text, string target, string value, string references)
    {
        var statement = (ValueStatement)One(text);
        Assert.That((statement.Target.ToString(), statement.Value.Text), Is.EqualTo((target, value)));
        Assert.That(string.Join(' ', statement.Value.References.Select(r => r.Name ?? "-")), Is.EqualTo(references));
    }

    [Test]
    public void Value_Rewritten_HasSomethingElseForEachReference() =>
        Assert.That(((ValueStatement)One("variable v = old.a+old . b * old")).Value.Rewrite(r => $"<{r.Name}>"), Is.EqualTo("<a>+<b> * <>"));

    [Test]
    public void Point_OneFrame_HasPlacesAndValues()
    {
        var point = (PointStatement)One("point serve: call read #2 -> loop in \"s.c\": loop {\n  n = old.n * 2; # twice\n  loop.m = 0 }");
        Assert.That((point.Old.Single().ToString(), point.New.Single().ToString()), Is.EqualTo(("serve: call read #2", "loop in \"s.c\": loop")));
        Assert.That(point.Values.Select(v => $"{v.Function}.{v.Name}={v.Value}"), Is.EqualTo(new[] { ".n=old.n * 2", "loop.m=0" }));
    }

    [Test]
    public void Point_SeveralFrames_AreAStack()
    {
        var point = (PointStatement)One("point f: call *,\n   g: entry\n -> h: call read #1");
        Assert.That(point.Old.Select(p => p.ToString()).Concat(point.New.Select(p => p.ToString())), Is.EqualTo(new[] { "f: call *", "g: entry", "h: call read #1" }));
    }

    [TestCase("narrow field struct s.x", "field struct s.x")]
    [TestCase("narrow variable f.x", "variable f.x")]
    [TestCase("narrow local f.x", "local f.x")]
    public void Narrow_HasATarget(string text, string target) => Assert.That(((NarrowStatement)One(text)).Target.ToString(), Is.EqualTo(target));

    [TestCase("keep variable x")]
    [TestCase("reset variable x")]
    public void KeepAndReset_HaveAVariable(string text) => Assert.That(One(text) switch { KeepStatement s => s.Variable.Name, ResetStatement s => s.Variable.Name, _ => "" }, Is.EqualTo("x"));

    [TestCase("opaque type struct s", "type struct s")]
    [TestCase("opaque field T.p", "field T.p")]
    public void Opaque_HasATarget(string text, string target) => Assert.That(((OpaqueStatement)One(text)).Target.ToString(), Is.EqualTo(target));

    [Test]
    public void Length_IsAnExpression()
    {
        var length = (LengthStatement)One("length field struct s.items = old.count + 1");
        Assert.That((length.Target.ToString(), length.Count.Text, length.Room), Is.EqualTo(("field struct s.items", "old.count + 1", (MapExpression?)null)));
    }

    [TestCase("pointee variable v = struct s", "variable v", "struct s")]
    [TestCase("pointee field struct s.p = list; # a typedef", "field struct s.p", "list")]
    [TestCase("pointee local f.p in \"a.c\" = union u", "local f.p in \"a.c\"", "union u")]
    public void Pointee_HasATargetAndAType(string text, string target, string type)
    {
        var pointee = (PointeeStatement)One(text);
        Assert.That((pointee.Target.ToString(), pointee.Type.Name), Is.EqualTo((target, type)));
    }

    [TestCase("length local f.p = old.n of old.room", "old.n", "old.room")]
    [TestCase("length variable x = (old.of) of 2 * old.of; # of no matter", "(old.of)", "2 * old.of")]
    [TestCase("length variable x = offset of\t8", "offset", "8")]
    public void Length_CanSayHowMuchRoomThereIs(string text, string count, string room)
    {
        var length = (LengthStatement)One(text);
        Assert.That((length.Count.Text, length.Room!.Text), Is.EqualTo((count, room)));
    }

    [Test]
    public void Arms_HaveConditions()
    {
        var arms = (ArmsStatement)One("arms field struct value.u {\n number when old.kind == 1;\n text when old.kind == 2\n raw otherwise\n}");
        Assert.That(arms.Arms.Select(arm => $"{arm.Member}:{arm.Condition}"), Is.EqualTo(new[] { "number:old.kind == 1", "text:old.kind == 2", "raw:" }));
    }

    [Test]
    public void Code_IsVerbatim()
    {
        var code = (CodeStatement)One("after in \"a.c\" {\n  if (old.n > 0) { puts (\"}\"); } // }\n}");
        Assert.That((code.IsBefore, code.File, code.Code.Text, code.Code.References.Single().Name), Is.EqualTo((false, "a.c", "\n  if (old.n > 0) { puts (\"}\"); } // }\n", "n")));
    }

    [TestCase("forbid f", "f", null)]
    [TestCase("forbid f: call g #2", "f", "f: call g #2")]
    public void Forbid_IsAFunctionOrAPoint(string text, string function, string? point)
    {
        var statement = (ForbidStatement)One(text);
        Assert.That((statement.Function.Name, statement.Point?.ToString()), Is.EqualTo((function, point)));
    }

    [TestCase("function f g", "m:1:12: expected '->' and what it is in the new version, found 'g'\n    function f g\n               ^")]
    [TestCase("\n\tfunktion f -> g", "m:2:2: 'funktion' starts no statement; did you mean 'function'?; statements are")]
    [TestCase("function f ->", "m:1:14: expected the function's name in the new version, but the file ends here")]
    [TestCase("function f -> g h", "m:1:17: expected the end of the statement, found 'h'")]
    [TestCase("unit a.c -> b.c", "m:1:6: expected the unit's name in the old version in double quotes, found 'a'")]
    [TestCase("unit \"a.c -> b.c", "m:1:6: the string has no end on this line")]
    [TestCase("variable x", "m:1:11: expected '->' and the name in the new version, or '=' and an expression, but the file ends here")]
    [TestCase("variable x =\nfunction f -> g", "m:1:13: expected a C expression, but the line ends here")]
    [TestCase("variable x = (1 + 2", "m:1:14: this '(' is not closed")]
    [TestCase("variable x = 1)", "m:1:15: this ')' closes nothing")]
    [TestCase("variable x = 'a", "m:1:14: this ' is not closed")]
    [TestCase("point f: jump -> f: loop", "m:1:10: expected one of 'call CALLEE #N', 'loop #N', 'entry', found 'jump'")]
    [TestCase("point f: loop #0 -> f: loop", "m:1:15: ordinals count from #1")]
    [TestCase("narrow type T", "m:1:8: expected 'variable' or 'field' or 'local' and a name, found 'type'")]
    [TestCase("field struct.x = 1", "m:1:13: expected the tag of the struct, found '.'")]
    [TestCase("local f = 1", "m:1:9: expected '.' and a local variable, found '='")]
    [TestCase("arms field T.u { }", "m:1:19: expected an arm")]
    [TestCase("arms field T.u { a otherwise; b when 1; }", "m:1:31: nothing can come after 'otherwise'")]
    [TestCase("before { if (x) {", "m:1:17: this '{' is not closed")]
    [TestCase("= 3", "m:1:1: expected a statement, found '='")]
    public void Errors_SayWhereAndWhatWasExpected(string text, string message) => Assert.That(Error(text), Does.StartWith(message));

    [Test]
    public void Errors_AreAllGiven() => Assert.That(Error("function f\npoint f: loop -> g: loop {\n  x 3\n}\nunit \"a\" -> b\nkeep x").Split('\n').Where(line => line.StartsWith("m:")).Select(line => line[..5]),
        Is.EqualTo(new[] { "m:1:1", "m:3:5", "m:5:1", "m:6:6" }));
}
