// What a report says, whatever form it takes: the records below are also the JSON (docs/report.md).

using System.Text.Json.Serialization;

namespace UpStare.PatchGen.Report;

/// <summary>States of what is compared.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EntryState>))]
public enum EntryState
{
    /// <summary>In both versions, the same.</summary>
    Same,

    /// <summary>In both versions, changed.</summary>
    Changed,

    /// <summary>In the new version only.</summary>
    New,

    /// <summary>In the old version only.</summary>
    Gone,
}

/// <summary>A comparison of two versions.</summary>
/// <param name="Old">File name of the old executable.</param>
/// <param name="New">File name of the new executable.</param>
/// <param name="IsPossible">No reason stands against a patch, as far as is known without compiling it.</param>
/// <param name="Refusals">Why there can be no patch.</param>
/// <param name="Decisions">What the user can or must decide.</param>
/// <param name="Units">All units.</param>
/// <param name="Functions">All functions of the program's own.</param>
/// <param name="Types">Types that are not the same.</param>
/// <param name="Variables">Variables that do not just stay where they are.</param>
/// <param name="VariablesInPlace">How many stay where they are.</param>
/// <param name="Notes">What happens to initial values, and other things worth knowing.</param>
public sealed record DiffModel(string Old, string New, bool IsPossible, IReadOnlyList<string> Refusals, IReadOnlyList<Decision> Decisions, IReadOnlyList<UnitEntry> Units,
    IReadOnlyList<FunctionEntry> Functions, IReadOnlyList<TypeEntry> Types, IReadOnlyList<VariableEntry> Variables, int VariablesInPlace, IReadOnlyList<string> Notes)
{
    /// <summary>How many points are mapped.</summary>
    public int MappedPoints => Functions.Sum(function => function.Points.Count(point => point.Target is not null));

    /// <summary>How many points are unmapped.</summary>
    public int UnmappedPoints => Functions.Sum(function => function.Points.Count(point => point.Target is null));
}

/// <summary>A place in the source.</summary>
public sealed record SourcePlace(string File, int Line)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}";
}

/// <summary>Something open: what it is about, what is wrong, and statements of a map that would settle it.</summary>
public sealed record Decision(string About, string Why, bool IsNeeded, IReadOnlyList<string> Statements);

/// <summary>A unit.</summary>
public sealed record UnitEntry(EntryState State, string? Old, string? New);

/// <summary>A function. Source is there for those that changed.</summary>
public sealed record FunctionEntry(EntryState State, string? OldName, string? NewName, SourcePlace? OldPlace, SourcePlace? NewPlace, IReadOnlyList<PointEntry> Points)
{
    /// <summary>The old source; null where nothing changed.</summary>
    public SourceLines? OldSource { get; init; }

    /// <summary>The new source; null where nothing changed.</summary>
    public SourceLines? NewSource { get; init; }

    /// <summary>The name to show.</summary>
    [JsonIgnore]
    public string Name => OldName is null || OldName == NewName ? NewName ?? "" : NewName is null ? OldName : $"{OldName} → {NewName}";
}

/// <summary>Lines of a function's source with the continuation points in them.</summary>
public sealed record SourceLines(IReadOnlyList<SourceLine> Lines, IReadOnlyList<SourcePoint> Points);

/// <summary>A line.</summary>
public sealed record SourceLine(int Number, string Text);

/// <summary>A point in lines: the index of its line, and from where to where it stands there.</summary>
public sealed record SourcePoint(string Name, int Line, int Start, int End);

/// <summary>An old continuation point: where it goes on, or why it does not.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place">Where it is.</param>
/// <param name="Target">Name of the point of the new version; null: unmapped.</param>
/// <param name="TargetPlace">Where that is.</param>
/// <param name="Reason">Why it is unmapped.</param>
/// <param name="Candidates">What the user could map it to.</param>
/// <param name="Variables">Where the variables of the new frame get their values.</param>
public sealed record PointEntry(string Name, SourcePlace Place, string? Target, SourcePlace? TargetPlace, string Reason, IReadOnlyList<string> Candidates, IReadOnlyList<ValueEntry> Variables);

/// <summary>A variable of a frame and where its value comes from.</summary>
public sealed record ValueEntry(string Name, string How, bool IsMissing);

/// <summary>A type with its fields (or enumerators).</summary>
public sealed record TypeEntry(EntryState State, string Name, SourcePlace? OldPlace, SourcePlace? NewPlace, string What, IReadOnlyList<FieldEntry> Fields);

/// <summary>A field or an enumerator.</summary>
public sealed record FieldEntry(EntryState State, string? Old, string? New);

/// <summary>A variable and what happens to it.</summary>
public sealed record VariableEntry(EntryState State, string Name, SourcePlace Place, string Type, string What);

/// <summary>Writes the model as JSON.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DiffModel))]
internal sealed partial class DiffModelJson : JsonSerializerContext;
