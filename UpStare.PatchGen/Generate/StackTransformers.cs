// For each mapped point: how the new frame gets its values from the recorded operands of the old one.
//
// Variables correspond by name, type and order of declaration.  An escaped one keeps its place, so its address moves; a
// value moves as it is.  Where the type changed, a value is converted, and an escaped object gets new storage.  A variable that
// the new code needs and the old point does not have makes the point unmapped.

using UpStare.Compiler.Analysis;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Build;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Generate;

/// <summary>Where a variable of the new version gets its value at a point.</summary>
/// <param name="Variable">The variable.</param>
/// <param name="Source">The old variable; null: it is none.</param>
/// <param name="How">In words, or why it gets none.</param>
/// <param name="IsMissing">It gets none.</param>
public sealed record VariableOrigin(Local Variable, Local? Source, string How, bool IsMissing = false);

/// <summary>The transformer of one point: the moves, or why there is none.</summary>
public sealed record StackTransformer(ContinuationPoint? Point, IReadOnlyList<MoveEntry> Moves, string Reason)
{
    /// <summary>Where each variable gets its value.</summary>
    public IReadOnlyList<VariableOrigin> Origins { get; init; } = [];

    /// <summary>Bytes of old values that are converted.</summary>
    public uint OldValues { get; init; }
}

/// <summary>Makes stack transformers.</summary>
public static class StackTransformers
{
    private const string NoValue = "the old version has no value for it";

    /// <summary>The transformer of an old point.</summary>
    public static StackTransformer For(ProgramMatch match, ContinuationPoint old, ConstantPool constants)
    {
        var mapped = match.Points[old];
        if (mapped.Point is not { } point) return new StackTransformer(null, [], mapped.Reason);
        var pair = match.Functions[old.Function];
        var (moves, origins, sources) = (new List<MoveEntry>(), new List<VariableOrigin>(), new Dictionary<Local, Local>());
        var oldValues = 0u;
        foreach (var variable in point.Variables)
        {
            if (Given(match, pair, variable, constants, moves) is { } known)
            {
                origins.Add(new VariableOrigin(variable, null, known));
                continue;
            }

            var (source, reason) = Source(match, pair, old, point, variable);
            if (source is not null)
            {
                var types = PairOf(match, pair, source, variable);
                sources.Add(variable, source);
                AddMoves(match.Data, old, source, variable, types, moves, ref oldValues);
                origins.Add(new VariableOrigin(variable, source, types?.Change == DataChange.Converted ? $"converted from {source.Type.Spelling}" : source.Name == variable.Name ? "kept" : $"from '{source.Name}'"));
            }
            else
            {
                var isInitial = InitialLocals.ValueAt(pair.NewUnit, point, variable) is { } initial && AddConstant(constants.TryAdd(initial, variable.Type), variable, moves);
                origins.Add(isInitial ? new VariableOrigin(variable, null, "its initial value") : new VariableOrigin(variable, null, reason, IsMissing: true));
            }
        }

        var missing = Missing(pair, origins);
        missing.AddRange(sources.Where(variable => !HaveSameSizes(variable.Key, variable.Value, sources)).Select(variable => $"a size in the type of '{variable.Key.Name}' is kept in another variable than in the old version"));
        return missing.Count > 0 ? new StackTransformer(null, [], string.Join("; ", missing)) { Origins = origins } : new StackTransformer(point, moves, "") { OldValues = oldValues, Origins = origins };
    }

    // Why there is no transformer: what has no value at all in one sentence, then the others.
    private static List<string> Missing(FunctionMatch pair, List<VariableOrigin> origins)
    {
        var missing = origins.Where(origin => origin.IsMissing).ToList();
        var without = missing.Where(origin => origin.How == NoValue).Select(origin => $"'{origin.Variable.Name}'{Place(pair, origin.Variable)}").ToList();
        var sentence = without.Count == 0 ? [] : new[] { $"the new version needs {string.Join(", ", without)} there, and the old one has no value for {(without.Count == 1 ? "it" : "them")}" };
        return [.. sentence, .. missing.Where(origin => origin.How != NoValue).Select(origin => origin.How).Distinct()];
    }

