// Takes the definition of a type out of the declaration of a variable, so that the declaration can be split or moved
// behind a call:
//
//     struct pair { int a, b; } p = f (), q;    ---->    struct pair { int a, b; }; ... struct pair p = t; struct pair q;

using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Lowering;

/// <summary>Splits declaration specifiers that define a type.</summary>
public static class TypeDefinitions
{
    /// <summary>The definition as a declaration of its own, and the specifiers that refer to it; null when they define no type.</summary>
    public static (string Definition, string Reference)? Split(SourceText source, TextSpan specifiers)
    {
        var lexer = new Lexer(source.Text, specifiers.Start, specifiers.End);
        int keyword = -1, tagEnd = -1, open = -1, depth = 0;
        var tag = "";
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            var text = source[token.Span];
            if (open < 0 && text is "struct" or "union" or "enum")
            {
                (keyword, tagEnd, tag) = (token.Span.Start, token.Span.End, "");
            }
            else if (open < 0 && keyword >= 0 && token.Kind == TokenKind.Identifier && tag.Length == 0 && !text.StartsWith("__attribute", StringComparison.Ordinal) && depth == 0)
            {
                (tag, tagEnd) = (text, token.Span.End);
            }
            else if (text is "(")
            {
                depth++;
            }
            else if (text is ")")
            {
                depth--;
            }
            else if (text == "{" && open < 0 && keyword >= 0)
            {
                (open, depth) = (token.Span.Start, 1);
            }
            else if (open >= 0 && text is "{" or "}")
            {
                depth += text == "{" ? 1 : -1;
                if (depth == 0) return Assemble(source, specifiers, (keyword, tagEnd, tag), EndWithAttributes(source, token.Span.End, specifiers.End));
            }
        }

        return null;
    }

    private static (string, string) Assemble(SourceText source, TextSpan specifiers, (int Start, int TagEnd, string Tag) type, int end)
    {
        var name = type.Tag.Length > 0 ? "" : $" upstare_type_{type.Start}";
        var head = source.Text[type.Start..type.TagEnd] + name;
        var definition = head + source.Text[type.TagEnd..end] + ";";
        var reference = source.Text[specifiers.Start..type.Start] + head + source.Text[end..specifiers.End];
        return (definition.ReplaceLineEndings(" "), reference.TrimEnd() + " ");
    }

    // Attributes behind the closing brace belong to the type.
    private static int EndWithAttributes(SourceText source, int end, int limit)
    {
        var lexer = new Lexer(source.Text, end, limit);
        var token = lexer.Next();
        if (!source[token.Span].StartsWith("__attribute", StringComparison.Ordinal)) return end;
        var depth = 0;
        for (token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            depth += source[token.Span] switch { "(" => 1, ")" => -1, _ => 0 };
            if (depth == 0) return token.Span.End;
        }

        return end;
    }
}
