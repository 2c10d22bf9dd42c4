// The algorithm, top to bottom: two executables in, a patch out.

using System.Globalization;
using System.Text;
using UpStare.Compiler.Driver;
using UpStare.Compiler.Emit;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Build;
using UpStare.PatchGen.Check;
using UpStare.PatchGen.Generate;
using UpStare.PatchGen.Image;
using UpStare.PatchGen.Map;
using UpStare.PatchGen.Match;
using UpStare.PatchGen.Report;

namespace UpStare.PatchGen;

/// <summary>Exit statuses of upstare-diff.</summary>
public enum Outcome
{
    /// <summary>The patch was written.</summary>
    Written = 0,

    /// <summary>Something is missing or broken.</summary>
    Error = 1,

    /// <summary>The new version cannot be reached by a patch.</summary>
    CannotPatch = 2,

    /// <summary>Nothing changed; no file was written.</summary>
    NothingChanged = 3,
}

/// <summary>One run of upstare-diff.</summary>
public sealed class PatchRun(Options options, TextWriter errors)
{
    private readonly List<string> _notes = [];

    /// <summary>Runs; messages go to the writer.</summary>
    public Outcome Run()
    {
        if (options is { Output: null, ReportFile: null, SuggestFile: null }) return Fail("nothing to write: give -o, --report or --suggest");
        Say("reading " + options.Old);
        var old = ProgramVersion.Load(options.Old);
        Say("reading " + options.New);
        var @new = options.IsIdentity && options.Old == options.New ? old : ProgramVersion.Load(options.New);
        if (options.IsIdentity && !SameBuild(old, @new)) return Fail($"--identity: {options.Old} and {options.New} are different programs");
        if (!options.IsIdentity && IsSame(old, @new))
        {
            errors.WriteLine($"upstare-diff: {options.New}: nothing changed");
            return Outcome.NothingChanged;
        }

        var match = Matcher.Run(old, @new, options.MapFile is null ? UserMap.Empty : UserMap.Load(options.MapFile));
        PointMatcher.Run(match);
        var (bindings, values) = InitialValues.Run(match, Bindings.Run(match), _notes);
        var steps = MapSteps.Run(match, bindings);
        match.Data.Collect(bindings);
        _notes.AddRange(DataNotes.Run(match));
        var reasons = Checks.Run(match, bindings).ToList();
        var warnings = UnseenPointers.Run(match, bindings).ToList();
        foreach (var warning in warnings) errors.WriteLine("upstare-diff: warning: " + warning);
        _notes.AddRange(warnings);
        Reports.Write(options, match, bindings, reasons, _notes);
        if (reasons.Count > 0) return Refuse(reasons);
        if (options.Output is null) return Outcome.Written;

        var folder = Directory.CreateTempSubdirectory("upstare-diff").FullName;
        try
        {
            return Build(match, bindings, values, steps, folder);
        }
        finally
        {
            if (!options.Keep) Directory.Delete(folder, recursive: true);
            else errors.WriteLine($"upstare-diff: the patch's sources are in {folder}");
        }
    }

    private Outcome Build(ProgramMatch match, IReadOnlyList<EntityBinding> bindings, IReadOnlyList<InitialValue> values, MapSteps steps, string folder)
    {
        Say($"compiling {match.New.Units.Count} units");
        var (objects, compileErrors) = PatchCompiler.Run(match, bindings, steps, folder);
        if (compileErrors.Count > 0) return Fail(string.Join('\n', compileErrors));

        Say("linking");
        var linked = PatchLinker.Link(new LinkRequest("ld", [.. objects, RuntimeHelpers()], folder, symbol => Resolve(match, bindings, symbol)));
        if (linked.Patch is not { } code) return Refuse(linked.Reasons);

        var oldPlain = PlainFunctions.Of(match.Old.Units.Select(unit => (unit.Offset, unit.Analysed)));
        var newPlain = PlainFunctions.Of(match.New.Units.Select((unit, number) => ((ulong)number, unit.Analysed)));
        var oldImage = ImageTables.Build(ImageSource.Of(match.Old.File, match.Old.Records), match.Old.PointNumber, oldPlain);
        var newImage = ImageTables.Build(code.ImageSource, (unit, point) => unit < (ulong)match.New.Units.Count ? (uint)match.New.Units[(int)unit].FirstPoint + point : null, newPlain);
        _notes.AddRange(oldImage.Notes.Concat(newImage.Notes));
        var tableReasons = oldImage.Reasons.Concat(newImage.Reasons)
            .Concat(Disagreements(match.Old, oldImage)).Concat(Disagreements(match.New, newImage))
            .Concat(LabelPlaces.Run(match, bindings, code)).ToList();
        if (tableReasons.Count > 0) return Refuse(tableReasons);

        Say("writing " + options.Output);
        var patch = new PatchFile { OldImage = oldImage, NewImage = newImage };
        patch.Take(code);
        (patch.FromId, patch.ToId) = (match.Old.File.BuildId!, match.New.File.BuildId!);
        (patch.FromName, patch.ToName) = (match.Old.File.Name, match.New.File.Name);
        new PatchContents(match, bindings, values, steps, code, patch).Fill();
        var temporary = options.Output + ".tmp";
        PatchWriter.Write(patch, temporary);
        File.Move(temporary, options.Output!, overwrite: true);
        return Outcome.Written;
    }

