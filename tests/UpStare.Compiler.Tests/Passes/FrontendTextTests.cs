using System.Text;
using UpStare.Compiler.Emit;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Tests.Passes;

/// <summary>Lexer, Declarators, SourceText and EditList: everything that works on text alone.</summary>
[TestFixture]
public sealed class FrontendTextTests
{
    private static string Tokens(string text)
    {
        var lexer = new Lexer(text, 0, text.Length);
        var words = new List<string>();
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next()) words.Add($"{token.Kind.ToString()[0]}:{text[token.Span.Start..token.Span.End]}");
        return string.Join(' ', words);
    }

    private static SourceText Source(string text) => new(Encoding.Latin1.GetBytes(text), "main.c");

    [TestCase("a+b", "I:a P:+ I:b")]
    [TestCase("x->y", "I:x P:- P:> I:y")]
    [TestCase("_a1 $b", "I:_a1 I:$b")]
    [TestCase("1.5e-3f 0x1p+4 .5 3...4", "N:1.5e-3f N:0x1p+4 N:.5 N:3...4")]
    [TestCase("f(1,2)", "I:f P:( N:1 P:, N:2 P:)")]
    public void Lexer_Tokens_AreToldApart(string text, string expected) => Assert.That(Tokens(text), Is.EqualTo(expected));

    [TestCase("\"a;b\" x", "T:\"a;b\" I:x")]
    [TestCase("\"a\\\"b\" x", "T:\"a\\\"b\" I:x")]
    [TestCase("'\\'' '\"'", "T:'\\'' T:'\"'")]
    [TestCase("L\"w\" u8\"v\" U'c'", "T:L\"w\" T:u8\"v\" T:U'c'")]
    [TestCase("abL\"w\"", "I:abL T:\"w\"")]
    [TestCase("\"open", "T:\"open")]
    public void Lexer_StringsAndCharacters_AreOneTokenEach(string text, string expected) => Assert.That(Tokens(text), Is.EqualTo(expected));

    [Test]
    public void Lexer_LineMarkersAndPragmas_AreSkipped() => Assert.That(Tokens("a\n# 3 \"x;y.h\"\nb\n#pragma pack(1)\nc # d"), Is.EqualTo("I:a I:b I:c P:# I:d"));

    [Test]
    public void Lexer_ContinuedLine_IsWhiteSpace() => Assert.That(Tokens("a\\\nb"), Is.EqualTo("I:a I:b"));

    [Test]
    public void Lexer_EndOfRange_StopsThere()
    {
        var lexer = new Lexer("int x;", 0, 3);
        Assert.That(lexer.Next().Span, Is.EqualTo(new TextSpan(0, 3)));
        Assert.That(lexer.Next(), Is.EqualTo(new Token(TokenKind.End, new TextSpan(3, 3))));
    }

    [TestCase("int x", "x")]
    [TestCase("const char *x", "*x")]
    [TestCase("int (*x)(int)", "(*x)(int)")]
    [TestCase("struct { int *p; } *x", "*x")]
    [TestCase("typeof (a * b) x", "x")]
    [TestCase("__attribute__ ((aligned (8))) int x", "x")]
    [TestCase("static _Alignas (16) char x", "x")]
    [TestCase("enum { A, B = (1) } x", "x")]
    public void Declarators_Start_IsBehindTheSpecifiers(string text, string declarator)
    {
        var name = text.LastIndexOf('x');
        Assert.That(text[Declarators.Start(text, 0, name)..], Is.EqualTo(declarator));
    }

    [TestCase("x = 3;", "x")]
    [TestCase("x[3][4] = {1};", "x[3][4]")]
    [TestCase("x, y;", "x")]
    [TestCase("x) (int, char), y;", "x) (int, char)")]
    [TestCase("x __attribute__ ((unused)) = 2;", "x")]
    [TestCase("x __asm__ (\"y\");", "x")]
    [TestCase("x : 3;", "x")]
    public void Declarators_End_IsInFrontOfWhatFollows(string text, string declarator) =>
        Assert.That(text[..Declarators.End(text, 1)], Is.EqualTo(declarator));

    [TestCase("= { 1; } , b ; rest", "= { 1; } , b ;")]
    [TestCase("\";\" ; rest", "\";\" ;")]
    [TestCase("f (;) ; rest", "f (;) ;")]
    public void Declarators_StatementEnd_SkipsWhatIsInBrackets(string text, string statement) =>
        Assert.That(text[..Declarators.StatementEnd(text, 0)], Is.EqualTo(statement));

    [TestCase("int y; static const struct s", "static const struct s")]
    [TestCase("volatile enum e", "volatile enum e")]
    [TestCase("} struct s", "struct s")]
    public void Declarators_BeforeType_FindsTheSpecifiersInFront(string text, string expected)
    {
        var type = Math.Max(text.IndexOf("struct", StringComparison.Ordinal), text.IndexOf("enum", StringComparison.Ordinal));
        Assert.That(text[Declarators.BeforeType(text, type)..], Is.EqualTo(expected));
    }

    [Test]
    public void Source_WithLineMarkers_KnowsWhereItsLinesComeFrom()
    {
        var source = Source("# 0 \"main.c\"\n# 1 \"/usr/include/a.h\" 1 3 4\nint a;\n\nint b;\n# 7 \"main.c\" 2\nint c;\nint d;");
        Assert.Multiple(() =>
        {
            Assert.That(source.OriginOf(source.Text.IndexOf("int a", StringComparison.Ordinal)), Is.EqualTo(new Origin("/usr/include/a.h", 1, true)));
            Assert.That(source.OriginOf(source.Text.IndexOf("b;", StringComparison.Ordinal)), Is.EqualTo(new Origin("/usr/include/a.h", 3, true)));
            Assert.That(source.OriginOf(source.Text.IndexOf("int c", StringComparison.Ordinal)), Is.EqualTo(new Origin("main.c", 7, false)));
            Assert.That(source.OriginOf(source.Text.IndexOf("d;", StringComparison.Ordinal)).ToString(), Is.EqualTo("main.c:8"));
        });
    }

    [Test]
    public void Source_WithoutMarkers_IsTheMainFile() => Assert.That(Source("a\nb").OriginOf(2), Is.EqualTo(new Origin("main.c", 2, false)));

    [Test]
    public void Source_Empty_HasAnOrigin() => Assert.That(Source("").OriginOf(0), Is.EqualTo(new Origin("main.c", 1, false)));

    [Test]
    public void Source_MarkerWithEscapes_GivesTheFileName() =>
        Assert.That(Source("# 1 \"a\\\"b\\\\c.h\"\nx").OriginOf(16).File, Is.EqualTo("a\"b\\c.h"));

    [Test]
    public void Source_LineThatOnlyLooksLikeAMarker_Counts() =>
        Assert.That(Source("#pragma once\nx").OriginOf(13), Is.EqualTo(new Origin("main.c", 2, false)));

    [Test]
    public void Source_AnyBytes_ComeBackAsTheyWere()
    {
        var bytes = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        Assert.That(SourceText.Encode(new SourceText(bytes, "main.c").Text), Is.EqualTo(bytes));
    }

    [Test]
    public void Source_Released_IsReadAgainOnceItIsGone()
    {
        var (times, source) = (0, new SourceText("int a;\nint b;\n"u8.ToArray(), "main.c"));
        source.Release(() =>
        {
            times++;
            return "int a;\nint b;\n"u8.ToArray();
        });
        Forget();
        Assert.That((source.OriginOf(8), times, source.Text, times), Is.EqualTo((new Origin("main.c", 2, false), 0, "int a;\nint b;\n", 1)));
    }

    // Where nothing on the stack holds what was just used.
    private static void Forget()
    {
        var thread = new Thread(() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true));
        thread.Start();
        thread.Join();
    }

    [Test]
    public void Source_Column_CountsFromOne()
    {
        var source = Source("ab\ncd");
        Assert.That(new[] { source.ColumnOf(0), source.ColumnOf(1), source.ColumnOf(3), source.ColumnOf(4) }, Is.EqualTo(new[] { 1, 2, 1, 2 }));
    }

    private static string Copy(EditList edits, string text, int start, int end)
    {
        var result = new StringBuilder();
        edits.Copy(text, new TextSpan(start, end), result);
        return result.ToString();
    }

    [Test]
    public void Edits_None_CopyTheText() => Assert.That(Copy(new EditList(), "abcdef", 1, 4), Is.EqualTo("bcd"));

    [Test]
    public void Edits_ReplaceRemoveAndInsert_AreAppliedInOrder()
    {
        var edits = new EditList();
        edits.Remove(new TextSpan(4, 5));
        edits.Replace(new TextSpan(1, 3), "XYZ");
        edits.Replace(new TextSpan(0, 0), "<");
        Assert.That(Copy(edits, "abcdef", 0, 6), Is.EqualTo("<aXYZdf"));
    }

    [Test]
    public void Edits_OutsideTheSpan_DoNotCount()
    {
        var edits = new EditList();
        edits.Replace(new TextSpan(0, 2), "X");
        edits.Replace(new TextSpan(4, 6), "Y");
        Assert.That(Copy(edits, "abcdef", 1, 5), Is.EqualTo("bcde"));
    }

    [Test]
    public void Edits_OfOneSpanTwice_TheFirstWins()
    {
        var edits = new EditList();
        edits.Replace(new TextSpan(1, 2), "X");
        edits.Replace(new TextSpan(1, 2), "Y");
        Assert.That(Copy(edits, "abc", 0, 3), Is.EqualTo("aXc"));
    }

    [Test]
    public void Edits_Appended_StandInTheirOrder()
    {
        var edits = new EditList();
        edits.Append(1, "X");
        edits.Append(1, "Y");
        edits.Replace(new TextSpan(1, 2), "Z");
        Assert.That(Copy(edits, "abc", 0, 3), Is.EqualTo("aXYZc"));
    }

    [Test]
    public void Edits_InsertionAtTheSpansStart_IsIncluded()
    {
        var edits = new EditList();
        edits.Append(2, "+");
        Assert.That((Copy(edits, "abcd", 2, 4), Copy(edits, "abcd", 0, 2)), Is.EqualTo(("+cd", "ab")));
    }

    [TestCase("1.5f32", "001.5f")]
    [TestCase(".5F64X", "000.5l")]
    [TestCase("1e3f64", "0001e3")]
    [TestCase("1.e-3f128", "0001.e-3q")]
    [TestCase("0x1.8p1f32x", "0x00001.8p1")]
    [TestCase("0x.8p-3f64", "0x000.8p-3")]
    [TestCase("2.5if32", "002.5fi")]
    [TestCase("2.5f64j", "0002.5i")]
    [TestCase("1.0w", "1.0l")]
    [TestCase("0xf32", "0xf32")]
    [TestCase("0x1F64", "0x1F64")]
    [TestCase("1.5f", "1.5f")]
    [TestCase("1.5i", "1.5i")]
    [TestCase("1.0f16", "1.0f16")]
    [TestCase("1.0df", "1.0df")]
    [TestCase("10ull", "10ull")]
    public void ClangText_Constant_IsAsLongAsGccs(string gcc, string clang) => Assert.That(ClangText.Number(gcc), Is.EqualTo(clang));

    [TestCase("_Complex _Float32 z;", "_Complex__Float32 z;")]
    [TestCase("_Float32 _Complex z = 1.0f32;", "_Float32__Complex z = 001.0f;")]
    [TestCase("__complex__ _Float32 z;", "__complex____Float32 z;")]
    [TestCase("_Complex _Float32x z; _Float32 y;", "_Complex _Float32x z; _Float32 y;")]
    [TestCase("my_Complex _Float32 z; _Complex float y;", "my_Complex _Float32 z; _Complex float y;")]
    [TestCase("_Complex  _Float32 z;", "_Complex  _Float32 z;")]
    [TestCase("_Atomic int a; _Atomic (int) b; int c_Atomic;", "_Atomi0 int a; _Atomi1 (int) b; int c_Atomic;")]
    [TestCase("char *s = \"1.0f32 _Complex _Float32\";", "char *s = \"1.0f32 _Complex _Float32\";")]
    [TestCase("f32", "f32")]
    [TestCase("", "")]
    public void ClangText_Words_AreReplacedInPlace(string gcc, string clang) => Assert.That(Encoding.Latin1.GetString(ClangText.Of(Source(gcc))), Is.EqualTo(clang));
}
