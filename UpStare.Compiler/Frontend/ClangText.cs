// The text that libclang is given: gcc's, with a few words in the place of others that libclang does not know. What is
// replaced is as long as what stands for it, token by token, so offsets and spans in the tree are those of gcc's text, and
// nothing is ever printed from here.
//
//     _Atomic int n; _Atomic (int) m;    ---->    _Atomi0 int n; _Atomi1 (int) m;      macros of ClangParser's prelude
//     _Complex _Float32 c;               ---->    _Complex__Float32 c;                 types of FloatPrelude
//     1.5f32, 1e3f64x, 0x1p3f128         ---->    001.5f, 0001e3l, 0x0001p3q           as many zeros as letters go

using System.Text.RegularExpressions;

namespace UpStare.Compiler.Frontend;

/// <summary>Makes the text for libclang.</summary>
internal static partial class ClangText
{
    private const string Atomic = "_Atomic";

    // Beginnings of suffixes, behind a digit or a point: cheap to look for.
    private static readonly string[] Suffixes = ["f32", "F32", "f64", "F64", "f128", "F128", "w", "W"];

    /// <summary>The bytes for libclang, as many as the text has.</summary>
    public static byte[] Of(SourceText source)
    {
        var (text, bytes) = (source.Text, SourceText.Encode(source.Text));
        if (!text.Contains(Atomic, StringComparison.Ordinal) && !HasComplexFloats(text) && !HasSuffix(text)) return bytes;
        var lexer = new Lexer(text, 0, text.Length);
        var previous = new Token(TokenKind.End, default);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (token.Kind == TokenKind.Number) Write(Number(source[token.Span]), token.Span.Start, bytes);
            else if (token.Kind == TokenKind.Identifier) WriteWord(source, previous, token, lexer, bytes);
            previous = token;
        }

        return bytes;
    }

    // gcc's <stdatomic.h> and programs use the __atomic and __sync builtins on _Atomic objects, which clang refuses.  For what
    // is asked of the tree they are volatile: each access counts, and the object keeps its place.
    private static void WriteWord(SourceText source, Token previous, Token token, Lexer ahead, byte[] bytes)
    {
        var word = source.TextOf(token.Span);
        if (word is Atomic) bytes[token.Span.End - 1] = source.Text[ahead.Next().Span.Start] == '(' ? (byte)'1' : (byte)'0';
        else if (previous.Kind == TokenKind.Identifier && previous.Span.End + 1 == token.Span.Start && FloatPrelude.IsComplex(source.TextOf(previous.Span), word)) bytes[previous.Span.End] = (byte)'_';
    }

    private static void Write(string word, int place, byte[] bytes) => SourceText.Encode(word).CopyTo(bytes, place);

    /// <summary>A constant for libclang, as long as gcc's: its value and, but for the names of types, its type.</summary>
    internal static string Number(string constant)
    {
        if (Constant().Match(constant) is not { Success: true } parts) return constant;
        var (suffix, imaginary) = (parts.Groups["suffix"].Value.ToLowerInvariant(), "");
        if (suffix.AsSpan().ContainsAny('i', 'j')) (suffix, imaginary) = (suffix.Trim('i', 'j'), "i");
        var known = suffix switch
        {
            "f32" => "f",
            "f32x" or "f64" => "",
            "f64x" or "w" => "l",
            "f128" => "q",
            _ => null,
        };
        if (known is null) return constant;
        var zeros = new string('0', suffix.Length - known.Length);
        return parts.Groups["prefix"].Value + zeros + parts.Groups["digits"].Value + known + imaginary;
    }

    private static bool HasComplexFloats(string text) => text.Contains("omplex", StringComparison.Ordinal) && text.Contains(FloatPrelude.Name, StringComparison.Ordinal);

    private static bool HasSuffix(string text)
    {
        foreach (var suffix in Suffixes)
        {
            for (var at = text.IndexOf(suffix, StringComparison.Ordinal); at >= 0; at = text.IndexOf(suffix, at + 1, StringComparison.Ordinal))
            {
                if (at > 0 && (char.IsAsciiDigit(text[at - 1]) || text[at - 1] == '.')) return true;
            }
        }

        return false;
    }

    // An exponent or a point makes it floating; in a hexadecimal integer f is a digit.
    [GeneratedRegex("^(?:(?<prefix>0[xX])(?<digits>[0-9a-fA-F.]+[pP][+-]?[0-9]+)|(?<prefix>)(?<digits>[0-9]*\\.[0-9]*(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+))(?<suffix>[a-zA-Z][a-zA-Z0-9]*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Constant();
}
