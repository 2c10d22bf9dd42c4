// Variables that move, and pointers to them in heap objects which nothing remembers (not compiled with -fupstare-heap=types):
//
//     int count;                    long count;                 `count` moves; a `struct holder` on the heap whose `what`
//     struct holder { int *what; }                              leads to it goes on with the old place
//     struct entry { void *value; }                             so does the `value` of a `struct entry`, if it leads to it
//
// Where the type that such pointers lead to changed itself (a struct), HeapTypes refuses.  Here it did not, or it is a number, of which
// any program has pointers on its heap, or only a `void *` could lead to it: whether one does nobody can tell, so the programmer is warned.

using UpStare.Compiler.Tree;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Generate;

/// <summary>Warns of pointers that an update does not see.</summary>
public static class UnseenPointers
{
    /// <summary>Warnings for each variable that moves and to which objects on the heap may point: through pointers of its type, and through any.</summary>
    public static IEnumerable<string> Run(ProgramMatch match, IReadOnlyList<EntityBinding> bindings)
    {
        var holders = HeapTypes.AllocationsOf(match.Old).Where(allocation => !allocation.Unit.Options.HeapTypes).DistinctBy(allocation => allocation.Allocation.TypeName).ToList();
        foreach (var binding in bindings.Where(binding => binding is { MovedFrom.Entity.IsAddressTaken: true, Data: not null }).DistinctBy(binding => binding.MovedFrom))
        {
            var (old, type) = (binding.MovedFrom!, HeapTypes.Target(binding.Data!.Old));
            var isRefused = match.Data.ChangedNames.Contains(type.Name) && type.Kind is DataKind.Struct or DataKind.Union;
            string[] targets = isRefused ? ["void"] : [type.Name, "void"];
            foreach (var target in targets)
            {
                var reach = new HashSet<string> { target };
                if (holders.Find(holder => HeapTypes.LeadsTo(holder.Element, reach) is not null) is not { } found) continue;
                yield return $"{old.Place}: '{old.Entity.QualifiedName}' moves, and objects of '{found.Allocation.TypeName}' on the heap ({found.Place}) hold pointers to '{target}': those that lead to it are not seen, and go on with the old place; "
                    + "build the program with -fupstare-heap=types before it is started, or set them in the map's 'after'";
            }
        }
    }
}
