namespace UpStare.Plots;

/// <summary>The statistics that the page uses.</summary>
internal static class Statistics
{
    /// <summary>The value below which a part of the numbers lies, between two of them by linear interpolation.</summary>
    public static double Quantile(IEnumerable<double> values, double part)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(part, 1);
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0) throw new ArgumentException("there are no values", nameof(values));
        var at = part * (sorted.Length - 1);
        var below = (int)Math.Floor(at);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    /// <summary>The middle of the numbers.</summary>
    public static double Median(IEnumerable<double> values) => Quantile(values, 0.5);

    /// <summary>Of ratios: twice as much and half as much are nothing together.</summary>
    public static double GeometricMean(IEnumerable<double> ratios)
    {
        var logarithms = ratios.Select(r => r > 0 ? Math.Log(r) : throw new ArgumentException($"{r} is no ratio", nameof(ratios))).ToArray();
        return logarithms.Length > 0 ? Math.Exp(logarithms.Average()) : throw new ArgumentException("there are no ratios", nameof(ratios));
    }
}

/// <summary>A ratio to plain gcc: its median over the rounds, and the quartiles.</summary>
internal readonly record struct Ratio(double Median, double Low, double High)
{
    /// <summary>Of the ratios of all rounds.</summary>
    public static Ratio Of(IReadOnlyCollection<double> ratios) =>
        new(Statistics.Median(ratios), Statistics.Quantile(ratios, 0.25), Statistics.Quantile(ratios, 0.75));

    /// <summary>The median as a percentage that comes in addition.</summary>
    public double Percent => ToPercent(Median);

    /// <summary>What a ratio adds, in percent.</summary>
    public static double ToPercent(double ratio) => (ratio - 1) * 100;
}
