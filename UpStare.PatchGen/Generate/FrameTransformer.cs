// One new frame: its values from the recorded operands of the old frames that it is made of (one, or several that the map merges).
//
// In order of precedence, a variable's value comes from
//   1. the map: for this point, or for all points of the function
//   2. the old variable that corresponds to it (LocalSources)
//   3. its constant initialiser, where it can hold nothing else
// An escaped variable keeps its place, so its address moves; a value moves as it is.  Where the type changed, a value is converted, and an
// escaped object gets new storage.

using UpStare.Compiler.Analysis;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Build;
using UpStare.PatchGen.Map;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Generate;

/// <summary>Where a variable of the new version gets its value at a point.</summary>
/// <param name="Variable">The variable.</param>
/// <param name="Source">The old variable; null: it is none.</param>
/// <param name="How">In words, or why it gets none.</param>
/// <param name="IsMissing">It gets none.</param>
public sealed record VariableOrigin(Local Variable, Local? Source, string How, bool IsMissing = false);

/// <summary>The old values that the frames of one mapping are converted and computed from: an area of bytes.</summary>
public sealed class OldValues
{
    /// <summary>Its size.</summary>
    public uint Size { get; private set; }

    /// <summary>Takes room; returns its offset.</summary>
    public uint Take(long size)
    {
        var offset = Size;
        Size += ((uint)size + 15) & ~15u;
        return offset;
    }
}

/// <summary>Makes the moves of one new frame.</summary>
public sealed class FrameTransformer
{
    private readonly ProgramMatch _match;
    private readonly IReadOnlyList<ContinuationPoint> _old;
    private readonly IReadOnlyList<FunctionMatch> _pairs;
    private readonly ContinuationPoint _point;
    private readonly IReadOnlyList<PointValue> _values;
    private readonly ConstantPool _constants;
    private readonly OldValues _area;
    private readonly bool _isOuter;
    private readonly Dictionary<Local, Local> _sources = [];

    /// <summary>Makes the moves.</summary>
    /// <param name="match">The two versions.</param>
    /// <param name="old">The old points, innermost first.</param>
    /// <param name="point">The new point.</param>
    /// <param name="values">What the map gives for it.</param>
    /// <param name="constants">Collects constants.</param>
    /// <param name="area">The mapping's old values.</param>
    /// <param name="isOuter">Another new frame of the mapping is in its call, whose result it waits for.</param>
    public FrameTransformer(ProgramMatch match, IReadOnlyList<ContinuationPoint> old, ContinuationPoint point, IReadOnlyList<PointValue> values, ConstantPool constants, OldValues area, bool isOuter = false)
    {
        (_match, _old, _point, _values, _constants, _area, _isOuter) = (match, old, point, values, constants, area, isOuter);
        _pairs = [.. old.Select(PairFor)];
        Moves = [.. old.Select(_ => new List<MoveEntry>())];
        var result = isOuter ? Result(point) : null;
        foreach (var variable in point.Variables.Where(variable => variable != result)) Origins.Add(Given(variable) ?? Taken(variable));
    }

    /// <summary>The moves from each old frame.</summary>
    public IReadOnlyList<List<MoveEntry>> Moves { get; }

    /// <summary>Where each variable gets its value.</summary>
    public List<VariableOrigin> Origins { get; } = [];

    /// <summary>Why there is no such frame; empty where there is.</summary>
    public string Reason => string.Join("; ", Missing());

    // Functions need not be twins where the map says how frames go on.
    private FunctionMatch PairFor(ContinuationPoint old) => _match.Functions.TryGetValue(old.Function, out var pair) && pair.New == _point.Function ? pair
        : new FunctionMatch(_match.Old.Units.First(unit => unit.Analysed.Lowered.ContainsKey(old.Function)), old.Function, _match.New.Units.First(unit => unit.Analysed.Lowered.ContainsKey(_point.Function)), _point.Function, IsUnchanged: false);

    // What the call's result is assigned to.
    private Local? Result(ContinuationPoint point) =>
        _pairs[0].NewUnit.Analysed.Lowered[point.Function].Descendants().OfType<CallPointStatement>().FirstOrDefault(statement => statement.Point == point)?.Target;

