// Collects what a report says from the match of two versions.

using UpStare.Compiler.Emit;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Generate;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Report;

/// <summary>Makes the model of a report.</summary>
public sealed class DiffCollector
{
    private readonly ProgramMatch _match;
    private readonly Dictionary<ContinuationPoint, VersionUnit> _unitOf;
    private readonly Dictionary<FunctionDefinition, FunctionMatch> _matchOfNew;
    private readonly List<Decision> _decisions = [];

    private DiffCollector(ProgramMatch match)
    {
        _match = match;
        _unitOf = match.Old.Units.Concat(match.New.Units).Distinct().SelectMany(unit => unit.Analysed.Points.Select(point => (unit, point))).ToDictionary(pair => pair.point, pair => pair.unit);
        _matchOfNew = match.Functions.Values.ToDictionary(pair => pair.New);
    }

    /// <summary>The model.</summary>
    public static DiffModel Run(ProgramMatch match, IReadOnlyList<EntityBinding> bindings, IReadOnlyList<string> refusals, IReadOnlyList<string> notes)
    {
        var collector = new DiffCollector(match);
        var functions = collector.Functions().ToList();
        var variables = collector.Variables(bindings).OrderBy(entry => entry.Name, StringComparer.Ordinal).ToList();
        collector._decisions.InsertRange(0, OpenData.Run(match, bindings));
        collector._decisions.AddRange(Proposals.Run(match).Select(proposal => new Decision($"{proposal.Kind} {proposal.Old}", $"perhaps it is '{proposal.New}' now: {proposal.Why}", IsNeeded: false, [proposal.Statement])));
        var (oldName, newName) = match.Old.File.Name == match.New.File.Name ? (match.Old.File.Code.Path, match.New.File.Code.Path) : (match.Old.File.Name, match.New.File.Name);
        return new DiffModel(oldName, newName, refusals.Count == 0, refusals, collector._decisions, [.. collector.Units()], functions, [.. collector.Types()],
            [.. variables.Where(entry => entry.State != EntryState.Same)], variables.Count(entry => entry.State == EntryState.Same), notes);
    }

    private IEnumerable<UnitEntry> Units()
    {
        var taken = _match.NewUnitOf.Values.ToHashSet();
        foreach (var unit in _match.Old.Units)
        {
            var twin = _match.NewUnitOf.GetValueOrDefault(unit);
            var isSame = twin is not null && WordsOf(unit) == WordsOf(twin);
            yield return new UnitEntry(twin is null ? EntryState.Gone : isSame ? EntryState.Same : EntryState.Changed, unit.Stored.MainFile, twin?.Stored.MainFile);
        }

        foreach (var unit in _match.New.Units.Where(unit => !taken.Contains(unit))) yield return new UnitEntry(EntryState.New, null, unit.Stored.MainFile);
    }

    private static string WordsOf(VersionUnit unit) => SourceWords.Of(unit.Analysed.Source, new TextSpan(0, unit.Analysed.Source.Text.Length));

    private IEnumerable<FunctionEntry> Functions()
    {
        foreach (var unit in _match.Old.Units)
        {
            foreach (var function in unit.Analysed.Tree.Functions.Where(f => !f.IsSystemInline))
            {
                var pair = _match.Functions.GetValueOrDefault(function);
                var points = function.Points.Where(_match.Points.ContainsKey).Select(point => Point(unit, point)).ToList();
                var isShown = pair is { IsUnchanged: false } || points.Any(point => point.Target is null);
                yield return new FunctionEntry(pair is null ? EntryState.Gone : pair.IsUnchanged ? EntryState.Same : EntryState.Changed, function.Declaration.Name, pair?.New.Declaration.Name, Place(unit, function.NameOffset),
                    pair is null ? null : Place(pair.NewUnit, pair.New.NameOffset), points)
                {
                    OldSource = isShown ? SourceReader.Read(unit, function) : null,
                    NewSource = isShown && pair is not null ? SourceReader.Read(pair.NewUnit, pair.New) : null,
                };
            }
        }

        foreach (var unit in _match.New.Units)
        {
            foreach (var function in unit.Analysed.Tree.Functions.Where(f => !f.IsSystemInline && !_matchOfNew.ContainsKey(f))) yield return new FunctionEntry(EntryState.New, null, function.Declaration.Name, null, Place(unit, function.NameOffset), []);
        }
    }

