// Carries out a plan: units in parallel, their messages in the order of the command line, then the rest.
using System.Text;
using UpStare.Compiler.Diagnostics;

namespace UpStare.Compiler.Driver;

/// <summary>Runs build plans.</summary>
public sealed class BuildRunner(ToolRunner gcc, IUnitTransformer transformer)
{
    // The passes recurse over expressions and statements; generated C nests deeply. Only what is used costs memory.
    private const int StackSize = 256 << 20;

    /// <summary>Runs upstare-cc for a command line; returns gcc's exit status.</summary>
    public int Run(CommandLine line)
    {
        if (line.Error != null)
            return Fail(DriverMessages.Error(line.Error));
        // Most command lines need no temporary files: the directory is made when a plan turns out to have units.
        var plan = BuildPlan.Make(line, "");
        foreach (var (file, reason) in plan.Refused)
            Print(DriverMessages.NotInstrumented(file, reason));
        if (plan.IsPassThrough)
            return PassThrough(line, plan);

        using var temporary = new TemporaryDirectory();
        return RunUnits(line, BuildPlan.Make(line, temporary.Path), temporary.Path);
    }

    /// <summary>Has gcc do it all; an executable gets the runtime, as objects of earlier commands may need it.</summary>
    public int RunUnchanged(CommandLine line) => PassThrough(line, BuildPlan.MakeUnchanged(line));

    private int PassThrough(CommandLine line, BuildPlan plan)
    {
        if (!TryGetRest(line, plan, out var words))
            return 1;
        using var temporary = NeedsResponseFile(words) ? new TemporaryDirectory() : null;
        if (temporary != null)
            return gcc.RunInherited(Shorten(words, temporary.Path));
        return Fail(DriverMessages.Error(gcc.Become(words).Message));
    }

    private int RunUnits(CommandLine line, BuildPlan plan, string temporary)
    {
        // Looked up before compiling: a missing runtime should not be found after an hour's build of one command.
        if (!TryGetRest(line, plan, out var rest))
            return 1;
        var tools = new UnitTools(gcc, transformer, line.Options);
        var status = 0;
        foreach (var outcome in CompileAll(tools, plan, temporary))
        {
            WriteError(outcome.Messages);
            if (status == 0)
                status = outcome.Status;
        }

        if (plan.Rest == null || (status != 0 && line.Mode == OutputMode.Link))
            return status;
        var last = gcc.RunInherited(Shorten(rest, temporary));
        return status != 0 ? status : last;
    }

    // Every unit's outcome, in order, as soon as it and all before it are there.
    private static IEnumerable<UnitOutcome> CompileAll(UnitTools tools, BuildPlan plan, string temporary)
    {
        var units = plan.Units;
        var outcomes = new UnitOutcome?[units.Count];
        var next = -1;
        var ready = new object();
        void Work()
        {
            for (int i; (i = Interlocked.Increment(ref next)) < units.Count;)
            {
                var outcome = CompileOne(tools, units[i], Path.Combine(temporary, $"unit{i}"));
                lock (ready)
                {
                    outcomes[i] = outcome;
                    Monitor.PulseAll(ready);
                }
            }
        }

        var workers = plan.OneByOne ? 1 : Math.Min(Environment.ProcessorCount, units.Count);
        for (var i = 0; i < workers; i++)
            new Thread(Work, StackSize) { IsBackground = true }.Start();
        for (var i = 0; i < units.Count; i++)
        {
            lock (ready)
            {
                while (outcomes[i] == null)
                    Monitor.Wait(ready);
            }

            yield return outcomes[i]!;
        }
    }

    private static UnitOutcome CompileOne(UnitTools tools, UnitPlan unit, string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            return UnitCompiler.Compile(tools, unit, directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new UnitOutcome(1, Encoding.UTF8.GetBytes(DriverMessages.Error(e.Message)));
        }
    }

    // The arguments after the units, with the runtime if an executable is linked, with its stand-ins if a library is. False: it is not there.
    private static bool TryGetRest(CommandLine line, BuildPlan plan, out IReadOnlyList<string> words)
    {
        words = plan.Rest ?? [];
        if (!(plan.LinksRuntime || plan.LinksShared) || plan.Rest == null)
            return true;
        if (Installation.FindRuntime() is not { } library)
        {
            Print(DriverMessages.NoRuntime(Installation.RuntimePlaces()));
            return false;
        }

        words = [.. plan.Rest, .. plan.LinksShared ? RuntimeLink.SharedArguments(line, library) : RuntimeLink.Arguments(line, library)];
        return true;
    }

    // A single argument list beyond this would risk E2BIG; the user's own response file has been expanded.
    private static bool NeedsResponseFile(IReadOnlyList<string> words) => words.Sum(w => w.Length + 9) > 1 << 20;

    private static IReadOnlyList<string> Shorten(IReadOnlyList<string> words, string temporary)
    {
        if (!NeedsResponseFile(words))
            return words;
        var file = Path.Combine(temporary, "arguments");
        File.WriteAllLines(file, words.Select(ResponseFiles.Quote));
        return ["@" + file];
    }

    private static int Fail(string message)
    {
        Print(message);
        return 1;
    }

    private static void Print(string message) => WriteError(Encoding.UTF8.GetBytes(message));

    private static void WriteError(byte[] text)
    {
        using var error = Console.OpenStandardError();
        error.Write(text);
    }
}