    // The records were written by upstare-cc, the points come from analysing the stored source again: they must agree.
    private static IEnumerable<string> Disagreements(ProgramVersion version, ImageTables image)
    {
        foreach (var unit in version.Units)
        {
            foreach (var point in unit.Analysed.Points)
            {
                if (!image.OperandCounts.TryGetValue((uint)(unit.FirstPoint + point.Number), out var count) || count == point.Operands.Count()) continue;
                yield return $"{unit.Place(point.Offset)}: the records of this point do not agree with the stored source: build {version.File.Code.Path} with the upstare-cc that belongs to this upstare-diff";
                yield break;
            }
        }
    }

    // What an undefined symbol of the patch stands for.
    private static Resolution Resolve(ProgramMatch match, IReadOnlyList<EntityBinding> bindings, UndefinedSymbol symbol)
    {
        const string place = "__upstare_e";
        // Not __upstare_epoll_wait.
        if (symbol.Name.StartsWith(place, StringComparison.Ordinal) && int.TryParse(symbol.Name.AsSpan(place.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return bindings[number].Old is { } old
                ? new Resolution.Entity((uint)old.Number)
                : new Resolution.Refused($"the new version uses it, but nothing defines it");
        }

        if (MapSteps.OldEntity(symbol.Name) is { } entity) return new Resolution.Entity(entity);
        if (symbol.Name.StartsWith("__upstare_", StringComparison.Ordinal)) return new Resolution.Import(symbol.Name, IsNear: true);
        // In the program the linker's --wrap has done the same.
        if (symbol.Name is "pthread_create" or "thrd_create") return new Resolution.Import("__upstare_" + symbol.Name, IsNear: true);
        if (symbol.Name is "atexit" or "at_quick_exit") return new Resolution.Import("__upstare_libc_" + symbol.Name, IsNear: true);
        var flags = (symbol.IsWeak ? ImportFlags.Weak : 0) | (symbol.IsTls ? ImportFlags.Tls : 0);
        var isForeign = match.New.File.Symbols.Any(s => s.Name == symbol.Name && s.IsDefined && s.Binding != Elf.StbLocal)
            && !match.New.File.Code.DynamicSymbols.Any(s => s.Name == symbol.Name);
        return isForeign
            ? new Resolution.Refused("it is defined in an object or library that was not compiled by upstare-cc")
            : new Resolution.Import(symbol.Name, flags);
    }

    // gcc's helpers (128-bit division, complex multiplication...) that code may call.
    private static string RuntimeHelpers() =>
        Encoding.UTF8.GetString(new ToolRunner(Installation.Gcc).Run(["-print-libgcc-file-name"], captureOutput: true).Output).Trim();

    private static bool SameBuild(ProgramVersion a, ProgramVersion b) => ReferenceEquals(a, b) || (a.File.BuildId is { } id && b.File.BuildId is { } other && id.AsSpan().SequenceEqual(other));

    private static bool IsSame(ProgramVersion old, ProgramVersion @new)
    {
        if (SameBuild(old, @new)) return true;
        return old.Units.Count == @new.Units.Count && old.Units.Zip(@new.Units).All(pair =>
            pair.First.Stored.Arguments.SequenceEqual(pair.Second.Stored.Arguments) && pair.First.Stored.Options.SequenceEqual(pair.Second.Stored.Options)
            && Words(pair.First) == Words(pair.Second));
    }

    private static string Words(VersionUnit unit) => SourceWords.Of(unit.Analysed.Source, new TextSpan(0, unit.Analysed.Source.Text.Length));

    private void Say(string what)
    {
        if (options.IsVerbose) errors.WriteLine($"upstare-diff: {what}");
    }

    private Outcome Fail(string message)
    {
        errors.WriteLine($"upstare-diff: error: {message}");
        return Outcome.Error;
    }

    private Outcome Refuse(IReadOnlyList<string> reasons)
    {
        foreach (var reason in reasons) errors.WriteLine($"upstare-diff: {reason}");
        errors.WriteLine($"upstare-diff: {options.New} cannot be reached by a patch: {reasons.Count} reason{(reasons.Count == 1 ? "" : "s")}");
        return Outcome.CannotPatch;
    }
}
