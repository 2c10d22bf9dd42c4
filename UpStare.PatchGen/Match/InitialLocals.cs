// The value of a local variable of the new version that the old one has no value for: that of its initialiser, if it is constant and the
// variable can hold nothing else at the point.  That is so if
//
//   * nobody can have its address: where that is known elsewhere, every use of it counts as an assignment;
//   * every way to the point leads through the declaration: no label, no case of a switch around it lets control in behind it;
//   * no assignment can be run between the declaration and the point: none stands before the point, none is in a loop with
//     it that the declaration is outside of, and no longjmp brings control back.

using UpStare.Compiler.Analysis;
using UpStare.Compiler.Tree;

namespace UpStare.PatchGen.Match;

/// <summary>Finds values of new locals.</summary>
public static class InitialLocals
{
    /// <summary>What the local certainly holds at a point of the new version; null where that is not known.</summary>
    public static Constant? ValueAt(VersionUnit unit, ContinuationPoint point, Local local)
    {
        if (local.IsTemporary || local.IsParameter || local.Type.IsVolatile) return null;
        var function = point.Function;
        var initialiser = function.Statements.OfType<DeclarationStatement>().SelectMany(statement => statement.Declarators).FirstOrDefault(declarator => declarator.Variable == local)?.Initialiser;
        if (initialiser is null || Constant.Of(unit.Analysed.Source, initialiser) is not { } value) return null;
        if (CanBeEnteredBehind(function, local) || function.Expressions.OfType<CallExpression>().Any(call => call.IsSetjmp())) return null;
        return AssignedLocals.Run(function).HoldsOnlyInitialiser(local, point.End) ? value : null;
    }

    private static bool CanBeEnteredBehind(FunctionDefinition function, Local local)
    {
        bool IsBehind(Statement statement) => local.Scope.Contains(statement.Span.Start) && statement.Span.Start > local.NameOffset;
        var switches = function.Statements.OfType<SwitchStatement>().ToList();
        if (function.Statements.Any(s => s is CaseStatement && IsBehind(s) && switches.Where(around => around.Span.Contains(s.Span)).MinBy(around => around.Span.Length) is { } own && !IsBehind(own))) return true;
        var labels = function.Statements.OfType<LabelStatement>().Where(IsBehind).Select(label => label.Label).ToHashSet();
        return labels.Count > 0 && function.Statements.Any(s => s switch
        {
            GotoStatement jump => labels.Contains(jump.Label) && !IsBehind(jump),
            OpaqueStatement assembly => assembly.Labels.Any(labels.Contains) && !IsBehind(assembly),
            ComputedGotoStatement => true,
            _ => false,
        });
    }
}