    // What has no value at all in one sentence, then the others.
    private List<string> Missing()
    {
        var missing = Origins.Where(origin => origin.IsMissing).ToList();
        var without = missing.Where(origin => origin.How == LocalSources.NoValue).Select(origin => $"'{origin.Variable.Name}'{LocalSources.Place(_pairs[0], origin.Variable)}").ToList();
        var sentence = without.Count == 0 ? [] : new[] { $"the new version needs {string.Join(", ", without)} there, and the old one has no value for {(without.Count == 1 ? "it" : "them")}" };
        var sizes = _sources.Where(variable => !LocalSources.HaveSameSizes(variable.Key, variable.Value, _sources)).Select(variable => $"a size in the type of '{variable.Key.Name}' is kept in another variable than in the old version");
        return [.. sentence, .. missing.Where(origin => origin.How != LocalSources.NoValue).Select(origin => origin.How).Distinct(), .. sizes];
    }

    // ---- what the map gives ----

    private VariableOrigin? Given(Local variable)
    {
        if (variable.IsTemporary) return null;
        var value = _values.FirstOrDefault(value => value.Name == variable.Name && (value.Function is null || value.Function == _point.Function.Declaration.Name))?.Value ?? _match.Names.LocalValues.GetValueOrDefault((_point.Function, variable.Name));
        if (value is null) return null;
        if (variable.IsEscaped && HasPlace(variable)) return new VariableOrigin(variable, null, $"'{variable.Name}' has an address that is known elsewhere: the map ({value.Place}) cannot give it a value", IsMissing: true);
        if (_match.Names.LocalLengths.TryGetValue((_point.Function, variable.Name), out var length)) return new VariableOrigin(variable, null, $"'{variable.Name}' gets a value by the map ({value.Place}), so it has no length there ({length.Place})", IsMissing: true);
        if (!variable.IsEscaped && ConstantPool.IsNumber(value.Text, variable.Type)) AddConstant(_constants.Add(value.Text, variable.Type), variable);
        else if (Compute(variable, value) is { } reason) return new VariableOrigin(variable, null, reason, IsMissing: true);
        return new VariableOrigin(variable, null, $"{value.Text}, says the map");
    }

    // Old values that the expression names are put aside, and a function of the patch computes with them.
    private string? Compute(Local variable, MapExpression value)
    {
        if (variable.Type is not { IsSpellable: true, Class: TypeClass.Integer or TypeClass.Floating or TypeClass.Memory }) return $"'{variable.Name}' is of a type that the map ({value.Place}) cannot give a value of";
        var operands = new Dictionary<string, OldOperand>();
        var ownName = _match.Names.OldLocal(_old[0].Function, variable.Name);
        var isCopy = value.References is [var only] && only.Start == 0 && only.Length == value.Text.Length;
        if (TakeOperands(value, ownName, isCopy, operands) is { } reason) return reason;
        var holdsPointers = variable.Type.Data is { } data && TypeTable.HoldsPointers(data);
        var pair = holdsPointers ? _match.Data.PairWithOld(variable.Type) : null;
        if (holdsPointers && pair is null or { Change: not DataChange.Same }) return $"'{variable.Name}' is of a type that the map ({value.Place}) cannot give a value of: it holds pointers, and the old version has no such type";
        var number = _match.Computations.Add(_pairs[0].NewUnit, variable, value, operands, ownName);
        Moves[^1].Add(new MoveEntry((uint)number, variable.IsEscaped ? MoveKind.Storage : MoveKind.Compute, (uint)variable.Type.Size, (uint)variable.FrameOffset, _match.Data.TypeNumber(pair)));
        return null;
    }

    // Puts the old values aside that an expression names; why not, if one cannot be used.
    private string? TakeOperands(MapExpression value, string ownName, bool isCopy, Dictionary<string, OldOperand> operands)
    {
        foreach (var name in value.References.Select(reference => reference.Name ?? ownName).Where(name => !operands.ContainsKey(name)).Distinct().ToList())
        {
            var frame = _old.ToList().FindIndex(point => InScope(point, name) is { } kept && point.Variables.Contains(kept));
            if (frame < 0) frame = _old.ToList().FindIndex(point => InScope(point, name) is not null);
            if (frame < 0) return $"{value.Place}: the old version has no value 'old.{name}' there{Spelling.Suggestion(name, _old.SelectMany(point => point.Variables).Where(local => !local.IsTemporary).Select(local => local.Name))}";
            var local = InScope(_old[frame], name)!;
            if (!local.Type.IsSpellable || local.IsVariablyModified || (!isCopy && _match.Data.ChangedIn(local.Type.Canonical) is not null)) return $"{value.Place}: 'old.{name}' is of a type that cannot be used here";
            if (_old[frame].Variables.Contains(local)) operands.Add(name, new OldOperand(PutAside(frame, local), local));
            else if (InitialLocals.ValueAt(_pairs[frame].OldUnit, _old[frame], local) is { } known) operands.Add(name, new OldOperand(0, local, known));
            else return $"{value.Place}: the old version does not keep 'old.{name}' there, because it does not use it any more (compiled with -fupstare-save=all it would)";
        }

        return null;
    }

