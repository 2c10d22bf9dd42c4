// Reads the characters of a map: blanks, words, strings, C text.  A line ends a statement, except inside brackets and
// braces; `#` starts a comment, except in front of a number (`#2` is an ordinal), and at the start of a line always.

using System.Globalization;
using System.Text;

namespace UpStare.PatchGen.Map;

/// <summary>Something wrong in a map, at an offset.</summary>
internal sealed class MapSyntaxException(int offset, string message) : Exception(message)
{
    /// <summary>Where.</summary>
    public int Offset { get; } = offset;
}

/// <summary>A cursor over the text of a map.</summary>
internal sealed class MapReader(string file, string text)
{
    /// <summary>Where the cursor stands.</summary>
    public int Position { get; private set; }

    /// <summary>Whether nothing is left.</summary>
    public bool IsAtEnd => Position >= text.Length;

    /// <summary>Whether the line, or everything, is over.</summary>
    public bool IsAtLineEnd
    {
        get
        {
            SkipBlanks();
            return IsAtEnd || text[Position] == '\n';
        }
    }

    /// <summary>File, line and column of an offset.</summary>
    public MapPlace PlaceOf(int offset)
    {
        var before = text.AsSpan(0, Math.Min(offset, text.Length));
        return new MapPlace(file, before.Count('\n') + 1, before.Length - (before.LastIndexOf('\n') + 1) + 1);
    }

    /// <summary>A message with its place, the line it is about and a caret.</summary>
    public string Describe(MapSyntaxException error)
    {
        var place = PlaceOf(error.Offset);
        var line = text.Split('\n')[place.Line - 1].TrimEnd('\r');
        var indent = string.Concat(line.Take(place.Column - 1).Select(c => c == '\t' ? '\t' : ' '));
        return $"{place}: {error.Message}\n    {line}\n    {indent}^";
    }

    /// <summary>Skips blanks and comments of the line.</summary>
    public void SkipBlanks()
    {
        while (!IsAtEnd)
        {
            if (text[Position] is ' ' or '\t' or '\r') Position++;
            else if (text[Position] == '\\' && Peek(1) == '\n') Position += 2;
            else if (IsComment(Position)) Position = EndOfLine(Position);
            else return;
        }
    }

    /// <summary>Skips blanks, comments and ends of lines.</summary>
    public void SkipLines()
    {
        for (SkipBlanks(); !IsAtEnd && text[Position] == '\n'; SkipBlanks()) Position++;
    }

    /// <summary>Goes to the start of the next line.</summary>
    public void NextLine() => Position = Math.Min(EndOfLine(Position) + 1, text.Length);

    /// <summary>Takes a punctuation if it is next.</summary>
    public bool TryTake(string punctuation)
    {
        SkipBlanks();
        if (string.CompareOrdinal(text, Position, punctuation, 0, punctuation.Length) != 0) return false;
        Position += punctuation.Length;
        return true;
    }

    /// <summary>Takes a word if it is next: one particular one.</summary>
    public bool TryTakeWord(string word)
    {
        if (PeekWord() != word) return false;
        Position += word.Length;
        return true;
    }

