// What --dump-after=PASS prints: the facts that a pass has found, one line each, for people who work on the passes.

using System.Globalization;
using System.Text;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

/// <summary>Prints the state of a unit after a pass.</summary>
public static class Dump
{
    /// <summary>The passes that can be named, in their order.</summary>
    public static readonly string[] Passes = ["tree", "escapes", "points", "frames", "lower"];

    /// <summary>The text for a pass; null when there is no pass of that name.</summary>
    /// <param name="unit">The unit, wholly analysed.</param>
    /// <param name="pass">One of <see cref="Passes"/>.</param>
    /// <param name="instrumented">The instrumented text.</param>
    public static string? After(AnalysedUnit unit, string pass, byte[] instrumented) => pass switch
    {
        "tree" => Tree(unit),
        "escapes" => PerFunction(unit, function => function.Locals.Where(local => local.IsEscaped).Select(local => $"{local.Name}: {local.Type.Spelling} keeps its place")),
        "points" => PerFunction(unit, function => function.Points.Select(point => $"{point.Number} {unit.Source.OriginOf(point.Offset)}: {point.Callee ?? "loop"}, depth {point.LoopDepth}")),
        "frames" => PerFunction(unit, function => function.Points.Select(point => $"{point.Number}: {string.Join(", ", point.Variables.Select(v => $"{v.EmittedName} at {v.FrameOffset}"))}")),
        "lower" => Encoding.Latin1.GetString(instrumented),
        _ => null,
    };

    private static string Tree(AnalysedUnit unit)
    {
        var text = new StringBuilder();
        foreach (var entity in unit.Tree.Entities) text.Append(CultureInfo.InvariantCulture, $"entity {entity.Ordinal}: {entity.Kind} {entity.QualifiedName}: {entity.Type.Spelling}\n");
        return text.Append(PerFunction(unit, function => function.Locals.Select(local => $"{local.Name}: {local.Type.Spelling}"))).ToString();
    }

    private static string PerFunction(AnalysedUnit unit, Func<FunctionDefinition, IEnumerable<string>> lines)
    {
        var text = new StringBuilder();
        foreach (var function in unit.Tree.Functions.Where(function => !function.IsSystemInline))
        {
            text.Append(CultureInfo.InvariantCulture, $"{function.Declaration.Name}\n");
            foreach (var line in lines(function)) text.Append(CultureInfo.InvariantCulture, $"  {line}\n");
        }

        return text.ToString();
    }
}
