// Finds what the names of a map stand for in the two versions.
//
// A map that names what is not there is wrong, and the patch would not be the one the user means: every such name is an
// error, with the place in the map and the nearest name that is there.

using System.Text.RegularExpressions;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Generate;
using UpStare.PatchGen.Map;

namespace UpStare.PatchGen.Match;

/// <summary>A point statement whose names are resolved: frames outermost first.</summary>
public sealed record PointMapping(PointStatement Statement, IReadOnlyList<ContinuationPoint> Old, IReadOnlyList<ContinuationPoint> New);

/// <summary>The statements of a map that name functions, variables, locals and points, resolved.</summary>
public sealed class MapNames
{
    private readonly ProgramVersion _old, _new;
    private readonly UserMap _map;
    private readonly List<string> _errors = [];

    private MapNames(ProgramVersion old, ProgramVersion @new, UserMap map) => (_old, _new, _map) = (old, @new, map);

    /// <summary>New units by old.</summary>
    public Dictionary<VersionUnit, VersionUnit> Units { get; } = [];

    /// <summary>New functions by old.</summary>
    public Dictionary<FunctionDefinition, FunctionDefinition> Functions { get; } = [];

    /// <summary>Old variables by the new one's number.</summary>
    public Dictionary<int, VersionEntity> OldVariables { get; } = [];

    /// <summary>New names of locals by old function and old name.</summary>
    public Dictionary<(FunctionDefinition Function, string Name), string> NewLocals { get; } = [];

    /// <summary>Values of locals by new function and name.</summary>
    public Dictionary<(FunctionDefinition Function, string Name), MapExpression> LocalValues { get; } = [];

    /// <summary>Values of variables by the new one's number.</summary>
    public Dictionary<int, MapExpression> VariableValues { get; } = [];

    /// <summary>Lengths of arrays that local variables lead to, by new function and name.</summary>
    public Dictionary<(FunctionDefinition Function, string Name), LengthStatement> LocalLengths { get; } = [];

    /// <summary>Lengths of arrays that variables lead to, by the new one's number.</summary>
    public Dictionary<int, LengthStatement> VariableLengths { get; } = [];

    /// <summary>Numbers of new variables that keep the running value, and of those that take the new initial value, whatever the initialisers say.</summary>
    public HashSet<int> Kept { get; } = [];

    /// <inheritdoc cref="Kept"/>
    public HashSet<int> Reset { get; } = [];

    /// <summary>Code that runs before or after the data transformers, with the unit of the new version that it is compiled in.</summary>
    public List<(CodeStatement Statement, VersionUnit Unit)> Codes { get; } = [];

    /// <summary>Where points go on.</summary>
    public List<PointMapping> Points { get; } = [];

    /// <summary>New spellings of old identifiers, of whatever kind, for comparing source.</summary>
    public Dictionary<string, string> NewWords { get; } = [];

    /// <summary>Old functions in which there must be no update.</summary>
    public HashSet<FunctionDefinition> ForbiddenFunctions { get; } = [];

    /// <summary>Old points at which there must be no update.</summary>
    public HashSet<ContinuationPoint> ForbiddenPoints { get; } = [];

    /// <summary>Resolves a map; throws InvalidDataException with every name that is wrong.</summary>
    public static MapNames Resolve(ProgramVersion old, ProgramVersion @new, UserMap map)
    {
        var names = new MapNames(old, @new, map);
        foreach (var statement in map.Statements) names.Add(statement);
        foreach (var again in map.Statements.GroupBy(Subject).Where(group => group.Key is not null).SelectMany(group => group.Skip(1))) names.Error(again.Place, $"the map says two things of '{Subject(again)!.Value.Name}'");
        if (names._errors.Count > 0) throw new InvalidDataException(string.Join('\n', names._errors));
        return names;
    }

