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
    private readonly List<FunctionDefinition> _functions;
    private readonly int[] _starts;

    /// <summary>Reads the references of a unit.</summary>
    public FunctionReferences(SourceText source, UnitTree unit)
    {
        var functions = unit.Functions.GroupBy(function => function.Declaration.Name).ToDictionary(group => group.Key, group => group.ToList());
        foreach (var function in unit.Functions) _named.Add(function, Named(source, function.BodySpan, functions));
        _functions = unit.Functions;
        _starts = [.. unit.Functions.Select(function => function.Span.Start)];
        var outside = unit.FunctionAddresses.Where(address => FunctionAt(address.Span.Start)?.BodySpan.Contains(address.Span) != true).Select(address => address.Function.Definition).OfType<FunctionDefinition>();
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
    public bool IsDead(int offset) => FunctionAt(offset) is { } function && !_reachable.Contains(function);

    private FunctionDefinition? FunctionAt(int offset)
    {
        var index = Array.BinarySearch(_starts, offset);
        var function = index == -1 ? null : _functions[index >= 0 ? index : ~index - 1];
        return function?.Span.Contains(offset) == true ? function : null;
    }

    private static bool IsKept(SourceText source, FunctionDefinition function) =>
        Attributes.Find(source.Text, new TextSpan(function.Span.Start, function.BodySpan.Start)).Any(attribute => attribute.Word == "used");

    // The functions whose names stand in a part of the text, in the order of their first use.
    private static FunctionDefinition[] Named(SourceText source, TextSpan span, Dictionary<string, List<FunctionDefinition>> functions)
    {
        var names = functions.GetAlternateLookup<ReadOnlySpan<char>>();
        var found = new List<FunctionDefinition>();
        var seen = new HashSet<FunctionDefinition>();
        var lexer = new Lexer(source.Text, span.Start, span.End);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (token.Kind == TokenKind.Identifier && names.TryGetValue(source.TextOf(token.Span), out var named)) found.AddRange(named.Where(seen.Add));
        }

        return [.. found];
    }
}
