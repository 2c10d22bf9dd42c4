// Every reason why the new version cannot be reached by a patch, collected; upstare-diff prints all of them and fails
// once.  Each names the place, what is refused and what can be done.

using UpStare.Compiler.Emit;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Generate;
using UpStare.PatchGen.Image;
using UpStare.PatchGen.Match;
using SiteFlags = UpStare.PatchGen.Build.SiteFlags;

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
        reasons.AddRange(match.Groups.Select(group => StackTransformers.For(match, group, new ConstantPool())).Where(group => group.Reason.Length > 0).Select(group => $"{group.Mapping.Statement.Place}: {group.Reason}"));
        reasons.AddRange(Variables(match, bindings));
        reasons.AddRange(match.Data.Heap.Reasons);
        reasons.AddRange(DataLengths.Reasons(match));
        reasons.AddRange(RemovedFunctions(match));
        reasons.AddRange(OverriddenFunctions(match));
        reasons.AddRange(KeptLabels(match));
        reasons.AddRange(NarrowEntries(match, bindings));
        reasons.AddRange(RemovedLabels(match));
        reasons.AddRange(ChangedTables(match, bindings));
        return [.. reasons.Distinct()];
    }

    private static IEnumerable<string> BuildIds(ProgramMatch match)
    {
        foreach (var version in new[] { match.Old, match.New }.Distinct().Where(version => version.File.BuildId is null))
        {
            yield return $"{version.File.Code.Path}: it has no build-id: link it with upstare-cc, or with -Wl,--build-id";
        }
    }

    private static IEnumerable<string> Variables(ProgramMatch match, IReadOnlyList<EntityBinding> bindings)
    {
        foreach (var binding in bindings.Where(binding => binding.Entity.Entity.Kind != EntityKind.Function))
        {
            var entity = binding.Entity.Entity;
            if (TypeRefusal(match, binding) is { } refusal) yield return refusal;
            if (binding.Old is { } other && other.Entity.Kind != entity.Kind) yield return $"{binding.Entity.Place}: '{entity.QualifiedName}' is thread-local in one version only: give it another name";
            if (entity.HasLocalType && binding.Variable == VariableBinding.Own) yield return $"{binding.Entity.Place}: '{entity.QualifiedName}' is new and its type is its function's own: declare the type outside the function";
            if (entity.IsTied && binding.Variable != VariableBinding.Kept) yield return $"{binding.Entity.Place}: '{entity.QualifiedName}' has a symbol name of its own (asm label or alias), which a patch cannot give it";
        }
    }

    private static string? TypeRefusal(ProgramMatch match, EntityBinding binding)
    {
        var entity = binding.Entity.Entity;
        var old = binding.MovedFrom ?? binding.Old;
        if (old is null || binding.Variable == VariableBinding.Kept) return null;
        if (binding.Data is { Change: DataChange.Refused } pair)
        {
            const string itsType = "its type changed";
            var what = pair.Reason.StartsWith(itsType, StringComparison.Ordinal) ? $"{pair.Reason[itsType.Length..]} (before: {old.Place})" : $" (before: {old.Place}): {pair.Reason}";
            return $"{binding.Entity.Place}: the type of '{entity.QualifiedName}' changed{what}; its value cannot be carried over: keep the type, say in the map what becomes of it, or give the variable another name";
        }

        if (binding.Data is null && !TypeNames.AreSame(old.Entity.Type, entity.Type))
        {
            return $"{binding.Entity.Place}: the type of '{entity.QualifiedName}' changed from {old.Entity.Type.Spelling} to {entity.Type.Spelling} (before: {old.Place}); its value cannot be carried over: keep the type, or give the variable another name";
        }

        return binding.Data is { } types && ObjectSizes.Reason(match.Old, old, match.New, binding.Entity, types) is { } size
            ? $"{binding.Entity.Place}: '{entity.QualifiedName}' {size} (before: {old.Place}): keep the type and the number of elements, or give the variable another name"
            : null;
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

    // Of several definitions (weak ones and perhaps one that is not) the linker has taken one. A unit's own must not become that of a function of which the
    // running program has another.
    private static IEnumerable<string> OverriddenFunctions(ProgramMatch match)
    {
        foreach (var group in ExternalFunctions(match.New).GroupBy(entity => entity.Entity.Name).Where(group => group.Count() > 1))
        {
            var old = ExternalFunctions(match.Old).Where(entity => entity.Entity.Name == group.Key).ToList();
            var twins = group.Select(entity => match.OldEntityOf.GetValueOrDefault(entity.Number)).ToHashSet();
            if (twins.SetEquals(old) && TakenOf(match.New, group) is { } taken && TakenOf(match.Old, old) == match.OldEntityOf[taken.Number]) continue;
            yield return $"{group.Last().Place}: several units define '{group.Key}' (weakly), and before it was not the same of them that was meant, or it cannot be seen which: define it once";
        }
    }

    private static IEnumerable<VersionEntity> ExternalFunctions(ProgramVersion version) =>
        version.Entities.Where(entity => entity.Entity is { IsStatic: false, Definition: not null } && entity.Record is not null);

    // The one whose points lie in the code that has the name.
    private static VersionEntity? TakenOf(ProgramVersion version, IEnumerable<VersionEntity> definitions)
    {
        var taken = definitions.Where(entity => version.File.Symbols.Any(symbol => symbol.Name == entity.Entity.Name && symbol.IsInSection && HasSitesIn(version, entity, symbol))).ToList();
        return taken.Count == 1 ? taken[0] : null;
    }

    private static bool HasSitesIn(ProgramVersion version, VersionEntity function, ElfSymbol symbol)
    {
        var points = function.Entity.Definition!.Points.Select(point => (uint)point.Number).ToHashSet();
        return version.Records.Sites.Where(site => site.Unit == function.Unit.Offset && points.Contains(site.Cp))
            .Select(site => (site.Flags & SiteFlags.Flag) != 0 ? version.Code.BackFromFlag(site.Site) : site.Site)
            .Any(place => place >= symbol.Value && place < symbol.Value + symbol.Size);
    }

    // An address that is kept would lead into the old version.
    private static IEnumerable<string> RemovedLabels(ProgramMatch match)
    {
        var kept = match.OldEntityOf.Values.ToHashSet();
        foreach (var entity in match.Old.Entities.Where(entity => entity.Entity.IsLabel && entity.Record is not null && !kept.Contains(entity)))
        {
            yield return $"{entity.Place}: the address of the label '{entity.Entity.Name}' of '{entity.Entity.Function!.Declaration.Name}' may be kept, and the new version has no such label whose address it uses as a value: keep it";
        }
    }

    // The running value stays, and new code could take it for the new one.
    private static IEnumerable<string> ChangedTables(ProgramMatch match, IReadOnlyList<EntityBinding> bindings)
    {
        foreach (var binding in bindings.Where(binding => binding.Entity.Entity is { HoldsIdentities: true, Type.IsConst: false }))
        {
            if ((binding.MovedFrom ?? binding.Old) is not { } old || InitialValues.HaveSameInitialiser(old, binding.Entity)) continue;
            yield return $"{binding.Entity.Place}: '{binding.Entity.Entity.QualifiedName}' holds addresses of labels, and changed (before: {old.Place}): declare it const, or give it another name";
        }
    }

    // Rule C7: the new version's function would jump to where the old one's label was.
    private static IEnumerable<string> KeptLabels(ProgramMatch match)
    {
        foreach (var unit in match.Old.Units)
        {
            foreach (var function in unit.Analysed.Tree.Functions.Where(function => function.KeptLabel is not null))
            {
                yield return $"{unit.Place(function.KeptLabel!.Value)}: '{function.Declaration.Name}' keeps addresses of labels where they outlive the call, and its labels can have no identity (upstare-cc says why): keep them in a table that is static and const, and the index into it";
            }
        }
    }

    // Rule F2: the jump to the new code would lie over something else.
    private static IEnumerable<string> NarrowEntries(ProgramMatch match, IReadOnlyList<EntityBinding> bindings)
    {
        var room = new EntryRoom(match.Old.File);
        foreach (var old in bindings.Where(binding => binding.IsRedirected && !binding.Entity.Entity.IsLabel).Select(binding => binding.Old!))
        {
            if (room.Reason(old.Record!.Address) is { } reason) yield return $"{old.Place}: the code of '{old.Entity.QualifiedName}' is too short for a jump to its new version: {reason}; compile this file with upstare-cc and without -Os, or make the function longer";
        }
    }
}
