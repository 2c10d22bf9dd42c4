// The preprocessed text of one unit and where its lines come from.
//
// In: bytes that `gcc -E` wrote.  Out: the text with one char a byte (Latin-1, so offsets of libclang are indices
// here whatever the encoding of string literals), the origin of every offset by the line markers (`# 12 "file.c" 3`),
// and Encode to turn text back into bytes.
//
// The texts of a large program are larger than all that is made of them, so one can be released: it is then read again when somebody asks for it,
// and kept as long as memory lasts. Where lines begin, and what markers say, stays.

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
    private readonly List<int> _lineStarts;
    // Line markers by the number of the line that they are; what they say holds up to the next.
    private readonly List<int> _markerLines = [];
    private readonly List<Origin> _markers = [];
    private readonly HashSet<string> _fileNames = [];
    private readonly WeakReference<string> _released = new("");
    private string? _text;
    private Func<byte[]>? _readAgain;
    private int _lastLine;

    /// <summary>Reads the line markers of a preprocessed text.</summary>
    public SourceText(byte[] bytes, string mainFile)
    {
        _text = Encoding.Latin1.GetString(bytes);
        _lineStarts = new List<int>(bytes.AsSpan().Count((byte)'\n') + 1);
        MainFile = mainFile;
        for (var start = 0; start < _text.Length;)
        {
            var end = _text.IndexOf('\n', start);
            if (end < 0) end = _text.Length;
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
    public string Text => _text ?? TextAgain();

    /// <summary>Name of the unit's main file.</summary>
    public string MainFile { get; }

    /// <summary>Nobody is expected to ask for the text for a while; <paramref name="readAgain"/> reads its bytes.</summary>
    public void Release(Func<byte[]> readAgain)
    {
        _released.SetTarget(Text);
        (_text, _readAgain) = (null, readAgain);
    }

    private string TextAgain()
    {
        if (_released.TryGetTarget(out var text)) return text;
        _released.SetTarget(text = Encoding.Latin1.GetString(_readAgain!()));
        return text;
    }

    /// <summary>The text of a span.</summary>
    public string this[TextSpan span] => Text[span.Start..span.End];

    /// <summary>The text of a span, without a copy.</summary>
    public ReadOnlySpan<char> TextOf(TextSpan span) => Text.AsSpan(span.Start, span.Length);

    /// <summary>The bytes of this text as gcc wrote them, or of one that was made from it.</summary>
    public static byte[] Encode(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>File and line of an offset.</summary>
    public Origin OriginOf(int offset)
    {
        var line = Math.Max(0, LineOf(offset));
        var found = _markerLines.BinarySearch(line);
        if (found >= 0) return _markers[found];
        var before = ~found - 1;
        return before < 0 ? new Origin(MainFile, line + 1, false) : _markers[before] with { Line = _markers[before].Line + line - _markerLines[before] - 1 };
    }

    /// <summary>Column of an offset in its line, from 1.</summary>
    public int ColumnOf(int offset) => offset - LineStartOf(offset) + 1;

    /// <summary>Where the line of an offset begins (an offset of a newline is in the line that it ends).</summary>
    public int LineStartOf(int offset)
    {
        // Searched by line: a macro can make a line of megabytes.
        var line = LineOf(offset);
        return line < 0 ? 0 : _lineStarts[line];
    }

    // The number of the line that an offset is in, from 0; -1 before the first. Mostly it is that of the last question, or the one behind.
    private int LineOf(int offset)
    {
        for (var line = _lastLine; line < Math.Min(_lastLine + 2, _lineStarts.Count); line++)
        {
            if (_lineStarts[line] <= offset && (line + 1 == _lineStarts.Count || offset < _lineStarts[line + 1])) return _lastLine = line;
        }

        var found = _lineStarts.BinarySearch(offset);
        if (found < 0) found = ~found - 1;
        _lastLine = Math.Max(0, found);
        return found;
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
        var close = open + 1;
        while (close < end && Text[close] != '"') close += Text[close] == '\\' && close + 1 < end ? 2 : 1;
        var isSystem = close + 1 < end && Text.AsSpan(close + 1, end - close - 1).Contains(" 3", StringComparison.Ordinal);
        origin = new Origin(FileName(Text.AsSpan(open + 1, close - open - 1)), line, isSystem);
        return true;
    }

    // One string for each file: a file is named by many markers.
    private string FileName(ReadOnlySpan<char> written)
    {
        var names = _fileNames.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!written.Contains('\\') && names.TryGetValue(written, out var known)) return known;
        var name = new StringBuilder();
        for (var i = 0; i < written.Length; i++)
        {
            if (written[i] == '\\' && i + 1 < written.Length) i++;
            name.Append(written[i]);
        }

        _fileNames.Add(name.ToString());
        return name.ToString();
    }
}
