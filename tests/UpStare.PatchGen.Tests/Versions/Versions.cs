// Two versions of a small program, built in memory but for what must be a file: the passes of upstare-cc run in this
// process, gcc compiles and links what they write, upstare-diff's reader loads it. Nothing is run.
using System.Text;
using UpStare.Compiler;
using UpStare.Compiler.Driver;
using UpStare.Compiler.Emit;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Metadata;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Build;
using UpStare.PatchGen.Check;
using UpStare.PatchGen.Generate;
using UpStare.PatchGen.Map;
using UpStare.PatchGen.Match;
using UpStare.PatchGen.Tests.Image;

namespace UpStare.PatchGen.Tests.Versions;

/// <summary>An old and a new version, matched.</summary>
internal sealed class Pair : IDisposable
{
    private const string DefaultLink = "-pie -Wl,--build-id";
    private const string Main = "\nint main (void) { return 0; }\n";
    private readonly Toolchain tools = new();

    private Pair(IReadOnlyList<(string Name, string Text)> old, IReadOnlyList<(string Name, string Text)> @new, string? map, string link)
    {
        try
        {
            Old = Build("old", old, link);
            New = Build("new", @new, link);
            Match = Matcher.Run(Old, New, map is null ? UserMap.Empty : UserMap.Parse(map));
            PointMatcher.Run(Match);
        }
        catch
        {
            tools.Dispose();
            throw;
        }
    }

    public ProgramVersion Old { get; }

    public ProgramVersion New { get; }

    public ProgramMatch Match { get; }

    /// <summary>Programs of one unit, unit.c; main is added.</summary>
    public static Pair Of(string old, string @new, string? map = null, string link = DefaultLink) => new([("unit.c", old + Main)], [("unit.c", @new + Main)], map, link);

    /// <summary>Programs of several units; main is added to the first.</summary>
    public static Pair OfUnits((string Name, string Text)[] old, (string Name, string Text)[] @new) => new(WithMain(old), WithMain(@new), null, DefaultLink);

    /// <summary>The points of a function and where they go on, as <c>callee:0>1</c> by ordinal in the function; <c>-</c>: nowhere.</summary>
    public string Points(string function)
    {
        var old = Function(Old, function);
        return string.Join(' ', old.Points.Select((point, i) => $"{point.Callee ?? "loop"}:{i}>{(Match.Points[point].Point is { } to ? to.Function.Points.IndexOf(to).ToString() : "-")}"));
    }

    /// <summary>Why an old point of a function goes on nowhere.</summary>
    public string Reason(string function, int point = 0) => Match.Points[Function(Old, function).Points[point]].Reason;

    /// <summary>The transformer of an old point.</summary>
    public StackTransformer Transformer(string function, int point = 0) => StackTransformers.For(Match, Function(Old, function).Points[point], Constants);

    /// <summary>Values from the user's map.</summary>
    public ConstantPool Constants { get; } = new();

    /// <summary>The moves of a transformer, as <c>operand>variable</c>, with <c>&amp;</c> for an address.</summary>
    public string Moves(string function, int point = 0)
    {
        var transformer = Transformer(function, point);
        Assert.That(transformer.Point, Is.Not.Null, transformer.Reason);
        var old = Function(Old, function).Points[point].Operands.Select(o => o.Local.Name + o.Path).ToList();
        return string.Join(' ', transformer.Moves.Select(move => (move.Kind == MoveKind.Constant ? "const" : (move.Kind == MoveKind.Address ? "&" : "") + old[(int)move.Operand]) + ">" + Target(transformer.Point!, move)));
    }

    /// <summary>Bindings after the rule of initial values.</summary>
    public (IReadOnlyList<EntityBinding> Bindings, IReadOnlyList<InitialValue> Values, List<string> Notes) Bind()
    {
        var notes = new List<string>();
        var (bindings, values) = InitialValues.Run(Match, Bindings.Run(Match), notes);
        return (bindings, values, notes);
    }

    /// <summary>The binding of an entity of the new version.</summary>
    public EntityBinding Binding(string name) => Bind().Bindings.Single(binding => binding.Entity.Entity.QualifiedName == name);

    /// <summary>Everything that is against a patch.</summary>
    public IReadOnlyList<string> Refusals() => Checks.Run(Match, Bind().Bindings);

    public void Dispose() => tools.Dispose();

    public static FunctionDefinition Function(ProgramVersion version, string name) =>
        version.Units.SelectMany(unit => unit.Analysed.Tree.Functions).Single(f => f.Declaration.Name == name);

    private static string Target(ContinuationPoint point, MoveEntry move)
    {
        var variable = point.Variables.Single(v => v.FrameOffset <= move.To && move.To < v.FrameOffset + Math.Max(8, v.FrameSize));
        return variable.Name + (move.To == variable.FrameOffset ? "" : $"+{move.To - variable.FrameOffset}");
    }

    private static (string Name, string Text)[] WithMain((string Name, string Text)[] units) => [(units[0].Name, units[0].Text + Main), .. units[1..]];

    private ProgramVersion Build(string name, IReadOnlyList<(string Name, string Text)> units, string link)
    {
        var objects = units.Select((unit, i) => Compile($"{name}{i}", unit.Name, unit.Text)).ToArray();
        // What the units call is nowhere: nothing of this runs.
        return ProgramVersion.Load(tools.Gcc(link + " -Wl,--unresolved-symbols=ignore-all", name, objects));
    }

    private string Compile(string name, string file, string text)
    {
        var options = new CompileOptions();
        var stored = new UnitSource { MainFile = file, WorkingDirectory = "/", Arguments = [], Options = options.ToStoredOptions(), Text = SourceText.Encode(text) };
        var source = tools.PathOf(name + ".i");
        File.WriteAllText(source, Encoding.Latin1.GetString(UnitWriter.WriteUnit(Pipeline.Analyse(stored, options), stored, options)), Encoding.Latin1);
        return tools.Gcc(string.Join(' ', ["-fPIE", "-c", .. UnitCompiler.InstrumentedFlags, .. UnitCompiler.InstrumentedLanguage]), name + ".o", source);
    }
}
