// What the user's map adds to the data transformers: values of variables, and code that runs before the first and after the last of
// them.  Each becomes a function of the patch, compiled in the unit of the new version that it belongs to, so that what is visible there
// can be used; `old.NAME` is the old version's variable in its place:
//
//     variable capacity = old.count > 16 ? old.count : 16      ---->
//
//     extern unsigned char __upstare_o7[] __attribute__ ((__visibility__ ("hidden")));
//     void __upstare_s0 (void *upstare_value)
//     {
//     # 3 "shop.map"
//       int upstare_v = ( (*(int *) __upstare_o7) > 16 ? (*(int *) __upstare_o7) : 16 );
//       __builtin_memcpy (upstare_value, &upstare_v, sizeof upstare_v);
//     }

using System.Globalization;
using System.Text;
using UpStare.Compiler.Emit;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Build;
using UpStare.PatchGen.Map;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Generate;

/// <summary>The steps of a map.</summary>
public sealed class MapSteps
{
    private const string Place = "__upstare_o";
    private const char Name = '\u0001'; // stands for the function's name until it has a number
    private readonly ProgramMatch _match;
    private readonly HashSet<VersionEntity> _staying; // old variables that are the new version's own
    private readonly List<Step> _steps = [];
    private readonly List<string> _errors = [];

    private MapSteps(ProgramMatch match, IEnumerable<EntityBinding> bindings) => (_match, _staying) = (match, [.. bindings.Where(binding => binding.Variable == VariableBinding.Shared).Select(binding => binding.Old).OfType<VersionEntity>()]);

    private sealed record Step(StepKind Kind, VersionUnit Unit, string Source, EntityBinding? Binding, DataPair? Type);

    /// <summary>Makes them; throws InvalidDataException with everything that is wrong in the map.</summary>
    public static MapSteps Run(ProgramMatch match, IReadOnlyList<EntityBinding> bindings)
    {
        var result = new MapSteps(match, bindings);
        foreach (var (statement, unit) in match.Names.Codes.Where(code => code.Statement.IsBefore)) result.AddCode(StepKind.Before, unit, statement);
        foreach (var (number, value) in match.Names.VariableValues.OrderBy(pair => pair.Key)) result.AddValue(bindings[number], value);
        foreach (var (statement, unit) in match.Names.Codes.Where(code => !code.Statement.IsBefore)) result.AddCode(StepKind.After, unit, statement);
        foreach (var (number, length) in match.Names.VariableLengths.OrderBy(pair => pair.Key)) result.AddLength(bindings[number], length);
        return result._errors.Count == 0 ? result : throw new InvalidDataException(string.Join('\n', result._errors));
    }

    /// <summary>The functions of a unit.</summary>
    public string Source(VersionUnit unit) => string.Concat(_steps.Select((step, i) => (step, i)).Where(item => item.step.Unit == unit).Select(item =>
        item.step.Source.Replace(Name.ToString(), Symbol(item.i), StringComparison.Ordinal)));

    /// <summary>Fills the table of a patch.</summary>
    public void WriteTo(PatchFile patch, Func<string, (Segment Segment, uint Offset)?> place)
    {
        foreach (var (step, i) in _steps.Select((step, i) => (step, i)))
        {
            var code = place(Symbol(i))!.Value.Offset;
            if (step.Kind == StepKind.Length && !_match.Data.IsActive) continue;
            if (step.Kind == StepKind.Length) patch.Steps.Add(new StepEntry(step.Kind, code, Type: (uint)_match.Data.Types.Number(step.Type!)));
            else if (step.Binding is null) patch.Steps.Add(new StepEntry(step.Kind, code));
            else if (step.Binding.Old is { } old) patch.Steps.Add(new StepEntry(step.Kind, code, (uint)old.Number, 0, (uint)step.Binding.Entity.Entity.Type.Size, TypeOf(step)));
            else if (place(PatchPlan.PlaceSymbol(step.Binding.Number)) is { Segment: Segment.Data } own) patch.Steps.Add(new StepEntry(step.Kind, code, Abi.None, own.Offset, (uint)step.Binding.Entity.Entity.Type.Size, TypeOf(step)));
        }
    }

