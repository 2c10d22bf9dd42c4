// The preprocessed text of one unit and where its lines come from.
//
// In: bytes that `gcc -E` wrote.  Out: the text with one char a byte (Latin-1, so offsets of libclang are indices
// here whatever the encoding of string literals), the origin of every offset by the line markers (`# 12 "file.c" 3`),
// and Encode to turn text back into bytes.

using System.Text;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Frontend;

/// <summary>Where an offset of the preprocessed text comes from.</summary>
/// <param name="File">File name as in the line marker.</param>
/// <param name="Line">Line number there, from 1.</param>
/// <param name="IsSystem">Inside a system header.</param>
public readonly record struct Origin(string File, int Line, bool IsSystem)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}";
}

/// <summary>Preprocessed text with its line markers understood.</summary>
public sealed class SourceText
{
    private readonly List<int> _lineStarts = [];
    // Line markers by the number of the line that they are; what they say holds up to the next.
    private readonly List<int> _markerLines = [];
    private readonly List<Origin> _markers = [];

    /// <summary>Reads the line markers of a preprocessed text.</summary>
    public SourceText(byte[] bytes, string mainFile)
    {
        Text = Encoding.Latin1.GetString(bytes);
        MainFile = mainFile;
        for (var start = 0; start < Text.Length;)
        {
            var end = Text.IndexOf('\n', start);
            if (end < 0) end = Text.Length;
            if (TryReadMarker(start, end, out var marker))
            {
                _markerLines.Add(_lineStarts.Count);
                _markers.Add(marker);
            }

            _lineStarts.Add(start);
            start = end + 1;
        }
    }

    /// <summary>One char a byte.</summary>
    public string Text { get; }

    /// <summary>Name of the unit's main file.</summary>
    public string MainFile { get; }

    /// <summary>The text of a span.</summary>
    public string this[TextSpan span] => Text[span.Start..span.End];

    /// <summary>The text of a span, without a copy.</summary>
    public ReadOnlySpan<char> TextOf(TextSpan span) => Text.AsSpan(span.Start, span.Length);

    /// <summary>The bytes of this text as gcc wrote them, or of one that was made from it.</summary>
    public static byte[] Encode(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>File and line of an offset.</summary>
    public Origin OriginOf(int offset)
    {
        var found = _lineStarts.BinarySearch(offset);
        var line = found >= 0 ? found : Math.Max(0, ~found - 1);
        found = _markerLines.BinarySearch(line);
        if (found >= 0) return _markers[found];
        return ~found == 0 ? new Origin(MainFile, line + 1, false) : _markers[~found - 1] with { Line = _markers[~found - 1].Line + line - _markerLines[~found - 1] - 1 };
    }

    /// <summary>Column of an offset in its line, from 1.</summary>
    public int ColumnOf(int offset) => offset - LineStartOf(offset) + 1;

    /// <summary>Where the line of an offset begins (an offset of a newline is in the line that it ends).</summary>
    public int LineStartOf(int offset)
    {
        // Searched by line: a macro can make a line of megabytes.
        var index = _lineStarts.BinarySearch(offset);
        return index >= 0 ? offset : ~index == 0 ? 0 : _lineStarts[~index - 1];
    }

    private bool TryReadMarker(int start, int end, out Origin origin)
    {
        origin = default;
        if (end - start < 4 || Text[start] != '#' || Text[start + 1] != ' ' || !char.IsAsciiDigit(Text[start + 2])) return false;
        var position = start + 2;
        var line = 0;
        while (position < end && char.IsAsciiDigit(Text[position])) line = (line * 10) + (Text[position++] - '0');
        var open = Text.IndexOf('"', position, end - position);
        if (open < 0) return false;
        var name = new StringBuilder();
        var close = open + 1;
        for (; close < end && Text[close] != '"'; close++)
        {
            if (Text[close] == '\\' && close + 1 < end) close++;
            name.Append(Text[close]);
        }

        var isSystem = close + 1 < end && Text.AsSpan(close + 1, end - close - 1).Contains(" 3", StringComparison.Ordinal);
        origin = new Origin(name.ToString(), line, isSystem);
        return true;
    }
}
