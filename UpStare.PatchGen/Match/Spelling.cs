// "Did you mean": the nearest of some words.

namespace UpStare.PatchGen.Match;

/// <summary>Finds words that are nearly the same.</summary>
public static class Spelling
{
    /// <summary><c>; did you mean 'X'?</c>, or nothing where no candidate is near.</summary>
    public static string Suggestion(string word, IEnumerable<string> candidates) => Nearest(word, candidates) is { } nearest ? $"; did you mean '{nearest}'?" : "";

    /// <summary>The candidate that differs least, in at most a third of its letters; null if there is none.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates) =>
        candidates.Distinct().Select(candidate => (Word: candidate, Distance: Distance(word, candidate)))
            .Where(pair => pair.Distance <= Math.Max(1, Math.Max(word.Length, pair.Word.Length) / 3))
            .OrderBy(pair => pair.Distance).Select(pair => pair.Word).FirstOrDefault();

    /// <summary>How many letters must be put in, left out or changed (Levenshtein).</summary>
    public static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++) (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }

        return row[b.Length];
    }
}
