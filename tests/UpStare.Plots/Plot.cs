using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace UpStare.Plots;

/// <summary>What all plots have in common: fonts, colours that people with any kind of colour vision can tell apart, the file.</summary>
internal static class Plot
{
    /// <summary>The palette of Okabe and Ito, without the yellow that nobody sees on white.</summary>
    public static readonly OxyColor[] Colours =
        [.. new[] { "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#000000" }.Select(OxyColor.Parse)];

    private static readonly MarkerType[] Markers =
        [MarkerType.Circle, MarkerType.Square, MarkerType.Diamond, MarkerType.Triangle, MarkerType.Circle, MarkerType.Square, MarkerType.Diamond];

    /// <summary>The colour of the n-th thing.</summary>
    public static OxyColor Colour(int n) => Colours[n % Colours.Length];

    /// <summary>The shape of the n-th thing: not told by colour alone.</summary>
    public static MarkerType Marker(int n) => Markers[n % Markers.Length];

    /// <summary>An empty plot with its legend at the right.</summary>
    public static PlotModel Model(string title)
    {
        var model = new PlotModel
        {
            Title = title, TitleFontSize = 15, TitleFontWeight = FontWeights.Normal, DefaultFont = "Arial", DefaultFontSize = 12, Background = OxyColors.White,
            PlotAreaBorderColor = OxyColors.Gray, Padding = new OxyThickness(8, 12, 24, 8),
        };
        model.Legends.Add(new Legend { LegendPlacement = LegendPlacement.Outside, LegendPosition = LegendPosition.RightTop, LegendSymbolLength = 28, LegendItemSpacing = 8 });
        return model;
    }

    /// <summary>An axis with light lines across the plot.</summary>
    public static T Axis<T>(AxisPosition position, string title) where T : Axis, new() => new()
    {
        Position = position, Title = title, MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = OxyColor.FromRgb(225, 225, 225), TicklineColor = OxyColors.Gray,
        AxisTitleDistance = 8,
    };

    /// <summary>An axis of names, the first at the top.</summary>
    public static CategoryAxis Names(IEnumerable<string> names)
    {
        var axis = Axis<CategoryAxis>(AxisPosition.Left, "");
        axis.Labels.AddRange(names);
        (axis.StartPosition, axis.EndPosition, axis.MajorGridlineStyle, axis.GapWidth) = (1, 0, LineStyle.None, 0.6);
        return axis;
    }

    /// <summary>A dashed line at a value of the axis at the bottom.</summary>
    public static LineAnnotation LineAt(double value, string text) => new()
    {
        Type = LineAnnotationType.Vertical, X = value, Color = OxyColors.DimGray, LineStyle = LineStyle.Dash, Text = text, TextOrientation = AnnotationTextOrientation.Vertical,
        TextLinePosition = 0.92, TextHorizontalAlignment = HorizontalAlignment.Right, TextVerticalAlignment = VerticalAlignment.Top, FontSize = 11, TextColor = OxyColors.DimGray,
    };

    /// <summary>Writes a plot.</summary>
    public static void Write(PlotModel model, string file, int width = 860, int height = 460)
    {
        using var stream = File.Create(file);
        new SvgExporter { Width = width, Height = height, UseVerticalTextAlignmentWorkaround = true, TextMeasurer = new PixelMeasurer() }.Export(model, stream);
    }
}

/// <summary>How large texts are. OxyPlot's own measurer gives points where pixels are meant, so that legends do not fit.</summary>
internal sealed class PixelMeasurer() : PdfRenderContext(100, 100, OxyColors.White)
{
    private const double PixelsPerPoint = 96.0 / 72;

    /// <inheritdoc/>
    public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
    {
        var size = base.MeasureText(text, fontFamily, fontSize, fontWeight);
        return new OxySize(size.Width * PixelsPerPoint, size.Height * PixelsPerPoint);
    }
}
