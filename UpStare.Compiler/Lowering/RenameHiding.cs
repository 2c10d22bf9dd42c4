// Gives every local that hides another local of its function, or a type, a name of its own.
//
//     long x = f (); { long x = g (); h (); }    ---->    long x = f (); { long x__2 = g (); h (); SITE (x, x__2) }
//     user *user = find (name);                  ---->    user *user__1 = find (name);
//
// A site inside the inner scope may have to record both, and lowering writes the types of calls and variables where the local hides
// them.  The renaming is done by edits of the text.

using UpStare.Compiler.Analysis;
using UpStare.Compiler.Emit;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Lowering;

/// <summary>Renames locals that hide others.</summary>
public static class RenameHiding
{
    /// <summary>Sets <see cref="Local.EmittedName"/> of the locals of a function.</summary>
    public static void Run(FunctionDefinition function)
    {
        var declared = function.Locals.Where(local => !local.IsTemporary).ToList();
        var types = TypeNames(function);
        foreach (var local in declared)
        {
            local.EmittedName = declared.Any(other => other != local && other.Name == local.Name && other.NameOffset < local.NameOffset && local.NameOffset < other.Scope.End) || (!local.IsTypeName && types.Contains(local.Name))
                ? $"{local.Name}__{local.Ordinal}"
                : local.Name;
        }
    }

    // Names of types that are no tags, as variables and calls have them: words before the first `*`, `(` or `[`.
    private static HashSet<string> TypeNames(FunctionDefinition function)
    {
        var names = new HashSet<string>();
        foreach (var spelling in function.Locals.Select(local => local.Type.Spelling).Concat(function.Expressions.OfType<CallExpression>().Select(call => call.Type.Spelling)).Distinct())
        {
            var lexer = new Lexer(spelling, 0, spelling.Length);
            var isTag = false;
            for (var token = lexer.Next(); token.Kind is not (TokenKind.End or TokenKind.Punctuation); token = lexer.Next())
            {
                var word = spelling[token.Span.Start..token.Span.End];
                if (token.Kind == TokenKind.Identifier && !isTag) names.Add(word);
                isTag = word is "struct" or "union" or "enum";
            }
        }

        return names;
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