    // An old variable's value, among the old values of the frames.
    private uint PutAside(int frame, Local local)
    {
        var offset = _area.Take(local.Type.Size);
        foreach (var (operand, i) in _old[frame].Operands.Select((operand, i) => (operand, i)).Where(pair => pair.operand.Local == local)) Moves[frame].Add(new MoveEntry((uint)i, MoveKind.Old, (uint)operand.Type.Size, offset + (uint)operand.Offset));
        return offset;
    }

    // How many elements a pointer leads to, or those that pointers in a small struct lead to: the runtime looks before anything is converted.
    private string? TakeLength(int frame, Local source, Local variable, DataPair? types)
    {
        if (variable.IsTemporary || types is null) return null;
        if (_match.Names.LocalLengths.GetValueOrDefault((_point.Function, variable.Name)) is not { } length)
        {
            // Of a struct that lives on in parts only nobody knows whether its pointers lead anywhere.
            var operandsOf = _old[frame].Operands.Where(operand => operand.Local == source).ToList();
            var isWhole = operandsOf is [{ Path: "" }] || operandsOf.Count == source.Type.Leaves.Count;
            if (!source.IsEscaped && isWhole && types.New.Kind == DataKind.Struct && TypeTable.HasLengths(types)) Moves[frame].Add(new MoveEntry(0, MoveKind.Look, 0, PutAside(frame, source), _match.Data.TypeNumber(types)));
            return null;
        }

        if (DataLengths.Reason(types.Element, length) is { } reason) return reason;
        if (!DataLengths.Matters(types.Element)) return null;
        var operands = new Dictionary<string, OldOperand> { [source.Name] = new OldOperand(PutAside(frame, source), source) };
        foreach (var expression in new[] { length.Count, length.Room }.OfType<MapExpression>())
        {
            if (TakeOperands(expression, source.Name, isCopy: false, operands) is { } unknown) return unknown;
        }

        _match.Data.Types.Counted.Add(types.Element!);
        var number = _match.Computations.AddLength(_pairs[0].NewUnit, length, operands, source.Name);
        Moves[^1].Add(new MoveEntry((uint)number, MoveKind.Length, 0, 0, (uint)_match.Data.Types.Number(types.Element!)));
        return null;
    }

    // The innermost variable of a name that a point has in scope.
    private static Local? InScope(ContinuationPoint point, string name) =>
        point.Function.Locals.LastOrDefault(local => local.Name == name && !local.IsTemporary && local.Scope.Contains(point.Offset));

    // Does an old frame have it already, where pointers may lead to it?
    private bool HasPlace(Local variable) => Twins(variable).Any(twin => twin.IsEscaped);

    private IEnumerable<Local> Twins(Local variable) => _old.Select(point => InScope(point, _match.Names.OldLocal(point.Function, variable.Name))).OfType<Local>();

    private void AddConstant(uint offset, Local variable) => Moves[0].Add(new MoveEntry(offset, MoveKind.Constant, (uint)variable.Type.Size, (uint)variable.FrameOffset));

    // ---- what the old frames have ----

