// The report as text: what changed, by kind, one thing a line.

using System.Globalization;
using System.Text;

namespace UpStare.PatchGen.Report;

/// <summary>Writes the report as text.</summary>
public static class TextReport
{
    /// <summary>The text.</summary>
    public static string Write(DiffModel model)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{model.Old} -> {model.New}\n");
        Section(text, "Reasons against a patch", model.Refusals);
        Section(text, "Units", [.. model.Units.Where(unit => unit.State != EntryState.Same || unit.Old != unit.New).Select(unit => unit.State switch { EntryState.Gone => $"{unit.Old}: gone", EntryState.New => $"{unit.New}: new", _ => $"{unit.Old} -> {unit.New}{(unit.State == EntryState.Same ? "" : ": changed")}" }), $"{model.Units.Count(unit => unit.State == EntryState.Same)} unchanged"]);
        Section(text, "Functions", [.. model.Functions.Where(function => function.State != EntryState.Same).Select(Function), $"{model.Functions.Count(function => function.State == EntryState.Same)} unchanged"]);
        Section(text, "Types", [.. model.Types.SelectMany(Type)]);
        Section(text, "Variables", [.. model.Variables.Select(variable => $"{variable.Name}: {variable.What} ({variable.Place})"), $"{model.VariablesInPlace} stay in place"]);
        var points = model.Functions.SelectMany(function => function.Points).ToList();
        Section(text, "Continuation points", [.. points.Where(point => point.Target is null).Select(point => $"{point.Place}: {point.Name}: unmapped: {point.Reason}"), $"{model.MappedPoints} mapped, {model.UnmappedPoints} unmapped"]);
        Section(text, "Initial values", model.Notes.Count == 0 ? ["none changed"] : model.Notes);
        Section(text, "To decide", [.. model.Decisions.Where(decision => decision.Statements.Count > 0).SelectMany(decision => decision.Statements.Select(statement => $"{statement}    # {decision.Why}"))]);
        return text.ToString();
    }

    private static string Function(FunctionEntry function) => function.State switch
    {
        EntryState.Gone => $"{function.OldName}: gone ({function.OldPlace})",
        EntryState.New => $"{function.NewName}: new ({function.NewPlace})",
        _ => $"{function.Name}: changed ({function.OldPlace} -> {function.NewPlace}){Unmapped(function)}",
    };

    private static string Unmapped(FunctionEntry function) => function.Points.Count == 0 ? "" : $", {function.Points.Count(point => point.Target is not null)} of {function.Points.Count} points mapped";

    private static IEnumerable<string> Type(TypeEntry type)
    {
        yield return $"{type.Name}: {type.What} ({string.Join(" -> ", new[] { type.OldPlace, type.NewPlace }.OfType<SourcePlace>())})";
        foreach (var field in type.Fields.Where(field => field.State != EntryState.Same)) yield return $"  {(field.State switch { EntryState.New => "new: " + field.New, EntryState.Gone => "gone: " + field.Old, _ => $"{field.Old} -> {field.New}" })}";
    }

    private static void Section(StringBuilder text, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0) return;
        text.Append(CultureInfo.InvariantCulture, $"\n{title}\n");
        foreach (var line in lines) text.Append(CultureInfo.InvariantCulture, $"  {line}\n");
    }
}
