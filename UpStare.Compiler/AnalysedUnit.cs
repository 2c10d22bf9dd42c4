// What is known of a unit after the passes that do not depend on whether an executable or a patch is made of it.  The
// same source and options always give the same functions, continuation points and entities with the same numbers:
// that is what upstare-diff relies on when it runs the passes again.

using UpStare.Compiler.Analysis;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler;

/// <summary>A unit with its continuation points.</summary>
public sealed class AnalysedUnit
{
    /// <summary>The text.</summary>
    public required SourceText Source { get; init; }

    /// <summary>gcc's flags for it.</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>Functions, entities, declarations.</summary>
    public required UnitTree Tree { get; init; }

    /// <summary>Which function names which.</summary>
    public required FunctionReferences References { get; init; }

    /// <summary>Lowered bodies of the functions that have points.</summary>
    public Dictionary<FunctionDefinition, BlockStatement> Lowered { get; } = [];

    /// <summary>All continuation points by number.</summary>
    public List<ContinuationPoint> Points { get; } = [];

    /// <summary>Whether an entity has a record in the executable: a symbol that is there for certain.</summary>
    public static bool IsRecorded(Entity entity) => entity.Definition switch
    {
        null => !entity.HoldsLabels,
        { IsSystemInline: true } => false,
        { IsStatic: true } function => function.IsAddressTaken,
        { } function => !function.IsInline,
    };
}
