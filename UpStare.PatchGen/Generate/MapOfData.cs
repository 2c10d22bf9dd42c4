// The user's map as far as it is about types and fields: renames, values, what may be narrowed, what is opaque.

using UpStare.PatchGen.Map;

namespace UpStare.PatchGen.Generate;

/// <summary>Answers by the statements of a map.</summary>
internal sealed class MapOfData : IDataMap
{
    private readonly HashSet<string> _narrowed, _opaque, _inner;
    private readonly Dictionary<string, MapExpression> _values;
    private readonly Dictionary<string, ArmsStatement> _arms;
    private readonly Dictionary<string, LengthStatement> _lengths;
    private readonly Dictionary<string, string> _pointees;
    private readonly Dictionary<string, string> _oldTypes;
    private readonly Dictionary<(string Type, string Field), string> _oldFields;
    private readonly Dictionary<string, string> _newConstants;

    public MapOfData(UserMap map)
    {
        _narrowed = [.. map.All<NarrowStatement>().Select(statement => PlaceOf(statement.Target))];
        _opaque = [.. map.All<OpaqueStatement>().Select(statement => PlaceOf(statement.Target))];
        _values = map.Values<FieldTarget>().GroupBy(pair => PlaceOf(pair.Target)).ToDictionary(group => group.Key, group => group.First().Value);
        _arms = map.All<ArmsStatement>().GroupBy(statement => PlaceOf(statement.Target)).ToDictionary(group => group.Key, group => group.First());
        _lengths = map.All<LengthStatement>().Where(statement => statement.Target is FieldTarget).GroupBy(statement => PlaceOf(statement.Target)).ToDictionary(group => group.Key, group => group.First());
        _pointees = map.All<PointeeStatement>().GroupBy(statement => PlaceOf(statement.Target)).ToDictionary(group => group.Key, group => group.First().Type.Name);
        _oldTypes = map.All<TypeRename>().GroupBy(s => s.New.Name).ToDictionary(group => group.Key, group => group.First().Old.Name);
        _newConstants = map.All<ConstantRename>().GroupBy(s => s.Old).ToDictionary(group => group.Key, group => group.First().New);
        _oldFields = map.All<FieldRename>().GroupBy(s => (Owner(s.Old), LastOf(s.NewPath))).ToDictionary(group => group.Key, group => LastOf(group.First().Old.Path));
        _inner = [.. map.Statements.Select(FieldOf).OfType<FieldTarget>().Where(field => field.Path.Contains('.', StringComparison.Ordinal)).Select(Owner)];
    }

    public MapExpression? FieldValue(string type, string field) => _values.GetValueOrDefault($"{type}.{field}");

    public ArmsStatement? Arms(string type, string field) => _arms.GetValueOrDefault($"{type}.{field}");

    public LengthStatement? Length(string type, string field) => _lengths.GetValueOrDefault($"{type}.{field}");

    public string? Pointee(string place) => _pointees.GetValueOrDefault(place);

    public bool IsOpaque(string place) => _opaque.Contains(place);

    public bool AllowsNarrowing(string place) => _narrowed.Contains(place);

    public string OldTypeName(string name) => _oldTypes.GetValueOrDefault(name, name);

    public string NewTypeName(string name) => _oldTypes.FirstOrDefault(pair => pair.Value == name).Key ?? name;

    public string OldFieldName(string type, string field) => _oldFields.GetValueOrDefault((OldPath(type), field), field);

    public bool SaysOfFields(string place) => _inner.Contains(place) || _inner.Contains(OldPath(place));

    public string NewConstantName(string name) => _newConstants.GetValueOrDefault(name, name);

    // struct T.in: a field whose type has no name of its own.
    private string OldPath(string type) => type.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? OldTypeName(type[..dot]) + type[dot..] : OldTypeName(type);

    private static string Owner(FieldTarget field) => field.Path.LastIndexOf('.') is >= 0 and var dot ? $"{field.Type.Name}.{field.Path[..dot]}" : field.Type.Name;

    private static string LastOf(string path) => path[(path.LastIndexOf('.') + 1)..];

    private static MapTarget? FieldOf(MapStatement statement) => statement switch
    {
        FieldRename s => s.Old,
        ValueStatement s => s.Target,
        NarrowStatement s => s.Target,
        OpaqueStatement s => s.Target,
        LengthStatement s => s.Target,
        PointeeStatement s => s.Target,
        ArmsStatement s => s.Target,
        _ => null,
    };

    /// <summary>How pairs of types name what a statement is about.</summary>
    private static string PlaceOf(MapTarget target) => target switch
    {
        VariableTarget variable => variable.Variable.Name,
        FieldTarget field => $"{field.Type.Name}.{field.Path}",
        LocalTarget local => $"{local.Function.Name}.{local.Name}",
        TypeTarget type => type.Type.Name,
        _ => "",
    };
}