    private static string Place(FunctionMatch pair, Local variable) => variable.NameOffset >= 0 ? $" ({pair.NewUnit.Place(variable.NameOffset)})" : "";

    // A value that the map gives.
    private static string? Given(ProgramMatch match, FunctionMatch pair, Local variable, ConstantPool constants, List<MoveEntry> moves)
    {
        if (variable.IsEscaped || !match.Names.LocalValues.TryGetValue((pair.New, variable.Name), out var value)) return null;
        AddConstant(constants.Add(value.Text, variable.Type), variable, moves);
        return $"{value.Text}, says the map";
    }

    private static bool AddConstant(uint? offset, Local variable, List<MoveEntry> moves)
    {
        if (offset is { } place) moves.Add(new MoveEntry(place, MoveKind.Constant, (uint)variable.Type.Size, (uint)variable.FrameOffset));
        return offset is not null;
    }

    private static DataPair? PairOf(ProgramMatch match, FunctionMatch pair, Local source, Local variable) =>
        match.Data.PairOf(source.Type, variable.Type, $"{pair.New.Declaration.Name}.{variable.Name}");

    private static void AddMoves(DataPlan data, ContinuationPoint old, Local source, Local variable, DataPair? types, List<MoveEntry> moves, ref uint oldValues)
    {
        var operands = old.Operands.ToList();
        var isConverted = types?.Change == DataChange.Converted;
        if (isConverted) data.Convert(types!);
        if (variable.IsEscaped && !variable.IsVariableArray)
        {
            moves.Add(new MoveEntry((uint)operands.FindIndex(operand => operand.Local == source), isConverted ? MoveKind.Moved : MoveKind.Address, (uint)variable.Type.Size, (uint)variable.FrameOffset, data.TypeNumber(types)));
            return;
        }

        if (isConverted)
        {
            for (var i = 0; i < operands.Count; i++)
            {
                if (operands[i].Local == source) moves.Add(new MoveEntry((uint)i, MoveKind.Old, (uint)operands[i].Type.Size, oldValues + (uint)operands[i].Offset));
            }

            moves.Add(new MoveEntry(oldValues, MoveKind.Convert, (uint)source.Type.Size, (uint)variable.FrameOffset, data.TypeNumber(types)));
            oldValues += ((uint)source.Type.Size + 15) & ~15u;
            return;
        }

        // A small struct was recorded scalar by scalar, or as a whole where it had escaped.
        for (var i = 0; i < operands.Count; i++)
        {
            if (operands[i].Local == source) moves.Add(new MoveEntry((uint)i, MoveKind.Value, (uint)operands[i].Type.Size, (uint)(variable.FrameOffset + operands[i].Offset), data.TypeNumber(PairOf(data, operands[i], variable))));
        }
    }

    // Of a variable that is not converted: scalars of a small struct are as they are in the new one.
    private static DataPair? PairOf(DataPlan data, Operand operand, Local variable)
    {
        var type = operand.Path.Length == 0 ? variable.Type : variable.Type.Leaves.FirstOrDefault(leaf => leaf.Path == operand.Path)?.Type ?? operand.Type;
        return data.PairOf(operand.Type, type, variable.Name);
    }

    // The sizes of a variably modified type are in variables of their own.
    private static bool HaveSameSizes(Local variable, Local source, Dictionary<Local, Local> sources)
    {
        var (mine, theirs) = (SizesOf(variable), SizesOf(source));
        return mine.Count == theirs.Count && mine.Zip(theirs).All(pair => !sources.TryGetValue(pair.First, out var old) || old == pair.Second);
    }

    private static List<Local> SizesOf(Local local) =>
        [.. (local.Computed?.Sizes ?? []).Select(ExpressionFacts.LocalOf).OfType<Local>().SelectMany(size => size.IsTypeName ? SizesOf(size) : [size])];

