// Which old variable a variable of a new frame takes its value from.
//
//   variables     by name (or the name that the map gives), scope by scope
//   temporaries   by the statement that they were made for, and their order there
//   sizes         by the variable whose size they are

using UpStare.Compiler.Analysis;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Generate;

/// <summary>Finds sources of locals.</summary>
public static class LocalSources
{
    /// <summary>The reason where the old version simply has nothing.</summary>
    public const string NoValue = "the old version has no value for it";

    /// <summary>Where a variable of the new version is declared, in parentheses; nothing for temporaries.</summary>
    public static string Place(FunctionMatch pair, Local variable) => variable.NameOffset >= 0 ? $" ({pair.NewUnit.Place(variable.NameOffset)})" : "";

    /// <summary>The types of an old and a new variable.</summary>
    public static DataPair? PairOf(ProgramMatch match, FunctionMatch pair, Local source, Local variable) =>
        match.Data.PairOf(source.Type, variable.Type, $"{pair.New.Declaration.Name}.{variable.Name}");

    /// <summary>Whether the sizes in a variably modified type come from the same variables as before.</summary>
    public static bool HaveSameSizes(Local variable, Local source, IReadOnlyDictionary<Local, Local> sources)
    {
        var (mine, theirs) = (SizesOf(variable), SizesOf(source));
        return mine.Count == theirs.Count && mine.Zip(theirs).All(pair => !sources.TryGetValue(pair.First, out var old) || old == pair.Second);
    }

    private static List<Local> SizesOf(Local local) =>
        [.. (local.Computed?.Sizes ?? []).Select(ExpressionFacts.LocalOf).OfType<Local>().SelectMany(size => size.IsTypeName ? SizesOf(size) : [size])];

    /// <summary>The old variable that a new one's value comes from, or why there is none.</summary>
    public static (Local? Source, string Reason) Find(ProgramMatch match, FunctionMatch pair, ContinuationPoint old, ContinuationPoint point, Local variable)
    {
        var source = variable.IsTemporary ? Temporary(pair, old, point, variable, OldName) : Named(old, point, variable, OldName(variable.Name));
        var place = Place(pair, variable);
        if (source is null)
        {
            var isDead = !variable.IsTemporary && old.Function.Locals.Any(local => local.Name == OldName(variable.Name) && local.Scope.Contains(old.Offset) && !old.Variables.Contains(local));
            return (null, variable.IsTemporary ? NoResult(pair.NewUnit, point)
                : isDead ? $"the new version needs '{variable.Name}'{place} there, which the old one does not use any more (compiled with -fupstare-save=all it would keep the value)"
                : NoValue);
        }

        if (PairOf(match, pair, source, variable) is { } types ? types.Change == DataChange.Refused : !TypeNames.AreSame(source.Type, variable.Type))
        {
            return (null, $"'{variable.Name}'{place} {TypeChange(source, variable, PairOf(match, pair, source, variable)?.Reason ?? "")}");
        }

        if (variable.IsVariablyModified && match.Data.ChangedIn(variable.Type.Canonical) is { } changed) return (null, $"'{variable.Name}'{place} is of a size that is computed at run time, and {changed} changed");

        string OldName(string name) => match.Names.OldLocal(pair.Old, name);

        if (variable.IsEscaped && !source.IsEscaped) return (null, $"'{variable.Name}'{place} needs an address in the new version and has none in the old one");
        return (source, "");
    }

    /// <summary>The reason where a temporary is missing.</summary>
    public static string NoResult(VersionUnit unit, ContinuationPoint point)
    {
        var text = SourceWords.Of(unit.Analysed.Source, point.Statement);
        return $"the new version needs an intermediate result of '{(text.Length > 60 ? text[..60] + "..." : text)}' there that the old one does not have";
    }

    private static string TypeChange(Local source, Local variable, string why)
    {
        if (why.StartsWith("its type changed", StringComparison.Ordinal)) return $"changed its type{why["its type changed".Length..]}";
        var types = source.Type.Spelling == variable.Type.Spelling ? $"({variable.Type.Spelling}) is of another type than before" : $"changed its type from {source.Type.Spelling} to {variable.Type.Spelling}";
        return why.Length == 0 ? types : $"{types}: {why}";
    }

    // Variables of one name that are in scope lie in scopes that lie in each other: they correspond from outside in.
    private static Local? Named(ContinuationPoint old, ContinuationPoint point, Local variable, string oldName)
    {
        var mine = point.Function.Locals.Where(local => local.Name == variable.Name && !local.IsTemporary && local.Scope.Contains(point.Offset)).ToList();
        var theirs = old.Function.Locals.Where(local => local.Name == oldName && !local.IsTemporary && local.Scope.Contains(old.Offset)).ToList();
        if (mine.Count != theirs.Count || !mine.Contains(variable)) return null;
        var twin = theirs[mine.IndexOf(variable)];
        return old.Variables.Contains(twin) ? twin : null;
    }

    // A size is known by the variable whose size it is, which need not be live itself.
    private static Local? Size(ContinuationPoint old, ContinuationPoint point, Local variable, Local sized, Func<string, string> oldName)
    {
        var mine = point.Function.Locals.Where(local => local.Name == sized.Name && !local.IsTemporary).ToList();
        var theirs = old.Function.Locals.Where(local => local.Name == oldName(sized.Name) && !local.IsTemporary).ToList();
        if (mine.Count != theirs.Count || theirs[mine.IndexOf(sized)].Computed is not { } type) return null;
        var index = sized.Computed!.Sizes.ToList().FindIndex(size => ExpressionFacts.LocalOf(size) == variable);
        return index >= 0 && index < type.Sizes.Length && ExpressionFacts.LocalOf(type.Sizes[index]) is { } size && old.Variables.Contains(size) ? size : null;
    }

    // A temporary is known by the statement it was made for and its order there, never by its name.
    private static Local? Temporary(FunctionMatch pair, ContinuationPoint old, ContinuationPoint point, Local variable, Func<string, string> oldName)
    {
        if (variable.SizeOf is { } sized && !pair.IsUnchanged) return Size(old, point, variable, sized, oldName);
        var mine = point.Variables.Where(local => local.IsTemporary && local.SizeOf is null).ToList();
        var theirs = old.Variables.Where(local => local.IsTemporary && local.SizeOf is null).ToList();
        if (pair.IsUnchanged) return old.Variables.FirstOrDefault(local => local.IsTemporary && local.Name == variable.Name);
        var isSameStatement = SourceWords.Of(pair.OldUnit.Analysed.Source, old.Statement) == SourceWords.Of(pair.NewUnit.Analysed.Source, point.Statement);
        if (mine.Count == theirs.Count && (isSameStatement || mine.Count == 1)) return theirs[mine.IndexOf(variable)];
        return null;
    }
}
