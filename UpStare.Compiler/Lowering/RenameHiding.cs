// Gives every local that hides another local of its function a name of its own.
//
//     long x = f (); { long x = g (); h (); }    ---->    long x = f (); { long x__2 = g (); h (); SITE (x, x__2) }
//
// A site inside the inner scope may have to record both.  The renaming is done by edits of the text.

using UpStare.Compiler.Analysis;
using UpStare.Compiler.Emit;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Lowering;

/// <summary>Renames locals that hide others.</summary>
public static class RenameHiding
{
    /// <summary>Sets <see cref="Local.EmittedName"/> of the locals of a function.</summary>
    public static void Run(FunctionDefinition function)
    {
        var declared = function.Locals.Where(local => !local.IsTemporary).ToList();
        foreach (var local in declared)
        {
            local.EmittedName = declared.Any(other => other != local && other.Name == local.Name && other.NameOffset < local.NameOffset && local.NameOffset < other.Scope.End)
                ? $"{local.Name}__{local.Ordinal}"
                : local.Name;
        }
    }

    /// <summary>Adds the edits for a function.</summary>
    public static void AddEdits(FunctionDefinition function, EditList edits)
    {
        foreach (var local in function.Locals.Where(local => local.EmittedName != local.Name))
        {
            edits.Replace(new TextSpan(local.NameOffset, local.NameOffset + local.NameLength), local.EmittedName);
        }

        if (function.Locals.All(local => local.EmittedName == local.Name)) return;
        foreach (var name in function.Names)
        {
            if (!name.IsImplicit && name.Declaration is Local local && local.EmittedName != local.Name) edits.Replace(name.Span, local.EmittedName);
        }
    }
}