    /// <summary>What an identifier in an old function is called in the new version, as far as the map says so.</summary>
    public string NewWord(FunctionDefinition old, string word) => NewLocals.GetValueOrDefault((old, word)) ?? NewWords.GetValueOrDefault(word, word);

    /// <summary>The old name of a local variable of an old function's new version.</summary>
    public string OldLocal(FunctionDefinition old, string newName) => NewLocals.FirstOrDefault(pair => pair.Key.Function == old && pair.Value == newName).Key.Name ?? newName;

    private void Add(MapStatement statement)
    {
        switch (statement)
        {
            case UnitRename s:
                if (Unit(_old, s.Old, s.Place) is { } oldUnit && Unit(_new, s.New, s.Place) is { } newUnit && !Units.TryAdd(oldUnit, newUnit)) Error(s.Place, $"the unit \"{s.Old}\" is mapped twice");
                break;
            case FunctionRename s:
                if (Function(_old, s.Old) is { } oldFunction && Function(_new, s.New) is { } newFunction && !Functions.TryAdd(oldFunction, newFunction)) Error(s.Place, $"the function '{s.Old.Name}' is mapped twice");
                NewWords.TryAdd(s.Old.Name, s.New.Name);
                break;
            case VariableRename s:
                if (Variable(_old, s.Old) is { } oldVariable && Variable(_new, s.New) is { } newVariable && !OldVariables.TryAdd(newVariable.Number, oldVariable)) Error(s.Place, $"two variables become '{s.New.Name}'");
                NewWords.TryAdd(s.Old.Name.Split('.')[^1], s.New.Name.Split('.')[^1]);
                break;
            case LocalRename s:
                if (Local(_old, s.Old) is { } renamed && !NewLocals.TryAdd((renamed, s.Old.Name), s.NewName)) Error(s.Place, $"the local variable '{s.Old.Name}' is mapped twice");
                break;
            case ValueStatement { Target: LocalTarget target } s:
                if (Local(_new, target) is { } valued && !LocalValues.TryAdd((valued, target.Name), s.Value)) Error(s.Place, $"'{target.Function.Name}.{target.Name}' gets two values");
                break;
            case ValueStatement { Target: VariableTarget target } s:
                if (Variable(_new, target.Variable) is { } variable) AddValue(variable, s);
                break;
            case KeepStatement s:
                if (Variable(_new, s.Variable) is { } kept && IsOrdinary(kept, s.Place)) Kept.Add(kept.Number);
                break;
            case ResetStatement s:
                if (Variable(_new, s.Variable) is { } reset && IsOrdinary(reset, s.Place)) Reset.Add(reset.Number);
                break;
            case CodeStatement s:
                if (CodeUnit(s) is { } codeUnit) Codes.Add((s, codeUnit));
                break;
            case ArmsStatement { Target: FieldTarget target } s:
                CheckArms(target, s);
                break;
            case LengthStatement { Target: FieldTarget target } s:
                if (FieldOf(target) is { } array && !IsArray(array.Type, mayBeOpen: true)) Error(s.Place, NoArray(target));
                break;
            case LengthStatement { Target: VariableTarget target } s:
                if (Variable(_new, target.Variable) is { } leading) AddLength(leading, s);
                break;
            case LengthStatement { Target: LocalTarget target } s:
                if (Local(_new, target) is { } having) AddLength(having, target, s);
                break;
            case PointeeStatement s:
                Add(s);
                break;
            case Map.OpaqueStatement s:
                TypesAt(s.Target);
                break;
            case NarrowStatement s:
                TypesAt(s.Target);
                break;
            case ValueStatement { Target: FieldTarget target }:
                FieldOf(target);
                break;
            case TypeRename s:
                Type(_old, s.Old);
                Type(_new, s.New);
                break;
            case ArmsStatement:
                Error(statement.Place, "this can be said of fields only");
                break;
            case PointStatement s:
                Add(s);
                break;
            case ForbidStatement { Point: { } point }:
                if (Point(_old, point) is { } forbiddenPoint) ForbiddenPoints.Add(forbiddenPoint);
                break;
            case ForbidStatement s:
                if (Function(_old, s.Function) is { } forbidden) ForbiddenFunctions.Add(forbidden);
                break;
            case FieldRename s:
                if (FieldOf(_old, s.Old) is not null) FieldOf(_new, Renamed(s));
                break;
            case ConstantRename s:
                Constant(_old, s.Old, s.Place);
                Constant(_new, s.New, s.Place);
                break;
            default:
                // What nobody heeds must not be taken for granted.
                Error(statement.Place, "upstare-diff does not understand this statement yet");
                break;
        }
    }