    private VariableOrigin Taken(Local variable)
    {
        var found = Enumerable.Range(0, _old.Count).Where(i => CanHave(i, variable)).Select(i => (Frame: i, Found: LocalSources.Find(_match, _pairs[i], _old[i], _point, variable))).ToList();
        var having = found.Where(pair => pair.Found.Source is not null).ToList();
        if (having.Count > 1) having = [.. having.Where(pair => _match.Functions.GetValueOrDefault(_old[pair.Frame].Function)?.New == _point.Function)];
        if (having.Count == 1)
        {
            var (frame, source) = (having[0].Frame, having[0].Found.Source!);
            var types = LocalSources.PairOf(_match, _pairs[frame], source, variable);
            _sources.Add(variable, source);
            AddMoves(frame, source, variable, types);
            if (TakeLength(frame, source, variable, types) is { } unknown) return new VariableOrigin(variable, source, unknown, IsMissing: true);
            return new VariableOrigin(variable, source, types?.Change == DataChange.Converted ? $"converted from {source.Type.Spelling}" : source.Name == variable.Name ? "kept" : $"from '{source.Name}'");
        }

        if (InitialLocals.ValueAt(_pairs[0].NewUnit, _point, variable) is { } initial && _constants.TryAdd(initial, variable.Type) is { } offset && (!variable.IsEscaped || (variable.Type.IsSpellable && !Twins(variable).Any())))
        {
            if (variable.IsEscaped) Moves[^1].Add(new MoveEntry((uint)_match.Computations.AddConstant(_pairs[0].NewUnit, variable, initial), MoveKind.Storage, (uint)variable.Type.Size, (uint)variable.FrameOffset));
            else AddConstant(offset, variable);
            return new VariableOrigin(variable, null, "its initial value");
        }

        var reason = found.Count(pair => pair.Found.Source is not null) > 1 ? $"several of the old functions have a value for '{variable.Name}': the map must say which"
            : found.Select(pair => pair.Found.Reason).FirstOrDefault(text => text != LocalSources.NoValue)
            ?? (variable.IsTemporary ? LocalSources.NoResult(_pairs[0].NewUnit, _point) : LocalSources.NoValue);
        return new VariableOrigin(variable, null, reason, IsMissing: true);
    }

    // An intermediate result is that of the innermost old frame for the innermost new one; for others the statement must be the same.
    private bool CanHave(int frame, Local variable)
    {
        if (!variable.IsTemporary || (frame == 0 && !_isOuter)) return true;
        return _isOuter && _match.Functions.GetValueOrDefault(_old[frame].Function)?.New == _point.Function
            && SourceWords.Of(_pairs[frame].OldUnit.Analysed.Source, _old[frame].Statement) == SourceWords.Of(_pairs[frame].NewUnit.Analysed.Source, _point.Statement);
    }

    private void AddMoves(int frame, Local source, Local variable, DataPair? types)
    {
        var (operands, moves) = (_old[frame].Operands.ToList(), Moves[frame]);
        var isConverted = types?.Change == DataChange.Converted;
        if (isConverted) _match.Data.Convert(types!);
        if (variable.IsEscaped && !variable.IsVariableArray)
        {
            moves.Add(new MoveEntry((uint)operands.FindIndex(operand => operand.Local == source), isConverted ? MoveKind.Moved : MoveKind.Address, (uint)variable.Type.Size, (uint)variable.FrameOffset, _match.Data.TypeNumber(types)));
            return;
        }

        if (isConverted)
        {
            var offset = _area.Take(source.Type.Size);
            for (var i = 0; i < operands.Count; i++)
            {
                if (operands[i].Local == source) moves.Add(new MoveEntry((uint)i, MoveKind.Old, (uint)operands[i].Type.Size, offset + (uint)operands[i].Offset));
            }

            moves.Add(new MoveEntry(offset, MoveKind.Convert, (uint)source.Type.Size, (uint)variable.FrameOffset, _match.Data.TypeNumber(types)));
            return;
        }

        // A small struct was recorded scalar by scalar, or as a whole where it had escaped.
        for (var i = 0; i < operands.Count; i++)
        {
            if (operands[i].Local == source) moves.Add(new MoveEntry((uint)i, MoveKind.Value, (uint)operands[i].Type.Size, (uint)(variable.FrameOffset + operands[i].Offset), _match.Data.TypeNumber(PairOf(operands[i], variable))));
        }
    }

    // Of a variable that is not converted: scalars of a small struct are as they are in the new one.
    private DataPair? PairOf(Operand operand, Local variable)
    {
        var type = operand.Path.Length == 0 ? variable.Type : variable.Type.Leaves.FirstOrDefault(leaf => leaf.Path == operand.Path)?.Type ?? operand.Type;
        return _match.Data.PairOf(operand.Type, type, variable.Name);
    }
}
