// The statements of a map (docs/map.md), as the parser leaves them: names as the user wrote them, each with its place
// for messages.  Immutable.  What the names stand for in the two versions is found out elsewhere (Match/MapNames).
//
// One rule for reading them: `A -> B` says that the old A is the new B, so the left side has old names and the right
// side new ones; `B = EXPRESSION` gives the new B a value in terms of old ones.

namespace UpStare.PatchGen.Map;

/// <summary>Where something stands in a map.</summary>
public readonly record struct MapPlace(string File, int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}:{Column}";
}

/// <summary>A function or a variable; <c>f.x</c> is the static local x of f. The file, where it is given, is the end of its unit's name.</summary>
public sealed record MapName(string Name, string? File, MapPlace Place)
{
    /// <inheritdoc/>
    public override string ToString() => File is null ? Name : $"{Name} in \"{File}\"";
}

/// <summary>A type: <c>struct T</c>, <c>union T</c>, <c>enum T</c>, or the name of a typedef.</summary>
public sealed record MapTypeName(string Name, MapPlace Place)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>What a statement can be about.</summary>
public abstract record MapTarget(MapPlace Place);

/// <summary><c>variable NAME</c>.</summary>
public sealed record VariableTarget(MapName Variable) : MapTarget(Variable.Place)
{
    /// <inheritdoc/>
    public override string ToString() => $"variable {Variable}";
}

/// <summary><c>field TYPE.NAME</c>; in nested structs without a name of their own <c>TYPE.OUTER.NAME</c>.</summary>
public sealed record FieldTarget(MapTypeName Type, string Path) : MapTarget(Type.Place)
{
    /// <inheritdoc/>
    public override string ToString() => $"field {Type}.{Path}";
}

/// <summary><c>local FUNCTION.NAME</c>, a parameter too.</summary>
public sealed record LocalTarget(MapName Function, string Name) : MapTarget(Function.Place)
{
    /// <inheritdoc/>
    public override string ToString() => $"local {Function.Name}.{Name}{(Function.File is null ? "" : $" in \"{Function.File}\"")}";
}

/// <summary><c>type TYPE</c>.</summary>
public sealed record TypeTarget(MapTypeName Type) : MapTarget(Type.Place)
{
    /// <inheritdoc/>
    public override string ToString() => $"type {Type}";
}

/// <summary>Kinds of continuation points, as the map names them.</summary>
public enum PointKind
{
    /// <summary>A suspended call.</summary>
    Call,

    /// <summary>The head of a loop.</summary>
    Loop,

    /// <summary>The entry of a function.</summary>
    Entry,
}

/// <summary>
/// A continuation point: <c>FUNCTION: call CALLEE #N</c>, <c>FUNCTION: loop #N</c>, <c>FUNCTION: entry</c>. The callee of a call through a
/// pointer is <c>*</c>. The ordinal counts the function's points of that kind and callee, from 1; it may be missing where there is one.
/// </summary>
public sealed record MapPoint(MapName Function, PointKind Kind, string? Callee, int? Ordinal) : MapTarget(Function.Place)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Function}: {What}{(Ordinal is { } n ? $" #{n}" : "")}";

    /// <summary>The point without function and ordinal.</summary>
    public string What => Kind switch { PointKind.Call => $"call {Callee}", PointKind.Loop => "loop", PointKind.Entry => "entry", _ => throw new InvalidOperationException(Kind.ToString()) };
}

/// <summary>A statement.</summary>
public abstract record MapStatement(MapPlace Place);

/// <summary><c>unit "OLD.c" -> "NEW.c"</c>.</summary>
public sealed record UnitRename(MapPlace Place, string Old, string New) : MapStatement(Place);

/// <summary><c>function OLD -> NEW</c>.</summary>
public sealed record FunctionRename(MapPlace Place, MapName Old, MapName New) : MapStatement(Place);

/// <summary><c>variable OLD -> NEW</c>.</summary>
public sealed record VariableRename(MapPlace Place, MapName Old, MapName New) : MapStatement(Place);

