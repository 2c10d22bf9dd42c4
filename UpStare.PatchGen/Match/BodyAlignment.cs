// Aligns the bodies of an old and a new function: which item is which.
//
// An alignment pairs items in order, those of a loop only with those of the loop that it is paired with.  A pair has a
// weight: how sure it would be taken alone.  The best alignment has the greatest sum; it is found by dynamic programming, forwards and backwards,
// so that for every item it is known how good an alignment can be that pairs it otherwise, or not at all.
// **A pair counts only if every alignment without it is clearly worse.**  What is as good is ambiguous, and stays unpaired.
//
// Sections behind labels with an identity are aligned one by one, in whatever order they stand.
//
// Method: sequence alignment as in Needleman and Wunsch, 1970; the sums over both directions as in Vingron and Argos, 1990 ("Determination of
// reliable regions in protein sequence alignments").

using UpStare.Compiler.Tree;

namespace UpStare.PatchGen.Match;

/// <summary>What an item can be paired with.</summary>
/// <param name="Item">What it is certainly paired with; null: nothing.</param>
/// <param name="Candidates">What it is paired with in alignments that are about as good as the best.</param>
public sealed record Alignment(BodyItem? Item, IReadOnlyList<BodyItem> Candidates);

/// <summary>Aligns bodies.</summary>
public sealed class BodyAlignment
{
    // A pair is certain if all alignments without it are worse by this much.
    private const int Margin = 24;

    // Beyond this many cells, items that are unique and the same on both sides divide the work.
    private const long MaximumCells = 16 << 20;

    private readonly Func<ContinuationPoint, string?> _newCallee;
    private readonly Dictionary<BodyItem, Alignment> _result = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(BodyItem, BodyItem), int> _loops = [];
    private readonly Dictionary<BodyItem, int> _wholes = new(ReferenceEqualityComparer.Instance);

    private BodyAlignment(Func<ContinuationPoint, string?> newCallee) => _newCallee = newCallee;

    /// <summary>The alignment of each item of the old function.</summary>
    public static Dictionary<BodyItem, Alignment> Run(IReadOnlyList<BodyItem> old, IReadOnlyList<BodyItem> @new, Func<ContinuationPoint, string?> newCallee)
    {
        var pass = new BodyAlignment(newCallee);
        var sections = @new.ToLookup(item => item.Section);
        foreach (var section in old.GroupBy(item => item.Section)) pass.Align([.. section], [.. sections[section.Key]]);
        return pass._result;
    }

    private void Align(IReadOnlyList<BodyItem> old, IReadOnlyList<BodyItem> @new)
    {
        if ((long)old.Count * @new.Count > MaximumCells && TrySplit(old, @new)) return;
        var weights = new int[old.Count, @new.Count];
        for (var i = 0; i < old.Count; i++)
        {
            for (var j = 0; j < @new.Count; j++) weights[i, j] = Weight(old[i], @new[j]);
        }

        var (forward, backward) = (Forward(weights), Backward(weights));
        for (var i = 0; i < old.Count; i++) _result[old[i]] = Decide(i, @new, weights, forward, backward);
        foreach (var loop in old.Where(item => item.Kind == ItemKind.Loop))
        {
            if (_result[loop].Item is { } twin) Align(loop.Inside, twin.Inside);
        }
    }

    private static Alignment Decide(int i, IReadOnlyList<BodyItem> @new, int[,] weights, int[,] forward, int[,] backward)
    {
        var (n, best) = (@new.Count, forward[weights.GetLength(0), @new.Count]);
        var (without, first, second, chosen) = (0, 0, 0, -1);
        var candidates = new List<BodyItem>();
        for (var j = 0; j <= n; j++)
        {
            without = Math.Max(without, forward[i, j] + backward[i + 1, j]);
            if (j == n || weights[i, j] == 0) continue;
            var with = forward[i, j] + weights[i, j] + backward[i + 1, j + 1];
            if (with > best - Margin) candidates.Add(@new[j]);
            if (with > first) (first, second, chosen) = (with, first, j);
            else second = Math.Max(second, with);
        }

        var isCertain = first == best && best - Math.Max(second, without) >= Math.Min(Margin, chosen < 0 ? 0 : weights[i, chosen]);
        return new Alignment(isCertain && chosen >= 0 ? @new[chosen] : null, candidates);
    }

    // forward[i, j]: the best sum of the first i old and j new items.
    private static int[,] Forward(int[,] weights)
    {
        var (m, n) = (weights.GetLength(0), weights.GetLength(1));
        var best = new int[m + 1, n + 1];
        for (var i = 1; i <= m; i++)
        {
            for (var j = 1; j <= n; j++)
            {
                var weight = weights[i - 1, j - 1];
                best[i, j] = Math.Max(Math.Max(best[i - 1, j], best[i, j - 1]), weight == 0 ? 0 : best[i - 1, j - 1] + weight);
            }
        }

        return best;
    }

    // backward[i, j]: the best sum of the items from i and j on.
    private static int[,] Backward(int[,] weights)
    {
        var (m, n) = (weights.GetLength(0), weights.GetLength(1));
        var best = new int[m + 1, n + 1];
        for (var i = m - 1; i >= 0; i--)
        {
            for (var j = n - 1; j >= 0; j--)
            {
                var weight = weights[i, j];
                best[i, j] = Math.Max(Math.Max(best[i + 1, j], best[i, j + 1]), weight == 0 ? 0 : best[i + 1, j + 1] + weight);
            }
        }

        return best;
    }

