// What corresponds to what in two versions.

using UpStare.Compiler.Tree;
using UpStare.PatchGen.Generate;
using UpStare.PatchGen.Map;

namespace UpStare.PatchGen.Match;

/// <summary>A pair of functions.</summary>
/// <param name="OldUnit">The old one's unit.</param>
/// <param name="Old">The old one.</param>
/// <param name="NewUnit">The new one's unit.</param>
/// <param name="New">The new one.</param>
/// <param name="IsUnchanged">Their source is the same, but for names that the map changes.</param>
public sealed record FunctionMatch(VersionUnit OldUnit, FunctionDefinition Old, VersionUnit NewUnit, FunctionDefinition New, bool IsUnchanged);

/// <summary>Where an old point continues: a new point, or nowhere and why.</summary>
public sealed record PointMatch(ContinuationPoint? Point, string Reason)
{
    /// <summary>What the user may have to choose from.</summary>
    public IReadOnlyList<ContinuationPoint> Candidates { get; init; } = [];
}

/// <summary>The correspondence of two versions.</summary>
public sealed class ProgramMatch(ProgramVersion old, ProgramVersion @new, UserMap map)
{
    /// <summary>What the user says.</summary>
    public UserMap Map { get; } = map;

    /// <summary>What the names in it stand for.</summary>
    public MapNames Names { get; } = MapNames.Resolve(old, @new, map);

    /// <summary>Pieces of source, for comparing them.</summary>
    public CodeTexts Texts { get; } = new();

    /// <summary>The version that runs.</summary>
    public ProgramVersion Old { get; } = old;

    /// <summary>The version to come.</summary>
    public ProgramVersion New { get; } = @new;

    /// <summary>Pairs of units.</summary>
    public Dictionary<VersionUnit, VersionUnit> NewUnitOf { get; } = [];

    /// <summary>Pairs of functions, by the old one.</summary>
    public Dictionary<FunctionDefinition, FunctionMatch> Functions { get; } = [];

    /// <summary>Pairs of entities, by the new one's number.</summary>
    public Dictionary<int, VersionEntity> OldEntityOf { get; } = [];

    /// <summary>Why variables cannot be matched.</summary>
    public List<string> Ambiguities { get; } = [];

    /// <summary>What happens to data.</summary>
    public DataPlan Data => field ??= new DataPlan(this);

    /// <summary>Frames that the map splits, merges or takes elsewhere.</summary>
    public List<PointMapping> Groups { get; } = [];

    /// <summary>Values that are computed as the map says.</summary>
    public Computations Computations { get; } = new();

    /// <summary>Where each old point continues.</summary>
    public Dictionary<ContinuationPoint, PointMatch> Points { get; } = [];
}
