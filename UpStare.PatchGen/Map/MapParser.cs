// Parses a map: one method a statement.  What is wrong is collected, with place, line and caret, and thrown at once; after
// an error parsing goes on at the next line that starts with a statement's word.

using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Map;

/// <summary>Parses maps.</summary>
public sealed class MapParser
{
    private static readonly string[] Keywords =
        ["unit", "function", "variable", "type", "field", "constant", "local", "point", "narrow", "keep", "reset", "opaque", "length", "pointee", "arms", "before", "after", "forbid"];

    private readonly MapReader _reader;
    private readonly List<MapStatement> _statements = [];
    private readonly List<MapSyntaxException> _errors = [];

    private MapParser(string file, string text) => _reader = new MapReader(file, text);

    /// <summary>The statements of a map; throws InvalidDataException with every error.</summary>
    public static IReadOnlyList<MapStatement> Parse(string file, string text)
    {
        var parser = new MapParser(file, text);
        parser.Run();
        if (parser._errors.Count > 0) throw new InvalidDataException(string.Join('\n', parser._errors.Select(parser._reader.Describe)));
        return parser._statements;
    }

    private void Run()
    {
        for (_reader.SkipLines(); !_reader.IsAtEnd; _reader.SkipLines())
        {
            var start = _reader.Position;
            try
            {
                _statements.Add(Statement(_reader.PlaceOf(start)));
                _reader.TryTake(";");
                if (!_reader.IsAtLineEnd) throw _reader.Expected("the end of the statement");
            }
            catch (MapSyntaxException error)
            {
                _errors.Add(error);
                do _reader.NextLine();
                while (!_reader.IsAtEnd && !Keywords.Contains(_reader.PeekWord()));
            }
        }
    }

    private MapStatement Statement(MapPlace place)
    {
        var start = _reader.Position;
        var word = _reader.PeekWord();
        if (word.Length > 0) _reader.TakeWord("");
        return word switch
        {
            "unit" => Unit(place),
            "function" => Function(place),
            "variable" => Variable(place),
            "type" => Type(place),
            "field" => Field(place),
            "constant" => Constant(place),
            "local" => Local(place),
            "point" => Point(place),
            "narrow" => new NarrowStatement(place, Target("variable", "field", "local")),
            "keep" => new KeepStatement(place, ((VariableTarget)Target("variable")).Variable),
            "reset" => new ResetStatement(place, ((VariableTarget)Target("variable")).Variable),
            "opaque" => new OpaqueStatement(place, Target("type", "field", "variable", "local")),
            "length" => Length(place),
            "pointee" => Pointee(place),
            "arms" => Arms(place),
            "before" => new CodeStatement(place, IsBefore: true, InFile(), _reader.TakeCode()),
            "after" => new CodeStatement(place, IsBefore: false, InFile(), _reader.TakeCode()),
            "forbid" => Forbid(place),
            "" => throw _reader.Expected("a statement"),
            _ => throw new MapSyntaxException(start, $"'{word}' starts no statement{Spelling.Suggestion(word, Keywords)}; statements are {string.Join(", ", Keywords)}"),
        };
    }

    private UnitRename Unit(MapPlace place)
    {
        var old = _reader.TakeString("the unit's name in the old version");
        Arrow();
        return new UnitRename(place, old, _reader.TakeString("the unit's name in the new version"));
    }

    private FunctionRename Function(MapPlace place)
    {
        var old = Name("the function's name in the old version");
        Arrow();
        return new FunctionRename(place, old, Name("the function's name in the new version"));
    }

    private MapStatement Variable(MapPlace place)
    {
        var name = VariableName();
        if (_reader.TryTake("=")) return new ValueStatement(place, new VariableTarget(name), Expression());
        ArrowOrValue();
        return new VariableRename(place, name, VariableName());
    }

    private TypeRename Type(MapPlace place)
    {
        var old = TypeName();
        Arrow();
        return new TypeRename(place, old, TypeName());
    }

    private MapStatement Field(MapPlace place)
    {
        var target = FieldName();
        if (_reader.TryTake("=")) return new ValueStatement(place, target, Expression());
        ArrowOrValue();
        return new FieldRename(place, target, Path("the field's name in the new version"));
    }

    private ConstantRename Constant(MapPlace place)
    {
        var old = _reader.TakeWord("the constant's name in the old version");
        Arrow();
        return new ConstantRename(place, old, _reader.TakeWord("the constant's name in the new version"));
    }

    private MapStatement Local(MapPlace place)
    {
        var target = LocalName();
        if (_reader.TryTake("=")) return new ValueStatement(place, target, Expression());
        ArrowOrValue();
        return new LocalRename(place, target, _reader.TakeWord("the variable's name in the new version"));
    }

    private PointStatement Point(MapPlace place)
    {
        var old = Points();
        _reader.SkipLines();
        Arrow();
        var @new = Points();
        return new PointStatement(place, old, @new, _reader.TryTake("{") ? Values() : []);
    }

    private List<MapPoint> Points()
    {
        var result = new List<MapPoint>();
        do
        {
            _reader.SkipLines();
            result.Add(PointName(Name("a function's name")));
        }
        while (_reader.TryTake(","));

        return result;
    }

    private MapPoint PointName(MapName function)
    {
        if (!_reader.TryTake(":")) throw _reader.Expected("':' and one of 'call CALLEE #N', 'loop #N', 'entry'");
        if (_reader.TryTakeWord("call")) return new MapPoint(function, PointKind.Call, _reader.TryTake("*") ? "*" : _reader.TakeWord("the name of the function that is called, or * for a call through a pointer"), _reader.TryTakeOrdinal());
        if (_reader.TryTakeWord("loop")) return new MapPoint(function, PointKind.Loop, null, _reader.TryTakeOrdinal());
        if (_reader.TryTakeWord("entry")) return new MapPoint(function, PointKind.Entry, null, null);
        throw _reader.Expected("one of 'call CALLEE #N', 'loop #N', 'entry'");
    }

