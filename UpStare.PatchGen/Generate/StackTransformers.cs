// The stack transformers of a patch: for each mapped point, and for each group of frames that the map splits or merges, how
// the new frames get their values from the recorded operands of the old ones.

using UpStare.Compiler.Tree;
using UpStare.PatchGen.Build;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Generate;

/// <summary>The transformer of one point: the moves, or why there is none.</summary>
public sealed record StackTransformer(ContinuationPoint? Point, IReadOnlyList<MoveEntry> Moves, string Reason)
{
    /// <summary>Where each variable gets its value.</summary>
    public IReadOnlyList<VariableOrigin> Origins { get; init; } = [];

    /// <summary>Bytes of old values that are converted.</summary>
    public uint OldValues { get; init; }
}

/// <summary>The transformer of a group: its new frames innermost first, each with the moves from each old frame; or why there is none.</summary>
public sealed record GroupTransformer(PointMapping Mapping, IReadOnlyList<FrameTransformer> Frames, GroupFlags Flags, uint OldValues, string Reason);

/// <summary>Makes stack transformers.</summary>
public static class StackTransformers
{
    /// <summary>The transformer of an old point.</summary>
    public static StackTransformer For(ProgramMatch match, ContinuationPoint old, ConstantPool constants)
    {
        var mapped = match.Points[old];
        if (mapped.Point is not { } point) return new StackTransformer(null, [], mapped.Reason);
        var area = new OldValues();
        var frame = new FrameTransformer(match, [old], point, [], constants, area);
        return frame.Reason is { Length: > 0 } reason
            ? new StackTransformer(null, [], reason) { Origins = frame.Origins }
            : new StackTransformer(point, frame.Moves[0], "") { OldValues = area.Size, Origins = frame.Origins };
    }

    /// <summary>The transformer of a group.</summary>
    public static GroupTransformer For(ProgramMatch match, PointMapping mapping, ConstantPool constants)
    {
        var area = new OldValues();
        var old = mapping.Old.Reverse().ToList();
        var frames = mapping.New.Reverse().Select((point, i) => new FrameTransformer(match, old, point, mapping.Statement.Values, constants, area, isOuter: i > 0)).ToList();
        var reasons = frames.Select(frame => frame.Reason).Where(reason => reason.Length > 0).Append(Unfit(match, mapping)).Where(reason => reason.Length > 0).ToList();
        return new GroupTransformer(mapping, frames, PointGroups.Flags(match, mapping), area.Size, string.Join("; ", reasons));
    }

    // An escaped object has one place: two new frames cannot both have it.  What is called must be what is called.
    private static string Unfit(ProgramMatch match, PointMapping mapping)
    {
        var shared = mapping.New.SelectMany(point => point.Variables.Where(variable => variable is { IsEscaped: true, IsTemporary: false }).Select(variable => variable.Name)).GroupBy(name => name).FirstOrDefault(group => group.Count() > 1);
        return shared is not null && mapping.New.Count > 1 ? $"several of the new frames have a '{shared.Key}' whose address is known elsewhere" : PointGroups.Unfit(match, mapping);
    }
}
