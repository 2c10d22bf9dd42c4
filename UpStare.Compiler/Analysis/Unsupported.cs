// Every reason why a function cannot be instrumented that shows in its tree; the wording is that of docs/limits.md.
// A function with a reason is compiled as it is: its frames are like those of a library, so a thread that is in it goes
// on to its next point.

using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>Collects reasons against instrumenting functions.</summary>
public static class Unsupported
{
    private static readonly HashSet<string> NonLocalBuiltins = ["__builtin_setjmp", "__builtin_longjmp", "__builtin_apply_args", "__builtin_apply", "__builtin_return", "__builtin_va_arg_pack", "__builtin_va_arg_pack_len", "__builtin_eh_return", "__builtin_unwind_init", "vfork"];

    /// <summary>The reasons against one function.</summary>
    public static IEnumerable<Reason> Run(SourceText source, UnitTree unit, FunctionDefinition function)
    {
        var result = function.Declaration.ResultType;
        if (!result.IsSpellable) yield return new Reason(function.NameOffset, "its result type has no name");
        foreach (var local in function.Locals)
        {
            var place = Math.Max(local.NameOffset, function.NameOffset);
            if (local.Type.Class == TypeClass.VariablyModified) yield return new Reason(place, $"'{local.Name}' has a size that is computed at run time");
            else if (local.Type.Size < 0) yield return new Reason(place, $"the size of '{local.Name}' is not known");
            else if (local.IsParameter && !local.Type.IsSpellable) yield return new Reason(place, $"the type of the parameter '{local.Name}' has no name");
        }

        foreach (var call in function.Expressions.OfType<CallExpression>())
        {
            if (call.Callee is { } callee && NonLocalBuiltins.Contains(callee.Name)) yield return new Reason(call.Span.Start, $"it calls {callee.Name}");
        }

        foreach (var reason in Labels(unit, function).Concat(AccountedNames.Run(source, function))) yield return reason;
    }

    // Rule C7: labels are each copy's own, so an address of one must not outlive the jump it is for.
    private static IEnumerable<Reason> Labels(UnitTree unit, FunctionDefinition function)
    {
        var tables = unit.EntityOf.Where(pair => pair.Value.Function == function && pair.Value.HoldsLabels).ToDictionary(pair => pair.Key, pair => pair.Value);
        foreach (var table in tables.Values.Where(table => !table.Type.IsConst)) yield return new Reason(function.NameOffset, $"'{table.Name}' holds addresses of labels and is not const");
        foreach (var statement in function.Statements)
        {
            foreach (var expression in statement.Expressions().SelectMany(ExpressionFacts.Descendants))
            {
                if (statement is ComputedGotoStatement) continue;
                if (expression is LabelAddressExpression label) yield return new Reason(expression.Span.Start, $"the address of the label '{label.Label}' is kept outside a constant table");
                if (expression is NameExpression name && tables.ContainsKey(name.Declaration)) yield return new Reason(expression.Span.Start, $"an address of a label is taken out of '{name.Declaration.Name}' other than to jump to it");
            }
        }
    }
}
