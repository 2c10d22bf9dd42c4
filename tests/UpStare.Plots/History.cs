using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace UpStare.Plots;

/// <summary>Against the figures of the paper of 2009.</summary>
internal static class History
{
    /// <summary>What the paper says a prepared program loses, in percent; where it gives a range, its ends.</summary>
    public static readonly (string Program, string What, double Least, double Most)[] Paper =
        [("kissfft", "KissFFT: time", 38, 38), ("vsftpd", "vsFTPd: latency", 16, 17), ("postgresql", "PostgreSQL: throughput", 26, 41)];

    /// <summary>The update of a multi-threaded server there, in milliseconds.</summary>
    public const double PaperLatency = 60;

    /// <summary>What updatability costs, 2009 and in this run; nothing if none of the paper's programs was measured.</summary>
    public static PlotModel? Overhead(Run run)
    {
        var now = Paper.Select(p => Loss(run, p.Program)).ToList();
        if (now.All(n => n is null)) return null;
        var model = Plot.Model("What updatability costs: 2009 and now");
        model.Axes.Add(Plot.Names(Paper.Select((p, i) => now[i] is null ? $"{p.What}\n(not measured now)" : p.What)));
        model.Axes.Add(Plot.Axis<LinearAxis>(AxisPosition.Bottom, "lost against plain gcc [%]"));
        var then = new RectangleBarSeries { Title = "2009 (with its range)", FillColor = Plot.Colour(1), StrokeThickness = 0 };
        var bars = new RectangleBarSeries { Title = "now (trap mode)", FillColor = Plot.Colour(0), StrokeThickness = 0 };
        for (var i = 0; i < Paper.Length; i++)
        {
            then.Items.Add(new RectangleBarItem(0, i - 0.32, Paper[i].Most, i - 0.02));
            if (now[i] is { } loss) bars.Items.Add(new RectangleBarItem(Math.Min(loss, 0), i + 0.02, Math.Max(loss, 0), i + 0.32));
            model.Annotations.Add(Text(Paper[i].Most, i - 0.17, Paper[i].Least < Paper[i].Most ? $"{Paper[i].Least} to {Paper[i].Most} %" : $"{Paper[i].Most} %"));
            if (now[i] is { } value) model.Annotations.Add(Text(Math.Max(value, 0), i + 0.17, $"{value:+0.0;-0.0;0.0} %"));
        }
        model.Series.Add(then);
        model.Series.Add(bars);
        model.Axes[1].Maximum = 48;
        return model;
    }

    /// <summary>How long an update takes from the request to the reply, 2009 and in this run.</summary>
    public static PlotModel? Latency(Run run)
    {
        var programs = run.Of("latency_us").Where(s => s.Workload == "loaded").GroupBy(s => s.Program).ToList();
        if (programs.Count == 0) return null;
        var model = Plot.Model("From the request of an update to its end, under load: 2009 and now");
        model.Axes.Add(Plot.Names(["2009", .. programs.Select(p => p.Key)]));
        var across = Plot.Axis<LogarithmicAxis>(AxisPosition.Bottom, "latency [ms]");
        (across.MinimumPadding, across.MaximumPadding) = (0.05, 0.05);
        model.Axes.Add(across);
        (string Name, double Part)[] parts = [("median", 0.5), ("99 %", 0.99), ("longest", 1)];
        model.Series.Add(new ScatterSeries { Title = "2009", MarkerType = MarkerType.Diamond, MarkerSize = 6, MarkerFill = Plot.Colour(6), ItemsSource = new[] { new ScatterPoint(PaperLatency, 0) } });
        for (var i = 0; i < parts.Length; i++)
        {
            var points = new ScatterSeries { Title = $"now: {parts[i].Name}", MarkerType = Plot.Marker(i), MarkerSize = 5, MarkerFill = Plot.Colour(i) };
            points.Points.AddRange(programs.Select((p, n) => new ScatterPoint(Statistics.Quantile(p.Select(s => s.Value), parts[i].Part) / 1000, n + 1)));
            model.Series.Add(points);
        }
        model.Annotations.Add(Plot.LineAt(PaperLatency, ""));
        return model;
    }

    /// <summary>What a program loses in trap mode in percent, as the paper measured it: time, or operations a second of a server.</summary>
    public static double? Loss(Run run, string program)
    {
        var overhead = new Overhead(run);
        if (overhead.OfProgram(UpStare.Plots.Overhead.Rate, program, "trap") is { } rate) return -rate.Percent;
        return overhead.OfProgram(UpStare.Plots.Overhead.Time, program, "trap")?.Percent;
    }

    private static OxyPlot.Annotations.TextAnnotation Text(double x, double y, string text) => new()
    {
        Text = text, TextPosition = new DataPoint(x, y), StrokeThickness = 0, TextHorizontalAlignment = HorizontalAlignment.Left, TextVerticalAlignment = VerticalAlignment.Middle,
        Padding = new OxyThickness(4, 0, 0, 0),
    };
}
