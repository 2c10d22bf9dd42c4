// What the user is told about a unit: one warning for every function that could have been instrumented and is not, and
// with -fupstare-verbose a line for every function.

using UpStare.Compiler.Analysis;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

/// <summary>Messages about an analysed unit.</summary>
public static class Report
{
    /// <summary>The messages, in source order.</summary>
    public static IEnumerable<string> Messages(AnalysedUnit unit, bool isVerbose)
    {
        foreach (var warning in AwayCalls.Warnings(unit.Tree)) yield return $"{unit.Source.OriginOf(warning.Offset)}: warning: {warning.Text}";
        foreach (var function in unit.Tree.Functions.Where(function => !function.IsSystemInline))
        {
            var name = function.Declaration.Name;
            if (function.Reasons.Count > 0)
            {
                var reasons = string.Join("; ", function.Reasons.Select(reason => $"{reason.Text} ({unit.Source.OriginOf(reason.Offset)})").Distinct());
                yield return $"{unit.Source.OriginOf(function.NameOffset)}: warning: '{name}' is not instrumented: {reasons}";
            }
            else if (isVerbose && function.Points.Count > 0)
            {
                yield return $"{unit.Source.OriginOf(function.NameOffset)}: note: '{name}' is instrumented: {function.Points.Count} continuation points";
            }
            else if (isVerbose)
            {
                yield return $"{unit.Source.OriginOf(function.NameOffset)}: note: '{name}' needs no continuation point: {(function.ReachesPoint ? "its calls are in tail position" : "it reaches no update point")}";
            }
        }
    }
}
