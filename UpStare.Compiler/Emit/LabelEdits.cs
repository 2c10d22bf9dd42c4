// Labels with an identity (Analysis/LabelIdentities). In an executable each leaves a record of its address; the code stays what it is:
//
//     { UPSTARE_LABEL (7, add); ... next = &&add; goto *next; }
//
// In a patch the address that the running program knows stands for the label. The fast path jumps to it as ever: at the commit a jump to
// the new label is written there, and gcc keeps the same things in the same registers at all labels of a function that computed
// jumps lead to. A restore clone has labels of its own and looks them up:
//
//     next = ((void *) upstare_label_0_add);
//     goto *next;    ---->    { const void *upstare_target = (next); for (...) if (upstare_labels[i] == upstare_target) goto *upstare_here[i]; }
//
// A function must be compiled into one copy: what is cloned or inlined would have several labels of one name.

using System.Globalization;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

/// <summary>Writes what labels with an identity need.</summary>
public static class LabelEdits
{
    /// <summary>Attributes of a function with such labels.</summary>
    public const string OneCopy = "__attribute__ ((__noinline__, __noclone__)) ";

    /// <summary>The records that stand at the start of the function's body, in an executable or in a patch.</summary>
    public static string Records(FunctionDefinition function, PatchPlan? plan) => string.Concat(function.Labels.Select(label => plan is null
        ? string.Create(CultureInfo.InvariantCulture, $" UPSTARE_LABEL ({label.Ordinal}, {label.Name});")
        : $" UPSTARE_LABEL_SYMBOL (\"{(plan.NeededFunctions.Contains(label.Ordinal) ? PatchPlan.CodeSymbol(plan.Numbers[label.Ordinal]) : PatchPlan.PlaceSymbol(plan.Numbers[label.Ordinal]))}\", {label.Name});"));

    /// <summary>In a patch: declares the labels' identities, in front of the function.</summary>
    public static string Declarations(FunctionDefinition function, PatchPlan plan) => string.Concat(function.Labels.Select(label =>
        $"extern char {Identity(function, label.Name)}[] __asm__ (\"{PatchPlan.PlaceSymbol(plan.Numbers[label.Ordinal])}\") __attribute__ ((__visibility__ (\"hidden\")));\n"));

    /// <summary>In a patch: the value of <c>&amp;&amp;label</c>.</summary>
    public static string Value(FunctionDefinition function, string label) => $"((void *) {Identity(function, label)})";

    /// <summary>The tables of a restore clone.</summary>
    public static string Tables(FunctionDefinition function) => function.Labels.Count == 0 ? "" :
        $" static const void *const upstare_labels[] = {{ {string.Join(", ", function.Labels.Select(label => Identity(function, label.Name)))} }};"
        + $" static const void *const upstare_here[] = {{ {string.Join(", ", function.Labels.Select(label => "&&" + label.Name))} }};";

    /// <summary>What stands before and behind the target of a restore clone's jump.</summary>
    public static (string Before, string Behind) Jump(FunctionDefinition function) => ("{ const void *upstare_target = (", string.Create(CultureInfo.InvariantCulture,
        $"); for (unsigned upstare_i = 0; upstare_i < {function.Labels.Count}; upstare_i++) if (upstare_labels[upstare_i] == upstare_target) goto *upstare_here[upstare_i]; __builtin_trap (); }}"));

    private static string Identity(FunctionDefinition function, string label) => string.Create(CultureInfo.InvariantCulture, $"upstare_label_{function.Ordinal}_{label}");
}