    private List<PointValue> Values()
    {
        var result = new List<PointValue>();
        for (_reader.SkipLines(); !_reader.TryTake("}"); _reader.SkipLines())
        {
            var place = _reader.PlaceOf(_reader.Position);
            var name = _reader.TakeWord("a local variable of the new version, or '}'");
            var function = _reader.TryTake(".") ? name : null;
            if (function is not null) name = _reader.TakeWord("a local variable of the new version");
            if (!_reader.TryTake("=")) throw _reader.Expected("'=' and an expression");
            result.Add(new PointValue(place, function, name, Expression()));
            _reader.TryTake(";");
        }

        return result;
    }

    private LengthStatement Length(MapPlace place)
    {
        var target = Target("variable", "field", "local");
        if (!_reader.TryTake("=")) throw _reader.Expected("'=' and the number of elements");
        var count = _reader.TakeExpression("a C expression", until: "of");
        return new LengthStatement(place, target, count, _reader.TryTakeWord("of") ? Expression() : null);
    }

    private PointeeStatement Pointee(MapPlace place)
    {
        var target = Target("variable", "field", "local");
        if (!_reader.TryTake("=")) throw _reader.Expected("'=' and the type that it leads to");
        return new PointeeStatement(place, target, TypeName());
    }

    private ArmsStatement Arms(MapPlace place)
    {
        var target = Target("field", "variable", "type", "local");
        _reader.SkipLines();
        if (!_reader.TryTake("{")) throw _reader.Expected("'{' and the arms");
        var arms = new List<UnionArm>();
        for (_reader.SkipLines(); !_reader.TryTake("}"); _reader.SkipLines())
        {
            var (start, at) = (_reader.Position, _reader.PlaceOf(_reader.Position));
            if (arms.Count > 0 && arms[^1].Condition is null) throw new MapSyntaxException(start, "nothing can come after 'otherwise'");
            var member = _reader.TakeWord("a member of the union, or '}'");
            if (_reader.TryTakeWord("otherwise")) arms.Add(new UnionArm(at, member, null));
            else if (_reader.TryTakeWord("when")) arms.Add(new UnionArm(at, member, Expression()));
            else throw _reader.Expected("'when CONDITION' or 'otherwise'");
            _reader.TryTake(";");
        }

        return arms.Count > 0 ? new ArmsStatement(place, target, arms) : throw _reader.Expected("an arm: 'MEMBER when CONDITION;' or 'MEMBER otherwise;'");
    }

    private ForbidStatement Forbid(MapPlace place)
    {
        var function = Name("a function's name in the old version");
        return _reader.IsAtLineEnd ? new ForbidStatement(place, function, null) : new ForbidStatement(place, function, PointName(function));
    }

    private MapTarget Target(params string[] kinds)
    {
        var word = _reader.PeekWord();
        if (!kinds.Contains(word)) throw _reader.Expected(string.Join(" or ", kinds.Select(kind => $"'{kind}'")) + " and a name");
        _reader.TakeWord("");
        return word switch
        {
            "variable" => new VariableTarget(VariableName()),
            "field" => FieldName(),
            "local" => LocalName(),
            "type" => new TypeTarget(TypeName()),
            _ => throw new InvalidOperationException(word),
        };
    }

    private MapName Name(string what)
    {
        _reader.SkipBlanks();
        var place = _reader.PlaceOf(_reader.Position);
        var name = _reader.TakeWord(what);
        return new MapName(name, InFile(), place);
    }

    private MapName VariableName()
    {
        _reader.SkipBlanks();
        var place = _reader.PlaceOf(_reader.Position);
        var name = _reader.TakeWord("a variable's name");
        if (_reader.TryTake(".")) name += "." + _reader.TakeWord("the name of a static local");
        return new MapName(name, InFile(), place);
    }

    private string? InFile() => _reader.TryTakeWord("in") ? _reader.TakeString("a file name") : null;

    private MapTypeName TypeName()
    {
        _reader.SkipBlanks();
        var place = _reader.PlaceOf(_reader.Position);
        var word = _reader.TakeWord("a type: 'struct T', 'union T', 'enum T' or the name of a typedef");
        return new MapTypeName(word is "struct" or "union" or "enum" ? $"{word} {_reader.TakeWord($"the tag of the {word}")}" : word, place);
    }

    private FieldTarget FieldName()
    {
        var type = TypeName();
        if (!_reader.TryTake(".")) throw _reader.Expected("'.' and a field");
        return new FieldTarget(type, Path("a field"));
    }

    private string Path(string what)
    {
        var path = _reader.TakeWord(what);
        while (_reader.TryTake(".")) path += "." + _reader.TakeWord("a field");
        return path;
    }

    private LocalTarget LocalName()
    {
        _reader.SkipBlanks();
        var place = _reader.PlaceOf(_reader.Position);
        var function = _reader.TakeWord("FUNCTION.NAME");
        if (!_reader.TryTake(".")) throw _reader.Expected("'.' and a local variable");
        var name = _reader.TakeWord("a local variable");
        return new LocalTarget(new MapName(function, InFile(), place), name);
    }

    private void Arrow()
    {
        if (!_reader.TryTake("->")) throw _reader.Expected("'->' and what it is in the new version");
    }

    private void ArrowOrValue()
    {
        if (!_reader.TryTake("->")) throw _reader.Expected("'->' and the name in the new version, or '=' and an expression");
    }

    private MapExpression Expression() => _reader.TakeExpression("a C expression");
}
