// Which functions of a unit each function names, and which of them can run at all: gcc drops static functions that
// nothing leads to, and what they name need not exist.
//
// Names are read from the text, so this holds for bodies that are not understood, too; a local of the same name only
// makes the answer larger.

using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>References between the functions of a unit.</summary>
public sealed class FunctionReferences
{
    private readonly Dictionary<FunctionDefinition, FunctionDefinition[]> _named = [];
    private readonly HashSet<FunctionDefinition> _reachable = [];

    /// <summary>Reads the references of a unit.</summary>
    public FunctionReferences(SourceText source, UnitTree unit)
    {
        var functions = unit.Functions.ToLookup(function => function.Declaration.Name);
        foreach (var function in unit.Functions) _named.Add(function, [.. Names(source, function.BodySpan).SelectMany(name => functions[name]).Distinct()]);
        var outside = unit.FunctionAddresses.Where(address => !unit.Functions.Any(function => function.BodySpan.Contains(address.Span))).Select(address => address.Function.Definition).OfType<FunctionDefinition>();
        var roots = unit.Functions.Where(function => !function.IsStatic || function.IsRoot || IsKept(source, function));
        var work = new Stack<FunctionDefinition>(roots.Concat(outside));
        while (work.TryPop(out var function))
        {
            if (!_reachable.Add(function)) continue;
            foreach (var named in _named[function]) work.Push(named);
        }
    }

    /// <summary>The functions of the unit that a function names.</summary>
    public IReadOnlyList<FunctionDefinition> NamedIn(FunctionDefinition function) => _named[function];

    /// <summary>Whether an offset is in a function that nothing leads to.</summary>
    public bool IsDead(int offset) => _named.Keys.FirstOrDefault(function => function.Span.Contains(offset)) is { } function && !_reachable.Contains(function);

    private static bool IsKept(SourceText source, FunctionDefinition function) =>
        Names(source, new TextSpan(function.Span.Start, function.BodySpan.Start)).Any(name => name is "used" or "__used__");

    private static HashSet<string> Names(SourceText source, TextSpan span)
    {
        var names = new HashSet<string>();
        var lexer = new Lexer(source.Text, span.Start, span.End);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (token.Kind == TokenKind.Identifier) names.Add(source[token.Span]);
        }

        return names;
    }
}