    private static (Local? Source, string Reason) Source(ProgramMatch match, FunctionMatch pair, ContinuationPoint old, ContinuationPoint point, Local variable)
    {
        var source = variable.IsTemporary ? Temporary(pair, old, point, variable, OldName) : Named(old, point, variable, OldName(variable.Name));
        var place = Place(pair, variable);
        if (source is null)
        {
            var isDead = !variable.IsTemporary && old.Function.Locals.Any(local => local.Name == OldName(variable.Name) && local.Scope.Contains(old.Offset) && !old.Variables.Contains(local));
            return (null, variable.IsTemporary ? "the new version needs an intermediate result there that the old one does not have"
                : isDead ? $"the new version needs '{variable.Name}'{place} there, which the old one does not use any more (compiled with -fupstare-save=all it would keep the value)"
                : NoValue);
        }

        if (PairOf(match, pair, source, variable) is { } types ? types.Change == DataChange.Refused : !TypeNames.AreSame(source.Type, variable.Type))
        {
            return (null, $"'{variable.Name}'{place} {TypeChange(source, variable, PairOf(match, pair, source, variable)?.Reason ?? "")}");
        }

        if (variable.IsVariablyModified && match.Data.ChangedIn(variable.Type.Canonical) is { } changed) return (null, $"'{variable.Name}'{place} is of a size that is computed at run time, and {changed} changed");

        string OldName(string name) => match.Names.OldLocal(pair.Old, name);

        if (variable.IsEscaped && !source.IsEscaped) return (null, $"'{variable.Name}'{place} needs an address in the new version and has none in the old one");
        return (source, "");
    }

    private static string TypeChange(Local source, Local variable, string why)
    {
        if (why.StartsWith("its type changed", StringComparison.Ordinal)) return $"changed its type{why["its type changed".Length..]}";
        var types = source.Type.Spelling == variable.Type.Spelling ? $"({variable.Type.Spelling}) is of another type than before" : $"changed its type from {source.Type.Spelling} to {variable.Type.Spelling}";
        return why.Length == 0 ? types : $"{types}: {why}";
    }

    // Variables of one name that are in scope lie in scopes that lie in each other: they correspond from outside in.
    private static Local? Named(ContinuationPoint old, ContinuationPoint point, Local variable, string oldName)
    {
        var mine = point.Function.Locals.Where(local => local.Name == variable.Name && !local.IsTemporary && local.Scope.Contains(point.Offset)).ToList();
        var theirs = old.Function.Locals.Where(local => local.Name == oldName && !local.IsTemporary && local.Scope.Contains(old.Offset)).ToList();
        if (mine.Count != theirs.Count || !mine.Contains(variable)) return null;
        var twin = theirs[mine.IndexOf(variable)];
        return old.Variables.Contains(twin) ? twin : null;
    }

    // A size is known by the variable whose size it is, which need not be live itself.
    private static Local? Size(ContinuationPoint old, ContinuationPoint point, Local variable, Local sized, Func<string, string> oldName)
    {
        var mine = point.Function.Locals.Where(local => local.Name == sized.Name && !local.IsTemporary).ToList();
        var theirs = old.Function.Locals.Where(local => local.Name == oldName(sized.Name) && !local.IsTemporary).ToList();
        if (mine.Count != theirs.Count || theirs[mine.IndexOf(sized)].Computed is not { } type) return null;
        var index = sized.Computed!.Sizes.ToList().FindIndex(size => ExpressionFacts.LocalOf(size) == variable);
        return index >= 0 && index < type.Sizes.Length && ExpressionFacts.LocalOf(type.Sizes[index]) is { } size && old.Variables.Contains(size) ? size : null;
    }

    // A temporary is known by the statement it was made for and its order there, never by its name.
    private static Local? Temporary(FunctionMatch pair, ContinuationPoint old, ContinuationPoint point, Local variable, Func<string, string> oldName)
    {
        if (variable.SizeOf is { } sized && !pair.IsUnchanged) return Size(old, point, variable, sized, oldName);
        var mine = point.Variables.Where(local => local.IsTemporary && local.SizeOf is null).ToList();
        var theirs = old.Variables.Where(local => local.IsTemporary && local.SizeOf is null).ToList();
        if (pair.IsUnchanged) return old.Variables.FirstOrDefault(local => local.IsTemporary && local.Name == variable.Name);
        var isSameStatement = SourceWords.Of(pair.OldUnit.Analysed.Source, old.Statement) == SourceWords.Of(pair.NewUnit.Analysed.Source, point.Statement);
        if (mine.Count == theirs.Count && (isSameStatement || mine.Count == 1)) return theirs[mine.IndexOf(variable)];
        return null;
    }
}
