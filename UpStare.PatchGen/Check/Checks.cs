// Every reason why the new version cannot be reached by a patch, collected; upstare-diff prints all of them and fails
// once.  Each names the place, what is refused and what can be done.

using UpStare.Compiler.Emit;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Generate;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Check;

/// <summary>Collects refusals.</summary>
public static class Checks
{
    /// <summary>All reasons against a patch; empty when it can be made.</summary>
    public static IReadOnlyList<string> Run(ProgramMatch match, IReadOnlyList<EntityBinding> bindings)
    {
        var reasons = new List<string>();
        reasons.AddRange(BuildIds(match));
        reasons.AddRange(match.Ambiguities);
        reasons.AddRange(Layouts(match));
        reasons.AddRange(Variables(bindings));
        reasons.AddRange(RemovedFunctions(match));
        reasons.AddRange(KeptLabels(match));
        return [.. reasons.Distinct()];
    }

    private static IEnumerable<string> BuildIds(ProgramMatch match)
    {
        foreach (var version in new[] { match.Old, match.New }.Distinct().Where(version => version.File.BuildId is null))
        {
            yield return $"{version.File.Code.Path}: it has no build-id: link it with upstare-cc, or with -Wl,--build-id";
        }
    }

    private static IEnumerable<string> Layouts(ProgramMatch match)
    {
        foreach (var (old, @new) in match.NewUnitOf)
        {
            foreach (var layout in @new.Analysed.Tree.Layouts.Values)
            {
                if (!old.Analysed.Tree.Layouts.TryGetValue(layout.Name, out var before) || before.Description == layout.Description) continue;
                yield return $"{@new.Place(layout.Offset)}: the layout of '{layout.Name}' changed (before: {old.Place(before.Offset)}): {Difference(before.Description, layout.Description)}; data of this type cannot be carried over: keep the layout, or restart";
            }
        }
    }

    private static string Difference(string before, string after)
    {
        var (old, @new) = (before.Split('\n'), after.Split('\n'));
        var gone = old.Except(@new).Select(line => line.Trim()).ToList();
        var added = @new.Except(old).Select(line => line.Trim()).ToList();
        return $"was [{string.Join(", ", gone.Take(4))}], is [{string.Join(", ", added.Take(4))}]";
    }

    private static IEnumerable<string> Variables(IReadOnlyList<EntityBinding> bindings)
    {
        foreach (var binding in bindings.Where(binding => binding.Entity.Entity.Kind != EntityKind.Function))
        {
            var entity = binding.Entity.Entity;
            if (binding.Old is { } old && !TypeNames.AreSame(old.Entity.Type, entity.Type))
            {
                yield return $"{binding.Entity.Place}: the type of '{entity.QualifiedName}' changed from {old.Entity.Type.Spelling} to {entity.Type.Spelling} (before: {old.Place}); its value cannot be carried over: keep the type, or give the variable another name";
            }

            if (binding.Old is { } other && other.Entity.Kind != entity.Kind) yield return $"{binding.Entity.Place}: '{entity.QualifiedName}' is thread-local in one version only: give it another name";
            if (entity.Kind == EntityKind.ThreadLocal && binding.Variable == VariableBinding.Own) yield return $"{binding.Entity.Place}: '{entity.QualifiedName}' is a new thread-local variable: threads that run have no room for it";
            if (entity.HasLocalType && binding.Variable == VariableBinding.Own) yield return $"{binding.Entity.Place}: '{entity.QualifiedName}' is new and its type is its function's own: declare the type outside the function";
            if (entity.IsTied && binding.Variable != VariableBinding.Kept) yield return $"{binding.Entity.Place}: '{entity.QualifiedName}' has a symbol name of its own (asm label or alias), which a patch cannot give it";
        }
    }

    // Rule V6: somebody may still call it.
    private static IEnumerable<string> RemovedFunctions(ProgramMatch match)
    {
        foreach (var entity in match.Old.Entities.Where(entity => entity.Entity.Definition is not null && entity.Record is not null))
        {
            var function = entity.Entity.Definition!;
            if (match.Functions.ContainsKey(function) || !match.Old.TakenFunctions.Contains(ProgramVersion.FunctionKey(entity.Unit, function))) continue;
            yield return $"{entity.Place}: '{function.Declaration.Name}' is gone in the new version, but its address is in use: keep a function of that name";
        }
    }

    // Rule C7: the new version's function would jump to where the old one's label was.
    private static IEnumerable<string> KeptLabels(ProgramMatch match)
    {
        foreach (var unit in match.Old.Units)
        {
            foreach (var function in unit.Analysed.Tree.Functions.Where(function => function.KeptLabel is not null))
            {
                yield return $"{unit.Place(function.KeptLabel!.Value)}: '{function.Declaration.Name}' keeps addresses of labels where they outlive the call, and they lead into the old version: keep them in a table that is static and const, and the index into it";
            }
        }
    }
}
