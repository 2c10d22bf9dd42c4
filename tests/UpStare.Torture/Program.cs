// upstare-torture: runs programs of several corpora, built with upstare-cc and updated to themselves, and writes a table.

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CommandLine;

namespace UpStare.Torture;

/// <summary>The entry of upstare-torture.</summary>
internal static class Program
{
    /// <summary>Levels and modes of a whole run.</summary>
    private static readonly string[] AllOptions = ["-O0", "-O1", "-O2", "-O3", "-Os", "-O2 -fupstare-poll=flag", "-O1 -fupstare-save=all"];

    /// <summary>What the command line says.</summary>
    private sealed class Arguments
    {
        [Value(0, MetaName = "CORPUS", HelpText = "own, execute, ieee, builtins, dg, tcc, csmith; all of them if none is named.")]
        public IEnumerable<string> Corpora { get; set; } = [];

        [Option("options", Separator = ',', HelpText = "Sets of options, separated by commas: -O2,-O2 -fupstare-poll=flag. Default: five levels, flag mode, all variables saved.")]
        public IEnumerable<string> Options { get; set; } = [];

        [Option("only", HelpText = "Only programs whose name contains this.")]
        public string? Only { get; set; }

        [Option("every", Default = 1, HelpText = "Only every n-th program.")]
        public int Every { get; set; }

        [Option("seed", HelpText = "The first seed of csmith; 'fresh' takes one that nobody has tried. Default: 1.")]
        public string? Seed { get; set; }

        [Option("count", Default = 500, HelpText = "How many csmith programs.")]
        public int Count { get; set; }

        [Option("points", Default = 12, HelpText = "Update at every point up to this one.")]
        public int Points { get; set; }

        [Option("samples", Default = 8, HelpText = "Update at so many more points, spread over the rest of the run.")]
        public int Samples { get; set; }

        [Option("only-equivalence", HelpText = "Compare with gcc; no updates.")]
        public bool OnlyEquivalence { get; set; }

        [Option("list", HelpText = "Only print what would be tried.")]
        public bool List { get; set; }

        [Option("jobs", HelpText = "How many programs at once. Default: as many as there are processors.")]
        public int? Jobs { get; set; }

        [Option('o', "output", Default = "torture", HelpText = "Folder for table.md, and for what failed.")]
        public string Output { get; set; } = "torture";
    }

    /// <summary>Exit status 0: everything was right; 1: something was wrong; 2: a wrong call.</summary>
    public static int Main(string[] words)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            // A single dash begins the options of upstare-cc, not ours: --options=-O0,-O2.
            return Parser.Default.ParseArguments<Arguments>(words).MapResult(Run, errors => errors.IsHelp() || errors.IsVersion() ? 0 : 2);
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine($"upstare-torture: error: {e.Message}");
            return 2;
        }
    }

    private static int Run(Arguments arguments)
    {
        var output = Path.GetFullPath(arguments.Output);
        var effort = new Effort { AllUpTo = arguments.Points, Samples = arguments.Samples, OnlyEquivalence = arguments.OnlyEquivalence, KeepIn = Path.Combine(output, "failures") };
        var todo = Todo(arguments);
        if (arguments.List)
        {
            foreach (var (program, options) in todo) Console.WriteLine($"{program} {options}");
            return 0;
        }

        Directory.CreateDirectory(output);
        Console.WriteLine($"{todo.Count} trials");
        var done = new ConcurrentBag<Trial>();
        var clock = Stopwatch.StartNew();
        var jobs = new ParallelOptions { MaxDegreeOfParallelism = arguments.Jobs ?? Environment.ProcessorCount };
        Parallel.ForEach(Partitioner.Create(todo, EnumerablePartitionerOptions.NoBuffering), jobs, item =>
        {
            var trial = Torturer.Run(item.Program, item.Options, effort);
            done.Add(trial);
            Tell(trial, done.Count, todo.Count, clock.Elapsed);
        });

        Workspace.Remove();
        var ordered = todo.Select((item, i) => (item, i)).ToDictionary(pair => (pair.item.Program, pair.item.Options), pair => pair.i);
        var table = TortureTable.Write([.. done.OrderBy(trial => ordered[(trial.Program, trial.Options)])]);
        File.WriteAllText(Path.Combine(output, "table.md"), table);
        Console.WriteLine(table);
        return done.Any(trial => trial.Verdict == Verdict.Wrong) ? 1 : 0;
    }

    private static List<(TortureProgram Program, string Options)> Todo(Arguments arguments)
    {
        var seed = arguments.Seed switch
        {
            null => 1,
            "fresh" => Random.Shared.Next(1_000_000, 2_000_000_000),
            var text => int.TryParse(text, out var number) ? number : throw new ArgumentException($"--seed={text}: a number or 'fresh'"),
        };
        var corpora = arguments.Corpora.Any() ? arguments.Corpora : Corpora.Names;
        var options = arguments.Options.Any() ? [.. arguments.Options] : AllOptions;
        var programs = corpora.SelectMany(name => Corpora.Programs(name, seed, arguments.Count))
            .Where(program => arguments.Only is null || program.Name.Contains(arguments.Only, StringComparison.Ordinal))
            .Where((_, i) => i % arguments.Every == 0).ToList();
        return [.. options.SelectMany(words => programs.Select(program => (program, words)))];
    }

    private static void Tell(Trial trial, int done, int all, TimeSpan elapsed)
    {
        lock (Console.Out)
        {
            if (trial.Verdict == Verdict.Wrong) Console.WriteLine(TortureTable.Describe(trial));
            if (done % 100 == 0) Console.WriteLine($"{done} of {all} after {elapsed:h\\:mm\\:ss}");
        }
    }
}
