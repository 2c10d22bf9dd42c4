// One C input: preprocess, transform, compile. Whatever goes wrong on our side, the unit is compiled by plain gcc from
// its original source and one warning says why; whatever is wrong with the source is said by gcc about the source.
using System.Text;
using UpStare.Compiler.Diagnostics;
using UpStare.Compiler.Metadata;

namespace UpStare.Compiler.Driver;

/// <summary>Result of one unit: exit status, and what is to be printed on standard error.</summary>
public sealed record UnitOutcome(int Status, byte[] Messages);

/// <summary>What all units of a run have in common.</summary>
/// <param name="Gcc">gcc.</param>
/// <param name="Transformer">The passes.</param>
/// <param name="Options">upstare-cc's own options.</param>
public sealed record UnitTools(ToolRunner Gcc, IUnitTransformer Transformer, CompileOptions Options);

/// <summary>Compiles one unit.</summary>
public sealed class UnitCompiler
{
    private readonly UnitTools tools;
    private readonly UnitPlan unit;
    private readonly string directory;
    private readonly MemoryStream own = new();
    private byte[] gccMessages = [];

    private UnitCompiler(UnitTools tools, UnitPlan unit, string directory) =>
        (this.tools, this.unit, this.directory) = (tools, unit, directory);

    /// <summary>What every instrumented unit is compiled with, last on the line: restoring needs unwind tables; merged
    /// functions would share sites; and a dummy value that is returned must not be taken for an error path. Comments that
    /// mark a fall-through do not survive preprocessing, and temporaries are declared where they are needed. A patch takes up functions that nothing in the program calls. Link-time
    /// optimisation merges the assembly of several units, whose records then are no longer told apart. Partial inlining would make a function of a way
    /// out, and where it is called instead nobody knows where that leads.</summary>
    public static IReadOnlyList<string> InstrumentedFlags { get; } =
        ["-fasynchronous-unwind-tables", "-fno-ipa-icf", "-fno-isolate-erroneous-paths-attribute", "-fno-partial-inlining", "-Wno-implicit-fallthrough",
        "-Wno-declaration-after-statement", "-fno-whole-program", "-fno-lto"];

    /// <summary>How gcc takes instrumented text: it is preprocessed (the first line marker gives the unit's name, the
    /// user's macros are not defined), but the macros and directives in it count.</summary>
    public static IReadOnlyList<string> InstrumentedLanguage { get; } = [WithDirectives, "-x", "cpp-output"];

    private const string WithDirectives = "-fdirectives-only";

    /// <summary>Compiles a unit; temporary files go into a directory of its own.</summary>
    public static UnitOutcome Compile(UnitTools tools, UnitPlan unit, string directory)
    {
        var compiler = new UnitCompiler(tools, unit, directory);
        var status = compiler.Run();
        return new UnitOutcome(status, [.. compiler.gccMessages, .. compiler.own.ToArray()]);
    }

    private int Run()
    {
        var status = Preprocess(out var text);
        if (status != 0)
        {
            // With -Werror, or a missing file, gcc has more to say, or says it otherwise, when it compiles.
            if (unit.Input == "-")
                return status;
            var plain = CompilePlain(text);
            // A precompiled header whose source is gone, and the like.
            if (plain == 0)
                Say(DriverMessages.NotInstrumented(unit.Input, "it cannot be preprocessed by itself"));
            return plain;
        }

        if (unit.SaveTempsAs != null && unit.Language == InputLanguage.C)
            File.WriteAllBytes(unit.SaveTempsAs + ".i", text);
        text = MacroDirectives.Blank(text);
        return Transform(text) is { } instrumented ? CompileInstrumented(text, instrumented) : CompilePlain(text);
    }

    private int Preprocess(out byte[] text)
    {
        if (unit.Language == InputLanguage.PreprocessedC)
            return ReadPreprocessed(out text);
        var result = tools.Gcc.Run([.. TerminalColor.Words, .. unit.Preprocess], captureOutput: true, meanwhile: tools.Transformer.Prepare);
        gccMessages = result.Errors;
        text = result.Output;
        return result.Status;
    }

    // A file that is not there is gcc's to complain about.
    private int ReadPreprocessed(out byte[] text)
    {
        text = [];
        if (unit.Input != "-")
        {
            if (!File.Exists(unit.Input))
                return 1;
            text = File.ReadAllBytes(unit.Input);
            return 0;
        }

        using var input = Console.OpenStandardInput();
        var copy = new MemoryStream();
        input.CopyTo(copy);
        text = copy.ToArray();
        return 0;
    }

