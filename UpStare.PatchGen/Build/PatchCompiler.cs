// Compiles the units of the new version into the objects of a patch, all cores at work.

using System.Collections.Concurrent;
using System.Text;
using UpStare.Compiler.Driver;
using UpStare.Compiler.Emit;
using UpStare.PatchGen.Generate;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Build;

/// <summary>Compiles patch units.</summary>
public static class PatchCompiler
{
    // Hidden symbols make references direct; nothing in a patch is preempted; thread-local variables are the program's.
    private static readonly string[] PatchFlags = ["-fPIC", "-fno-semantic-interposition", "-ftls-model=initial-exec", "-fno-common", "-fno-lto", "-g0", "-w"];

    /// <summary>Compiles all units; the objects in unit order, and what gcc said where it failed.</summary>
    public static (IReadOnlyList<string> Objects, IReadOnlyList<string> Errors) Run(ProgramMatch match, IReadOnlyList<EntityBinding> bindings, MapSteps steps, string folder)
    {
        var objects = new string[match.New.Units.Count];
        var errors = new ConcurrentBag<string>();
        // The longest first, one at a time to whoever is free: a single unit (a parser's tables) may take as long as hundreds of others.
        var longestFirst = Partitioner.Create(match.New.Units.OrderByDescending(unit => unit.Analysed.Points.Count), EnumerablePartitionerOptions.NoBuffering);
        Parallel.ForEach(longestFirst, ProgramVersion.AtOnce, unit => ProgramVersion.OnLargeStack(() => Compile(match.New, unit, bindings, match.Computations.Source(unit) + steps.Source(unit), folder, objects, errors)));
        return match.Data.Source() is { } source && errors.IsEmpty ? ([.. objects, CompileTransformers(source, folder, errors)], [.. errors]) : (objects, [.. errors]);
    }

    private static string CompileTransformers(string source, string folder, ConcurrentBag<string> errors)
    {
        var (text, output) = (Path.Combine(folder, "transformers.c"), Path.Combine(folder, "transformers.o"));
        File.WriteAllText(text, source);
        var result = new ToolRunner(Installation.Gcc).Run(["-std=gnu11", "-O2", "-fno-strict-aliasing", "-fasynchronous-unwind-tables", .. PatchFlags, "-c", text, "-o", output], captureOutput: true);
        if (result.Status != 0) errors.Add($"error: gcc cannot compile the data transformers:\n{Encoding.Latin1.GetString(result.Errors)}");
        return output;
    }

    private static void Compile(ProgramVersion version, VersionUnit unit, IReadOnlyList<EntityBinding> bindings, string computations, string folder, string[] objects, ConcurrentBag<string> errors)
    {
        var (text, output) = (Path.Combine(folder, $"unit{unit.Index}.upstare.i"), Path.Combine(folder, $"unit{unit.Index}.o"));
        objects[unit.Index] = output;
        try
        {
            var inlined = version.InlinedFunctions(unit);
            var result = CompileInlining(inlined);
            // What gcc has inlined into a function it need not be able to inline into its clone.
            if (result.Status != 0 && inlined.Count > 0) result = CompileInlining(new HashSet<int>());
            if (result.Status != 0) errors.Add($"{unit.Stored.MainFile}: error: gcc cannot compile it for the patch:\n{Encoding.Latin1.GetString(result.Errors)}");
        }
        catch (Compiler.Lowering.NotLoweredException reason)
        {
            errors.Add($"{unit.Place(reason.Offset)}: error: no restore clone can be written: {reason.Message}");
        }

        ToolResult CompileInlining(IReadOnlySet<int> functions)
        {
            File.WriteAllBytes(text, [.. UnitWriter.WritePatchUnit(unit.Analysed, unit.Options, Bindings.PlanFor(unit, bindings, functions)), .. Encoding.Latin1.GetBytes(computations)]);
            return GotOperands.Compile(text, output, RunGcc);
        }

        ToolResult RunGcc(string? assembly) => new ToolRunner(Installation.Gcc).Run(
            [.. InliningLimits.For(unit.Stored.Arguments), .. unit.Stored.Arguments, .. UnitCompiler.InstrumentedFlags, .. PatchFlags, .. UnitCompiler.InstrumentedLanguage, assembly == null ? "-c" : "-S", text, "-o", assembly ?? output],
            captureOutput: true);
    }
}
