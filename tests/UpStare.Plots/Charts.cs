using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace UpStare.Plots;

/// <summary>The plots of a run.</summary>
/// <param name="run">The numbers.</param>
internal sealed class Charts(Run run)
{
    private readonly Overhead overhead = new(run);

    /// <summary>Each plot with the name of its file; those for which nothing was measured are left out.</summary>
    public IEnumerable<(string File, PlotModel Model)> All()
    {
        if (Differences(Overhead.Time, "Processor time, against plain gcc", "time in addition [%]", 1, 2) is { } time) yield return ("overhead-time.svg", time);
        if (Differences(Overhead.Instructions, "Instructions, against plain gcc", "instructions in addition [%]", 3) is { } instructions)
            yield return ("overhead-instructions.svg", instructions);
        if (Differences(Overhead.Rate, "Operations a second of the servers, against plain gcc", "operations in addition [%]") is { } rate) yield return ("overhead-throughput.svg", rate);
        if (Distribution() is { } pauses) yield return ("pause.svg", pauses);
        if (Growth("depth", "pause_us", "Pause against the depth of the stack", "frames on the stack", "pause") is { } depth) yield return ("pause-depth.svg", depth);
        if (Growth("threads", "pause_us", "Pause against the number of threads", "threads", "pause") is { } threads) yield return ("pause-threads.svg", threads);
        if (History.Overhead(run) is { } history) yield return ("history-overhead.svg", history);
        if (History.Latency(run) is { } latency) yield return ("history-latency.svg", latency);
    }

    /// <summary>For each program and configuration the median of what it adds, and the quartiles as a line; dashed lines are targets.</summary>
    private PlotModel? Differences(string[] kinds, string title, string axis, params double[] targets)
    {
        var programs = run.Programs(kinds).ToList();
        var configurations = overhead.Configurations(kinds).ToList();
        if (programs.Count == 0 || configurations.Count == 0) return null;
        var model = Plot.Model(title);
        model.Axes.Add(Plot.Names(programs));
        var across = Plot.Axis<LinearAxis>(AxisPosition.Bottom, axis);
        (across.ExtraGridlines, across.ExtraGridlineStyle, across.ExtraGridlineColor, across.MinimumPadding, across.MaximumPadding) = ([0], LineStyle.Solid, OxyColors.DimGray, 0.05, 0.05);
        model.Axes.Add(across);
        foreach (var target in targets) model.Annotations.Add(Plot.LineAt(target, $"+{target} %"));
        for (var c = 0; c < configurations.Count; c++)
        {
            var points = new ScatterSeries
            {
                Title = Label(configurations[c]), MarkerType = Plot.Marker(c), MarkerSize = 4.5, MarkerFill = Plot.Colour(c),
            };
            for (var p = 0; p < programs.Count; p++)
            {
                if (overhead.OfProgram(kinds, programs[p], configurations[c]) is not { } ratio) continue;
                var y = p + 0.7 * ((c + 0.5) / configurations.Count - 0.5);
                points.Points.Add(new ScatterPoint(ratio.Percent, y));
                if (ratio.High > ratio.Low) model.Series.Add(Line(Plot.Colour(c), (Ratio.ToPercent(ratio.Low), y), (Ratio.ToPercent(ratio.High), y)));
            }
            model.Series.Add(points);
        }
        return model;
    }

    /// <summary>What a configuration is called where there is room.</summary>
    public static string Label(string configuration) => configuration switch
    {
        "again" => "plain gcc again (noise)",
        "trap+1" => "trap, after an update",
        "trap+10" => "trap, after ten updates",
        _ => configuration,
    };

    /// <summary>Of each program the part of its updates that were over within a time: idle dashed, loaded as a line.</summary>
    private PlotModel? Distribution()
    {
        var programs = run.Of("pause_us").Where(s => s.Workload is "idle" or "loaded").Select(s => s.Program).Distinct().ToList();
        if (programs.Count == 0) return null;
        var model = Plot.Model("Pause of an update: how many are over within a time");
        var across = Plot.Axis<LogarithmicAxis>(AxisPosition.Bottom, "pause [ms]");
        var up = Plot.Axis<LinearAxis>(AxisPosition.Left, "updates [%]");
        (up.Minimum, up.Maximum) = (0, 100);
        model.Axes.Add(across);
        model.Axes.Add(up);
        for (var p = 0; p < programs.Count; p++)
            foreach (var state in new[] { "idle", "loaded" })
            {
                var pauses = run.Samples.Where(s => s.Kind == "pause_us" && s.Program == programs[p] && s.Workload == state).Select(s => Math.Max(s.Value, 1) / 1000).Order().ToList();
                if (pauses.Count == 0) continue;
                var steps = Line(Plot.Colour(p), [.. Cumulative(pauses)]);
                (steps.Title, steps.LineStyle) = ($"{programs[p]}, {state}", state == "idle" ? LineStyle.Dash : LineStyle.Solid);
                model.Series.Add(steps);
            }
        return model;
    }

    /// <summary>The distribution of sorted values, as corners of its steps: at each value, how many percent are not above it; from nothing on.</summary>
    public static IEnumerable<(double Value, double Percent)> Cumulative(IReadOnlyList<double> sorted)
    {
        for (var i = 0; i < sorted.Count; i++)
        {
            yield return (sorted[i], 100.0 * i / sorted.Count);
            yield return (sorted[i], 100.0 * (i + 1) / sorted.Count);
        }
    }

    /// <summary>Median, 99 % and longest against a number that the workload says.</summary>
    private PlotModel? Growth(string program, string kind, string title, string axis, string what)
    {
        var groups = run.Of(kind).Where(s => s.Program == program).GroupBy(s => double.Parse(s.Workload)).OrderBy(g => g.Key).ToList();
        if (groups.Count < 2) return null;
        var model = Plot.Model(title);
        model.Axes.Add(Plot.Axis<LogarithmicAxis>(AxisPosition.Bottom, axis));
        model.Axes.Add(Plot.Axis<LogarithmicAxis>(AxisPosition.Left, $"{what} [ms]"));
        foreach (var a in model.Axes) (a.MinimumPadding, a.MaximumPadding) = (0.03, 0.03);
        (string Name, double Part)[] parts = [("longest", 1), ("99 %", 0.99), ("median", 0.5)];
        for (var i = 0; i < parts.Length; i++)
        {
            var line = Line(Plot.Colour(i), [.. groups.Select(g => (g.Key, Statistics.Quantile(g.Select(s => s.Value), parts[i].Part) / 1000))]);
            (line.Title, line.MarkerType, line.MarkerFill, line.MarkerSize) = (parts[i].Name, Plot.Marker(i), Plot.Colour(i), 4.5);
            model.Series.Add(line);
        }
        return model;
    }

    private static LineSeries Line(OxyColor colour, params (double X, double Y)[] points)
    {
        var line = new LineSeries { Color = colour, StrokeThickness = 2 };
        line.Points.AddRange(points.Select(p => new DataPoint(p.X, p.Y)));
        return line;
    }
}
