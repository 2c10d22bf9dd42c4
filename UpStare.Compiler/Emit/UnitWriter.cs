// Writes the instrumented text of a unit, for an executable or for a patch.
//
//     # 0 "file.c"                         the unit's name
//     macros                               SiteMacros, under a marker that says system header
//     the user's text, with the functions that have points printed anew
//     (patch: a restore clone behind each of them)
//     records of entities; the unit's own source, compressed (executable only)

using System.Globalization;
using System.Text;
using UpStare.Compiler.Analysis;
using UpStare.Compiler.Driver;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Lowering;
using UpStare.Compiler.Metadata;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

/// <summary>Writes instrumented units.</summary>
public static class UnitWriter
{
    /// <summary>A unit of an executable.</summary>
    public static byte[] WriteUnit(AnalysedUnit unit, UnitSource stored, CompileOptions options)
    {
        var edits = CommonEdits(unit);
        foreach (var (place, text) in WrapperEdits.Run(unit, edits)) edits.Append(place, text);
        var before = InliningEdits.Run(unit, edits, new Dictionary<int, string>());
        AddLabelEdits(unit, null, edits);
        foreach (var entity in unit.Tree.Entities) AddRecordingEdits(unit, entity, edits);
        Align(unit, edits);
        var writer = Write(unit, options, edits, before, null);
        var needsRuntime = WrapperEdits.AreUsedBy(unit) || options.Poll == PollMode.Flag || options.HeapTypes;
        writer.WriteOwn(EntityRecords(unit) + End(unit) + AwayStubs.Write(unit) + (needsRuntime ? RuntimeReference : ""));
        WriteStoredSource(stored, writer);
        return writer.ToBytes();
    }

    // A unit that calls the runtime cannot be linked by gcc, g++ or ld alone. The linker names what it misses: this tells what to do.
    private const string RuntimeReference = "__asm__ (\".pushsection .debug.upstare.link,\\\"\\\",@progbits\\n\\t.hidden __upstare_missing__link_with_upstare_cc\\n"
        + "\\t.quad __upstare_missing__link_with_upstare_cc\\n\\t.popsection\");\n";

    /// <summary>A unit of a patch.</summary>
    public static byte[] WritePatchUnit(AnalysedUnit unit, CompileOptions options, PatchPlan plan)
    {
        var edits = CommonEdits(unit);
        var before = InliningEdits.Run(unit, edits, PatchEdits.Run(unit, plan, edits, WrapperEdits.Run(unit, edits)));
        AddLabelEdits(unit, plan, edits);
        foreach (var span in unit.Tree.StartAttributes) edits.Replace(span, "__unused__");
        var named = unit.Tree.Entities.Where(entity => entity.Definition is not null && (plan.NeededFunctions.Contains(entity.Ordinal) || plan.OwnIdentities.Contains(entity.Ordinal))).ToList();
        foreach (var entity in named) edits.Append(entity.Definition!.Span.Start, "__attribute__ ((__used__)) ");
        foreach (var function in unit.Tree.Functions.Where(function => plan.InlinedFunctions.Contains(function.Ordinal))) edits.Append(function.Span.Start, "__attribute__ ((__always_inline__)) ");
        Align(unit, edits);
        var writer = Write(unit, options, edits, before, plan);
        var tail = new StringBuilder(End(unit)).Append(AwayStubs.Write(unit)).Append(CultureInfo.InvariantCulture, $"__asm__ (\".set .Lupstare_unit,{plan.Unit}\");\n");
        foreach (var entity in named)
        {
            var number = plan.Numbers[entity.Ordinal];
            if (plan.NeededFunctions.Contains(entity.Ordinal)) tail.Append(Alias(PatchPlan.CodeSymbol(number), entity.Name));
            if (plan.OwnIdentities.Contains(entity.Ordinal)) tail.Append(Alias(PatchPlan.PlaceSymbol(number), entity.Name));
        }

        writer.WriteOwn(tail.ToString());
        return writer.ToBytes();
    }

    private static string Alias(string symbol, string target) => $"__asm__ (\".globl {symbol}\\n\\t.hidden {symbol}\\n\\t.set {symbol},{target}\");\n";

    private static LineTrackingWriter Write(AnalysedUnit unit, CompileOptions options, EditList edits, IReadOnlyDictionary<int, string> before, PatchPlan? plan)
    {
        var source = unit.Source;
        var heap = options.HeapTypes ? HeapEdits.Run(unit, edits) + (plan is null ? HeapEdits.Watch : "") : "";
        var writer = new LineTrackingWriter(source, edits);
        var start = source.Text.StartsWith("# ", StringComparison.Ordinal) ? source.Text.IndexOf('\n', StringComparison.Ordinal) + 1 : 0;
        if (start > 0) writer.Copy(new TextSpan(0, start));
        else writer.WriteMarker(new Origin(source.MainFile, 1, false));
        var head = writer.Length;
        writer.WriteMarker(source.OriginOf(start));
        var position = start;
        var stops = before.Keys.Concat(unit.Lowered.Keys.Select(function => function.Span.Start)).Distinct().Order();
        var functions = unit.Lowered.ToDictionary(pair => pair.Key.Span.Start);
        foreach (var stop in stops)
        {
            writer.Copy(new TextSpan(position, stop));
            position = stop;
            if (before.TryGetValue(stop, out var text))
            {
                writer.WriteOwn(text);
                writer.WriteMarker(source.OriginOf(stop));
            }

            if (!functions.TryGetValue(stop, out var pair)) continue;
            var (function, lowered) = (pair.Key, pair.Value);
            FunctionPrinter.PrintFastPath(source, function, lowered, LabelEdits.Records(function, plan), writer);
            if (plan is not null) FunctionPrinter.PrintClone(source, function, lowered, PatchPlan.CloneSymbol(plan.Unit, function), writer);
            if (plan is not null) writer.WriteMarker(source.OriginOf(function.Span.End));
            position = function.Span.End;
        }

        writer.Copy(new TextSpan(position, source.Text.Length));
        writer.InsertOwn(head, SiteMacros.Definitions(options.Poll == PollMode.Flag) + WayOut.Macro(unit) + (plan is null ? "" : SiteMacros.CloneDeclarations) + heap);
        return writer;
    }

