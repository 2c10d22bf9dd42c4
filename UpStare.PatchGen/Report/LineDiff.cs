// Two functions' lines side by side: rows of which each has an old line, a new line, or both.  Lines that are the same but for blanks
// stand in one row (longest common subsequence); between those, old and new lines share rows as far as there are both.  Long
// stretches in which nothing changed are folded.

namespace UpStare.PatchGen.Report;

/// <summary>A row: indices of lines, or how many rows are folded there.</summary>
internal sealed record DiffRow(int? Old, int? New, bool IsSame, int Folded = 0);

/// <summary>Compares lines.</summary>
internal static class LineDiff
{
    private const int Context = 3;
    private const long MaximumCells = 16 << 20;

    /// <summary>The rows; <paramref name="isShown"/> tells which old lines are worth showing though they did not change.</summary>
    public static IReadOnlyList<DiffRow> Run(IReadOnlyList<SourceLine> old, IReadOnlyList<SourceLine> @new, Func<int, bool> isShown)
    {
        var (rows, i, j) = (new List<DiffRow>(), 0, 0);
        foreach (var (a, b) in Common(old, @new).Append((old.Count, @new.Count)))
        {
            for (; i < a || j < b; i = Math.Min(i + 1, a), j = Math.Min(j + 1, b)) rows.Add(new DiffRow(i < a ? i : null, j < b ? j : null, IsSame: false));
            if (a < old.Count) rows.Add(new DiffRow(a, b, IsSame: true));
            (i, j) = (a + 1, b + 1);
        }

        return Fold(rows, isShown);
    }

    private static List<DiffRow> Fold(List<DiffRow> rows, Func<int, bool> isShown)
    {
        var near = new bool[rows.Count];
        for (var k = 0; k < rows.Count; k++)
        {
            if (rows[k].IsSame && !isShown(rows[k].Old!.Value)) continue;
            for (var n = Math.Max(0, k - Context); n <= Math.Min(rows.Count - 1, k + Context); n++) near[n] = true;
        }

        var result = new List<DiffRow>();
        for (var k = 0; k < rows.Count;)
        {
            var end = k;
            while (end < rows.Count && !near[end]) end++;
            if (end - k > 2) result.Add(new DiffRow(null, null, IsSame: true, end - k));
            else result.AddRange(rows[k..end]);
            if (end < rows.Count) result.Add(rows[end]);
            k = end + 1;
        }

        return result;
    }

    private static List<(int Old, int New)> Common(IReadOnlyList<SourceLine> old, IReadOnlyList<SourceLine> @new)
    {
        var result = new List<(int, int)>();
        var (a, b) = (old.Select(line => line.Text.Trim()).ToArray(), @new.Select(line => line.Text.Trim()).ToArray());
        var (start, m, n) = (0, a.Length, b.Length);
        while (start < m && start < n && a[start] == b[start]) result.Add((start, start++));
        var end = 0;
        while (m - end > start && n - end > start && a[m - end - 1] == b[n - end - 1]) end++;
        if ((long)(m - start - end) * (n - start - end) <= MaximumCells) result.AddRange(Longest(a, b, start, m - end, n - end));
        for (var k = end; k > 0; k--) result.Add((m - k, n - k));
        return result;
    }

    private static IEnumerable<(int Old, int New)> Longest(string[] a, string[] b, int start, int m, int n)
    {
        var best = new int[m - start + 1, n - start + 1];
        for (var i = m - 1; i >= start; i--)
        {
            for (var j = n - 1; j >= start; j--) best[i - start, j - start] = a[i] == b[j] ? best[i - start + 1, j - start + 1] + 1 : Math.Max(best[i - start + 1, j - start], best[i - start, j - start + 1]);
        }

        for (var (i, j) = (start, start); i < m && j < n;)
        {
            if (a[i] == b[j]) yield return (i++, j++);
            else if (best[i - start + 1, j - start] >= best[i - start, j - start + 1]) i++;
            else j++;
        }
    }
}
