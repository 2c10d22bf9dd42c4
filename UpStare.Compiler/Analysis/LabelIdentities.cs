// The address of a label is its identity, as that of a function is: what the program has put into the heap leads to the
// label of that name in every version to come. A function that only jumps to addresses of labels out of constant tables needs no
// identities: each copy of it has tables of its own (rule C7).
//
//     goto *table[op];                    a jump: none is needed
//     instruction->code = table[op];      a value: `table` stays where it is, its labels get identities
//     next = &&done;                      the same: `next` is carried over
//
// In: a function's tree and its static variables that hold addresses of labels.  Out: FunctionDefinition.Labels, or the reason why
// there can be none; KeptLabel then says whether an address may outlive the call.

using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>Gives identities to labels.</summary>
public static class LabelIdentities
{
    /// <summary>Decides for one function, once.</summary>
    public static IEnumerable<Reason> Run(SourceText source, UnitTree unit, FunctionDefinition function)
    {
        var taken = unit.LabelAddresses.Where(address => address.Function == function).OrderBy(address => address.Span.Start).ToList();
        if (taken.Count == 0) return [];
        var tables = unit.EntityOf.Where(pair => pair.Value.Function == function && pair.Value.HoldsLabels).ToDictionary(pair => pair.Key, pair => pair.Value);
        if (FirstValue(function, tables) is not { } place) return [];
        if (Obstacle(source, function, taken) is { } obstacle)
        {
            function.KeptLabel = KeptLabels.Run(function, tables.Keys.ToHashSet<Declaration>());
            return [new Reason(place, $"an address of a label is used as a value, and {obstacle}")];
        }

        foreach (var table in tables.Values) (table.HoldsLabels, table.HoldsIdentities) = (false, true); // a variable like any other
        foreach (var label in taken.Select(address => address.Label).Distinct())
        {
            var entity = new Entity { Ordinal = unit.Entities.Count, Kind = EntityKind.Function, Name = label, IsStatic = true, Function = function, Type = CType.VoidPointer };
            unit.Entities.Add(entity);
            function.Labels.Add(entity);
        }

        return [];
    }

    // The first use of an address other than to jump to it. In the targets of jumps a table can only be written to.
    private static int? FirstValue(FunctionDefinition function, Dictionary<Declaration, Entity> tables)
    {
        if (tables.Any(table => !table.Value.Type.IsConst && IsWritten(function, table.Key))) return function.NameOffset;
        return function.Statements.Where(statement => statement is not ComputedGotoStatement).SelectMany(statement => statement.Expressions).SelectMany(ExpressionFacts.Descendants)
            .Where(e => e is LabelAddressExpression || (e is NameExpression name && tables.ContainsKey(name.Declaration))).Select(e => (int?)e.Span.Start).FirstOrDefault();
    }

    private static bool IsWritten(FunctionDefinition function, Declaration table) => function.Statements.OfType<ComputedGotoStatement>().SelectMany(jump => jump.Target.Descendants())
        .Any(e => e is BinaryExpression { Operator: Operator.Assign or Operator.CompoundAssign } or UnaryExpression { Operator: Operator.Increment or Operator.AddressOf }
            && e.Descendants().Any(operand => operand is NameExpression name && name.Declaration == table));

    private static string? Obstacle(SourceText source, FunctionDefinition function, List<LabelAddress> taken)
    {
        if (function.IsInline) return "the function is inline: each copy of it has labels of its own";
        if (source.TextOf(function.BodySpan).Contains("__label__", StringComparison.Ordinal)) return "__label__ declares labels of one name in several blocks";
        return taken.Any(address => IsSubtracted(source, address.Span)) ? "distances between labels are computed, which differ from version to version" : null;
    }

    // &&a - &&b
    private static bool IsSubtracted(SourceText source, TextSpan address)
    {
        var (before, after) = (address.Start - 1, address.End);
        while (before >= 0 && (char.IsWhiteSpace(source.Text[before]) || source.Text[before] == '(')) before--;
        while (after < source.Text.Length && (char.IsWhiteSpace(source.Text[after]) || source.Text[after] == ')')) after++;
        return (before >= 0 && source.Text[before] == '-') || (after + 1 < source.Text.Length && source.Text[after] == '-' && source.Text[after + 1] != '>');
    }
}
