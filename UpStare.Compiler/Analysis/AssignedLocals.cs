// Which locals can hold something at a continuation point: those that are named (escaped) or assigned somewhere before
// it in the text, or anywhere in a loop around it.  What nothing has been put into need not be recorded, and recording
// it would make gcc warn about uninitialised variables.  The order of the text is a sound stand-in for control flow
// once every region that can be run again (loops, and the stretch between a label and a goto back to it) is a unit.

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>Tells which locals can hold something at a place.</summary>
public sealed class AssignedLocals
{
    private readonly Dictionary<Local, List<int>> _places = [];
    private readonly List<TextSpan> _repeated = [];

    private AssignedLocals()
    {
    }

    /// <summary>Looks at a body before lowering.</summary>
    public static AssignedLocals Run(FunctionDefinition function)
    {
        var pass = new AssignedLocals();
        var labels = new Dictionary<string, int>();
        foreach (var statement in function.Statements)
        {
            if (statement is WhileStatement or DoStatement or ForStatement) pass._repeated.Add(statement.Span);
            if (statement is LabelStatement label) labels[label.Label] = label.Span.Start;
            if (statement is DeclarationStatement declaration)
            {
                foreach (var declarator in declaration.Declarators.Where(d => d.Initialiser is not null && d.Variable is Local)) pass.Add((Local)declarator.Variable, declarator.NameSpan.Start);
            }
        }

        foreach (var statement in function.Statements)
        {
            if (statement is GotoStatement jump && labels.TryGetValue(jump.Label, out var target) && target < jump.Span.Start) pass._repeated.Add(new TextSpan(target, jump.Span.End));
            if (statement is OpaqueStatement assembly)
            {
                for (var i = 0; i < assembly.Constraints.Count; i++)
                {
                    if (assembly.Constraints[i].AsSpan().IndexOfAny('=', '+') >= 0 && EscapedLocals.RootOf(assembly.Operands[i]) is { } output) pass.Add(output, assembly.Span.Start);
                }

                foreach (var place in assembly.Labels.Where(labels.ContainsKey).Select(label => labels[label]).Where(place => place < assembly.Span.Start)) pass._repeated.Add(new TextSpan(place, assembly.Span.End));
            }

            if (statement is ComputedGotoStatement) pass._repeated.Add(function.BodySpan);
        }

        foreach (var expression in function.Expressions)
        {
            if (expression is NameExpression { Declaration: Local { IsEscaped: true } escaped }) pass.Add(escaped, expression.Span.Start);
            if (expression.AssignedLocal() is { } local) pass.Add(local, expression.Span.Start);
            if (expression is BinaryExpression { Operator: Operator.Assign } && EscapedLocals.RootOf(expression[0]) is { } root) pass.Add(root, expression.Span.Start);
        }

        return pass;
    }

    /// <summary>Whether the local can hold something at the end of what starts at <paramref name="offset"/>.</summary>
    public bool MayHoldValue(Local local, int offset)
    {
        if (local.IsParameter || local.IsTemporary) return true;
        if (!_places.TryGetValue(local, out var places)) return false;
        if (places.Any(place => place < offset)) return true;
        return _repeated.Any(region => region.Contains(offset) && region.Start > local.NameOffset && places.Any(region.Contains));
    }

    /// <summary>Whether at an offset, wherever control came from, the local can hold nothing but what its declaration gave it, provided that was run.</summary>
    public bool HoldsOnlyInitialiser(Local local, int offset) =>
        _places.TryGetValue(local, out var places) && places.Contains(local.NameOffset)
        && places.Where(place => place != local.NameOffset).All(place => place >= offset && !_repeated.Any(region => region.Contains(offset) && region.Contains(place) && region.Start > local.NameOffset));

    private void Add(Local local, int place)
    {
        if (!_places.TryGetValue(local, out var places)) _places.Add(local, places = []);
        places.Add(place);
    }
}
