// THE list of passes, in order.  Data flows one way: text -> tree -> facts -> lowered tree -> text.

using UpStare.Compiler.Analysis;
using UpStare.Compiler.Driver;
using UpStare.Compiler.Emit;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Lowering;
using UpStare.Compiler.Metadata;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler;

/// <summary>Runs the passes over a unit.</summary>
public sealed class Pipeline : IUnitTransformer
{
    /// <inheritdoc/>
    public void Prepare() => ClangParser.Prepare();

    /// <inheritdoc/>
    public TransformResult Transform(PreprocessedUnit unit, CompileOptions options)
    {
        if (Reserved(unit.Source) is { } reserved) return new TransformResult.FallBack(reserved);
        try
        {
            var analysed = Analyse(unit.Source, options);
            var text = UnitWriter.WriteUnit(analysed, unit.Source, options);
            var messages = Report.Messages(analysed, options.Verbose).ToList();
            if (options.DumpAfter is { } pass) messages.Add(Dump.After(analysed, pass, text) ?? $"upstare-cc: there is no pass '{pass}': the passes are {string.Join(", ", Dump.Passes)}");
            return new TransformResult.Instrumented(text) { Messages = messages };
        }
        catch (UnitNotUnderstoodException reason)
        {
            return new TransformResult.FallBack(reason.Message);
        }
    }

    // Our macros and symbols must mean nothing in the user's text.
    private static string? Reserved(UnitSource unit) =>
        unit.Text.AsSpan().IndexOf("UPSTARE_"u8) >= 0 || unit.Text.AsSpan().IndexOf("upstare_frame"u8) >= 0 ? "it uses names that are reserved for instrumented code (UPSTARE_..., upstare_...)" : null;

    /// <summary>A unit that cannot be instrumented at all; it is compiled by gcc unchanged.</summary>
    public sealed class UnitNotUnderstoodException(string reason) : Exception(reason);

    /// <summary>Analyses a unit: everything up to and including the layout of frames. upstare-diff also wants descriptions of data.</summary>
    public static AnalysedUnit Analyse(UnitSource unit, CompileOptions options, bool describesData = false)
    {
        var source = new SourceText(unit.Text, unit.MainFile);
        UnitTree tree;
        using (var parsed = ClangParser.Parse(source, ClangArguments.From(unit.Arguments)))
        {
            tree = TreeBuilder.Build(source, parsed, options.Away, describesData);
            RefuseErrorsOutsideFunctions(source, tree, parsed);
        }

        var references = new FunctionReferences(source, tree);
        var analysed = new AnalysedUnit { Source = source, Flags = unit.Arguments, Tree = tree, References = references };
        MarkAddressTaken(tree, references);

        var hasExceptions = HasExceptions(unit.Arguments);
        foreach (var function in Understood(tree).ToList())
        {
            function.WrittenBody = function.Body;
            if (LowerCleanups.Run(source, function, hasExceptions) is { } reason) Refuse(function, [reason]);
            function.LocalCount = function.Locals.Count;
        }

        // Escapes first: what is unsupported, where tail calls are and how expressions are spilled depends on them.
        foreach (var function in Understood(tree)) EscapedLocals.Run(function);
        foreach (var function in Understood(tree).ToList()) Refuse(function, Unsupported.Run(source, function).Concat(LabelIdentities.Run(source, tree, function)));

        // A function may drop out while it is lowered; then calls of it are calls into foreign code and all points move.
        var points = ContinuationPoints.Run(tree, options.Points == PointMode.Manual);
        while (!Lower(analysed, points, options) || RefuseInlined(analysed)) points = ContinuationPoints.Run(tree, options.Points == PointMode.Manual);

        foreach (var function in analysed.Lowered.Keys) PointPlaces.Run(function);
        foreach (var function in tree.Functions)
        {
            foreach (var point in function.Points)
            {
                point.Number = analysed.Points.Count;
                analysed.Points.Add(point);
            }
        }

        return analysed;
    }

    private static IEnumerable<FunctionDefinition> Understood(UnitTree tree) => tree.Functions.Where(function => function.Body is not null);

    private static bool HasExceptions(IEnumerable<string> arguments) =>
        arguments.LastOrDefault(word => word is "-fexceptions" or "-fno-exceptions") == "-fexceptions" || arguments.Contains("-fnon-call-exceptions");

    private static void MarkAddressTaken(UnitTree tree, FunctionReferences references)
    {
        foreach (var address in tree.FunctionAddresses)
        {
            if (address.Function.Definition is { } definition && !references.IsDead(address.Span.Start)) definition.IsAddressTaken = true;
        }

        foreach (var root in tree.Functions.Where(function => function.IsRoot && function.Declaration.Name != "main")) root.IsAddressTaken = true;
    }

