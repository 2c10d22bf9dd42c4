// Every reason why a function cannot be instrumented that shows in its tree; the wording is that of docs/limits.md.
// A function with a reason is compiled as it is: its frames are like those of a library, so a thread that is in it goes
// on to its next point.

using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>Collects reasons against instrumenting functions.</summary>
public static class Unsupported
{
    private static readonly HashSet<string> NonLocalBuiltins = ["__builtin_apply_args", "__builtin_apply", "__builtin_return", "__builtin_va_arg_pack", "__builtin_va_arg_pack_len", "__builtin_eh_return", "__builtin_unwind_init", "vfork"];

    private static readonly HashSet<string> Keywords = ["char", "short", "int", "long", "float", "double", "signed", "unsigned", "void", "const", "volatile", "struct", "union", "enum", "_Bool", "_Complex"];

    /// <summary>The reasons against one function.</summary>
    public static IEnumerable<Reason> Run(SourceText source, FunctionDefinition function)
    {
        var result = function.Declaration.ResultType;
        if (!result.IsSpellable) yield return new Reason(function.NameOffset, "its result type has no name");
        foreach (var local in function.Locals)
        {
            var place = Math.Max(local.NameOffset, function.NameOffset);
            if (local.IsVariablyModified)
            {
                if (local.Declared is null) yield return new Reason(place, $"'{local.Name}' has a size that is computed at run time, in a way that is not understood");
            }
            else if (local.Type.Size < 0) yield return new Reason(place, $"the size of '{local.Name}' is not known");
            else if (local.IsParameter && !local.Type.IsSpellable) yield return new Reason(place, $"the type of the parameter '{local.Name}' has no name");
        }

        foreach (var call in function.Calls)
        {
            if (call.Callee is { ReturnsTwice: true } twice && !call.IsSetjmp()) yield return new Reason(call.Span.Start, $"it calls {twice.Name}, which returns twice");
            if (call.Callee is { } callee && NonLocalBuiltins.Contains(callee.Name)) yield return new Reason(call.Span.Start, $"it calls {callee.Name}");
        }

        foreach (var reason in HiddenTypes(source, function)) yield return reason;
        foreach (var reason in AccountedNames.Run(source, function)) yield return reason;
    }

    // A restore clone writes the type of what is variably modified wherever that is used: its words must mean the same there.
    private static IEnumerable<Reason> HiddenTypes(SourceText source, FunctionDefinition function)
    {
        var locals = function.Locals.Where(local => local.Declared is not null).ToList();
        if (locals.Count == 0) yield break;
        var declared = DeclaredWords(source, function.BodySpan).Concat(function.Locals.Select(local => (local.Name, Offset: local.NameOffset))).ToLookup(word => word.Item1, word => word.Item2);
        foreach (var local in locals)
        {
            var words = local.Declared!.Texts.SelectMany(text => text.Split([' ', '(', ')', '[', ']', '*'], StringSplitOptions.RemoveEmptyEntries));
            if (local.Declared.Alignment > 1 && declared.Contains("alignof")) yield return new Reason(Math.Max(local.NameOffset, function.NameOffset), $"'{local.Name}' has a size that is computed at run time and an alignment that may be asked for");
            if (words.Any(word => declared[word].Any(local.Scope.Contains))) yield return new Reason(Math.Max(local.NameOffset, function.NameOffset), $"the type of '{local.Name}' means something else where it is used");
        }
    }

    // Tags, enumerators, and what typedefs declare; and whether something asks for an alignment.
    private static List<(string Word, int Offset)> DeclaredWords(SourceText source, TextSpan body)
    {
        var words = new List<(string, int)>();
        var lexer = new Lexer(source.Text, body.Start, body.End);
        var (previous, isTypedef, isEnum, isInEnum) = ("", false, false, false);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            var text = source[token.Span];
            if (text is "typedef") isTypedef = true;
            else if (text is ";") isTypedef = false;
            if (text is "enum") isEnum = true;
            else if (text is "{") (isInEnum, isEnum) = (isEnum, false);
            else if (text is "}") isInEnum = false;
            else if (token.Kind != TokenKind.Identifier) isEnum = false;
            var ahead = lexer;
            var next = source[ahead.Next().Span];
            var isDeclared = isInEnum || (isTypedef && next is ";" or "," or "[" or ")") || (previous is "struct" or "union" or "enum" && next is "{" or ";");
            if (token.Kind == TokenKind.Identifier && isDeclared && !Keywords.Contains(text)) words.Add((text, token.Span.Start));
            if (text is "_Alignof" or "__alignof__" or "__alignof") words.Add(("alignof", token.Span.Start));
            previous = text;
        }

        return words;
    }
}
