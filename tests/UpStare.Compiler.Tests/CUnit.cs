// C in memory for the tests of passes: text in, a unit with its tree, its points and its lowered functions out. The text
// is what gcc -E would have written; declarations of system headers stand under a line marker that says so.
using UpStare.Compiler.Analysis;
using UpStare.Compiler.Driver;
using UpStare.Compiler.Emit;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Metadata;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Tests;

/// <summary>A unit under test.</summary>
internal sealed class CUnit
{
    /// <summary>Name of the unit's file.</summary>
    public const string File = "unit.c";

    private readonly AnalysedUnit? analysed;

    private CUnit(UnitSource stored, CompileOptions options, SourceText source, UnitTree tree, AnalysedUnit? analysed) =>
        (Stored, Options, Source, Tree, this.analysed) = (stored, options, source, tree, analysed);

    public UnitSource Stored { get; }

    public CompileOptions Options { get; }

    public SourceText Source { get; }

    public UnitTree Tree { get; }

    public AnalysedUnit Analysed => analysed ?? throw new InvalidOperationException("this unit was only parsed");

    /// <summary>The frontend alone.</summary>
    public static CUnit Parse(string text, params string[] arguments)
    {
        var stored = Store(text, new CompileOptions(), arguments);
        var source = new SourceText(stored.Text, stored.MainFile);
        using var parsed = ClangParser.Parse(source, ClangArguments.From(stored.Arguments));
        return new CUnit(stored, new CompileOptions(), source, TreeBuilder.Build(source, parsed), null);
    }

    /// <summary>All passes up to the layout of frames.</summary>
    public static CUnit Analyse(string text, CompileOptions? options = null, params string[] arguments)
    {
        options ??= new CompileOptions();
        var stored = Store(text, options, arguments);
        var unit = Pipeline.Analyse(stored, options);
        return new CUnit(stored, options, unit.Source, unit.Tree, unit);
    }

    /// <summary>Declarations as they come from a system header, in front of the unit's own text.</summary>
    public static string WithHeader(string declarations, string text) =>
        $"# 0 \"{File}\"\n# 1 \"/usr/include/header.h\" 1 3\n{declarations}\n# 1 \"{File}\" 2\n{text}";

    public FunctionDefinition Function(string name) => Tree.Functions.Single(f => f.Declaration.Name == name);

    public Entity Entity(string qualifiedName) => Tree.Entities.Single(e => e.QualifiedName == qualifiedName);

    public Local Local(string function, string name) => Function(function).Locals.Single(l => l.Name == name);

    public string Text(TextSpan span) => Source[span];

    /// <summary>The points of a function as <c>callee</c>, <c>*</c> or <c>loop</c>, in source order.</summary>
    public string Points(string function) => string.Join(' ', Function(function).Points.Select(p => p.Callee ?? "loop"));

    /// <summary>The only point of a function with this callee (<c>null</c>: a loop).</summary>
    public ContinuationPoint Point(string function, string? callee) => Function(function).Points.Single(p => p.Callee == callee);

    /// <summary>Names of the locals that are live at a point; temporaries are left out.</summary>
    public string Live(string function, string? callee)
    {
        var definition = Function(function);
        var live = LiveLocals.Run(definition, Analysed.Lowered[definition])[Point(function, callee)];
        return string.Join(' ', definition.Locals.Where(l => live.Contains(l) && !l.IsTemporary).Select(l => l.Name));
    }

    /// <summary>What a point records, as the names in instrumented code.</summary>
    public string Recorded(string function, string? callee) =>
        string.Join(' ', Point(function, callee).Operands.Select(o => o.Local.EmittedName + o.Path));

    /// <summary>Reasons against instrumenting a function, as texts.</summary>
    public IEnumerable<string> Reasons(string function) => Function(function).Reasons.Select(reason => reason.Text);

    /// <summary>The instrumented text, for an executable.</summary>
    public string Instrumented() => System.Text.Encoding.Latin1.GetString(UnitWriter.WriteUnit(Analysed, Stored, Options));

    /// <summary>The instrumented text, for a patch in which variables stay in place but for the named ones.</summary>
    public string Patch(params string[] own) => System.Text.Encoding.Latin1.GetString(UnitWriter.WritePatchUnit(Analysed, Options, PlanFor(Analysed, own)));

    /// <summary>A simple plan: variables stay (but for <paramref name="own"/>), functions whose address is used are redirected.</summary>
    public static PatchPlan PlanFor(AnalysedUnit unit, params string[] own) => new()
    {
        Unit = 0,
        Bindings = [.. unit.Tree.Entities.Select(e => e.HoldsLabels ? VariableBinding.Kept : own.Contains(e.QualifiedName) ? VariableBinding.Own : VariableBinding.Shared)],
        Numbers = [.. Enumerable.Range(0, unit.Tree.Entities.Count)],
        External = new Dictionary<string, int>(),
        NeededFunctions = unit.Tree.Entities.Where(e => e.IsLabel || e.Definition is { IsAddressTaken: true }).Select(e => e.Ordinal).ToHashSet(),
        OwnIdentities = new HashSet<int>(),
    };

    private static UnitSource Store(string text, CompileOptions options, string[] arguments) => new()
    {
        MainFile = File,
        WorkingDirectory = "/",
        Arguments = arguments,
        Options = options.ToStoredOptions(),
        Text = SourceText.Encode(text),
    };
}
