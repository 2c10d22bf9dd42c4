// A net under everything else: every identifier in a body that is spelled like one of the function's locals must be
// one that the tree knows (a name, a declaration, a member, a tag, a label) or stand where nothing is evaluated
// (sizeof, typeof).  If libclang has not shown a use, the analyses would be wrong without anybody noticing.

using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>Checks that every use of a local is in the tree.</summary>
public static class AccountedNames
{
    private static readonly HashSet<string> Unevaluated = ["sizeof", "typeof", "__typeof__", "__typeof", "_Alignof", "__alignof__", "__alignof", "__builtin_offsetof", "__builtin_types_compatible_p", "__attribute__"];

    private static readonly HashSet<string> BeforeTagOrLabel = ["struct", "union", "enum", "goto", "__label__"];

    /// <summary>A reason for every use that is not accounted for.</summary>
    public static IEnumerable<Reason> Run(SourceText source, FunctionDefinition function)
    {
        if (function.Locals.Count == 0) return [];
        var names = function.Locals.GroupBy(local => local.Name).ToDictionary(group => group.Key, group => group.ToArray());
        var known = function.Locals.Select(local => local.NameOffset).ToHashSet();
        foreach (var declaration in function.Statements.OfType<DeclarationStatement>()) known.UnionWith(declaration.Declarators.Select(d => d.NameSpan.Start));
        known.UnionWith(function.PrototypeNames);
        foreach (var name in function.Names) known.Add(name.Span.Start);

        return Scan(source, function.BodySpan, names, known);
    }

    private static List<Reason> Scan(SourceText source, TextSpan body, Dictionary<string, Local[]> names, HashSet<int> known)
    {
        var reasons = new List<Reason>();
        var lexer = new Lexer(source.Text, body.Start, body.End);
        var nesting = new Stack<bool>(); // whether what is inside the bracket is evaluated or of no concern
        var locals = names.GetAlternateLookup<ReadOnlySpan<char>>();
        var unevaluated = Unevaluated.GetAlternateLookup<ReadOnlySpan<char>>();
        var beforeTagOrLabel = BeforeTagOrLabel.GetAlternateLookup<ReadOnlySpan<char>>();
        ReadOnlySpan<char> previous = "", beforePrevious = "";
        var braces = false;
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            var text = source.TextOf(token.Span);
            if (token.Kind == TokenKind.Punctuation && text is "(" or "{" or "[")
            {
                braces |= text is "{" && (previous is "struct" or "union" or "enum" || beforePrevious is "struct" or "union" or "enum");
                var isHidden = (text is "(" && unevaluated.Contains(previous)) || (text is "{" && (previous is "struct" or "union" or "enum" || beforePrevious is "struct" or "union" or "enum"));
                nesting.Push(isHidden || (nesting.Count > 0 && nesting.Peek()));
            }
            else if (token.Kind == TokenKind.Punctuation && text is ")" or "}" or "]")
            {
                if (nesting.Count > 0) nesting.Pop();
            }
            // Where one local hides another it gets a name of its own; then a use that is not evaluated counts as well.
            else if (token.Kind == TokenKind.Identifier && locals.TryGetValue(text, out var named) && !known.Contains(token.Span.Start) && named.Any(local => local.NameOffset < token.Span.Start && token.Span.Start < local.Scope.End)
                && (!(nesting.Count > 0 && nesting.Peek()) || (!braces && IsInScopeOfHiding(named, token.Span.Start)) || IsVariablyModified(named)) && previous is not "." && !(previous is ">" && beforePrevious is "-")
                && !beforeTagOrLabel.Contains(previous) && !(previous is "&" && beforePrevious is "&") && (!unevaluated.Contains(previous) || IsVariablyModified(named))
                && !(previous is ";" or "{" or "}" or ":" && IsLabel(source.Text, token.Span.End)))
            {
                reasons.Add(new Reason(token.Span.Start, $"a use of '{text}' that libclang does not show"));
            }

            beforePrevious = previous;
            previous = text;
        }

        return reasons;
    }

    // RenameHiding gives a local another name only where it hides one; locals of disjoint scopes keep theirs.
    private static bool IsInScopeOfHiding(Local[] locals, int place) => locals.Any(inner => inner.NameOffset < place && place < inner.Scope.End
        && locals.Any(outer => outer != inner && outer.NameOffset < inner.NameOffset && inner.NameOffset < outer.Scope.End));

    // A restore clone does not declare what is variably modified, so no use of it may stay as it is.
    private static bool IsVariablyModified(Local[] locals) => locals.Any(local => local.IsVariablyModified);

    private static bool IsLabel(string text, int after)
    {
        var lexer = new Lexer(text, after, text.Length);
        return text[lexer.Next().Span.Start] == ':';
    }
}
