using System.Text;
using ClangSharp.Interop;
using UpStare.Compiler.Clang;
using UpStare.Compiler.Driver;

namespace UpStare.Compiler.Tests;

/// <summary>The libclang interop layer, on preprocessed text.</summary>
[TestFixture]
public sealed class ClangInteropTests
{
    private static void Parse(string text, Action<CXTranslationUnit> check, params string[] flags)
    {
        using var index = CXIndex.Create();
        using var file = CXUnsavedFile.Create("unit.c", Encoding.Latin1.GetBytes(text));
        using var unit = CXTranslationUnit.Parse(index, "unit.c", ["-xc", .. ClangArguments.From(flags)], [file],
            CXTranslationUnit_Flags.CXTranslationUnit_KeepGoing);
        check(unit);
    }

    private static CXCursor Find(CXTranslationUnit unit, string name) =>
        CursorChildren.Of(unit.Cursor).First(c => c.Spelling.Take() == name);

    [Test]
    public void Functions_OfAProgramWithStdio_AreFoundAtTheirOffsets()
    {
        var text = Encoding.Latin1.GetString(new ToolRunner("sh").Run(
            ["-c", "printf '#include <stdio.h>\\nstatic int f(int a) { return a; }\\nint main(void) { return f(1); }\\n'"
                + " | gcc -E -x c -"], captureOutput: true).Output);
        Parse(text, unit =>
        {
            var defined = CursorChildren.Of(unit.Cursor)
                .Where(c => c.Kind == CXCursorKind.CXCursor_FunctionDecl && c.IsDefinition && !c.Location.IsInSystemHeader)
                .ToDictionary(c => c.Spelling.Take());
            Assert.That(defined.Keys, Is.EquivalentTo(new[] { "f", "main" }));
            Assert.That(defined["f"].StorageClass, Is.EqualTo(CX_StorageClass.CX_SC_Static));
            var extent = defined["f"].Extent;
            Assert.That(text[(int)extent.Start.FileOffset..(int)extent.End.FileOffset],
                Is.EqualTo("static int f(int a) { return a; }"));
            defined["main"].Location.GetPresumedLocation(out var file, out var line, out _);
            Assert.That((file.Take(), line), Is.EqualTo(("<stdin>", 3u)));
        });
    }

    [Test]
    public void Fields_BitFieldsAndOffsets_AreGccs() =>
        Parse("struct s { char c; int b : 3; double d; } x;", unit =>
        {
            var type = Find(unit, "x").Type.CanonicalType;
            var fields = CursorChildren.Of(type.Declaration);
            Assert.That((type.SizeOf, type.AlignOf), Is.EqualTo((16L, 8L)));
            Assert.That(fields.Select(f => f.OffsetOfField), Is.EqualTo(new[] { 0L, 8, 64 }));
            Assert.That(fields.Select(f => f.IsBitField), Is.EqualTo(new[] { false, true, false }));
            Assert.That(fields[1].FieldDeclBitWidth, Is.EqualTo(3));
            Assert.That(type.GetOffsetOf("d"), Is.EqualTo(64));
        });

    [Test]
    public void Expressions_OperatorsAndValues_AreTold() =>
        Parse("enum { A = 5 }; int f(int a) { a += -A; return sizeof(long) * 2; }", unit =>
        {
            var statements = CursorChildren.Of(CursorChildren.Of(Find(unit, "f"))
                .Single(c => c.Kind == CXCursorKind.CXCursor_CompoundStmt));
            Assert.That(statements[0].BinaryOperatorKind, Is.EqualTo(CXBinaryOperatorKind.CXBinaryOperator_AddAssign));
            Assert.That(CursorChildren.Of(statements[0])[1].UnaryOperatorKind,
                Is.EqualTo(CXUnaryOperatorKind.CXUnaryOperator_Minus));
            using var value = CursorChildren.Of(statements[1])[0].Evaluate;
            Assert.That(value.AsLongLong, Is.EqualTo(16));
        });

    [Test]
    public void Visit_ExceptionInTheVisitor_ComesOut()
    {
        Parse("int a, b;", unit =>
        {
            var calls = 0;
            unsafe
            {
                Assert.That(() => unit.Cursor.VisitChildren((_, _, _) =>
                {
                    calls++;
                    throw new InvalidOperationException("stop");
                }), Throws.InvalidOperationException.With.Message.EqualTo("stop"));
            }

            Assert.That(calls, Is.EqualTo(1));
        });
    }

    [Test]
    public void Visit_AfterParsing_NullReferenceIsStillAnException() =>
        Parse("int a;", _ => Assert.That(() => ((string)null!).Length, Throws.InstanceOf<NullReferenceException>()));

    [Test]
    public void Cursors_SameNode_AreEqualWithEqualHash() =>
        Parse("int v; int *p = &v;", unit =>
        {
            var v = Find(unit, "v");
            var reference = CursorChildren.Of(CursorChildren.Of(Find(unit, "p"))[0])[0];
            Assert.That(reference.Referenced, Is.EqualTo(v));
            Assert.That(reference.Referenced.GetHashCode(), Is.EqualTo(v.GetHashCode()));
            Assert.That(reference, Is.Not.EqualTo(v));
        });

    [Test]
    public void Text_NamesThatClangDefinesAsMacros_AreOrdinaryNames() =>
        Parse("int unix, linux;", unit =>
            Assert.That(unit.NumDiagnostics == 0 && Find(unit, "linux").Kind == CXCursorKind.CXCursor_VarDecl));

    [Test]
    public void Tokens_OfARange_AreItsWords() =>
        Parse("int a = 1 + 2;", unit =>
        {
            var tokens = unit.Tokenize(Find(unit, "a").Extent);
            var words = new List<string>();
            foreach (var token in tokens)
                words.Add(token.GetSpelling(unit).Take());
            unit.DisposeTokens(tokens);
            Assert.That(words, Is.EqualTo(new[] { "int", "a", "=", "1", "+", "2" }));
        });

    [TestCase("-fshort-enums", 1)]
    [TestCase("-O2", 4)]
    public void Flags_ThatChangeLayout_ReachClang(string flag, int size) =>
        Parse("enum e { A } x;", unit => Assert.That(Find(unit, "x").Type.SizeOf, Is.EqualTo(size)), flag);
}
