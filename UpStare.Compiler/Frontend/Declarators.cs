// Where declarators begin and end in the text: libclang gives the span of a declaration and the place of its name, not
// the places between which an asm label fits or a declaration can be split.

namespace UpStare.Compiler.Frontend;

/// <summary>Finds the parts of declarations.</summary>
public static class Declarators
{
    private static readonly HashSet<string> TakesParentheses =
        ["typeof", "__typeof__", "__typeof", "__attribute__", "__attribute", "_Alignas", "_Atomic", "__asm__", "asm", "__asm", "__declspec"];

    private static readonly HashSet<string> SpecifierWords = ["static", "extern", "const", "volatile", "register", "auto", "_Thread_local", "__thread", "_Atomic", "__const", "__volatile__"];

    /// <summary>Start of the first declarator of a declaration: the first <c>*</c> or <c>(</c> after the specifiers, or the name.</summary>
    public static int Start(string text, int start, int name)
    {
        var lexer = new Lexer(text, start, name);
        var skipsParentheses = false;
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            var c = text[token.Span.Start];
            if (token.Kind == TokenKind.Identifier)
            {
                skipsParentheses = TakesParentheses.Contains(text[token.Span.Start..token.Span.End]);
            }
            else if (token.Kind == TokenKind.Punctuation && c is '{' or '[')
            {
                SkipTo(text, ref lexer, c, c == '{' ? '}' : ']');
            }
            else if (token.Kind == TokenKind.Punctuation && c == '(' && skipsParentheses)
            {
                SkipTo(text, ref lexer, '(', ')');
            }
            else if (token.Kind == TokenKind.Punctuation && c is '*' or '(')
            {
                return token.Span.Start;
            }
        }

        return name;
    }

    /// <summary>Start of the specifiers in front of a struct, union or enum that starts at <paramref name="type"/>.</summary>
    public static int BeforeType(string text, int type)
    {
        while (true)
        {
            var end = type;
            while (end > 0 && char.IsWhiteSpace(text[end - 1])) end--;
            var start = end;
            while (start > 0 && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] == '_')) start--;
            if (start == end || !SpecifierWords.Contains(text[start..end])) return type;
            type = start;
        }
    }

    /// <summary>End of a declarator whose name ends at <paramref name="nameEnd"/>: before <c>=</c>, an attribute, a comma, a semicolon.</summary>
    public static int End(string text, int nameEnd)
    {
        var lexer = new Lexer(text, nameEnd, text.Length);
        var (depth, end) = (0, nameEnd);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            var c = token.Kind == TokenKind.Punctuation ? text[token.Span.Start] : '\0';
            if (depth == 0 && (c is '=' or ',' or ';' or '{' or ':' || (token.Kind == TokenKind.Identifier && TakesParentheses.Contains(text[token.Span.Start..token.Span.End])))) return end;
            if (c is '(' or '[') depth++;
            else if (c is ')' or ']' && depth > 0) depth--;
            end = token.Span.End;
        }

        return end;
    }

    /// <summary>After the semicolon that ends a declaration or statement, from a place inside its last part.</summary>
    public static int StatementEnd(string text, int from)
    {
        var lexer = new Lexer(text, from, text.Length);
        var depth = 0;
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (token.Kind != TokenKind.Punctuation) continue;
            switch (text[token.Span.Start])
            {
                case '(' or '[' or '{':
                    depth++;
                    break;
                case ')' or ']' or '}':
                    depth--;
                    break;
                case ';' when depth <= 0:
                    return token.Span.End;
            }
        }

        return from;
    }

    private static void SkipTo(string text, ref Lexer lexer, char open, char close)
    {
        var depth = 1;
        for (var token = lexer.Next(); token.Kind != TokenKind.End && depth > 0;)
        {
            if (token.Kind == TokenKind.Punctuation && text[token.Span.Start] == open) depth++;
            if (token.Kind == TokenKind.Punctuation && text[token.Span.Start] == close && --depth == 0) return;
            token = lexer.Next();
        }
    }
}
