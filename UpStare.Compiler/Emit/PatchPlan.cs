// How a unit is compiled into a patch; upstare-diff decides it.

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

/// <summary>What becomes of a variable in a patch.</summary>
public enum VariableBinding
{
    /// <summary>It stays where the running program has it: the definition becomes an extern declaration.</summary>
    Shared,

    /// <summary>It is new: the patch defines it under its entity's symbol.</summary>
    Own,

    /// <summary>Each copy of the code has its own: tables of labels, constants that nobody takes the address of.</summary>
    Kept,
}

/// <summary>How to compile one unit into a patch.</summary>
public sealed class PatchPlan
{
    /// <summary>The unit's number in its image.</summary>
    public required int Unit { get; init; }

    /// <summary>Per entity of the unit: what becomes of it (functions: ignored).</summary>
    public required IReadOnlyList<VariableBinding> Bindings { get; init; }

    /// <summary>Per entity of the unit: its number in the whole image.</summary>
    public required IReadOnlyList<int> Numbers { get; init; }

    /// <summary>Entities that other units define, by name: variables and functions.</summary>
    public required IReadOnlyDictionary<string, int> External { get; init; }

    /// <summary>Ordinals of functions whose new address the patch needs under the symbol <c>__upstare_d&lt;number&gt;</c>.</summary>
    public required IReadOnlySet<int> NeededFunctions { get; init; }

    /// <summary>Ordinals of functions that the running program has no address for: their address is that of the new code.</summary>
    public required IReadOnlySet<int> OwnIdentities { get; init; }

    /// <summary>Ordinals of static functions that gcc has inlined wherever the executable of this version calls them. It would not do so in the
    /// patch, where restore clones call them as well: a function that is called once is inlined however long it is. So it is told to.</summary>
    public IReadOnlySet<int> InlinedFunctions { get; init; } = new HashSet<int>();

    /// <summary>Symbol of an entity's place.</summary>
    public static string PlaceSymbol(int number) => $"__upstare_e{number}";

    /// <summary>Symbol of a function's new code.</summary>
    public static string CodeSymbol(int number) => $"__upstare_d{number}";

    /// <summary>Symbol of a restore clone.</summary>
    public static string CloneSymbol(int unit, FunctionDefinition function) => $"__upstare_c{unit}_{function.Ordinal}";
}