    // The best sum alone, in one row.
    private int Best(IReadOnlyList<BodyItem> old, IReadOnlyList<BodyItem> @new)
    {
        var row = new int[@new.Count + 1];
        foreach (var item in old)
        {
            var diagonal = 0;
            for (var j = 1; j <= @new.Count; j++)
            {
                var weight = Weight(item, @new[j - 1]);
                (diagonal, row[j]) = (row[j], Math.Max(Math.Max(row[j], row[j - 1]), weight == 0 ? 0 : diagonal + weight));
            }
        }

        return row[^1];
    }

    // ---- weights; 0: no pair ----

    private int Weight(BodyItem old, BodyItem @new)
    {
        if (old.Kind != @new.Kind || old.Section != @new.Section) return 0;
        return old.Kind switch
        {
            ItemKind.Text => TextWeight(old, @new),
            ItemKind.Point => PointWeight(old, @new),
            ItemKind.Loop => LoopWeight(old, @new),
            _ => throw new InvalidOperationException(old.Kind.ToString()),
        };
    }

    // Statements are neighbours: they say where points are.
    private static int TextWeight(BodyItem old, BodyItem @new)
    {
        if (old.Text.Number == @new.Text.Number) return Math.Min(4 * old.Text.Words.Length, 40) + (BranchWeight(old, @new) / 4);
        if (old.Text.Words.Length < 4 || @new.Text.Words.Length < 4) return 0;
        var similarity = old.Text.SimilarityTo(@new.Text);
        return similarity < 0.6 ? 0 : (int)(20 * similarity);
    }

    private int PointWeight(BodyItem old, BodyItem @new)
    {
        var (before, after) = (old.Point!, @new.Point!);
        if (before.IsLoop || after.IsLoop) return before.IsLoop && after.IsLoop ? 200 : 0;
        if (_newCallee(before) != after.Callee) return 0;
        // What is the same counts for more than two that are similar: of g (1); g (2); the second is what is left in g (2); g (3);
        return 60 + (int)(80 * old.Text.SimilarityTo(@new.Text)) + (old.Text.Number == @new.Text.Number ? 130 : 0)
            + (old.Statement!.Number == @new.Statement!.Number ? 60 : 0) + BranchWeight(old, @new);
    }

    // Loops are the same if their heads are similar, or much of what they do is the same.
    private int LoopWeight(BodyItem old, BodyItem @new)
    {
        if (_loops.TryGetValue((old, @new), out var known)) return known;
        var head = old.Text.SimilarityTo(@new.Text);
        var inside = Best(old.Inside, @new.Inside);
        var whole = Math.Min(Whole(old), Whole(@new));
        var isSame = whole == 0 ? head >= 0.5 : 2 * inside >= whole || (head >= 0.5 && 4 * inside >= whole);
        return _loops[(old, @new)] = isSame ? 40 + (int)(60 * head) + inside + BranchWeight(old, @new) : 0;
    }

    // What the inside of a loop would weigh if it were all there.
    private int Whole(BodyItem loop)
    {
        if (!_wholes.TryGetValue(loop, out var weight)) _wholes.Add(loop, weight = loop.Inside.Sum(SelfWeight));
        return weight;
    }

    private int SelfWeight(BodyItem item) => item.Kind == ItemKind.Loop ? 40 + 60 + Whole(item) + 40 : Weight(item, item);

    // Up to 40: how much the branches agree that two items are in.
    private static int BranchWeight(BodyItem old, BodyItem @new)
    {
        var (count, length) = (0, Math.Max(old.Branches.Count, @new.Branches.Count));
        while (count < old.Branches.Count && count < @new.Branches.Count && old.Branches[count] == @new.Branches[count]) count++;
        return length == 0 ? 40 : 40 * count / length;
    }

    // ---- bodies that are too large for one table ----

    private bool TrySplit(IReadOnlyList<BodyItem> old, IReadOnlyList<BodyItem> @new)
    {
        var anchors = Anchors(old, @new);
        if (anchors.Count == 0)
        {
            foreach (var item in old) _result[item] = new Alignment(null, []);
            return true;
        }

        var (i, j) = (0, 0);
        foreach (var (a, b) in anchors.Append((old.Count, @new.Count)))
        {
            Align(Slice(old, i, a), Slice(@new, j, b));
            if (a < old.Count) Align([old[a]], [@new[b]]);
            (i, j) = (a + 1, b + 1);
        }

        return true;
    }

    private static List<BodyItem> Slice(IReadOnlyList<BodyItem> items, int from, int to) => [.. items.Skip(from).Take(Math.Max(0, to - from))];

    // Texts that occur once on both sides, as many as are in the same order (longest increasing sequence).
    private static List<(int Old, int New)> Anchors(IReadOnlyList<BodyItem> old, IReadOnlyList<BodyItem> @new)
    {
        var once = Enumerable.Range(0, @new.Count).GroupBy(j => (@new[j].Kind, @new[j].Text.Number)).Where(group => group.Count() == 1).ToDictionary(group => group.Key, group => group.Single());
        var pairs = Enumerable.Range(0, old.Count).GroupBy(i => (old[i].Kind, old[i].Text.Number)).Where(group => group.Count() == 1 && once.ContainsKey(group.Key))
            .Select(group => (Old: group.Single(), New: once[group.Key])).OrderBy(pair => pair.Old).ToList();
        var (tails, previous) = (new List<int>(), new int[pairs.Count]);
        for (var k = 0; k < pairs.Count; k++)
        {
            var place = tails.BinarySearch(k, Comparer<int>.Create((x, y) => pairs[x].New.CompareTo(pairs[y].New)));
            if (place < 0) place = ~place;
            previous[k] = place > 0 ? tails[place - 1] : -1;
            if (place == tails.Count) tails.Add(k);
            else tails[place] = k;
        }

        var result = new List<(int, int)>();
        for (var k = tails.Count > 0 ? tails[^1] : -1; k >= 0; k = previous[k]) result.Add(pairs[k]);
        result.Reverse();
        return result;
    }
}