    private PointEntry Point(VersionUnit unit, ContinuationPoint point)
    {
        var (mapped, transformer) = (_match.Points[point], StackTransformers.For(_match, point, new ConstantPool()));
        var entry = new PointEntry(PointNames.Full(point), Place(unit, point.Offset), transformer.Point is { } target ? PointNames.Full(target) : null, transformer.Point is { } place ? PlaceOf(place) : null, transformer.Reason,
            [.. (mapped.Point is null ? mapped.Candidates : [mapped.Point]).Select(PointNames.Full)], [.. transformer.Origins.Select(origin => new ValueEntry(origin.Variable.Name, origin.How, origin.IsMissing))]);
        if (transformer.Point is null && _match.Groups.FirstOrDefault(group => group.Old.Contains(point)) is { } group)
        {
            return entry with { Target = string.Join(", ", group.New.Select(PointNames.Full)), TargetPlace = PlaceOf(group.New[^1]), Reason = "", Variables = [.. StackTransformers.For(_match, group, new ConstantPool()).Frames.SelectMany(frame => frame.Origins).Select(origin => new ValueEntry(origin.Variable.Name, origin.How, origin.IsMissing))] };
        }

        if (transformer.Point is null) _decisions.Add(new Decision(entry.Name, transformer.Reason, IsNeeded: false, [.. Statements(point, mapped, transformer)]));
        return entry;
    }

    // What a map could say about an unmapped point.
    private IEnumerable<string> Statements(ContinuationPoint point, PointMatch mapped, StackTransformer transformer)
    {
        foreach (var candidate in mapped.Point is null ? mapped.Candidates.Where(candidate => candidate.IsLoop == point.IsLoop) : []) yield return $"point {PointNames.Full(point)} -> {FramesOf(point, candidate)}";
        foreach (var missing in transformer.Origins.Where(origin => origin is { IsMissing: true, Variable.IsTemporary: false }))
        {
            if (Proposals.Local(point, missing, transformer.Origins) is { } proposal && !proposal.Old.EndsWith("." + proposal.New, StringComparison.Ordinal)) yield return proposal.Statement;
            if (!missing.Variable.IsEscaped) yield return $"local {mapped.Point!.Function.Declaration.Name}.{missing.Variable.Name} = ...";
        }
    }

    // Where the code has gone to another function, the old function's successor is suspended in the call of that.
    private string FramesOf(ContinuationPoint point, ContinuationPoint candidate)
    {
        var function = _match.Functions.GetValueOrDefault(point.Function)?.New;
        var call = function is null || function == candidate.Function ? null : function.Points.FirstOrDefault(other => other.Callee == candidate.Function.Declaration.Name);
        return call is null ? PointNames.Full(candidate) : $"{PointNames.Full(call)}, {PointNames.Full(candidate)}";
    }

    private IEnumerable<TypeEntry> Types()
    {
        foreach (var pair in _match.Data.Changed.Where(pair => pair.New.IsDefinition && !pair.New.IsSystem).DistinctBy(pair => pair.New.Name))
        {
            var what = pair.Change == DataChange.Refused ? pair.Reason : "converted";
            yield return new TypeEntry(EntryState.Changed, DataPairs.Display(pair.New), TypePlace(_match.Old, pair.Old), TypePlace(_match.New, pair.New), what, [.. pair.New.Kind == DataKind.Enumeration ? Constants(pair) : Fields(pair)]);
        }

        var (before, after) = (Proposals.Definitions(_match.Old), Proposals.Definitions(_match.New));
        var renamed = _match.Data.Changed.SelectMany(pair => new[] { pair.Old.Name, pair.New.Name }).ToHashSet();
        foreach (var type in before.Values.Where(type => !after.ContainsKey(type.Name) && !renamed.Contains(type.Name)))
            yield return new TypeEntry(EntryState.Gone, DataPairs.Display(type), TypePlace(_match.Old, type), null, "gone", [.. Members(type).Select(member => new FieldEntry(EntryState.Gone, member, null))]);
        foreach (var type in after.Values.Where(type => !before.ContainsKey(type.Name) && !renamed.Contains(type.Name)))
            yield return new TypeEntry(EntryState.New, DataPairs.Display(type), null, TypePlace(_match.New, type), "new", [.. Members(type).Select(member => new FieldEntry(EntryState.New, null, member))]);
    }

