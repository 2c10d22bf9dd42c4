// A changed function in the HTML report: old and new source side by side, its continuation points marked in it and joined by wires, and a list of what
// is not mapped.

using System.Globalization;
using System.Text;

namespace UpStare.PatchGen.Report;

/// <summary>Writes one function.</summary>
internal sealed class HtmlFunction(FunctionEntry function, StringBuilder page)
{
    private const int RowHeight = 19, Width = 96;

    private readonly Dictionary<int, int> _rowOfOld = [], _rowOfNew = [];
    private readonly Dictionary<string, PointEntry> _points = function.Points.ToDictionary(point => Short(point.Name));

    /// <summary>Writes it under an anchor.</summary>
    public void Write(string anchor)
    {
        var (old, @new) = (function.OldSource!, function.NewSource!);
        var unmapped = old.Points.Where(point => _points.GetValueOrDefault(point.Name) is { Target: null }).Select(point => point.Line).ToHashSet();
        var rows = LineDiff.Run(old.Lines, @new.Lines, unmapped.Contains);
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].Old is { } a) _rowOfOld[a] = i;
            if (rows[i].New is { } b) _rowOfNew[b] = i;
        }

        var mapped = function.Points.Count(point => point.Target is not null);
        page.Append(CultureInfo.InvariantCulture, $"<details class=\"function\" id=\"{anchor}\" open><summary><b>{HtmlReport.Text(function.Name)}</b> <small>{HtmlReport.Text($"{function.OldPlace} → {function.NewPlace}")}</small>");
        if (function.Points.Count > 0) page.Append(CultureInfo.InvariantCulture, $" <span class=\"{(mapped == function.Points.Count ? "good" : "bad")}\">{mapped} of {function.Points.Count} points mapped</span>");
        page.Append("</summary><div class=\"pair\">");
        WriteSide("old", rows, row => row.Old, old, row => row.IsSame ? "" : "del", point => _points.GetValueOrDefault(point.Name)?.Target is null ? "no" : "ok", point => Tip(_points.GetValueOrDefault(point.Name)));
        WriteWires(rows.Count);
        var targets = function.Points.Select(point => point.Target).OfType<string>().Select(Short).ToHashSet();
        WriteSide("new", rows, row => row.New, @new, row => row.IsSame ? "" : "add", point => targets.Contains(point.Name) ? "ok" : "free", point => point.Name);
        page.Append("</div>");
        WriteUnmapped();
        page.Append("</details>\n");
    }

    private static string Short(string name) => name[(name.IndexOf(": ", StringComparison.Ordinal) + 2)..];

    private static string Tip(PointEntry? point) => point is null ? "" : point.Target is null ? $"{Short(point.Name)}: unmapped: {point.Reason}"
        : $"{Short(point.Name)} → {Short(point.Target)}\n{string.Join('\n', point.Variables.Select(variable => $"{variable.Name}: {variable.How}"))}";

    private void WriteSide(string side, IReadOnlyList<DiffRow> rows, Func<DiffRow, int?> index, SourceLines source, Func<DiffRow, string> kind, Func<SourcePoint, string> state, Func<SourcePoint, string> tip)
    {
        var points = source.Points.ToLookup(point => point.Line);
        page.Append(CultureInfo.InvariantCulture, $"<div class=\"code {side}\"><div class=\"lines\">");
        foreach (var row in rows)
        {
            if (row.Folded > 0) page.Append(CultureInfo.InvariantCulture, $"<div class=\"fold\"><span></span>⋯ {row.Folded} lines</div>");
            else if (index(row) is { } line) page.Append(CultureInfo.InvariantCulture, $"<div class=\"{kind(row)}\"><span>{source.Lines[line].Number}</span>{Marked(source.Lines[line].Text, [.. points[line].OrderBy(point => point.Start)], state, tip)}</div>");
            else page.Append("<div class=\"fill\"></div>");
        }

        page.Append("</div></div>");
    }

    // A point is marked up to where the next one begins: calls contain calls.
    private static string Marked(string text, IReadOnlyList<SourcePoint> points, Func<SourcePoint, string> state, Func<SourcePoint, string> tip)
    {
        var (result, from) = (new StringBuilder(), 0);
        for (var i = 0; i < points.Count; i++)
        {
            var end = Math.Min(points[i].End, i + 1 < points.Count ? Math.Max(points[i + 1].Start, points[i].Start) : text.Length);
            if (points[i].Start < from || end <= points[i].Start) continue;
            result.Append(HtmlReport.Text(text[from..points[i].Start])).Append(CultureInfo.InvariantCulture, $"<mark class=\"{state(points[i])}\" title=\"{HtmlReport.Text(tip(points[i]))}\">{HtmlReport.Text(text[points[i].Start..end])}</mark>");
            from = end;
        }

        return result.Append(HtmlReport.Text(text[from..])).ToString();
    }

    // However wide the column is, the rows are those of the code beside it.
    private void WriteWires(int rows)
    {
        page.Append(CultureInfo.InvariantCulture, $"<svg class=\"wires\" width=\"{Width}\" height=\"{rows * RowHeight}\" preserveAspectRatio=\"none\" viewBox=\"0 0 {Width} {rows * RowHeight}\">");
        var places = function.NewSource!.Points.ToDictionary(point => point.Name, point => _rowOfNew.TryGetValue(point.Line, out var row) ? row : -1);
        foreach (var source in function.OldSource!.Points)
        {
            if (!_rowOfOld.TryGetValue(source.Line, out var row) || !_points.TryGetValue(source.Name, out var point)) continue;
            var tip = $"<title>{HtmlReport.Text(Tip(point))}</title>";
            if (point.Target is not null) WriteWire("ok", row, point.Target, places, tip);
            else
            {
                foreach (var candidate in point.Candidates) WriteWire("maybe", row, candidate, places, tip);
                page.Append(CultureInfo.InvariantCulture, $"<circle class=\"no\" cx=\"7\" cy=\"{Middle(row)}\" r=\"4\">{tip}</circle>");
            }
        }

        page.Append("</svg>");
    }

    private void WriteWire(string kind, int from, string target, Dictionary<string, int> places, string tip)
    {
        if (!target.StartsWith(function.NewName + ": ", StringComparison.Ordinal) || !places.TryGetValue(Short(target), out var to) || to < 0) return;
        var (y1, y2) = (Middle(from), Middle(to));
        page.Append(CultureInfo.InvariantCulture, $"<path class=\"{kind}\" d=\"M4 {y1}C{Width / 2} {y1} {Width / 2} {y2} {Width - 4} {y2}\">{tip}</path><circle class=\"{kind}\" cx=\"4\" cy=\"{y1}\" r=\"3\"/><circle class=\"{kind}\" cx=\"{Width - 4}\" cy=\"{y2}\" r=\"3\"/>");
    }

    private static int Middle(int row) => (row * RowHeight) + (RowHeight / 2);

    private void WriteUnmapped()
    {
        var unmapped = function.Points.Where(point => point.Target is null).ToList();
        if (unmapped.Count == 0) return;
        page.Append("<ul class=\"reasons\">");
        foreach (var point in unmapped) page.Append(CultureInfo.InvariantCulture, $"<li><b>{HtmlReport.Text(Short(point.Name))}</b> <small>line {point.Place.Line}</small> {HtmlReport.Text(point.Reason)}</li>");
        page.Append("</ul>");
    }
}