    // What holds in an executable and in a patch: attributes that go (rule C2), names of locals.
    private static EditList CommonEdits(AnalysedUnit unit)
    {
        var edits = new EditList();
        foreach (var (span, text) in unit.Tree.DroppedAttributes) edits.Replace(span, text);
        foreach (var function in unit.Lowered.Keys)
        {
            RenameHiding.AddEdits(function, edits);
            foreach (var span in function.DroppedQualifiers.Concat(function.Locals.Select(local => local.RegisterWord).OfType<TextSpan>()).Distinct()) edits.Remove(span);
        }

        foreach (var local in unit.Lowered.Keys.SelectMany(function => function.Locals).Where(local => local.Cleanup is not null)) edits.Replace(local.CleanupAttribute, "__unused__");
        return edits;
    }

    // Rule F2: entries have room for a jump.  With -Os, and in cold text, functions stand without a gap, and one can be shorter than the
    // jump; so the function behind it, whichever that is, is aligned as well, and so is what follows the unit's text.
    private static void Align(AnalysedUnit unit, EditList edits)
    {
        foreach (var function in unit.Tree.Functions) edits.Append(function.Span.Start, "__attribute__ ((__aligned__ (16))) ");
    }

    private static string End(AnalysedUnit unit) => "__asm__ (\".pushsection .text,1\\n\\t.p2align 4\\n\\t.popsection\");\n" + WayOut.Definition(unit);

    // Functions without points have their records as well: they stay as they are, but for these. What a patch names must be in it.
    private static void AddLabelEdits(AnalysedUnit unit, PatchPlan? plan, EditList edits)
    {
        foreach (var function in unit.Tree.Functions.Where(function => function.Labels.Count > 0))
        {
            edits.Append(function.Span.Start, LabelEdits.OneCopy + (plan is null ? "" : "__attribute__ ((__used__)) "));
            if (!unit.Lowered.ContainsKey(function)) edits.Append(function.BodySpan.Start + 1, LabelEdits.Records(function, plan));
        }
    }

    // Rule V1: functions and variables are kept even where this version only writes or only reads them.
    private static void AddRecordingEdits(AnalysedUnit unit, Entity entity, EditList edits)
    {
        if (entity.IsLabel) return;
        if (entity.Definition is { } function)
        {
            if (AnalysedUnit.IsRecorded(entity) && function.IsStatic) edits.Append(function.Span.Start, "__attribute__ ((__used__)) ");
        }
        else if (entity.Function is null && entity.IsStatic && entity.Sites.Count > 0)
        {
            edits.Append(entity.Sites[0].DeclaratorEnd, " __attribute__ ((__used__))");
        }
        else if (entity.Function is not null && !entity.HoldsLabels)
        {
            var site = entity.Sites[0];
            var label = entity.Kind == EntityKind.ThreadLocal ? $" __asm__ (\"{ThreadLocalSymbol(entity)}\")" : "";
            edits.Append(site.DeclaratorEnd, label + " __attribute__ ((__used__))");
            var end = site.Statement.End - 1;
            var records = unit.Tree.Entities.Where(other => other is { Function: not null, IsLabel: false, HoldsLabels: false } && other.Sites[0].Statement.End - 1 == end).Select(StaticRecord);
            edits.Replace(new TextSpan(end, end + 1), ";" + string.Concat(records));
        }
    }

    private static string StaticRecord(Entity entity) => entity.Kind == EntityKind.ThreadLocal
        ? $" UPSTARE_THREAD_STATIC ({entity.Ordinal}, \"{ThreadLocalSymbol(entity)}@dtpoff\");"
        : $" UPSTARE_STATIC ({entity.Ordinal}, {entity.Name});";

    // The address of a thread-local variable is no constant that an asm can take: the symbol must be known by name.
    private static string ThreadLocalSymbol(Entity entity) => $"{entity.Name}.{entity.Ordinal}";

    private static string EntityRecords(AnalysedUnit unit)
    {
        var text = new StringBuilder();
        foreach (var entity in unit.Tree.Entities.Where(entity => entity.Function is null && AnalysedUnit.IsRecorded(entity) && !entity.IsTied))
        {
            var suffix = entity.Kind == EntityKind.ThreadLocal ? "@dtpoff" : "";
            text.Append(CultureInfo.InvariantCulture, $"UPSTARE_ENTITY ({entity.Ordinal}, {(int)entity.Kind}, \"{entity.Name}{suffix}\");\n");
        }

        return text.ToString();
    }

    // The unit's frame in .debug.upstare; its first byte is the label that records name the unit by.
    private static void WriteStoredSource(UnitSource stored, LineTrackingWriter writer)
    {
        writer.Write("__asm__ (\".pushsection .debug.upstare,\\\"\\\",@progbits\\n.Lupstare_unit:\\n\"\n\"");
        writer.Write(UnitFrame.ToAssembly(UnitFrame.Encode(stored), "\\n\"\n\"\t"));
        writer.Write(".popsection\");\n");
    }
}
