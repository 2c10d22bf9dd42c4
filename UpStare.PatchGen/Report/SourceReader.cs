// A function's source for people: the lines of the preprocessed text that come from its file, without line markers, each with its
// number there, and where in them the continuation points stand.  What a macro expands to stands in its line.

using System.Text;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Report;

/// <summary>Reads sources for a report.</summary>
public static class SourceReader
{
    /// <summary>The lines of a function.</summary>
    public static SourceLines Read(VersionUnit unit, FunctionDefinition function)
    {
        var (source, lines, starts) = (unit.Analysed.Source, new List<SourceLine>(), new List<int>());
        var text = source.Text;
        var position = function.Span.Start == 0 ? 0 : text.LastIndexOf('\n', function.Span.Start - 1) + 1;
        while (position < function.Span.End)
        {
            var end = text.IndexOf('\n', position);
            if (end < 0) end = text.Length;
            if (!IsMarker(text, position) && (text.AsSpan(position, end - position).Trim().Length > 0 || (lines.Count > 0 && lines[^1].Text.Length > 0)))
            {
                starts.Add(position);
                lines.Add(new SourceLine(source.OriginOf(position).Line, text[position..end].TrimEnd()));
            }

            position = end + 1;
        }

        var points = function.Points.Select(point => Find(point, lines, starts)).ToList();
        return new SourceLines([.. lines.Select(line => line with { Text = Decoded(line.Text) })], points);
    }

    // The text has one char a byte; people's editors write UTF-8.
    private static string Decoded(string text) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text));

    private static bool IsMarker(string text, int position) => position + 2 < text.Length && text[position] == '#' && text[position + 1] == ' ' && char.IsAsciiDigit(text[position + 2]);

    private static SourcePoint Find(ContinuationPoint point, List<SourceLine> lines, List<int> starts)
    {
        var line = starts.BinarySearch(point.Offset);
        if (line < 0) line = Math.Max(0, ~line - 1);
        var length = lines[line].Text.Length;
        var start = Math.Clamp(point.Offset - starts[line], 0, length);
        var end = Math.Clamp(point.IsLoop ? start + 1 : point.End - starts[line], start, length);
        return new SourcePoint(PointNames.InFunction(point), line, Decoded(lines[line].Text[..start]).Length, Decoded(lines[line].Text[..end]).Length);
    }
}