    private static IEnumerable<string> Members(DataType type) => type.Fields.Select(Describe).Concat(type.Constants.Select(constant => $"{constant.Name} = {constant.Value}"));

    private static SourcePlace? TypePlace(ProgramVersion version, DataType type)
    {
        var unit = version.Units.FirstOrDefault(unit => unit.Analysed.Tree.DataDefinitions.Contains(type));
        return unit is null || type.Offset < 0 ? null : Place(unit, type.Offset);
    }

    private static IEnumerable<FieldEntry> Fields(DataPair pair)
    {
        var oldOf = pair.New.Fields.ToDictionary(field => field, field => pair.Old.Fields.FirstOrDefault(other => other.Name == field.Name && field.Name.Length > 0), ReferenceEqualityComparer.Instance as IEqualityComparer<DataField>);
        foreach (var paired in pair.Fields) oldOf[paired.New] = paired.Old ?? oldOf.GetValueOrDefault(paired.New);
        foreach (var field in pair.New.Fields)
        {
            var old = oldOf[field];
            var (before, after) = (old is null ? null : Describe(old), Describe(field));
            yield return new FieldEntry(old is null ? EntryState.New : before == after ? EntryState.Same : EntryState.Changed, before, after);
        }

        foreach (var field in pair.Old.Fields.Where(field => !oldOf.Values.Contains(field))) yield return new FieldEntry(EntryState.Gone, Describe(field), null);
    }

    private static string Describe(DataField field) => $"{DataPairs.Display(field.Type)} {field.Name}{(field.BitWidth >= 0 ? $" : {field.BitWidth}" : "")} at {field.Offset}";

    private static IEnumerable<FieldEntry> Constants(DataPair pair)
    {
        var old = pair.Old.Constants.ToDictionary(constant => constant.Name, constant => constant.Value);
        foreach (var (name, value) in pair.New.Constants)
        {
            var isOld = old.Remove(name, out var before);
            yield return new FieldEntry(!isOld ? EntryState.New : before == value ? EntryState.Same : EntryState.Changed, isOld ? $"{name} = {before}" : null, $"{name} = {value}");
        }

        foreach (var (name, value) in old) yield return new FieldEntry(EntryState.Gone, $"{name} = {value}", null);
    }

    private IEnumerable<VariableEntry> Variables(IReadOnlyList<EntityBinding> bindings)
    {
        var taken = _match.OldEntityOf.Values.ToHashSet();
        foreach (var binding in bindings.Where(binding => binding.Entity.Entity.Kind != EntityKind.Function))
        {
            var (entity, state, what) = (binding.Entity.Entity, EntryState.Same, "stays in place");
            if (binding.MovedFrom is { } from) (state, what) = (EntryState.Changed, $"converted from {from.Entity.Type.Spelling}");
            else if (binding.Data is { Change: DataChange.Refused } refused) (state, what) = (EntryState.Changed, $"refused: {refused.Reason}");
            else if (binding.Variable == VariableBinding.Own) (state, what) = (EntryState.New, "new: it has its initial value");
            else if (binding.Old is { } old && old.Entity.QualifiedName != entity.QualifiedName) (state, what) = (EntryState.Changed, $"stays in place; it was '{old.Entity.QualifiedName}'");
            yield return new VariableEntry(state, entity.QualifiedName, Place(binding.Entity), entity.Type.Spelling, what);
        }

        foreach (var old in _match.Old.Entities.Where(entity => entity.Entity.Kind != EntityKind.Function && !taken.Contains(entity))) yield return new VariableEntry(EntryState.Gone, old.Entity.QualifiedName, Place(old), old.Entity.Type.Spelling, "gone: its value is lost");
    }

    private static SourcePlace Place(VersionEntity entity) => Place(entity.Unit, entity.Entity.Sites[0].NameSpan.Start);

    private SourcePlace PlaceOf(ContinuationPoint point) => Place(_unitOf[point], point.Offset);

    private static SourcePlace Place(VersionUnit unit, int offset)
    {
        var origin = unit.Analysed.Source.OriginOf(offset);
        return new SourcePlace(origin.File, origin.Line);
    }
}