    // What a statement about types and fields (Generate/MapOfData) is about, where only one of its kind can be; null: nothing of that sort.
    private static (Type Kind, string Name)? Subject(MapStatement statement) => statement switch
    {
        ValueStatement { Target: FieldTarget } s => (s.GetType(), $"{s.Target}"),
        LengthStatement { Target: FieldTarget } s => (s.GetType(), $"{s.Target}"),
        ArmsStatement s => (s.GetType(), $"{s.Target}"),
        PointeeStatement s => (s.GetType(), $"{s.Target}"),
        FieldRename s => (s.GetType(), $"{s.Old}"),
        TypeRename s => (s.GetType(), $"{s.Old}"),
        ConstantRename s => (s.GetType(), s.Old),
        _ => null,
    };

    private bool IsOrdinary(VersionEntity variable, MapPlace place)
    {
        if (variable.Entity.Kind == EntityKind.ThreadLocal) Error(place, $"'{variable.Entity.QualifiedName}' is thread-local: every thread keeps its value");
        else if (variable.Entity.Type.IsConst) Error(place, $"'{variable.Entity.QualifiedName}' is constant: it has the value of its initialiser");
        else if (VariableValues.ContainsKey(variable.Number) || Kept.Contains(variable.Number) || Reset.Contains(variable.Number)) Error(place, $"the map says two things of '{variable.Entity.QualifiedName}'");
        else return true;
        return false;
    }

    private void AddValue(VersionEntity variable, ValueStatement statement)
    {
        if (variable.Entity.Kind == EntityKind.ThreadLocal) Error(statement.Place, $"'{statement.Target}' is thread-local: the map cannot give it a value");
        else if (variable.Entity.Type.IsConst) Error(statement.Place, $"'{statement.Target}' is constant: it has the value of its initialiser");
        else if (variable.Entity.Type is not { IsSpellable: true, Class: TypeClass.Integer or TypeClass.Floating or TypeClass.Memory }) Error(statement.Place, $"'{statement.Target}' is of a type that the map cannot give a value of");
        else if (Kept.Contains(variable.Number) || Reset.Contains(variable.Number)) Error(statement.Place, $"the map says two things of '{variable.Entity.QualifiedName}'");
        else if (!VariableValues.TryAdd(variable.Number, statement.Value)) Error(statement.Place, $"'{statement.Target}' gets two values");
    }

    // In the unit that is named, or main's.
    private VersionUnit? CodeUnit(CodeStatement statement)
    {
        if (statement.File is { } file) return Unit(_new, file, statement.Place);
        var unit = _new.Units.FirstOrDefault(unit => unit.Analysed.Tree.Functions.Any(function => function.Declaration.Name == "main"));
        if (unit is null) Error(statement.Place, "no unit that upstare-cc has compiled has a main: say in which one the code is compiled");
        return unit;
    }

    // The arms of a union: members that it had, or, where it was no union, one that it has.
    private void CheckArms(FieldTarget target, ArmsStatement statement)
    {
        if (FieldOf(target) is not { } field) return;
        if (field.Type.Kind != DataKind.Union) Error(target.Place, $"'{target.Type.Name}.{target.Path}' is no union");
        foreach (var arm in statement.Arms.SkipLast(1).Where(arm => arm.Condition is null)) Error(arm.Place, "an arm without a condition must be the last");
    }

