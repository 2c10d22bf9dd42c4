// The report as one page of HTML that needs nothing but itself: no scripts, no network.  All text of the program is escaped.
//
// A changed function is shown side by side.  All rows are equally high, so that the wires between its continuation points can be drawn
// without measuring anything.

using System.Globalization;
using System.Net;
using System.Text;

namespace UpStare.PatchGen.Report;

/// <summary>Writes the report as HTML.</summary>
public sealed class HtmlReport
{
    private readonly StringBuilder _page = new();
    private readonly DiffModel _model;

    private HtmlReport(DiffModel model) => _model = model;

    /// <summary>The page.</summary>
    public static string Write(DiffModel model)
    {
        var report = new HtmlReport(model);
        report.WritePage();
        return report._page.ToString();
    }

    private void WritePage()
    {
        Add($"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{Text(_model.Old)} → {Text(_model.New)}</title>\n<style>{HtmlStyle.Css}</style></head>\n<body>\n");
        WriteHead();
        WriteRefusals();
        WriteFunctions();
        WriteTypes();
        WriteVariables();
        WriteUnits();
        WriteDecisions();
        Add("</body></html>\n");
    }

    private void WriteHead()
    {
        var (verdict, kind) = !_model.IsPossible ? ("cannot be patched", "bad") : _model.UnmappedPoints > 0 ? ("can be patched; some moments have to pass", "fair") : ("can be patched at every moment", "good");
        Add($"<header><h1>{Text(_model.Old)} <span class=\"arrow\">→</span> {Text(_model.New)}</h1><p class=\"verdict {kind}\">{verdict}</p></header>\n<div class=\"cards\">");
        WriteCard("functions", "Functions", Counts(_model.Functions.Select(function => function.State)));
        WriteCard("functions", "Continuation points", [("mapped", _model.MappedPoints, "good"), ("unmapped", _model.UnmappedPoints, _model.UnmappedPoints > 0 ? "bad" : "quiet")]);
        WriteCard("types", "Types that changed", [("converted", Types(EntryState.Changed, isConverted: true), "fair"), ("refused", Types(EntryState.Changed, isConverted: false), "bad"), ("new", Types(EntryState.New, isConverted: false), "fair"), ("gone", Types(EntryState.Gone, isConverted: false), "fair")]);
        WriteCard("variables", "Variables", [.. Counts(_model.Variables.Select(variable => variable.State)).Where(count => count.Name != "same"), ("in place", _model.VariablesInPlace, "quiet")]);
        WriteCard("decide", "To decide", [("open", _model.Decisions.Count, _model.Decisions.Count > 0 ? "fair" : "quiet")]);
        Add("</div>\n");
    }

    private static List<(string Name, int Count, string Kind)> Counts(IEnumerable<EntryState> states)
    {
        var counts = states.ToLookup(state => state);
        return [("changed", counts[EntryState.Changed].Count(), "fair"), ("new", counts[EntryState.New].Count(), "good"), ("gone", counts[EntryState.Gone].Count(), "bad"), ("same", counts[EntryState.Same].Count(), "quiet")];
    }

