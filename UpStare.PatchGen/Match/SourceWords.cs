// Source text as words: what is left when white space and line markers do not count.

using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.PatchGen.Match;

/// <summary>Compares source text by its tokens.</summary>
public static class SourceWords
{
    /// <summary>The tokens of a span, separated by spaces.</summary>
    public static string Of(SourceText source, TextSpan span)
    {
        var words = new List<string>();
        var lexer = new Lexer(source.Text, span.Start, span.End);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next()) words.Add(source[token.Span]);
        return string.Join(' ', words);
    }
}
