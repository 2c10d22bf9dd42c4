// A C expression (or the statements of a code block) out of a map.  It is C but for one name: `old`.
//
//     old.NAME     something of the old version: a field of the old struct, an old local, an old variable, by the statement it
//                  is part of (docs/map.md, "Expressions")
//     old          the whole: the old struct, or the old value of the very variable that gets a value
//
// The text is kept as written, without comments; where it names old things is known by offset, so that whoever generates
// code can put in what stands for them there.

using System.Text;
using UpStare.Compiler.Frontend;

namespace UpStare.PatchGen.Map;

/// <summary>A use of <c>old</c> in an expression.</summary>
/// <param name="Start">Offset in the text.</param>
/// <param name="Length">Length there, the name after the dot included.</param>
/// <param name="Name">The name after the dot; null for <c>old</c> alone.</param>
public sealed record OldReference(int Start, int Length, string? Name);

/// <summary>C text with references to old values.</summary>
public sealed class MapExpression
{
    /// <summary>Finds the references in a text.</summary>
    public MapExpression(string text, MapPlace place)
    {
        (Text, Place, References) = (text, place, [.. Find(text)]);
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>Where it starts.</summary>
    public MapPlace Place { get; }

    /// <summary>Where it names old things, in order.</summary>
    public IReadOnlyList<OldReference> References { get; }

    /// <summary>The identifiers in it that are no old things.</summary>
    public IReadOnlyList<string> Words
    {
        get
        {
            var words = new List<string>();
            var lexer = new Lexer(Text, 0, Text.Length);
            for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
            {
                if (token.Kind == TokenKind.Identifier && !References.Any(reference => token.Span.Start >= reference.Start && token.Span.End <= reference.Start + reference.Length)) words.Add(Text[token.Span.Start..token.Span.End]);
            }

            return words;
        }
    }

    /// <summary>The text with something else in place of each reference.</summary>
    public string Rewrite(Func<OldReference, string> replacement)
    {
        var (result, from) = (new StringBuilder(), 0);
        foreach (var reference in References)
        {
            result.Append(Text, from, reference.Start - from).Append(replacement(reference));
            from = reference.Start + reference.Length;
        }

        return result.Append(Text, from, Text.Length - from).ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    // `x.old` and `p->old` are members of that name, not ours.
    private static IEnumerable<OldReference> Find(string text)
    {
        var result = new List<OldReference>();
        var lexer = new Lexer(text, 0, text.Length);
        var (isMember, beforeLast) = (false, '\0');
        var token = lexer.Next();
        while (token.Kind != TokenKind.End)
        {
            var word = text[token.Span.Start..token.Span.End];
            if (token.Kind == TokenKind.Identifier && word == "old" && !isMember)
            {
                var (start, end) = (token.Span.Start, token.Span.End);
                string? name = null;
                (isMember, beforeLast) = (false, '\0');
                token = lexer.Next();
                if (token.Kind == TokenKind.Punctuation && text[token.Span.Start] == '.')
                {
                    token = lexer.Next();
                    isMember = true;
                    if (token.Kind == TokenKind.Identifier)
                    {
                        (name, end, isMember) = (text[token.Span.Start..token.Span.End], token.Span.End, false);
                        token = lexer.Next();
                    }
                }

                result.Add(new OldReference(start, end - start, name));
                continue;
            }

            isMember = word == "." || (word == ">" && beforeLast == '-');
            beforeLast = token.Kind == TokenKind.Punctuation ? word[0] : '\0';
            token = lexer.Next();
        }

        return result;
    }
}
