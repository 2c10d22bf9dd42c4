// The report: what was matched with what, which points are unmapped and why, what happens to initial values.

using System.Globalization;
using System.Text;
using UpStare.Compiler.Emit;
using UpStare.PatchGen.Generate;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Report;

/// <summary>Writes the report.</summary>
public static class DiffReport
{
    /// <summary>The report as text.</summary>
    public static string Write(ProgramMatch match, IReadOnlyList<EntityBinding> bindings, IReadOnlyList<string> notes)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{match.Old.File.Name} -> {match.New.File.Name}\n\nUnits\n");
        foreach (var (old, @new) in match.NewUnitOf.OrderBy(pair => pair.Key.Index)) text.Append(CultureInfo.InvariantCulture, $"  {old.Stored.MainFile} -> {@new.Stored.MainFile}\n");
        foreach (var unit in match.Old.Units.Where(unit => !match.NewUnitOf.ContainsKey(unit))) text.Append(CultureInfo.InvariantCulture, $"  {unit.Stored.MainFile}: gone\n");
        foreach (var unit in match.New.Units.Except(match.NewUnitOf.Values)) text.Append(CultureInfo.InvariantCulture, $"  {unit.Stored.MainFile}: new\n");
        WriteFunctions(match, text);
        WriteVariables(bindings, text);
        WritePoints(match, text);
        text.Append("\nInitial values\n");
        foreach (var note in notes) text.Append(CultureInfo.InvariantCulture, $"  {note}\n");
        if (notes.Count == 0) text.Append("  none changed\n");
        return text.ToString();
    }

    private static void WriteFunctions(ProgramMatch match, StringBuilder text)
    {
        text.Append("\nFunctions\n");
        var (same, matched) = (0, match.Functions.Values.Select(pair => pair.New).ToHashSet());
        foreach (var pair in match.Functions.Values.Where(pair => !pair.Old.IsSystemInline))
        {
            if (SourceWords.Of(pair.OldUnit.Analysed.Source, pair.Old.Span) == SourceWords.Of(pair.NewUnit.Analysed.Source, pair.New.Span)) same++;
            else text.Append(CultureInfo.InvariantCulture, $"  {pair.New.Declaration.Name}: changed ({pair.OldUnit.Place(pair.Old.NameOffset)} -> {pair.NewUnit.Place(pair.New.NameOffset)})\n");
        }

        foreach (var unit in match.Old.Units)
        {
            foreach (var function in unit.Analysed.Tree.Functions.Where(f => !match.Functions.ContainsKey(f) && !f.IsSystemInline)) text.Append(CultureInfo.InvariantCulture, $"  {function.Declaration.Name}: gone ({unit.Place(function.NameOffset)})\n");
        }

        foreach (var unit in match.New.Units)
        {
            foreach (var function in unit.Analysed.Tree.Functions.Where(f => !matched.Contains(f) && !f.IsSystemInline)) text.Append(CultureInfo.InvariantCulture, $"  {function.Declaration.Name}: new ({unit.Place(function.NameOffset)})\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"  {same} unchanged\n");
    }

    private static void WriteVariables(IReadOnlyList<EntityBinding> bindings, StringBuilder text)
    {
        text.Append("\nVariables\n");
        var variables = bindings.Where(binding => binding.Entity.Entity.Kind != Compiler.Tree.EntityKind.Function).ToList();
        foreach (var binding in variables.Where(binding => binding.Variable == VariableBinding.Own)) text.Append(CultureInfo.InvariantCulture, $"  {binding.Entity.Entity.QualifiedName}: new ({binding.Entity.Place})\n");
        text.Append(CultureInfo.InvariantCulture, $"  {variables.Count(binding => binding.Variable == VariableBinding.Shared)} stay in place\n");
    }

    private static void WritePoints(ProgramMatch match, StringBuilder text)
    {
        text.Append("\nContinuation points\n");
        var mapped = 0;
        foreach (var unit in match.Old.Units)
        {
            foreach (var point in unit.Analysed.Points)
            {
                var transformer = StackTransformers.For(match, point, new ConstantPool());
                if (transformer.Point is not null) mapped++;
                else text.Append(CultureInfo.InvariantCulture, $"  {unit.Place(point.Offset)}: in '{point.Function.Declaration.Name}', {(point.Callee is null ? "loop" : $"call of {point.Callee}")}: unmapped: {transformer.Reason}\n");
            }
        }

        text.Append(CultureInfo.InvariantCulture, $"  {mapped} mapped\n");
    }
}
