// Fills the tables of a patch that come from matching: points and their map, registry, redirections, initial values.

using UpStare.Compiler.Emit;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Generate;
using UpStare.PatchGen.Image;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Build;

/// <summary>Fills a patch's tables.</summary>
public sealed class PatchContents(ProgramMatch match, IReadOnlyList<EntityBinding> bindings, IReadOnlyList<InitialValue> values, MapSteps steps, LinkedPatch code, PatchFile patch)
{
    /// <summary>Fills them all.</summary>
    public void Fill()
    {
        AddPoints(match.Old, patch.OldPoints, isNew: false);
        AddPoints(match.New, patch.NewPoints, isNew: true);
        AddMaps();
        AddEntities();
        AddBinds();
        AddInitialValues();
        if (match.Data.IsActive) AddData();
        steps.WriteTo(patch, symbol => code.Globals.TryGetValue(symbol, out var found) ? (found.Segment, found.Offset) : null);
    }

    // Variables with their types: those that are converted, those that hold pointers, and those that pointers may lead to.
    private void AddData()
    {
        foreach (var binding in bindings)
        {
            if ((binding.MovedFrom ?? binding.Old) is not { } old || binding.Data is null) continue;
            var type = (uint)match.Data.Types.Number(binding.Data);
            var flags = binding.Entity.Entity.Type.IsConst || binding.IsReset ? VariableFlags.Const : VariableFlags.None;
            var place = Abi.None;
            if (binding.MovedFrom is not null)
            {
                var symbol = code.Globals[PatchPlan.PlaceSymbol(binding.Number)];
                place = symbol.Offset;
                flags |= symbol.Segment switch { Segment.Text => VariableFlags.Text, Segment.Tls => VariableFlags.Tls, _ => VariableFlags.None };
            }

            patch.Variables.Add(new VariableEntry((uint)old.Number, type, place, flags, (uint)(ObjectSizes.Of(match.Old, old) ?? old.Entity.Type.Size)));
        }

        match.Data.Heap.WriteTo(patch, match.Data);
        match.Data.Types.WriteTo(patch, symbol => code.Globals[symbol].Offset);
    }

    private void AddPoints(ProgramVersion version, List<PointEntry> points, bool isNew)
    {
        var external = version.Units.SelectMany(unit => unit.Analysed.Lowered.Keys.Where(function => !function.IsStatic)).GroupBy(function => function.Declaration.Name).ToDictionary(group => group.Key, group => group.First());
        foreach (var unit in version.Units)
        {
            var own = unit.Analysed.Lowered.Keys.GroupBy(function => function.Declaration.Name).ToDictionary(group => group.Key, group => group.First());
            foreach (var point in unit.Analysed.Points)
            {
                var origin = unit.Analysed.Source.OriginOf(point.Offset);
                var flags = (point.IsLoop ? PointFlags.Loop : 0) | (point.Function.KeepsFrame ? PointFlags.KeepFrame : 0);
                var callee = isNew && point.Callee is { } name ? own.GetValueOrDefault(name) ?? external.GetValueOrDefault(name) : null;
                points.Add(new PointEntry(
                    patch.Strings.Add(point.Function.Declaration.Name), patch.Strings.Add(origin.File), (uint)origin.Line, (uint)point.Operands.Count(),
                    isNew ? code.Globals[PatchPlan.CloneSymbol(unit.Index, point.Function)].Offset : Abi.None,
                    (uint)point.Number, (uint)point.Function.FrameSize, flags, isNew ? (uint)NumberOf(point.Function.Points[0]) : Abi.None, callee is null ? Abi.None : (uint)NumberOf(callee.Points[0])));
            }
        }
    }

    private void AddMaps()
    {
        var constants = new ConstantPool();
        var firstGroup = AddGroups(constants);
        foreach (var point in match.Old.Units.SelectMany(unit => unit.Analysed.Points))
        {
            var transformer = StackTransformers.For(match, point, constants);
            var moves = Needed(transformer.Moves);
            var group = firstGroup.TryGetValue(point, out var first) ? first : Abi.None;
            patch.Maps.Add(transformer.Point is { } target
                ? new MapEntry((uint)NumberOf(target), 0, (uint)patch.Moves.Count, (uint)moves.Count, transformer.OldValues, group)
                : new MapEntry(Abi.None, patch.Strings.Add(transformer.Reason), 0, 0, 0, group));
            AddMoves(moves);
        }

        patch.Constants = constants.ToArray();
    }