    /// <summary>The old variable that a symbol stands for; null: it is none of ours.</summary>
    public static uint? OldEntity(string symbol) =>
        symbol.StartsWith(Place, StringComparison.Ordinal) && uint.TryParse(symbol.AsSpan(Place.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Symbol(int number) => $"__upstare_s{number.ToString(CultureInfo.InvariantCulture)}";

    private uint TypeOf(Step step) => _match.Data.IsActive ? _match.Data.TypeNumber(step.Type) : Abi.None;

    private static string Head(string parameters) => $"__attribute__ ((__visibility__ (\"hidden\"), __used__, __noinline__)) void {Name} ({parameters})\n{{\n";

    private static string Line(MapExpression text) => string.Create(CultureInfo.InvariantCulture, $"# {text.Place.Line} \"{text.Place.File}\"\n");

    private void AddCode(StepKind kind, VersionUnit unit, CodeStatement statement)
    {
        var declarations = new StringBuilder();
        var code = Rewrite(statement.Code, unit, null, isCopy: false, declarations, isAfter: kind == StepKind.After);
        _steps.Add(new Step(kind, unit, $"{declarations}{Head("void")}{Line(statement.Code)}{code}\n}}\n", null, null));
    }

    private void AddValue(EntityBinding binding, MapExpression value)
    {
        var (entity, declarations) = (binding.Entity, new StringBuilder());
        var isCopy = value.References is [var only] && only.Start == 0 && only.Length == value.Text.Length;
        var text = Rewrite(value, entity.Unit, binding, isCopy, declarations).ReplaceLineEndings(" ");
        var type = entity.Entity.Type;
        var pair = type.Data is { } data && TypeTable.HoldsPointers(data) ? _match.Data.PairWithOld(type) : null;
        if (type.Data is { } held && TypeTable.HoldsPointers(held) && pair is null or { Change: DataChange.Refused }) _errors.Add($"{value.Place}: '{entity.Entity.QualifiedName}' holds pointers, and its type is none that the old version has: the map cannot give it a value");
        if (pair is not null) _match.Data.TypeNumber(pair);
        _steps.Add(new Step(StepKind.Value, entity.Unit, $"{declarations}{Head("void *upstare_value")}{Line(value)}  __typeof__ ({type.ValueSpelling}) upstare_v = ({text});\n  __builtin_memcpy (upstare_value, &upstare_v, sizeof upstare_v);\n}}\n", binding, pair));
    }

    // Where the old pointer leads, and how many elements there are.
    private void AddLength(EntityBinding binding, LengthStatement length)
    {
        var (entity, declarations) = (binding.Entity, new StringBuilder());
        if ((binding.MovedFrom ?? binding.Old) is not { Record: not null } old || binding.Data is null)
        {
            _errors.Add($"{length.Place}: the old version has no '{entity.Entity.QualifiedName}', whose length this would be");
            return;
        }

        _match.Data.Lengths.Add((binding.Data.Element, length));
        if (!DataLengths.Matters(binding.Data.Element)) return;
        _match.Data.Types.Number(binding.Data.Element!);
        _match.Data.Types.Counted.Add(binding.Data.Element!);
        var expressions = new[] { length.Count, length.Room }.OfType<MapExpression>().Select(text => (Line: Line(text), Text: Rewrite(text, entity.Unit, null, isCopy: false, declarations).ReplaceLineEndings(" "))).ToList();
        var room = expressions.Count > 1 ? $"{expressions[1].Line}  upstare_a.room = ({expressions[1].Text});\n" : "  upstare_a.room = upstare_a.count;\n";
        declarations.Append(CultureInfo.InvariantCulture, $"extern unsigned char {Place}{old.Number}[] __attribute__ ((__visibility__ (\"hidden\")));\n");
        _steps.Add(new Step(StepKind.Length, entity.Unit, $"{declarations}{Head("void *upstare_value")}  struct {{ unsigned long at; long count, room; }} upstare_a = {{ *(unsigned long *) {Place}{old.Number}, 0, 0 }};\n{expressions[0].Line}  upstare_a.count = ({expressions[0].Text});\n{room}  __builtin_memcpy (upstare_value, &upstare_a, sizeof upstare_a);\n}}\n", binding, binding.Data.Element));
    }

    // Afterwards a variable that stays holds what the new version knows.
    private string Rewrite(MapExpression text, VersionUnit unit, EntityBinding? binding, bool isCopy, StringBuilder declarations, bool isAfter = false) => text.Rewrite(reference =>
    {
        if (OldVariable(text, reference, unit, binding) is not { } old) return "0";
        var type = old.Entity.Type;
        if (!type.IsSpellable || old.Entity.HasLocalType || (!isCopy && !(isAfter && _staying.Contains(old)) && _match.Data.ChangedIn(type.Canonical) is not null))
        {
            _errors.Add($"{text.Place}: 'old{(reference.Name is null ? "" : "." + reference.Name)}' is of a type that cannot be used here: {type.Spelling}");
            return "0";
        }

        declarations.Append(CultureInfo.InvariantCulture, $"extern unsigned char {Place}{old.Number}[] __attribute__ ((__visibility__ (\"hidden\")));\n");
        return string.Create(CultureInfo.InvariantCulture, $" (*(__typeof__ ({type.ValueSpelling}) *) {Place}{old.Number}) ");
    });

    // Of several static ones, that of the unit's old version.
    private VersionEntity? OldVariable(MapExpression text, OldReference reference, VersionUnit unit, EntityBinding? binding)
    {
        if (reference.Name is null)
        {
            if (binding is not null && (binding.MovedFrom ?? binding.Old ?? _match.OldEntityOf.GetValueOrDefault(binding.Entity.Number)) is { Record: not null } own) return own;
            _errors.Add($"{text.Place}: {(binding is null ? "'old' must be followed by the name of a variable" : $"the old version has no '{binding.Entity.Entity.QualifiedName}', which 'old' would be")}");
            return null;
        }

        var all = _match.Old.Entities.Where(entity => entity.Entity.Kind == Compiler.Tree.EntityKind.Variable && entity.Record is not null && entity.Entity.Function is null).ToList();
        var found = all.Where(entity => entity.Entity.Name == reference.Name).ToList();
        if (found.Count > 1 && found.Where(entity => _match.NewUnitOf.GetValueOrDefault(entity.Unit) == unit).ToList() is { Count: 1 } here) found = here;
        if (found.Count == 1 || (found.Count > 1 && found.All(entity => !entity.Entity.IsStatic))) return found[0];
        _errors.Add(found.Count > 1
            ? $"{text.Place}: the old version has several variables '{reference.Name}'"
            : $"{text.Place}: the old version has no variable 'old.{reference.Name}'{Spelling.Suggestion(reference.Name, all.Select(entity => entity.Entity.Name))}");
        return null;
    }
}
