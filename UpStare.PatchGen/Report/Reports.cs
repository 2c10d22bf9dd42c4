// Writes what the user asked for: the report, in the form that its file name says, and the suggested map.

using System.Text.Json;
using UpStare.PatchGen.Generate;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Report;

/// <summary>Writes reports.</summary>
public static class Reports
{
    /// <summary>Writes the files that the options name.</summary>
    public static void Write(Options options, ProgramMatch match, IReadOnlyList<EntityBinding> bindings, IReadOnlyList<string> refusals, IReadOnlyList<string> notes)
    {
        if (options is { ReportFile: null, SuggestFile: null }) return;
        var model = DiffCollector.Run(match, bindings, refusals, notes);
        if (options.ReportFile is { } report) File.WriteAllText(report, Form(report, model));
        if (options.SuggestFile is "-") Console.Out.Write(SuggestedMap.Write(model));
        else if (options.SuggestFile is { } suggest) File.WriteAllText(suggest, SuggestedMap.Write(model));
    }

    /// <summary>The report in the form that a file name asks for: .html, .json, else text.</summary>
    public static string Form(string file, DiffModel model) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".html" or ".htm" => HtmlReport.Write(model),
        ".json" => JsonSerializer.Serialize(model, DiffModelJson.Default.DiffModel) + "\n",
        _ => TextReport.Write(model),
    };
}