    private DataField? FieldOf(FieldTarget target) => FieldOf(_new, target);

    // The field that a renamed one becomes: next to where it was, unless the map gives a path.
    private FieldTarget Renamed(FieldRename rename)
    {
        var (type, path) = (rename.Old.Type.Name, rename.Old.Path);
        var name = _map.All<TypeRename>().FirstOrDefault(statement => statement.Old.Name == type)?.New.Name ?? type;
        return new FieldTarget(new MapTypeName(name, rename.Place), rename.NewPath.Contains('.', StringComparison.Ordinal) ? rename.NewPath : path[..(path.LastIndexOf('.') + 1)] + rename.NewPath);
    }

    // Enumerations without a name are no definitions of their tree: their constants are words of its text.
    private void Constant(ProgramVersion version, string name, MapPlace place)
    {
        var constants = version.Units.SelectMany(unit => unit.Analysed.Tree.DataDefinitions).Where(type => type.Kind == DataKind.Enumeration).SelectMany(type => type.Constants).Select(constant => constant.Name).ToHashSet();
        if (constants.Contains(name) || version.Units.Any(unit => Regex.IsMatch(unit.Analysed.Source.Text, $@"\b{Regex.Escape(name)}\b"))) return;
        Error(place, NotThere("constant", name, Version(version), constants));
    }

    // A field; those of unnamed structs inside are its type's own, those of a field whose type has no name are named with it.
    private DataField? FieldOf(ProgramVersion version, FieldTarget target)
    {
        DataField? field = null;
        var (type, path) = (Type(version, target.Type), target.Type.Name);
        foreach (var name in target.Path.Split('.').TakeWhile(_ => type is not null))
        {
            var fields = DataPairs.FlatFields(type!).ToList();
            field = fields.FirstOrDefault(candidate => candidate.Name == name);
            if (field is null) Error(target.Place, NotThere("field", $"{path}.{name}", Version(version), fields.Select(candidate => $"{path}.{candidate.Name}")));
            (type, path) = (field is null ? null : Unnamed(field.Type), $"{path}.{name}");
        }

        if (field is not null && path != $"{target.Type.Name}.{target.Path}") Error(target.Place, $"the type of '{path}' has a name of its own, or no fields: name the field by it");
        return field;
    }

    private static DataType? Unnamed(DataType type) => type.Kind is DataKind.Array or DataKind.Pointer ? Unnamed(type.Element!) : type is { Kind: DataKind.Struct or DataKind.Union, IsUnnamed: true } ? type : null;

    // Types of the new version's things that a statement is about: several locals can have one name.
    private IEnumerable<DataType?> TypesAt(MapTarget target) => target switch
    {
        TypeTarget type => [Type(_new, type.Type)],
        FieldTarget field => FieldOf(field) is { } found ? [found.Type] : [],
        VariableTarget variable => Variable(_new, variable.Variable) is { } found ? [found.Entity.Type.Data] : [],
        LocalTarget local => Local(_new, local) is { } function ? function.Locals.Where(candidate => candidate.Name == local.Name && !candidate.IsTemporary).Select(candidate => candidate.Type.Data) : [],
        _ => throw new InvalidOperationException(target.ToString()),
    };

    // What a pointer to anything leads to: it must be such a pointer, or one to that very type now, and the type must be there.
    private void Add(PointeeStatement statement)
    {
        Type(_new, statement.Type);
        if (TypesAt(statement.Target).Any(type => !CanLeadTo(type, statement.Type.Name))) Error(statement.Place, $"'{statement.Target}' is no pointer that could lead to anything ('void *', 'char *'): its type says what it leads to");
    }