    private void WriteCard(string target, string title, IReadOnlyList<(string Name, int Count, string Kind)> counts)
    {
        Add($"<a class=\"card\" href=\"#{target}\"><h2>{title}</h2><dl>");
        foreach (var (name, count, kind) in counts) Add($"<div class=\"{(count == 0 ? "quiet" : kind)}\"><dd>{count}</dd><dt>{name}</dt></div>");
        var total = Math.Max(1, counts.Sum(count => count.Count));
        Add("</dl><div class=\"bar\">");
        foreach (var (_, count, kind) in counts.Where(count => count.Count > 0)) Add($"<i class=\"{kind}\" style=\"width:{(100.0 * count / total).ToString("0.##", CultureInfo.InvariantCulture)}%\"></i>");
        Add("</div></a>");
    }

    private void WriteRefusals()
    {
        if (_model.Refusals.Count == 0) return;
        Add("<section id=\"refusals\"><h2>What stands against a patch</h2><ul class=\"reasons\">");
        foreach (var reason in _model.Refusals) Add($"<li>{Text(reason)}</li>");
        Add("</ul></section>\n");
    }

    private void WriteFunctions()
    {
        Add("<section id=\"functions\"><h2>Functions</h2>");
        var shown = _model.Functions.Where(function => function.OldSource is not null && function.NewSource is not null).OrderBy(function => function.Points.All(point => point.Target is not null)).ToList();
        WriteNames("changed", shown, isLink: true);
        WriteNames("new", _model.Functions.Where(function => function.State == EntryState.New), isLink: false);
        WriteNames("gone", _model.Functions.Where(function => function.State == EntryState.Gone), isLink: false);
        foreach (var function in shown) new HtmlFunction(function, _page).Write(Anchor(function));
        Add("</section>\n");
    }

    private void WriteNames(string title, IEnumerable<FunctionEntry> functions, bool isLink)
    {
        var names = functions.ToList();
        if (names.Count == 0) return;
        Add($"<p class=\"names\"><b class=\"{title}\">{title}</b> ");
        foreach (var function in names)
        {
            var unmapped = function.Points.Count(point => point.Target is null);
            var count = unmapped > 0 ? $" <sup class=\"bad\" title=\"{unmapped} unmapped\">{unmapped}</sup>" : "";
            Add(isLink ? $"<a href=\"#{Anchor(function)}\">{Text(function.Name)}</a>{count} " : $"<span title=\"{Text($"{function.OldPlace ?? function.NewPlace}")}\">{Text(function.Name)}</span>{count} ");
        }

        Add("</p>");
    }

    private static string Anchor(FunctionEntry function) => $"f-{Text(function.OldPlace?.File ?? "")}-{Text(function.OldName ?? function.NewName ?? "")}-{function.OldPlace?.Line}";

    private int Types(EntryState state, bool isConverted) => _model.Types.Count(type => type.State == state && type.What == "converted" == isConverted);

    private void WriteTypes()
    {
        if (_model.Types.Count == 0) return;
        Add("<section id=\"types\"><h2>Types that changed</h2>");
        foreach (var type in _model.Types)
        {
            Add($"<h3>{Text(type.Name)} <small>{Text(string.Join(" → ", new[] { type.OldPlace, type.NewPlace }.OfType<SourcePlace>()))}</small></h3><p class=\"{(type.State != EntryState.Changed || type.What == "converted" ? "" : "bad")}\">{Text(type.What)}</p><table><tr><th>before</th><th>after</th><th></th></tr>");
            foreach (var field in type.Fields) Add($"<tr class=\"{State(field.State)}\"><td><code>{Text(field.Old ?? "")}</code></td><td><code>{Text(field.New ?? "")}</code></td><td>{(field.State == EntryState.Same ? "" : State(field.State))}</td></tr>");
            Add("</table>");
        }

        Add("</section>\n");
    }

    private void WriteVariables()
    {
        if (_model.Variables.Count + _model.Notes.Count == 0) return;
        Add("<section id=\"variables\"><h2>Variables</h2>");
        if (_model.Variables.Count > 0)
        {
            Add("<table><tr><th>variable</th><th>type</th><th>what happens</th><th>where</th></tr>");
            foreach (var variable in _model.Variables) Add($"<tr class=\"{State(variable.State)}\"><td><code>{Text(variable.Name)}</code></td><td><code>{Text(variable.Type)}</code></td><td>{Text(variable.What)}</td><td class=\"place\">{Text(variable.Place.ToString())}</td></tr>");
            Add("</table>");
        }

        Add("<ul>");
        foreach (var note in _model.Notes) Add($"<li>{Text(note)}</li>");
        Add("</ul></section>\n");
    }

    private void WriteUnits()
    {
        var units = _model.Units.Where(unit => unit.State is EntryState.New or EntryState.Gone || unit.Old != unit.New).ToList();
        if (units.Count == 0) return;
        Add("<section id=\"units\"><h2>Units</h2><table><tr><th>before</th><th>after</th></tr>");
        foreach (var unit in units) Add($"<tr class=\"{State(unit.State)}\"><td>{Text(unit.Old ?? "")}</td><td>{Text(unit.New ?? "")}</td></tr>");
        Add("</table></section>\n");
    }

    private void WriteDecisions()
    {
        Add("<section id=\"decide\"><h2>To decide</h2>");
        if (_model.Decisions.Count == 0) Add("<p class=\"good\">Nothing is open.</p>");
        else Add("<p>What a map can say (<code>upstare-diff -m MAP</code>). What it does not settle is not guessed: at an unmapped point the update waits until the program has gone on.</p>");
        foreach (var decision in _model.Decisions)
        {
            Add($"<div class=\"decision\"><b>{Text(decision.About)}</b> <span>{Text(decision.Why)}</span>");
            if (decision.Statements.Count > 0) Add($"<pre>{Text(string.Join('\n', decision.Statements))}</pre>");
            Add("</div>");
        }

        Add("</section>\n");
    }

    private static string State(EntryState state) => state.ToString().ToLowerInvariant();

    /// <summary>Text for HTML, in elements and attributes.</summary>
    internal static string Text(string text) => WebUtility.HtmlEncode(text);

    private void Add(string html) => _page.Append(html);
}
