// Matches everything of two versions but continuation points, each step with what the one before has found out:
// units, functions (in units), variables (in units and functions).  Renames are not guessed: they come from the map;
// what looks like one is proposed (Proposals).

using UpStare.PatchGen.Map;

namespace UpStare.PatchGen.Match;

/// <summary>Matches two versions.</summary>
public static class Matcher
{
    /// <summary>Everything but continuation points.</summary>
    public static ProgramMatch Run(ProgramVersion old, ProgramVersion @new, UserMap map)
    {
        var match = new ProgramMatch(old, @new, map);
        UnitMatcher.Run(match);
        FunctionMatcher.Run(match);
        EntityMatcher.Run(match);
        CheckLocals(match);
        return match;
    }

    // Whether the new name of a local is there shows only now.
    private static void CheckLocals(ProgramMatch match)
    {
        var errors = new List<string>();
        foreach (var rename in match.Map.All<Map.LocalRename>())
        {
            var pair = match.Functions.Values.FirstOrDefault(p => p.Old.Declaration.Name == rename.Old.Function.Name && match.Names.NewLocals.ContainsKey((p.Old, rename.Old.Name)));
            if (pair is null || pair.New.Locals.Any(local => local.Name == rename.NewName && !local.IsTemporary)) continue;
            errors.Add($"{rename.Place}: the map names the local variable '{pair.New.Declaration.Name}.{rename.NewName}', which the new version does not have{Spelling.Suggestion(rename.NewName, pair.New.Locals.Where(local => !local.IsTemporary).Select(local => local.Name))}");
        }

        if (errors.Count > 0) throw new InvalidDataException(string.Join('\n', errors));
    }
}