    // Those with the same innermost old point in a row, those with more old frames first.
    private Dictionary<ContinuationPoint, uint> AddGroups(ConstantPool constants)
    {
        var firstGroup = new Dictionary<ContinuationPoint, uint>();
        foreach (var mapping in match.Groups.OrderBy(mapping => OldNumberOf(mapping.Old[^1])).ThenByDescending(mapping => mapping.Old.Count))
        {
            var group = StackTransformers.For(match, mapping, constants);
            firstGroup.TryAdd(mapping.Old[^1], (uint)patch.Groups.Count);
            var (points, pieces) = ((uint)patch.GroupPoints.Count, (uint)patch.Pieces.Count);
            patch.GroupPoints.AddRange([.. mapping.Old.Reverse().Select(point => (uint)OldNumberOf(point)), .. mapping.New.Reverse().Select(point => (uint)NumberOf(point))]);
            for (var from = 0; from < mapping.Old.Count; from++)
            {
                for (var to = 0; to < mapping.New.Count; to++)
                {
                    var moves = Needed(group.Frames[to].Moves[from]);
                    patch.Pieces.Add(new PieceEntry((uint)from, (uint)to, (uint)patch.Moves.Count, (uint)moves.Count));
                    AddMoves(moves);
                }
            }

            patch.Groups.Add(new GroupEntry((uint)mapping.Old.Count, (uint)mapping.New.Count, points, pieces, (uint)patch.Pieces.Count - pieces, group.OldValues, group.Flags));
        }

        return firstGroup;
    }

    // A program whose data stay as they are needs no lengths,
    private IReadOnlyList<MoveEntry> Needed(IReadOnlyList<MoveEntry> moves) => match.Data.IsActive ? moves : [.. moves.Where(move => move.Kind is not (MoveKind.Length or MoveKind.Look))];

    // and no types.
    private void AddMoves(IReadOnlyList<MoveEntry> moves)
    {
        foreach (var move in moves)
        {
            var known = match.Data.IsActive ? move : move with { Type = Abi.None };
            patch.Moves.Add(move.Kind is MoveKind.Compute or MoveKind.Length or MoveKind.Storage ? known with { Operand = code.Globals[Computations.Symbol((int)move.Operand)].Offset } : known);
        }
    }

    private int OldNumberOf(ContinuationPoint point) => match.Old.Units.First(unit => point.Number < unit.Analysed.Points.Count && unit.Analysed.Points[point.Number] == point).FirstPoint + point.Number;

    private int NumberOf(ContinuationPoint point)
    {
        var unit = match.New.Units.First(unit => point.Number < unit.Analysed.Points.Count && unit.Analysed.Points[point.Number] == point);
        return unit.FirstPoint + point.Number;
    }

    private void AddEntities()
    {
        var file = match.Old.File.Code;
        var tlsSize = file.Segments.Where(segment => segment.Type == Elf.PtTls).Select(segment => (segment.MemorySize + segment.Alignment - 1) / Math.Max(1, segment.Alignment) * segment.Alignment).FirstOrDefault();
        foreach (var entity in match.Old.Entities)
        {
            var kind = KindOf(entity);
            var address = entity.Record switch
            {
                null => EntityEntry.Absent,
                { Kind: EntityKind.Tls } record => record.Address - tlsSize, // thread pointer relative, negative
                { } record => record.Address - file.ImageBase,
            };
            patch.OldEntities.Add(new EntityEntry(address, kind, patch.Strings.Add(entity.Entity.QualifiedName)));
        }
    }

    private void AddBinds()
    {
        foreach (var binding in bindings)
        {
            var kind = KindOf(binding.Entity);
            var name = patch.Strings.Add(binding.Entity.Entity.QualifiedName);
            if (binding.IsRedirected) patch.Redirects.Add(new RedirectEntry((uint)binding.Old!.Number, code.Globals[PatchPlan.CodeSymbol(binding.Number)].Offset));
            patch.Binds.Add(binding.Old is { } old
                ? new BindEntry(BindKind.Old, (uint)old.Number, kind, name)
                : code.Globals.TryGetValue(PatchPlan.PlaceSymbol(binding.Number), out var symbol)
                    ? new BindEntry(symbol.Segment switch { Segment.Text => BindKind.Text, Segment.Tls => BindKind.Tls, _ => BindKind.Data }, symbol.Offset, kind, name)
                    : new BindEntry(BindKind.Absent, 0, kind, name));
        }
    }

    private static EntityKind KindOf(VersionEntity entity) => entity.Entity.IsLabel ? EntityKind.Label : (EntityKind)(int)entity.Entity.Kind;

    private void AddInitialValues()
    {
        var bytes = new List<byte>();
        foreach (var value in values)
        {
            var start = (uint)bytes.Count;
            bytes.AddRange(value.OldBytes);
            while (bytes.Count % 8 != 0) bytes.Add(0);
            var second = (uint)bytes.Count;
            bytes.AddRange(value.NewBytes);
            while (bytes.Count % 8 != 0) bytes.Add(0);
            patch.Inits.Add(new InitEntry((uint)value.Binding.Old!.Number, (uint)value.NewBytes.Length, start, second, value.IsConst ? 1u : 0));
        }

        patch.InitBytes = [.. bytes];
    }
}
