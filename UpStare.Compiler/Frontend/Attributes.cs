// Finds attributes in the text: libclang shows most of them without a name.

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Frontend;

/// <summary>An attribute of <c>__attribute__ ((...))</c> or <c>[[...]]</c>.</summary>
/// <param name="Word">Its name without the underscores around it.</param>
/// <param name="Span">Its name and its arguments.</param>
/// <param name="Arguments">What is between its parentheses; empty when it has none.</param>
public readonly record struct AttributeText(string Word, TextSpan Span, TextSpan Arguments);

/// <summary>Finds attributes.</summary>
public static class Attributes
{
    /// <summary>The attributes in a part of the text.</summary>
    public static List<AttributeText> Find(string text, TextSpan range)
    {
        var found = new List<AttributeText>();
        var lexer = new Lexer(text, range.Start, range.End);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            var word = text.AsSpan(token.Span.Start, token.Span.Length);
            if (word is "__attribute__" or "__attribute")
            {
                if (IsNext(ref lexer, text, '(') && IsNext(ref lexer, text, '(')) ReadList(text, ref lexer, found);
            }
            else if (word is "[" && token.Span.End < range.End && text[token.Span.End] == '[')
            {
                lexer.Next();
                ReadList(text, ref lexer, found);
            }
        }

        return found;
    }

    /// <summary>Whether a part of the text has an attribute of a name.</summary>
    public static bool Has(string text, TextSpan range, string word) => Find(text, range).Any(attribute => attribute.Word == word);

    private static bool IsNext(ref Lexer lexer, string text, char c) => lexer.Next() is { Kind: TokenKind.Punctuation } token && text[token.Span.Start] == c;

    // From behind the brackets that open a list to behind the first of those that close it.
    private static void ReadList(string text, ref Lexer lexer, List<AttributeText> found)
    {
        for (var token = lexer.Next(); token.Kind != TokenKind.End && text[token.Span.Start] is not (')' or ']'); token = lexer.Next())
        {
            if (token.Kind != TokenKind.Identifier) continue;
            var (span, arguments) = (token.Span, new TextSpan(token.Span.End, token.Span.End));
            var ahead = lexer;
            if (IsNext(ref ahead, text, '('))
            {
                arguments = Parenthesised(text, ref ahead);
                span = new TextSpan(span.Start, arguments.End + 1);
                lexer = ahead;
            }

            found.Add(new AttributeText(text[token.Span.Start..token.Span.End].Trim('_'), span, arguments));
        }
    }

    private static TextSpan Parenthesised(string text, ref Lexer lexer)
    {
        var (depth, start, end) = (1, -1, -1);
        while (depth > 0)
        {
            var token = lexer.Next();
            if (token.Kind == TokenKind.End) break;
            if (start < 0) start = token.Span.Start;
            end = token.Span.Start;
            if (token.Kind == TokenKind.Punctuation) depth += text[token.Span.Start] switch { '(' => 1, ')' => -1, _ => 0 };
        }

        return new TextSpan(Math.Max(0, start), Math.Max(0, end));
    }
}
