// Which functions of each unit have no sites of their own: those that are not instrumented, and inline functions of system headers. gcc may inline
// them into others, and others into them; then nothing takes up the dummy results of what is in them.
using UpStare.Compiler;
using UpStare.Compiler.Tree;

namespace UpStare.PatchGen.Image;

/// <summary>The functions of an image's units that have no sites of their own. Units and points have the numbers of their records.</summary>
/// <param name="Has">Whether a unit's function of that name (as in the source) is one.</param>
/// <param name="CalleeOf">The name of the function that a continuation point calls, if it is one.</param>
public sealed record PlainFunctions(Func<ulong, string, bool> Has, Func<ulong, uint, string?> CalleeOf)
{
    /// <summary>There are none.</summary>
    public static PlainFunctions None { get; } = new((_, _) => false, (_, _) => null);

    /// <summary>Those of some units.</summary>
    public static PlainFunctions Of(IEnumerable<(ulong Number, AnalysedUnit Unit)> units)
    {
        var known = units.ToDictionary(unit => unit.Number, unit => (unit.Unit.Points, Names: NamesIn(unit.Unit)));
        return new(
            (unit, function) => known.TryGetValue(unit, out var found) && found.Names.Contains(function),
            (unit, point) => known.TryGetValue(unit, out var found) && found.Points.ElementAtOrDefault((int)point)?.Callee is { } callee
                && found.Names.Contains(callee) ? callee : null);
    }

    private static HashSet<string> NamesIn(AnalysedUnit unit) =>
        [.. unit.Tree.Functions.GroupBy(f => f.Declaration.Name).Where(group => HasNoSites(group.First())).Select(group => group.Key)];

    private static bool HasNoSites(FunctionDefinition function) => function.IsSystemInline || function.Reasons.Count > 0;
}