    // The instrumented text, or null: the unit is compiled as it is.
    private byte[]? Transform(byte[] text)
    {
        var source = new UnitSource
        {
            MainFile = unit.Input,
            WorkingDirectory = Environment.CurrentDirectory,
            Arguments = unit.CodeFlags,
            Options = tools.Options.ToStoredOptions(),
            Text = text,
        };
        try
        {
            Posix.CrashIfAskedTo();
            var result = tools.Transformer.Transform(new PreprocessedUnit(source), tools.Options);
            foreach (var message in result.Messages)
                Say(message.EndsWith('\n') ? message : message + "\n");
            if (result is TransformResult.FallBack fallBack)
                Say(DriverMessages.NotInstrumented(unit.Input, fallBack.Reason));
            return (result as TransformResult.Instrumented)?.Text;
        }
        catch (Exception e)
        {
            // Any bug of ours must leave a right program behind.
            Say(DriverMessages.InternalError(
                unit.Input, tools.Options.Verbose ? e.ToString() : $"{e.GetType().Name}: {e.Message}"));
            return null;
        }
    }

    private int CompileInstrumented(byte[] text, byte[] instrumented)
    {
        if (unit.SaveTempsAs != null)
            File.WriteAllBytes(unit.SaveTempsAs + ".upstare.c", instrumented);
        var file = Path.Combine(directory, "unit.upstare.i");
        File.WriteAllBytes(file, instrumented);

        if (unit.CodeFlags.LastOrDefault(word => word == "-fno-lto" || word.StartsWith("-flto", StringComparison.Ordinal)) is { } lto && lto != "-fno-lto")
            Say(DriverMessages.WithoutLinkTimeOptimisation(unit.Input, lto));
        var first = GotOperands.Compile(file, unit.Output, assembly => RunInstrumented(file, [], assembly));
        if (first.Status == 0)
        {
            gccMessages = [.. gccMessages, .. first.Errors];
            return 0;
        }

        // Is it the source or us? Plain gcc tells, and what it says is what the user sees.
        var status = CompilePlain(text);
        if (status != 0)
            return status;

        // Us. If it was a mere warning about instrumented code under -Werror, the code is good.
        if (RunInstrumented(file, ["-w"]).Status == 0)
            return 0;
        Say(DriverMessages.RejectedByGcc(unit.Input, FirstError(first.Errors)));
        // gcc deletes its output when it fails: make it again.
        return CompilePlain(text);
    }

    // The file's suffix says that it is preprocessed: distcc sends away what is called so, and keeps what has -x.
    private ToolResult RunInstrumented(string file, IReadOnlyList<string> extra, string? assembly = null) =>
        tools.Gcc.Run(
            [.. TerminalColor.Words, .. InliningLimits.For(unit.Compile), .. unit.Compile, .. extra, WithDirectives, assembly == null ? unit.Mode : "-S", file,
                "-o", assembly ?? unit.Output, .. InstrumentedFlags],
            captureOutput: false, withoutDependencies: true);

    private int CompilePlain(byte[] text)
    {
        if (unit.Input != "-")
        {
            var result = tools.Gcc.Run([.. TerminalColor.Words, .. unit.Plain, unit.Mode, "-o", unit.Output],
                captureOutput: false, withoutDependencies: true);
            // It has repeated what the preprocessor had to say.
            gccMessages = result.Errors;
            return result.Status;
        }

        // Standard input has been read: what was preprocessed is all there is.
        var file = Path.Combine(directory, "unit.i");
        File.WriteAllBytes(file, text);
        var compiled = tools.Gcc.Run(
            [.. TerminalColor.Words, .. unit.Compile, "-x", "cpp-output", unit.Mode, file, "-o", unit.Output],
            captureOutput: false, withoutDependencies: true);
        gccMessages = [.. gccMessages, .. compiled.Errors];
        return compiled.Status;
    }

    private static string FirstError(byte[] errors) =>
        Encoding.UTF8.GetString(errors).Split('\n')
            .FirstOrDefault(l => l.Contains("error:", StringComparison.Ordinal))?.Trim() ?? "no message";

    private void Say(string text) => own.Write(Encoding.UTF8.GetBytes(text));
}
