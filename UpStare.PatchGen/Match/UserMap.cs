// The user's map: what upstare-diff must not guess.  A text file, one statement a line, # starts a comment:
//
//     function OLD = NEW                       a function has another name
//     variable OLD = NEW                       a variable has another name (f.x: a static local of f)
//     local FUNCTION.OLD = NEW                 a local variable has another name
//     point FILE:LINE WHAT = FILE:LINE WHAT    a continuation point goes on there; WHAT is the callee, * or loop
//     value FUNCTION.NAME = NUMBER             the value of a local that the old version does not have
//
// FUNCTION is the function's name in the new version, FILE ends like the file's name in messages.

using System.Globalization;
using UpStare.Compiler.Tree;

namespace UpStare.PatchGen.Match;

/// <summary>A place of a continuation point as the map writes it.</summary>
public sealed record PointPlace(string File, int Line, string What)
{
    /// <summary>Whether a point of a unit is the one meant.</summary>
    public bool Names(VersionUnit unit, ContinuationPoint point)
    {
        var origin = unit.Analysed.Source.OriginOf(point.Offset);
        return origin.Line == Line && origin.File.EndsWith(File, StringComparison.Ordinal) && (point.Callee ?? "loop") == What;
    }
}

/// <summary>What the user says about two versions.</summary>
public sealed class UserMap
{
    /// <summary>New names of functions by old name.</summary>
    public Dictionary<string, string> Functions { get; } = [];

    /// <summary>Old names of variables by new name.</summary>
    public Dictionary<string, string> OldVariables { get; } = [];

    /// <summary>Old names of locals by function and new name.</summary>
    public Dictionary<(string Function, string Name), string> OldLocals { get; } = [];

    /// <summary>Where points go on.</summary>
    public List<(PointPlace Old, PointPlace New)> Points { get; } = [];

    /// <summary>Values of locals that the old version does not have.</summary>
    public Dictionary<(string Function, string Name), string> Values { get; } = [];

    /// <summary>Reads a map; throws InvalidDataException with file and line where it is wrong.</summary>
    public static UserMap Load(string path)
    {
        var map = new UserMap();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            var text = line.Split('#')[0].Trim();
            if (text.Length > 0 && !map.TryAdd(text)) throw new InvalidDataException($"{path}:{number}: not a statement of a map: {text}");
        }

        return map;
    }

    private bool TryAdd(string text)
    {
        var sides = text.Split('=', 2, StringSplitOptions.TrimEntries);
        var left = sides[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (sides.Length != 2 || left.Length < 2 || sides[1].Length == 0) return false;
        switch (left[0])
        {
            case "function" when left.Length == 2:
                return Functions.TryAdd(left[1], sides[1]);
            case "variable" when left.Length == 2:
                return OldVariables.TryAdd(sides[1], left[1]);
            case "local" when left.Length == 2 && Member(left[1]) is { } local:
                return OldLocals.TryAdd((local.Function, sides[1]), local.Name);
            case "value" when left.Length == 2 && Member(left[1]) is { } value:
                return double.TryParse(sides[1], CultureInfo.InvariantCulture, out _) && Values.TryAdd(value, sides[1]);
            case "point" when Place(left[1..]) is { } old && Place(sides[1].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) is { } @new:
                Points.Add((old, @new));
                return true;
            default:
                return false;
        }
    }

    private static (string Function, string Name)? Member(string text) => text.Split('.') is [var function, var name] ? (function, name) : null;

    private static PointPlace? Place(string[] words)
    {
        if (words.Length != 2) return null;
        var colon = words[0].LastIndexOf(':');
        return colon > 0 && int.TryParse(words[0].AsSpan(colon + 1), CultureInfo.InvariantCulture, out var line) ? new PointPlace(words[0][..colon], line, words[1]) : null;
    }
}
