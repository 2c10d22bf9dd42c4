// Statements of a map for data that nobody knows how to carry over: one for each reason, so that the user only fills in.
//
//   a narrower number, a shorter array     narrow field struct item.count
//   a union that lost or changed a member  arms field struct value.u { i when ...; f when ...; }
//   something else in the same place       opaque field struct item.handle
//   a variable, whatever it is             reset variable table
//   a pointer to anything, where the       pointee variable current = struct job
//   first field of a struct moves

using UpStare.Compiler.Emit;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Generate;
using UpStare.PatchGen.Map;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Report;

/// <summary>Suggests what the map could say of refused data.</summary>
public static class OpenData
{
    /// <summary>What must be decided: variables that stand against a patch, then types that do if data of them are alive.</summary>
    public static IEnumerable<Decision> Run(ProgramMatch match, IReadOnlyList<EntityBinding> bindings)
    {
        foreach (var binding in bindings.Where(binding => binding is { Data.Change: DataChange.Refused, Variable: not VariableBinding.Kept } && binding.Entity.Entity.Kind != EntityKind.Function && (binding.MovedFrom ?? binding.Old) is not null))
        {
            var target = $"variable {binding.Entity.Entity.QualifiedName}";
            yield return new Decision(target, binding.Data!.Reason, IsNeeded: true, [.. Statements(binding.Data, target).Append($"reset {target}").Distinct()]);
        }

        foreach (var pair in match.Data.Changed.Where(pair => pair is { Change: DataChange.Refused, New: { IsDefinition: true, IsUnnamed: false } }).DistinctBy(pair => pair.New.Name))
        {
            var name = DataPairs.Display(pair.New);
            if (Statements(pair, name).Distinct().ToList() is { Count: > 0 } statements) yield return new Decision($"type {name}", pair.Reason, IsNeeded: false, statements);
        }

        foreach (var decision in Pointees(match, bindings)) yield return decision;
    }

    // Pointers to anything, if there is a struct of which nobody knows whether they mean it or its first field.
    private static IEnumerable<Decision> Pointees(ProgramMatch match, IReadOnlyList<EntityBinding> bindings)
    {
        var structs = match.Data.Changed.Where(pair => pair.Change == DataChange.Converted && pair.Fields.Any(field => field is { Old.BitOffset: 0, New.BitOffset: > 0 })).Select(pair => DataPairs.Display(pair.New)).Distinct().ToList();
        if (structs.Count == 0) return [];
        var why = $"it can lead to anything; if it leads to {string.Join(" or ", structs)}, whose first field lies elsewhere now, nobody knows which of the two is meant";
        var known = match.Map.All<PointeeStatement>().Select(statement => statement.Target.ToString()).ToHashSet();
        var variables = bindings.Where(binding => (binding.MovedFrom ?? binding.Old) is not null && LeadsToAnything(binding.Entity.Entity.Type.Data)).Select(binding => $"variable {binding.Entity.Entity.QualifiedName}");
        var fields = match.New.Units.SelectMany(unit => unit.Analysed.Tree.DataDefinitions).Where(type => type is { Kind: DataKind.Struct, IsUnnamed: false, IsSystem: false })
            .SelectMany(type => DataPairs.FlatFields(type).Where(field => LeadsToAnything(field.Type)).Select(field => $"field {DataPairs.Display(type)}.{field.Name}"));
        return variables.Concat(fields).Distinct().Where(target => !known.Contains(target)).Select(target => new Decision(target, why, IsNeeded: false, [$"pointee {target} = {(structs.Count == 1 ? structs[0] : "...")}"]));
    }

    // Text is led to by pointers to characters, and they are many.
    private static bool LeadsToAnything(DataType? type) => type switch
    {
        { Kind: DataKind.Array } or { Kind: DataKind.Pointer, Element.Kind: DataKind.Pointer or DataKind.Array } => LeadsToAnything(type.Element),
        _ => type is { Kind: DataKind.Pointer, Element: { Kind: DataKind.None, Name: "void" } },
    };

    private static IEnumerable<string> Statements(DataPair pair, string target)
    {
        if (pair.New.IsUnnamed && !target.StartsWith("field ", StringComparison.Ordinal)) return []; // nobody can name its fields
        if (pair.Fields.Count > 0) return pair.Fields.Where(field => field.Pair?.Change == DataChange.Refused).SelectMany(field => Statements(field.Pair!, $"{(pair.New.IsUnnamed ? target : $"field {DataPairs.Display(pair.New)}")}.{field.New.Name}"));
        if (pair.Element is { Change: DataChange.Refused } element && pair.New.Kind == DataKind.Array) return Statements(element, target);
        if (pair.IsNarrowing || pair.New.Kind == DataKind.Array || IsNumber(pair.Old, pair.New)) return [$"narrow {target}"];
        if (pair.New.Kind == DataKind.Union && target.StartsWith("field ", StringComparison.Ordinal)) return [Arms(pair, target), .. Opaque(pair, target)];
        return Opaque(pair, target);
    }

    // A bit-field that became narrower is a pair of numbers that says nothing else.
    private static bool IsNumber(DataType old, DataType @new) => old.Kind == DataKind.Integer && @new.Kind == DataKind.Integer;

    private static string Arms(DataPair pair, string target) =>
        $"arms {target} {{ {string.Concat(pair.New.Fields.Where(member => pair.Old.Fields.Any(old => old.Name == member.Name)).Select(member => $"{member.Name} when ...; "))}}}";

    private static IEnumerable<string> Opaque(DataPair pair, string target) => pair.Old.Size == pair.New.Size ? [$"opaque {target}"] : [];
}
