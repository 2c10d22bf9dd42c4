// Decides what each entity of the new version is bound to (design section 6, "Registry", "Functions", "Variables").
//
//   a variable that both versions have stays where it is (Shared); a new one lies in the patch (Own); tables of labels,
//   and constants whose address nobody takes, are each copy's own (Kept).  One whose data must be converted is the patch's
//   own, too, and moves from the old place; so does one that is not constant any more, for nobody can write to its old place.
//   a function that both versions have keeps the address the program knows it by, and its old entry is redirected, if
//   some unit of the old version uses its address.

using UpStare.Compiler;
using UpStare.Compiler.Emit;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Generate;

/// <summary>How an entity of the new version is bound.</summary>
public sealed record EntityBinding(VersionEntity Entity, VariableBinding Variable, VersionEntity? Old, int Number)
{
    /// <summary>The patch provides its new code under a symbol because the old entry is redirected to it.</summary>
    public bool IsRedirected { get; init; }

    /// <summary>The old variable whose data are converted into this one, which is the patch's own; null: none.</summary>
    public VersionEntity? MovedFrom { get; init; }

    /// <summary>It begins with its own initial value: of the old variable only the pointers to it follow.</summary>
    public bool IsReset { get; init; }

    /// <summary>Types of the old and the new variable; null: it is new, or not described.</summary>
    public DataPair? Data { get; init; }

    /// <summary>Its identity is the address of its new code.</summary>
    public bool HasOwnIdentity { get; init; }
}

/// <summary>Decides bindings.</summary>
public static class Bindings
{
    /// <summary>The binding of each entity of the new version, by number.</summary>
    public static IReadOnlyList<EntityBinding> Run(ProgramMatch match)
    {
        var result = new List<EntityBinding>();
        var firstOfName = new Dictionary<string, EntityBinding>();
        foreach (var entity in match.New.Entities)
        {
            var binding = entity.Entity.Kind == EntityKind.Function ? BindFunction(match, entity) : BindVariable(match, entity);
            if (!entity.Entity.IsStatic && entity.Entity.Kind != EntityKind.Function && !firstOfName.TryAdd(entity.Entity.Name, binding))
            {
                // A common variable that several units define is one variable.
                var first = firstOfName[entity.Entity.Name];
                binding = binding with { Variable = VariableBinding.Shared, Old = first.Old, Number = first.Number, MovedFrom = null, Data = null };
            }

            result.Add(binding);
        }

        return result;
    }

    /// <summary>The plan to compile a unit by.</summary>
    public static PatchPlan PlanFor(VersionUnit unit, IReadOnlyList<EntityBinding> bindings, IReadOnlySet<int> inlined)
    {
        var own = bindings.Skip(unit.FirstEntity).Take(unit.Analysed.Tree.Entities.Count).ToList();
        return new PatchPlan
        {
            Unit = unit.Index,
            Bindings = [.. own.Select(binding => binding.Variable)],
            Numbers = [.. own.Select(binding => binding.Number)],
            External = External(bindings),
            NeededFunctions = own.Where(binding => binding.IsRedirected).Select(binding => binding.Entity.Entity.Ordinal).ToHashSet(),
            OwnIdentities = own.Where(binding => binding.HasOwnIdentity).Select(binding => binding.Entity.Entity.Ordinal).ToHashSet(),
            InlinedFunctions = inlined,
        };
    }

    private static Dictionary<string, int> External(IReadOnlyList<EntityBinding> bindings)
    {
        var result = new Dictionary<string, int>();
        foreach (var binding in bindings.Where(binding => !binding.Entity.Entity.IsStatic && binding.Entity.Entity.Function is null))
        {
            if (binding.Entity.Entity.Kind == EntityKind.Function && !binding.IsRedirected && !binding.HasOwnIdentity) continue;
            result.TryAdd(binding.Entity.Entity.Name, binding.Number);
        }

        return result;
    }

    private static EntityBinding BindFunction(ProgramMatch match, VersionEntity entity)
    {
        var binding = new EntityBinding(entity, VariableBinding.Kept, match.OldEntityOf.GetValueOrDefault(entity.Number), entity.Number);
        if (entity.Entity.IsLabel) return binding.Old is { Record: not null } ? binding with { IsRedirected = true } : binding with { Old = null, HasOwnIdentity = true };
        var isTaken = match.New.TakenFunctions.Contains(ProgramVersion.FunctionKey(entity.Unit, entity.Entity.Definition!));
        if (binding.Old is { Record: not null } old && match.Old.TakenFunctions.Contains(ProgramVersion.FunctionKey(old.Unit, old.Entity.Definition!)))
        {
            return binding with { IsRedirected = true };
        }

        return binding with { Old = null, HasOwnIdentity = isTaken && AnalysedUnit.IsRecorded(entity.Entity) };
    }

    private static EntityBinding BindVariable(ProgramMatch match, VersionEntity entity)
    {
        var old = match.OldEntityOf.GetValueOrDefault(entity.Number);
        if (entity.Entity.HoldsLabels || IsPlainConstant(entity.Entity)) return new EntityBinding(entity, VariableBinding.Kept, null, entity.Number);
        if (old?.Record is null || IsPlainConstant(old.Entity)) return new EntityBinding(entity, VariableBinding.Own, null, entity.Number);
        var pair = match.Data.PairOf(old.Entity.Type, entity.Entity.Type, entity.Entity.QualifiedName);
        // What the map gives a value need not be what the old variable was.
        if (match.Names.VariableValues.ContainsKey(entity.Number) && (pair is null ? !TypeNames.AreSame(old.Entity.Type, entity.Entity.Type) : pair.Change == DataChange.Refused)) return new EntityBinding(entity, VariableBinding.Own, null, entity.Number);
        if (match.Names.Reset.Contains(entity.Number))
        {
            var own = new EntityBinding(entity, VariableBinding.Own, null, entity.Number) { IsReset = true };
            return pair is null or { Change: DataChange.Refused } ? own : own with { MovedFrom = old, Data = pair };
        }

        var isFreed = old.Entity.Type.IsConst && !entity.Entity.Type.IsConst && pair is { Change: not DataChange.Refused };
        return isFreed || pair?.Change == DataChange.Converted
            ? new EntityBinding(entity, VariableBinding.Own, null, entity.Number) { MovedFrom = old, Data = pair, IsReset = isFreed && !match.Names.Kept.Contains(entity.Number) }
            : new EntityBinding(entity, VariableBinding.Shared, old, entity.Number) { Data = pair };
    }

    // gcc folds such constants; the patch must too, and nobody can tell the copies apart.
    private static bool IsPlainConstant(Entity entity) =>
        entity.IsStatic && entity.Type.IsConst && !entity.IsAddressTaken && entity.Type.Class is TypeClass.Integer or TypeClass.Floating && !entity.Type.IsVolatile;
}
