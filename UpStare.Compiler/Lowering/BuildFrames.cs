// Decides what each continuation point records and where a restore clone finds it.
//
// In: live locals, assigned locals.  Out: ContinuationPoint.Variables, Local.FrameOffset, Local.IsInScopeAtPoint,
// FunctionDefinition.FrameSize.
// Recorded are live locals, and escaped ones that are in scope and can hold something: somebody may have their address
// (design section 4).  With save=all everything in scope that can hold something is recorded.

using UpStare.Compiler.Analysis;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Lowering;

/// <summary>Lays out frames.</summary>
public static class BuildFrames
{
    /// <summary>Fills in the variables of all points of a function.</summary>
    public static void Run(FunctionDefinition function, Dictionary<ContinuationPoint, LocalSet> live, AssignedLocals assigned, bool savesAll)
    {
        var places = function.Calls.Where(call => call.IsSetjmp()).Select(call => call.Span.Start).Concat(function.Points.Select(point => point.Offset)).ToList();
        foreach (var local in function.Locals.Where(local => local.IsVariablyModified)) local.IsInScopeAtPoint = local.IsParameter || places.Any(place => local.Scope.Contains(place));
        foreach (var point in function.Points)
        {
            var isLive = live.GetValueOrDefault(point);
            foreach (var local in function.Locals)
            {
                if (IsRecorded(local, point, isLive, assigned, savesAll)) point.Variables.Add(local);
            }
        }

        var offset = 0;
        foreach (var local in function.Points.SelectMany(point => point.Variables).Distinct().OrderBy(local => local.Ordinal))
        {
            local.FrameOffset = offset;
            offset += (local.FrameSize + 7) & ~7;
        }

        function.FrameSize = offset;
    }

    private static bool IsRecorded(Local local, ContinuationPoint point, LocalSet live, AssignedLocals assigned, bool savesAll)
    {
        if (local.IsTypeName) return false;
        if (local.IsVariableArray) return IsVisible(local, point);
        if (!local.IsEscaped && live.Contains(local)) return local.IsTemporary || IsVisible(local, point);
        // One register can be that of several variables: those that are dead would spoil it for the one that is not.
        if (!local.IsEscaped && (!savesAll || local.IsTemporary || local.IsRegister)) return false;
        return IsVisible(local, point) && assigned.MayHoldValue(local, point.End);
    }

    private static bool IsVisible(Local local, ContinuationPoint point) => local.Scope.Contains(point.Offset);
}
