// Which names of types that a function declares do not mean the same everywhere in it. A temporary of such a type would be
// of another one:
//
//     typedef int count; count f (void);
//     void g (void) { typedef char count; h (1 + f ()); }                  ---->    int t = f ();
//     long y = ({ typedef long count; count x = f (); x; }) + f ();        ---->    long t; { typedef long count; ... t = x; }

using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>Finds names of types with several meanings.</summary>
public static class HiddenTypes
{
    /// <summary>What stands in front of a tag, whichever word it has in the text: tags are names of their own.</summary>
    public const string Tag = "struct ";

    /// <summary>Sets <see cref="FunctionDefinition.AmbiguousTypes"/>.</summary>
    public static void Run(SourceText source, UnitTree unit, FunctionDefinition function)
    {
        if (function.Types.Count == 0) return;
        var blocks = function.Expressions.OfType<StatementExpression>().ToList();
        unit.TypeNames ??= AtFileScope(source, unit);
        function.AmbiguousTypes = [.. function.Types.Select(type => type.Name).Where(unit.TypeNames.Contains),
            .. function.Types.GroupBy(type => type.Name).Where(same => same.Count() > 1).Select(same => same.Key),
            .. function.Types.Where(type => blocks.Exists(block => block.Span.Contains(type.Offset))).Select(type => type.Name)];
    }

    private static HashSet<string> AtFileScope(SourceText source, UnitTree unit)
    {
        var names = new HashSet<string>();
        var position = 0;
        foreach (var function in unit.Functions.OrderBy(function => function.Span.Start))
        {
            Add(source, new TextSpan(position, Math.Max(position, function.BodySpan.Start)), names);
            position = function.BodySpan.End;
        }

        Add(source, new TextSpan(position, source.Text.Length), names);
        return names;
    }

    // All tags, and all names in a typedef outside of braces: more than those that are declared does no harm.
    private static void Add(SourceText source, TextSpan span, HashSet<string> names)
    {
        var lexer = new Lexer(source.Text, span.Start, span.End);
        var (isTypedef, isTag, depth) = (false, false, 0);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            var word = source.TextOf(token.Span);
            if (word is "{") depth++;
            else if (word is "}") depth--;
            else if (word is ";" && depth <= 0) isTypedef = false;
            else if (word is "typedef") isTypedef = true;
            else if (token.Kind == TokenKind.Identifier && isTag) names.Add(Tag + word.ToString());
            else if (token.Kind == TokenKind.Identifier && isTypedef && depth <= 0) names.Add(word.ToString());
            isTag = word is "struct" or "union" or "enum";
        }
    }
}
