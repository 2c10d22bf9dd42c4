// Output text that keeps track of the line gcc believes it is at, so that diagnostics and debug information of rewritten
// code point at the user's file: Sync brings the output to a line of the source by newlines or a line marker.

using System.Globalization;
using System.Text;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

/// <summary>Text under construction with its logical line. Without <paramref name="edits"/> nothing is kept of what is written.</summary>
public sealed class LineTrackingWriter(SourceText source, EditList? edits)
{
    private const int LargestGap = 4;
    private const string OwnMarker = "# 1 \"<upstare>\" 3\n";
    private readonly StringBuilder _text = new();
    private string _file = "";
    private int _line = -1;

    /// <summary>How much has been written.</summary>
    public int Length => _text.Length;

    /// <summary>Puts whole lines where the text had a given length, in front of a line marker.</summary>
    public void InsertOwn(int length, string text) => _text.Insert(length, OwnMarker + text);

    /// <summary>Everything written, as bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[_text.Length];
        var rest = bytes.AsSpan();
        foreach (var chunk in _text.GetChunks()) rest = rest[Encoding.Latin1.GetBytes(chunk.Span, rest)..];
        return bytes;
    }

    /// <summary>Copies source text, edits applied; the output follows its line markers.</summary>
    public void Copy(TextSpan span)
    {
        if (edits is null) return;
        edits.Copy(source.Text, span, _text);
        if (!source.Text.AsSpan(span.Start, span.Length).Contains('\n')) return;
        var origin = source.OriginOf(span.End);
        (_file, _line) = (origin.File, origin.Line);
    }

    /// <summary>Writes text of our own.</summary>
    public void Write(string text)
    {
        if (edits is null) return;
        _text.Append(text);
        _line += text.AsSpan().Count('\n');
    }

    /// <summary>Starts a new line for what stands at a place of the source.</summary>
    public void Sync(int offset, int depth)
    {
        if (edits is null) return;
        var origin = source.OriginOf(offset);
        var gap = origin.File == _file ? origin.Line - _line : -1;
        if (gap is > 0 and <= LargestGap) _text.Append('\n', gap);
        else if (gap != 0) WriteMarker(origin);
        (_file, _line) = (origin.File, origin.Line);
        if (gap == 0) _text.Append(' ');
        else AppendIndentation(offset, depth);
    }

    // The user's own indentation of the line that an offset is in.
    private void AppendIndentation(int offset, int depth)
    {
        var start = source.LineStartOf(offset);
        var end = start;
        while (end < offset && source.Text[end] is ' ' or '\t') end++;
        if (end > start) _text.Append(source.Text, start, end - start);
        else _text.Append(' ', depth * 2);
    }

    /// <summary>The next line of the output is that of a place of the source.</summary>
    public void WriteMarker(Origin origin)
    {
        if (edits is null) return;
        if (_text.Length > 0 && _text[^1] != '\n') _text.Append('\n');
        _text.Append(CultureInfo.InvariantCulture, $"# {origin.Line} \"{origin.File.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"{(origin.IsSystem ? " 3" : "")}\n");
        (_file, _line) = (origin.File, origin.Line);
    }

    /// <summary>Copies whole lines of the source, such as pragmas, to lines of their own.</summary>
    public void CopyLines(TextSpan lines)
    {
        if (edits is null) return;
        if (_text.Length > 0 && _text[^1] != '\n') _text.Append('\n');
        _text.Append(source.Text, lines.Start, lines.Length);
        WriteMarker(source.OriginOf(lines.End + 1));
    }

    /// <summary>Text that belongs to no line of the user's.</summary>
    public void WriteOwn(string text)
    {
        if (_text.Length > 0 && _text[^1] != '\n') _text.Append('\n');
        _text.Append(OwnMarker).Append(text);
        if (text.Length > 0 && text[^1] != '\n') _text.Append('\n');
        (_file, _line) = ("<upstare>", -1);
    }
}