/// <summary><c>type OLD -> NEW</c>.</summary>
public sealed record TypeRename(MapPlace Place, MapTypeName Old, MapTypeName New) : MapStatement(Place);

/// <summary><c>field TYPE.OLD -> NEW</c>; the type is the old one.</summary>
public sealed record FieldRename(MapPlace Place, FieldTarget Old, string NewPath) : MapStatement(Place);

/// <summary><c>constant OLD -> NEW</c>: an enumeration constant.</summary>
public sealed record ConstantRename(MapPlace Place, string Old, string New) : MapStatement(Place);

/// <summary><c>local FUNCTION.OLD -> NEW</c>; the function is the old one.</summary>
public sealed record LocalRename(MapPlace Place, LocalTarget Old, string NewName) : MapStatement(Place);

/// <summary><c>variable NAME = EXPRESSION</c>, <c>field TYPE.NAME = EXPRESSION</c>, <c>local FUNCTION.NAME = EXPRESSION</c>.</summary>
public sealed record ValueStatement(MapPlace Place, MapTarget Target, MapExpression Value) : MapStatement(Place);

/// <summary>One value in the block of a point: <c>NAME = EXPRESSION;</c>, or <c>FUNCTION.NAME = ...</c> where there are several new frames.</summary>
public sealed record PointValue(MapPlace Place, string? Function, string Name, MapExpression Value);

/// <summary>
/// <c>point OLD, ... -> NEW, ... { values }</c>. Several points are the frames of one stack, outermost first: several old ones are merged,
/// several new ones split.
/// </summary>
public sealed record PointStatement(MapPlace Place, IReadOnlyList<MapPoint> Old, IReadOnlyList<MapPoint> New, IReadOnlyList<PointValue> Values) : MapStatement(Place);

/// <summary><c>narrow TARGET</c>: values that the new type cannot hold are cut.</summary>
public sealed record NarrowStatement(MapPlace Place, MapTarget Target) : MapStatement(Place);

/// <summary><c>keep variable NAME</c>: the running value stays, whatever the initialiser says.</summary>
public sealed record KeepStatement(MapPlace Place, MapName Variable) : MapStatement(Place);

/// <summary><c>reset variable NAME</c>: the variable takes its new initial value.</summary>
public sealed record ResetStatement(MapPlace Place, MapName Variable) : MapStatement(Place);

/// <summary><c>opaque TARGET</c>: bytes that are carried over as they are, and in which no pointers are looked for.</summary>
public sealed record OpaqueStatement(MapPlace Place, MapTarget Target) : MapStatement(Place);

/// <summary><c>length TARGET = COUNT</c> or <c>length TARGET = COUNT of ROOM</c>: how many elements a pointer points to, and how many there is memory for.</summary>
public sealed record LengthStatement(MapPlace Place, MapTarget Target, MapExpression Count, MapExpression? Room) : MapStatement(Place);

/// <summary><c>pointee TARGET = TYPE</c>: what a pointer to anything leads to; the type is that of the new version.</summary>
public sealed record PointeeStatement(MapPlace Place, MapTarget Target, MapTypeName Type) : MapStatement(Place);

/// <summary>An arm of a union: <c>NAME when CONDITION;</c> or, without a condition, <c>NAME otherwise;</c>.</summary>
public sealed record UnionArm(MapPlace Place, string Member, MapExpression? Condition);

/// <summary><c>arms TARGET { ... }</c>: which member of a union holds the value. The first arm whose condition holds counts.</summary>
public sealed record ArmsStatement(MapPlace Place, MapTarget Target, IReadOnlyList<UnionArm> Arms) : MapStatement(Place);

/// <summary><c>before { C }</c> or <c>after { C }</c>: code that runs before or after the data transformers, compiled in the unit of that name, or main's.</summary>
public sealed record CodeStatement(MapPlace Place, bool IsBefore, string? File, MapExpression Code) : MapStatement(Place);

/// <summary><c>forbid FUNCTION</c> or <c>forbid POINT</c>: no update while it is on a stack.</summary>
public sealed record ForbidStatement(MapPlace Place, MapName Function, MapPoint? Point) : MapStatement(Place);
