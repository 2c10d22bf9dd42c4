// Is there room in the running code for the jumps that lead from old labels to new ones? gcc puts labels where it likes: two of them
// may have one place (blocks that do the same), or a block may be shorter than a jump.
//
// The executable is looked at here. A process can have come to the old version by a patch, so the runtime looks at its own places, too.

using UpStare.Compiler.Emit;
using UpStare.PatchGen.Build;
using UpStare.PatchGen.Generate;
using UpStare.PatchGen.Image;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Check;

/// <summary>Looks at the places of labels with an identity.</summary>
public static class LabelPlaces
{
    /// <summary>Reasons against writing the jumps.</summary>
    public static IEnumerable<string> Run(ProgramMatch match, IReadOnlyList<EntityBinding> bindings, LinkedPatch code)
    {
        var labels = bindings.Where(binding => binding.IsRedirected && binding.Entity.Entity.IsLabel).Select(binding => (Old: binding.Old!, binding.Old!.Record!.Address, New: code.Globals[PatchPlan.CodeSymbol(binding.Number)].Offset)).ToList();
        if (labels.Count == 0) yield break;
        foreach (var group in labels.GroupBy(label => label.Address).Where(group => group.Select(label => label.New).Distinct().Count() > 1))
        {
            var first = group.First().Old;
            yield return $"{first.Place}: labels of '{first.Entity.Function!.Declaration.Name}' whose addresses may be kept ({string.Join(", ", group.Select(label => label.Old.Entity.Name))}) have one address in the running program, and lead to different code in the new version: which of them is meant cannot be told";
        }

        var starts = new SortedSet<ulong>(match.Old.File.Symbols.Where(symbol => symbol.Type is Elf.SttFunc && symbol.IsInSection).Select(symbol => symbol.Value));
        starts.UnionWith(labels.Select(label => label.Address));
        foreach (var (old, address, _) in labels)
        {
            if (starts.GetViewBetween(address + 1, address + (ulong)(CodeJump.PrefixOf(match.Old.File.Code, address) + CodeJump.Size - 1)).Count == 0) continue;
            yield return $"{old.Place}: the code at the label '{old.Entity.Name}' of '{old.Entity.Function!.Declaration.Name}', whose address may be kept, is too short for a jump to the new version: compile the unit with -falign-labels=16 before the program is started";
        }
    }
}
