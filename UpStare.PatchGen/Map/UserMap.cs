// The user's map: what upstare-diff must not guess.  docs/map.md describes the language; here it is loaded, and
// statements are found by kind.

namespace UpStare.PatchGen.Map;

/// <summary>What the user says about two versions.</summary>
public sealed class UserMap(IReadOnlyList<MapStatement> statements)
{
    /// <summary>A map that says nothing.</summary>
    public static UserMap Empty { get; } = new([]);

    /// <summary>All statements in order.</summary>
    public IReadOnlyList<MapStatement> Statements { get; } = statements;

    /// <summary>Reads a map; throws InvalidDataException with every error, each with file, line, column and caret.</summary>
    public static UserMap Load(string path) => Parse(File.ReadAllText(path), path);

    /// <summary>Parses a map.</summary>
    public static UserMap Parse(string text, string file = "map") => new(MapParser.Parse(file, text));

    /// <summary>The statements of a kind.</summary>
    public IEnumerable<T> All<T>()
        where T : MapStatement => Statements.OfType<T>();

    /// <summary>The values given to targets of a kind.</summary>
    public IEnumerable<(T Target, MapExpression Value)> Values<T>()
        where T : MapTarget => All<ValueStatement>().Where(statement => statement.Target is T).Select(statement => ((T)statement.Target, statement.Value));
}