    /// <summary>The identifier that is next; empty if there is none.</summary>
    public string PeekWord()
    {
        SkipBlanks();
        var end = Position;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '$' || text[end] >= 128)) end++;
        return end > Position && char.IsAsciiDigit(text[Position]) ? "" : text[Position..end];
    }

    /// <summary>Takes an identifier.</summary>
    public string TakeWord(string what)
    {
        var word = PeekWord();
        if (word.Length == 0) throw Expected(what);
        Position += word.Length;
        return word;
    }

    /// <summary>Takes an ordinal: <c>#N</c>; null if there is none.</summary>
    public int? TryTakeOrdinal()
    {
        SkipBlanks();
        if (IsAtEnd || text[Position] != '#') return null;
        var (start, end) = (Position, Position + 1);
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        Position = end;
        return int.TryParse(text.AsSpan(start + 1, end - start - 1), CultureInfo.InvariantCulture, out var number) && number > 0 ? number : throw new MapSyntaxException(start, "ordinals count from #1");
    }

    /// <summary>Takes a string in double quotes, without them.</summary>
    public string TakeString(string what)
    {
        SkipBlanks();
        if (IsAtEnd || text[Position] != '"') throw Expected($"{what} in double quotes");
        var start = Position;
        var result = new StringBuilder();
        for (Position++; !IsAtEnd && text[Position] is not ('"' or '\n'); Position++)
        {
            if (text[Position] == '\\' && Peek(1) is '"' or '\\') Position++;
            result.Append(text[Position]);
        }

        if (IsAtEnd || text[Position] == '\n') throw new MapSyntaxException(start, "the string has no end on this line");
        Position++;
        return result.Length > 0 ? result.ToString() : throw new MapSyntaxException(start, "an empty name");
    }

    /// <summary>
    /// Takes a C expression: up to the end of the line, a semicolon, or, in a block, its closing brace, outside of brackets; or up to a word of the map's
    /// language. Comments become blanks.
    /// </summary>
    public MapExpression TakeExpression(string what, string? until = null)
    {
        SkipBlanks();
        var start = Position;
        var result = new StringBuilder();
        var open = new Stack<int>();
        while (!IsAtEnd)
        {
            var c = text[Position];
            if (open.Count == 0 && (c is '\n' or ';' or '}' || IsWord(until))) break;
            if (SkipComment(result)) continue;
            if (c is '"' or '\'') result.Append(TakeLiteral());
            else
            {
                Nest(open, c);
                result.Append(c);
                Position++;
            }
        }

        if (open.Count > 0) throw new MapSyntaxException(open.Peek(), $"this '{text[open.Peek()]}' is not closed");
        return result.ToString().Trim() is { Length: > 0 } written ? new MapExpression(written, PlaceOf(start)) : throw Expected(what, start);
    }

    /// <summary>Takes a block of C in braces, verbatim, without them.</summary>
    public MapExpression TakeCode()
    {
        SkipLines();
        if (IsAtEnd || text[Position] != '{') throw Expected("C code in braces");
        var open = new Stack<int>();
        var start = Position + 1;
        do
        {
            var c = text[Position];
            if (c is '"' or '\'') TakeLiteral();
            else if (c == '/' && Peek(1) is '/' or '*') SkipCComment();
            else
            {
                Nest(open, c);
                Position++;
            }
        }
        while (open.Count > 0 && !IsAtEnd);

        if (open.Count > 0) throw new MapSyntaxException(open.Peek(), $"this '{text[open.Peek()]}' is not closed");
        return new MapExpression(text[start..(Position - 1)], PlaceOf(start));
    }

    /// <summary>What was found instead of what was expected.</summary>
    public MapSyntaxException Expected(string what, int? at = null)
    {
        if (at is null) SkipBlanks();
        var offset = at ?? Position;
        if (offset >= text.Length || text[offset] == '\n') return new MapSyntaxException(offset, $"expected {what}, but the {(offset >= text.Length ? "file" : "line")} ends here");
        var end = offset;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '$')) end++;
        return new MapSyntaxException(offset, $"expected {what}, found '{text[offset..Math.Max(end, offset + 1)]}'");
    }

    private bool IsWord(string? word) => word is not null && !IsInWord(Peek(-1)) && string.CompareOrdinal(text, Position, word, 0, word.Length) == 0 && !IsInWord(Peek(word.Length));

    private static bool IsInWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' or '.';

    private char Peek(int distance) => Position + distance < text.Length ? text[Position + distance] : '\0';

    private int EndOfLine(int from) => text.IndexOf('\n', from) is >= 0 and var end ? end : text.Length;

    private bool IsComment(int position)
    {
        if (text[position] != '#') return false;
        var isFirst = text.AsSpan(0, position).TrimEnd(" \t") is var before && (before.Length == 0 || before[^1] == '\n');
        return isFirst || position + 1 >= text.Length || !char.IsAsciiDigit(text[position + 1]);
    }

    private bool SkipComment(StringBuilder result)
    {
        if (text[Position] == '#') Position = EndOfLine(Position);
        else if (text[Position] == '/' && Peek(1) is '/' or '*') SkipCComment();
        else return false;
        result.Append(' ');
        return true;
    }

    private void SkipCComment()
    {
        var start = Position;
        if (Peek(1) == '/')
        {
            Position = EndOfLine(Position);
            return;
        }

        var end = text.IndexOf("*/", start + 2, StringComparison.Ordinal);
        Position = end >= 0 ? end + 2 : throw new MapSyntaxException(start, "this comment is not closed");
    }

    private string TakeLiteral()
    {
        var (start, quote) = (Position, text[Position]);
        for (Position++; !IsAtEnd && text[Position] != quote && text[Position] != '\n'; Position++)
        {
            if (text[Position] == '\\') Position++;
        }

        if (IsAtEnd || text[Position] != quote) throw new MapSyntaxException(start, $"this {quote} is not closed");
        Position++;
        return text[start..Position];
    }

    private void Nest(Stack<int> open, char c)
    {
        if (c is '(' or '[' or '{') open.Push(Position);
        if (c is not (')' or ']' or '}')) return;
        var wanted = c switch { ')' => '(', ']' => '[', _ => '{' };
        if (open.Count == 0 || text[open.Peek()] != wanted) throw new MapSyntaxException(Position, $"this '{c}' closes nothing");
        open.Pop();
    }
}