    private static bool CanLeadTo(DataType? type, string pointee) => type switch
    {
        { Kind: DataKind.Array } => CanLeadTo(type.Element, pointee),
        { Kind: DataKind.Pointer, Element.Kind: DataKind.Pointer or DataKind.Array } => CanLeadTo(type.Element, pointee),
        { Kind: DataKind.Pointer, Element: { } element } => DataPairs.IsAnything(element) || element.Name == pointee,
        _ => false,
    };

    private static bool IsArray(DataType? type, bool mayBeOpen = false) => type?.Kind switch
    {
        DataKind.Pointer => type.Element is { IsFunction: false, Name: not "void" },
        DataKind.Array => mayBeOpen && type.Count == 0,
        _ => false,
    };

    private static string NoArray(MapTarget target) => $"'{target}' is neither a pointer to data that have a type nor an array without a size at the end of a struct: it has no length that the map could say";

    private void AddLength(VersionEntity variable, LengthStatement statement)
    {
        if (variable.Entity.Kind == EntityKind.ThreadLocal) Error(statement.Place, $"'{variable.Entity.QualifiedName}' is thread-local: the map cannot say its length");
        else if (!IsArray(variable.Entity.Type.Data)) Error(statement.Place, NoArray(statement.Target));
        else if (!VariableLengths.TryAdd(variable.Number, statement)) Error(statement.Place, $"'{statement.Target}' gets two lengths");
    }

    private void AddLength(FunctionDefinition function, LocalTarget target, LengthStatement statement)
    {
        if (function.Locals.Where(local => local.Name == target.Name && !local.IsTemporary).Any(local => !IsArray(local.Type.Data))) Error(statement.Place, NoArray(target));
        else if (!LocalLengths.TryAdd((function, target.Name), statement)) Error(statement.Place, $"'{target}' gets two lengths");
    }

    private static IEnumerable<DataType> TypesOf(ProgramVersion version) => version.Units.SelectMany(unit => unit.Analysed.Tree.DataDefinitions).Where(type => !type.IsUnnamed);

    private DataType? Type(ProgramVersion version, MapTypeName name)
    {
        var found = TypeOf(version, name.Name);
        if (found is null) Error(name.Place, NotThere("type", name.Name, Version(version), TypesOf(version).Select(type => type.Name)));
        return found;
    }

    private static DataType? TypeOf(ProgramVersion version, string name) => TypesOf(version).FirstOrDefault(type => type.Name == name && type.Kind != DataKind.None);

    private void Add(PointStatement statement)
    {
        var (old, @new) = (statement.Old.Select(point => Point(_old, point)).ToList(), statement.New.Select(point => Point(_new, point)).ToList());
        if (old.Contains(null) || @new.Contains(null)) return;
        foreach (var value in statement.Values)
        {
            var functions = @new.Select(point => point!.Function).Where(f => value.Function is null || f.Declaration.Name == value.Function).ToList();
            var having = functions.Where(f => f.Locals.Any(local => local.Name == value.Name && !local.IsTemporary)).Distinct().ToList();
            if (functions.Count == 0) Error(value.Place, $"'{value.Function}' is none of the new functions of this statement");
            else if (having.Count == 0) Error(value.Place, NotThere("local variable", value.Name, "new", functions.SelectMany(LocalNames)));
            else if (having.Count > 1) Error(value.Place, $"several of the new functions have a local variable '{value.Name}': write {having[0].Declaration.Name}.{value.Name}");
        }

        Points.Add(new PointMapping(statement, [.. old.OfType<ContinuationPoint>()], [.. @new.OfType<ContinuationPoint>()]));
    }

    private VersionUnit? Unit(ProgramVersion version, string name, MapPlace place)
    {
        var found = version.Units.Where(unit => EndsLike(unit.Stored.MainFile, name)).ToList();
        if (found.Count == 1) return found[0];
        Error(place, found.Count > 1 ? $"several units of the {Version(version)} version are called \"{name}\": {string.Join(", ", found.Select(unit => unit.Stored.MainFile))}" : NotThere("unit", name, Version(version), version.Units.Select(unit => unit.Stored.MainFile)));
        return null;
    }

