// What a person should look at when data change their type and the program knows of it in ways that types do not tell:
//
//   sizes       `sizeof` of a changed type, used for something else than an allocation (rule H3): a table that remembers the size of
//               its entries goes on with the old one
//   numbers     an enumerator whose value changed, kept in a plain integer: it is carried over as the number that it is
//
// They are notes, no reasons: only the programmer knows whether the value outlives the update.

using UpStare.Compiler.Analysis;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Generate;

/// <summary>Collects notes about data.</summary>
public static class DataNotes
{
    // Functions that use a size and forget it.
    private static readonly HashSet<string> Forgetful = ["memset", "memcpy", "memmove", "memcmp", "bzero", "read", "write", "fread", "fwrite", "recv", "send", "qsort", "bsearch"];

    /// <summary>The notes; none where no type changed.</summary>
    public static IEnumerable<string> Run(ProgramMatch match)
    {
        var changed = match.Data.Changed;
        if (changed.Count == 0) return [];
        var sizes = changed.Where(pair => pair.Old.Size != pair.New.Size).ToDictionary(pair => pair.Old.Name, pair => pair);
        var constants = changed.Where(pair => pair.New.Kind == DataKind.Enumeration).SelectMany(Renumbered).ToHashSet();
        return match.Old.Units.SelectMany(unit => unit.Analysed.Tree.Functions.Where(function => function.Body is not null).SelectMany(function => Sizes(unit, function, sizes).Concat(Numbers(unit, function, constants)))).Distinct();
    }

    private static IEnumerable<string> Renumbered(DataPair pair)
    {
        var values = pair.New.Constants.ToLookup(c => c.Name, c => c.Value);
        return pair.Old.Constants.Where(c => !values[c.Name].Contains(c.Value)).Select(c => c.Name);
    }

    private static IEnumerable<string> Sizes(VersionUnit unit, FunctionDefinition function, Dictionary<string, DataPair> changed)
    {
        if (changed.Count == 0) yield break;
        var harmless = function.Expressions.OfType<CallExpression>().Where(IsHarmless).Select(call => call.Span).ToList();
        foreach (var size in function.Expressions.OfType<UnevaluatedExpression>().Where(size => !harmless.Any(span => span.Contains(size.Span))))
        {
            var text = SourceWords.Of(unit.Analysed.Source, size.Span);
            if (!text.StartsWith("sizeof", StringComparison.Ordinal) || TypeOf(size, text, changed) is not { } name) continue;
            yield return $"{unit.Place(size.Span.Start)}: the size of '{name}' changed ({changed[name].Old.Size} -> {changed[name].New.Size} bytes), and here it is used for something else than an allocation: what remembers it goes on with the old one";
        }
    }

    private static bool IsHarmless(CallExpression call) =>
        call.Callee is { } callee && (callee.IsAllocator || Allocations.IsAllocator(callee.Name) || Forgetful.Contains(callee.Name));

    // sizeof (struct s) names the type; sizeof *p has an operand of it.
    private static string? TypeOf(UnevaluatedExpression size, string text, Dictionary<string, DataPair> changed)
    {
        var operand = size.Operands.Length > 0 ? size[0].Stripped.Type.Data : null;
        return operand is not null && changed.ContainsKey(operand.Name) ? operand.Name : changed.Keys.FirstOrDefault(name => text == $"sizeof ( {name} )");
    }

    private static IEnumerable<string> Numbers(VersionUnit unit, FunctionDefinition function, HashSet<string> constants)
    {
        if (constants.Count == 0) yield break;
        foreach (var assignment in function.Expressions.OfType<BinaryExpression>().Where(e => e.Operator == Operator.Assign && e[0].Stripped.Type.Data?.Kind == DataKind.Integer))
        {
            if (assignment[1].Stripped is NameExpression { Declaration: ConstantDeclaration constant } && constants.Contains(constant.Name))
            {
                yield return $"{unit.Place(assignment.Span.Start)}: '{constant.Name}' has another value in the new version, and here it is kept in a plain integer, which is carried over as it is";
            }
        }
    }
}
