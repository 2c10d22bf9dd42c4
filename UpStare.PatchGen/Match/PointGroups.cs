// Point statements of the map that are more than "this point goes on there": frames that are split or merged, that go on in
// another function or in another call, or for which values are given.  The frames beside such a group must fit, which only the stack can
// tell (UPSTARE_GROUP_ flags); what can be told from the versions alone is told here.

using UpStare.Compiler.Tree;
using UpStare.PatchGen.Build;

namespace UpStare.PatchGen.Match;

/// <summary>Judges groups of frames.</summary>
public static class PointGroups
{
    /// <summary>Whether a mapping needs a group.</summary>
    public static bool IsGroup(ProgramMatch match, PointMapping mapping) => mapping.Old.Count > 1 || mapping.New.Count > 1 || mapping.Statement.Values.Count > 0 || Flags(match, mapping) != GroupFlags.None;

    /// <summary>What must hold of the frames beside it.</summary>
    public static GroupFlags Flags(ProgramMatch match, PointMapping mapping)
    {
        var (outer, inner) = (mapping.Old[0], mapping.Old[^1]);
        var isElsewhere = match.Functions.GetValueOrDefault(outer.Function)?.New != mapping.New[0].Function;
        var callee = inner.Callee is { } name ? match.Names.NewWord(inner.Function, name) : null;
        return (isElsewhere ? GroupFlags.Elsewhere : 0) | (callee is not null && callee != mapping.New[^1].Callee ? GroupFlags.OtherCallee : 0);
    }

    /// <summary>Why a group cannot be; empty where it can.</summary>
    public static string Unfit(ProgramMatch match, PointMapping mapping)
    {
        for (var i = 0; i + 1 < mapping.New.Count; i++)
        {
            var (outer, inner) = (mapping.New[i], mapping.New[i + 1]);
            if (outer.IsLoop) return $"'{PointNames.Full(outer)}' is no call, so no frame can be in it";
            if (outer.Callee != "*" && outer.Callee != inner.Function.Declaration.Name) return $"'{PointNames.Full(outer)}' does not call '{inner.Function.Declaration.Name}'";
        }

        if (mapping.Old.SkipLast(1).FirstOrDefault(point => point.IsLoop) is { } loop) return $"'{PointNames.Full(loop)}' is no call, so no frame can be in it";
        var (before, after) = (mapping.Old[^1], mapping.New[^1]);
        if (before.IsLoop != after.IsLoop) return $"'{PointNames.Full(before)}' and '{PointNames.Full(after)}' are a call and a loop";
        if (before.ResultType is { } result && !TypeNames.AreSame(result, after.ResultType!)) return $"the result of '{before.Callee}' is {result.Spelling}, that of '{after.Callee}' is {after.ResultType!.Spelling}";
        var (old, @new) = (mapping.Old[0].Function.Declaration, mapping.New[0].Function.Declaration);
        return TypeNames.AreSame(old.ResultType, @new.ResultType) ? "" : $"'{old.Name}' returns {old.ResultType.Spelling}, '{@new.Name}' returns {@new.ResultType.Spelling}";
    }
}
