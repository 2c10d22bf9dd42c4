// upstare-plots: the page and the plots of a benchmark's run, from what it has recorded.

using CommandLine;

namespace UpStare.Plots;

/// <summary>The entry of upstare-plots.</summary>
internal static class Program
{
    /// <summary>What is kept of a run beside the page.</summary>
    private static readonly string[] Recorded = ["samples.csv", "run.csv"];

    private sealed class Arguments
    {
        [Value(0, MetaName = "RUN", Required = true, HelpText = "Folder with samples.csv and run.csv; performance.md and performance/*.svg are written into it.")]
        public string Run { get; set; } = "";

        [Option("record", HelpText = "Put the page, the plots and the numbers into this folder as well.")]
        public string? Record { get; set; }
    }

    /// <summary>Exit status 0: written; 1: the run cannot be read; 2: a wrong call.</summary>
    public static int Main(string[] words)
    {
        try
        {
            return Parser.Default.ParseArguments<Arguments>(words).MapResult(Write, _ => 2);
        }
        catch (Exception e) when (e is IOException or FormatException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"upstare-plots: {e.Message}");
            return 1;
        }
    }

    private static int Write(Arguments arguments)
    {
        var run = Run.Read(arguments.Run);
        foreach (var folder in new[] { arguments.Run, arguments.Record }.OfType<string>()) WriteInto(folder, run);
        if (arguments.Record is { } record)
            foreach (var name in Recorded.Where(n => File.Exists(Path.Combine(arguments.Run, n))))
                File.Copy(Path.Combine(arguments.Run, name), Path.Combine(record, "performance", name), overwrite: true);
        Console.Write(Page.Summary(run));
        return 0;
    }

    /// <summary>Plots of earlier runs that this one has not are removed.</summary>
    private static void WriteInto(string folder, Run run)
    {
        var plots = Directory.CreateDirectory(Path.Combine(folder, "performance")).FullName;
        foreach (var old in Directory.GetFiles(plots, "*.svg")) File.Delete(old);
        var files = new List<string>();
        foreach (var (file, model) in new Charts(run).All())
        {
            Plot.Write(model, Path.Combine(plots, file));
            files.Add(file);
        }
        File.WriteAllText(Path.Combine(folder, "performance.md"), new Page(run, files).Text());
    }
}
