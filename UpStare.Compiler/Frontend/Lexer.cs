// A lexer for preprocessed C, for the few places where libclang's cursors do not tell where a token stands: the
// semicolons of a for statement, the end of declaration specifiers, attributes.  Comments are gone; line markers and
// pragmas are skipped.

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Frontend;

/// <summary>Kinds of tokens.</summary>
public enum TokenKind
{
    /// <summary>Identifier or keyword.</summary>
    Identifier,

    /// <summary>Number.</summary>
    Number,

    /// <summary>String or character constant, prefix included.</summary>
    Text,

    /// <summary>One character of punctuation.</summary>
    Punctuation,

    /// <summary>End of the range.</summary>
    End,
}

/// <summary>A token and where it stands.</summary>
public readonly record struct Token(TokenKind Kind, TextSpan Span);

/// <summary>Reads tokens in a range of a text.</summary>
public ref struct Lexer(string text, int start, int end)
{
    private int _position = start;

    /// <summary>The next token.</summary>
    public Token Next()
    {
        SkipSpace();
        if (_position >= end) return new Token(TokenKind.End, new TextSpan(end, end));
        var first = _position;
        var c = text[_position];
        if (c is '"' or '\'') return Finish(TokenKind.Text, first, EndOfText(_position));
        if (IsInIdentifier(_position))
        {
            while (_position < end && (IsInIdentifier(_position) || char.IsAsciiDigit(text[_position]))) _position++;
            if (_position < end && text[_position] is '"' or '\'' && _position - first <= 2 && "LuU8".Contains(text[_position - 1]))
            {
                return Finish(TokenKind.Text, first, EndOfText(_position));
            }

            return Finish(TokenKind.Identifier, first, _position);
        }

        if (char.IsAsciiDigit(c) || (c == '.' && _position + 1 < end && char.IsAsciiDigit(text[_position + 1])))
        {
            while (_position < end && (IsIdentifierStart(text[_position]) || char.IsAsciiDigit(text[_position]) || text[_position] == '.'
                || (text[_position] is '+' or '-' && text[_position - 1] is 'e' or 'E' or 'p' or 'P')))
            {
                _position++;
            }

            return Finish(TokenKind.Number, first, _position);
        }

        return Finish(TokenKind.Punctuation, first, _position + 1);
    }

    private static bool IsIdentifierStart(char c) => char.IsAsciiLetter(c) || c == '_' || c == '$' || c >= 128;

    // gcc's preprocessor writes letters beyond ASCII as \u00e8 or \U000000e8.
    private readonly bool IsInIdentifier(int position) =>
        IsIdentifierStart(text[position]) || (text[position] == '\\' && position + 1 < end && text[position + 1] is 'u' or 'U');

    private Token Finish(TokenKind kind, int first, int last)
    {
        _position = last;
        return new Token(kind, new TextSpan(first, last));
    }

    private readonly int EndOfText(int open)
    {
        var quote = text[open];
        var position = open + 1;
        while (position < end && text[position] != quote) position += text[position] == '\\' ? 2 : 1;
        return Math.Min(position + 1, end);
    }

    private void SkipSpace()
    {
        while (_position < end)
        {
            var c = text[_position];
            if (c is ' ' or '\t' or '\n' or '\r' or '\f' or '\v')
            {
                _position++;
            }
            else if (c == '#' && (_position == 0 || text[_position - 1] == '\n'))
            {
                var newline = text.IndexOf('\n', _position);
                _position = newline < 0 ? end : newline + 1;
            }
            else if (c == '\\' && _position + 1 < end && text[_position + 1] == '\n')
            {
                _position += 2;
            }
            else
            {
                return;
            }
        }
    }
}