    private static void Refuse(FunctionDefinition function, IEnumerable<Reason> reasons)
    {
        function.Reasons.AddRange(reasons);
        if (function.Reasons.Count > 0) function.Body = null;
    }

    // Of a function that has been lowered nothing may remain.
    private static void DropOut(FunctionDefinition function, Reason reason)
    {
        function.Points.Clear();
        function.DroppedQualifiers.Clear();
        Refuse(function, [reason]);
    }

    private static bool Lower(AnalysedUnit unit, ContinuationPoints points, CompileOptions options)
    {
        unit.Lowered.Clear();
        var isComplete = true;
        foreach (var function in Understood(unit.Tree).ToList())
        {
            try
            {
                LowerFunction(unit, function, points, options);
            }
            catch (NotLoweredException reason)
            {
                DropOut(function, new Reason(reason.Offset, reason.Message));
                isComplete = false;
            }
        }

        return isComplete;
    }

    // A function that must be inlined into one that is left as it is, and must be inlined, too, into one with points (InliningEdits).
    private static bool RefuseInlined(AnalysedUnit unit)
    {
        var left = unit.Tree.Functions.Where(function => function.Reasons.Count > 0 && function.Declaration.MustBeInlined);
        var inlined = left.SelectMany(unit.References.NamedIn).Where(function => function.Declaration.MustBeInlined && unit.Lowered.ContainsKey(function)).Distinct().ToList();
        foreach (var function in inlined) DropOut(function, new Reason(function.NameOffset, "it is always inlined, into a function that is not instrumented"));
        return inlined.Count > 0;
    }

    private static void LowerFunction(AnalysedUnit unit, FunctionDefinition function, ContinuationPoints points, CompileOptions options)
    {
        function.Points.Clear();
        function.Locals.RemoveRange(function.LocalCount, function.Locals.Count - function.LocalCount);
        var body = function.Body!;
        var assigned = AssignedLocals.Run(function);
        var context = new LoweringContext(function, unit.Source);
        var lowered = LowerStatements.Run(context, body, points.NeedsLoopPoint, points.NeedsEntryPoint(function));
        if (function.Points.Count == 0) return;
        RenameHiding.Run(function);
        HiddenTypes.Run(unit.Source, unit.Tree, function);
        KeepVariableArguments(function, lowered);
        BuildFrames.Run(function, LiveLocals.Run(function, lowered), assigned, options.Save == SaveMode.All);
        CheckRegisters(function);
        function.EnteredScopes = EnteredScopes.Run(function);
        FunctionPrinter.Check(unit.Source, function, lowered);
        unit.Lowered.Add(function, lowered);
    }

    // Rule C6: a clone cannot start its variable arguments again, so the fast path keeps a copy from the start, where a
    // va_start can come after a point.
    private static void KeepVariableArguments(FunctionDefinition function, BlockStatement lowered)
    {
        function.VariableArguments = null;
        if (!function.IsVariadic) return;
        var starts = lowered.AllExpressions().OfType<CallExpression>().Where(call => call.Callee?.Name == "__builtin_va_start").ToList();
        if (starts.Count == 0) return;
        var isInLoop = function.Statements.Any(s => s is WhileStatement or DoStatement or ForStatement or GotoStatement && starts.Any(start => s.Span.Contains(start.Span)));
        if (!isInLoop && starts.All(start => function.Points.All(point => point.Offset > start.Span.Start))) return;
        var type = new CType(TypeClass.Memory, "__builtin_va_list", "__builtin_va_list", "__builtin_va_list", 24, 8, false, false, false, true);
        function.VariableArguments = new Local("upstare_arguments", type) { IsTemporary = true, IsEscaped = true, Scope = function.BodySpan, Ordinal = function.Locals.Count };
        function.Locals.Add(function.VariableArguments);
    }

    private static void CheckRegisters(FunctionDefinition function)
    {
        var wrong = function.Points.SelectMany(point => point.Variables)
            .FirstOrDefault(local => local.IsRegister && (local.IsEscaped || local.Type.IsConst || local.Type.Class is not (TypeClass.Integer or TypeClass.Floating)));
        if (wrong is not null) throw new NotLoweredException(wrong.NameOffset, $"'{wrong.Name}' is bound to a register, and const or not a scalar");
    }

    private static void RefuseErrorsOutsideFunctions(SourceText source, UnitTree tree, ParsedUnit parsed)
    {
        var error = parsed.Errors.FirstOrDefault(e => !e.IsSystem && !tree.Functions.Any(function => function.Span.Contains(e.Offset)));
        if (error is not null) throw new UnitNotUnderstoodException($"{source.OriginOf(error.Offset)}: libclang does not understand it: {error.Text}");
    }
}
