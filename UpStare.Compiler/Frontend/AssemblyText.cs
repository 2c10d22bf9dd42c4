// The parts of an inline assembly statement that libclang does not tell apart: which operands are outputs, what their
// constraints are, which labels it can jump to.
//
//     asm goto ("..." : [name] "=r" (x) : "r" (y), "m" (z) : "memory" : label)

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Frontend;

/// <summary>The parts of an inline assembly statement.</summary>
/// <param name="Constraints">The constraint of each operand, outputs first.</param>
/// <param name="Labels">The labels of an asm goto.</param>
public sealed record AssemblyText(IReadOnlyList<string> Constraints, IReadOnlyList<string> Labels)
{
    /// <summary>Reads a statement.</summary>
    public static AssemblyText Read(string text, TextSpan statement)
    {
        var (constraints, labels) = (new List<string>(), new List<string>());
        var lexer = new Lexer(text, statement.Start, statement.End);
        var (depth, section, constraint) = (0, 0, "");
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            var c = token.Kind == TokenKind.Punctuation ? text[token.Span.Start] : '\0';
            if (depth == 1 && c == ':') section++;
            else if (depth == 1 && token.Kind == TokenKind.Text) constraint += text[token.Span.Start..token.Span.End].Trim('"');
            else if (depth == 1 && token.Kind == TokenKind.Identifier && section == 4) labels.Add(text[token.Span.Start..token.Span.End]);
            if (depth == 1 && c == '(' && section is 1 or 2) constraints.Add(constraint);
            if (depth == 1 && c is '(' or ',' or ':') constraint = "";
            if (c is '(' or '[' or '{') depth++;
            else if (c is ')' or ']' or '}') depth--;
        }

        return new AssemblyText(constraints, labels);
    }
}