    private FunctionDefinition? Function(ProgramVersion version, MapName name)
    {
        var all = version.Units.SelectMany(unit => unit.Analysed.Tree.Functions.Where(f => !f.IsSystemInline).Select(f => (Unit: unit, Function: f))).ToList();
        var found = all.Where(pair => pair.Function.Declaration.Name == name.Name && IsIn(pair.Unit, name)).ToList();
        if (found.Count == 1) return found[0].Function;
        Error(name.Place, found.Count > 1 ? Ambiguous("functions", name, version, found.Select(pair => pair.Unit)) : NotThere("function", name.ToString(), Version(version), all.Select(pair => pair.Function.Declaration.Name)));
        return null;
    }

    private VersionEntity? Variable(ProgramVersion version, MapName name)
    {
        var all = version.Entities.Where(entity => entity.Entity.Kind != EntityKind.Function).ToList();
        var found = all.Where(entity => entity.Entity.QualifiedName == name.Name && IsIn(entity.Unit, name)).ToList();
        if (found.Count == 1 || (found.Count > 1 && found.All(entity => !entity.Entity.IsStatic))) return found[0];
        Error(name.Place, found.Count > 1 ? Ambiguous("variables", name, version, found.Select(entity => entity.Unit)) : NotThere("variable", name.ToString(), Version(version), all.Select(entity => entity.Entity.QualifiedName)));
        return null;
    }

    private FunctionDefinition? Local(ProgramVersion version, LocalTarget target)
    {
        var function = Function(version, target.Function);
        if (function is null || LocalNames(function).Contains(target.Name)) return function;
        Error(target.Place, NotThere("local variable", $"{target.Function.Name}.{target.Name}", Version(version), LocalNames(function).Select(name => $"{target.Function.Name}.{name}")));
        return null;
    }

    private ContinuationPoint? Point(ProgramVersion version, MapPoint name)
    {
        if (Function(version, name.Function) is not { } function) return null;
        var found = function.Points.Where(point => PointNames.What(point) == name.What).ToList();
        if (name.Ordinal is null && found.Count == 1) return found[0];
        if (name.Ordinal is { } ordinal && ordinal <= found.Count) return found[ordinal - 1];
        var points = function.Points.Count == 0 ? "it has none" : "it has " + string.Join(", ", function.Points.Select(PointNames.InFunction));
        Error(name.Place, name.Ordinal is null && found.Count > 1
            ? $"'{name.Function.Name}' has {found.Count} points '{name.What}': say which, from #1 to #{found.Count}"
            : $"'{name.Function.Name}' has no continuation point '{name.What}{(name.Ordinal is { } n ? $" #{n}" : "")}' in the {Version(version)} version: {points}");
        return null;
    }

    private static IEnumerable<string> LocalNames(FunctionDefinition function) => function.Locals.Where(local => !local.IsTemporary).Select(local => local.Name);

    private static bool IsIn(VersionUnit unit, MapName name) => name.File is null || EndsLike(unit.Stored.MainFile, name.File);

    private static bool EndsLike(string path, string name) => path == name || path.EndsWith("/" + name, StringComparison.Ordinal);

    private string Version(ProgramVersion version) => ReferenceEquals(version, _old) ? "old" : "new";

    private string Ambiguous(string kind, MapName name, ProgramVersion version, IEnumerable<VersionUnit> units) =>
        $"the {Version(version)} version has several {kind} '{name.Name}': write {string.Join(" or ", units.Select(unit => $"{name.Name} in \"{unit.Stored.MainFile}\""))}";

    private static string NotThere(string kind, string name, string version, IEnumerable<string> candidates) =>
        $"the map names the {kind} '{name}', which the {version} version does not have{Spelling.Suggestion(name, candidates)}";

    private void Error(MapPlace place, string message) => _errors.Add($"{place}: {message}");
}
