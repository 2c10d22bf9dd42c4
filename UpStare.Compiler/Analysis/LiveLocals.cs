// Which locals are live at each continuation point: backward data flow on the lowered tree.
//
// In: a lowered body.  Out: for each point the locals that have not escaped and whose value can be read after the site.
// The flow is computed structurally: a statement turns what is live after it into what is live before it; loops and
// labels are iterated until nothing changes (sets only grow, so this ends).  Escaped locals are not its business.
//
// A small struct is followed scalar by scalar: one that is filled field by field is not live before.
//
// setjmp: control can come back to it from any point, so at every point what is live where setjmp lands is live too.
// Source of the method: Aho, Lam, Sethi, Ullman, Compilers, 9.2.5 (live-variable analysis).

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>Computes live locals.</summary>
public sealed class LiveLocals
{
    private readonly Dictionary<string, LocalSet> _labels = [];
    private readonly Dictionary<ContinuationPoint, LocalSet> _result = [];
    private readonly Stack<LocalSet> _breakTargets = new();
    private readonly Stack<LocalSet> _continueTargets = new();
    private readonly Stack<LocalSet> _cases = new();
    private readonly Stack<bool> _defaults = new();
    private readonly List<Local> _arrays;
    private LocalSet _landing;
    private bool _isChanged;

    private LiveLocals(FunctionDefinition function) => _arrays = [.. function.Locals.Where(local => local.IsVariableArray)];

    /// <summary>Live locals at each point of a lowered body.</summary>
    public static Dictionary<ContinuationPoint, LocalSet> Run(FunctionDefinition function, BlockStatement body)
    {
        var bits = 0;
        foreach (var local in function.Locals) (local.FirstBit, bits) = (bits, bits + local.BitCount);
        var pass = new LiveLocals(function);
        do
        {
            pass._isChanged = false;
            pass.Before(body, LocalSet.Empty);
        }
        while (pass._isChanged);

        return pass._result;
    }

    private LocalSet Before(Statement statement, LocalSet after)
    {
        switch (statement)
        {
            case BlockStatement s:
                return BeforeAll(s.Statements, after);
            case ExpressionStatement s:
                return Before(s.Expression, after);
            case DeclarationStatement s:
                for (var i = s.Declarators.Length - 1; i >= 0; i--) after = Before(after, s.Declarators[i]);
                return after;
            case TemporaryStatement s:
                return Before(s.Value, after.Without(s.Temporary));
            case IfStatement s:
                return Before(s.Condition, Before(s.Then, after).Union(s.Else is null ? after : Before(s.Else, after)));
            case WhileStatement s:
                return Loop(top => Before(s.Condition, after.Union(Body(s.Body, top, after, top))));
            case DoStatement s:
                return Loop(top =>
                {
                    var condition = Before(s.Condition, after.Union(top));
                    return Body(s.Body, condition, after, condition);
                });
            case ForStatement s:
                var loop = Loop(top =>
                {
                    var step = Before(s.Step, top);
                    var body = Body(s.Body, step, after, step);
                    return Before(s.Condition, s.Condition is null ? body : after.Union(body));
                });
                return s.Initial is null ? loop : Before(s.Initial, loop);
            case SwitchStatement s:
                return BeforeSwitch(s, after);
            case CaseStatement s:
                var inCase = Before(s.Body, after);
                if (_cases.Count > 0) _cases.Push(_cases.Pop().Union(inCase));
                if (s.IsDefault && _defaults.Count > 0 && !_defaults.Peek())
                {
                    _defaults.Pop();
                    _defaults.Push(true);
                }

                return inCase;
            case LabelStatement s:
                return AtLabel(s.Label, Before(s.Body, after));
            case SynthesisedLabelStatement s:
                return AtLabel(s.Label, after);
            case GotoStatement s:
                return _labels.GetValueOrDefault(s.Label);
            case ComputedGotoStatement s:
                return Before(s.Target, _labels.Values.Aggregate(LocalSet.Empty, (live, label) => live.Union(label)));
            case BreakStatement:
                return _breakTargets.Count > 0 ? _breakTargets.Peek() : after;
            case ContinueStatement:
                return _continueTargets.Count > 0 ? _continueTargets.Peek() : after;
            case ReturnStatement s:
                return Before(s.Value, LocalSet.Empty);
            case OpaqueStatement s:
                return BeforeAssembly(s, after);
            case CallPointStatement s:
                var live = AtPoint(s.Point, after);
                return Before(s.Call, s.Target is null ? live : live.Without(s.Target));
            case LoopPointStatement s:
                return AtPoint(s.Point, after);
            case SetjmpStatement s:
                return BeforeSetjmp(s, after);
            case TypeStatement:
                return after;
            default:
                throw new InvalidOperationException($"no data flow for {statement.GetType().Name}");
        }
    }

    private LocalSet BeforeAll(Statement[] statements, LocalSet after)
    {
        for (var i = statements.Length - 1; i >= 0; i--) after = Before(statements[i], after);
        return after;
    }

    private LocalSet BeforeAll(Expression[] expressions, LocalSet after)
    {
        for (var i = expressions.Length - 1; i >= 0; i--) after = Before(expressions[i], after);
        return after;
    }

    // Outputs are written when all inputs have been read; on the way to a label they may not be.
    private LocalSet BeforeAssembly(OpaqueStatement s, LocalSet after)
    {
        var outputs = Enumerable.Range(0, s.Constraints.Count).Where(i => s.Constraints[i].StartsWith('=') && ExpressionFacts.LocalOf(s.Operands[i]) is { IsEscaped: false }).ToHashSet();
        var live = outputs.Aggregate(after, (set, i) => set.Without(ExpressionFacts.LocalOf(s.Operands[i])!));
        foreach (var label in s.Labels) live = live.Union(_labels.GetValueOrDefault(label));
        for (var i = s.Operands.Length - 1; i >= 0; i--)
        {
            if (!outputs.Contains(i)) live = Before(s.Operands[i], live);
        }

        return live;
    }

    private LocalSet AtPoint(ContinuationPoint point, LocalSet after)
    {
        // A variable length array is recorded wherever it is in scope, and its type with it.
        var live = _arrays.Where(array => array.Scope.Contains(point.Offset)).Aggregate(after.Union(_landing), WithSizes);
        _result[point] = live;
        return live;
    }

    private LocalSet BeforeSetjmp(SetjmpStatement s, LocalSet after)
    {
        var landing = after.Without(s.Result).With(s.Buffer);
        if (s.Mask is not null) landing = landing.With(s.Mask);
        if (!landing.IsSubsetOf(_landing))
        {
            _landing = _landing.Union(landing);
            _isChanged = true;
        }

        var before = after.Without(s.Result).Without(s.Buffer);
        if (s.Mask is not null) before = before.Without(s.Mask);
        return Before(s.Call, before);
    }

    private LocalSet AtLabel(string label, LocalSet live)
    {
        var known = _labels.GetValueOrDefault(label);
        if (!live.IsSubsetOf(known))
        {
            _labels[label] = known.Union(live);
            _isChanged = true;
        }

        return live;
    }

    private LocalSet Loop(Func<LocalSet, LocalSet> once)
    {
        var top = LocalSet.Empty;
        while (true)
        {
            var next = top.Union(once(top));
            if (next.IsSubsetOf(top)) return top;
            top = next;
        }
    }

    private LocalSet Body(Statement body, LocalSet after, LocalSet breakTarget, LocalSet continueTarget)
    {
        _breakTargets.Push(breakTarget);
        _continueTargets.Push(continueTarget);
        var live = Before(body, after);
        _breakTargets.Pop();
        _continueTargets.Pop();
        return live;
    }

    private LocalSet BeforeSwitch(SwitchStatement s, LocalSet after)
    {
        _breakTargets.Push(after);
        _cases.Push(LocalSet.Empty);
        _defaults.Push(false);
        Before(s.Body, after);
        _breakTargets.Pop();
        var cases = _cases.Pop();
        return Before(s.Value, _defaults.Pop() ? cases : cases.Union(after));
    }

    private LocalSet Before(LocalSet after, Declarator declarator)
    {
        var live = declarator.Variable is Local local ? after.Without(local) : after;
        if (declarator.Initialiser is not null) live = Before(declarator.Initialiser, live);
        return declarator.Sizes.Aggregate(live, (set, e) => Before(e, set));
    }

    private LocalSet Before(Expression? expression, LocalSet after)
    {
        switch (expression)
        {
            case null or LiteralExpression or UnevaluatedExpression:
                return after;
            case NameExpression name:
                return name.Declaration is Local local ? WithSizes(local.IsEscaped || local.IsTypeName ? after : after.With(local), local) : after;
            case MemberExpression when Part(expression) is { } part:
                return after.With(part.Local, part.Path);
            case BinaryExpression { Operator: Operator.Assign } or ComposedExpression { IsAssignment: true }:
                return BeforeAssignment(expression, after);
            case BinaryExpression { Operator: Operator.LogicalAnd or Operator.LogicalOr } e:
                return Before(e[0], Before(e[1], after).Union(after));
            case ConditionalExpression { Operands.Length: 3 } e:
                return Before(e[0], Before(e[1], after).Union(Before(e[2], after)));
            case ConditionalExpression e:
                return Before(e[0], Before(e[1], after).Union(after));
            case StatementExpression e:
                return Before(e.Body, after);
            default:
                return BeforeAll(expression.Operands, after);
        }
    }

    private LocalSet BeforeAssignment(Expression e, LocalSet after)
    {
        if (ExpressionFacts.LocalOf(e[0]) is { IsEscaped: false } local) return Before(e[1], WithSizes(after.Without(local), local));
        if (Part(e[0]) is { } part) return Before(e[1], part.Local.HasPart(part.Path) ? after.Without(part.Local, part.Path) : after);
        return BeforePlace(e[0], Before(e[1], after));
    }

    // Whoever names something of a variably modified type needs its sizes.
    private LocalSet WithSizes(LocalSet set, Local local) => local.Computed is { } type ? type.Sizes.Aggregate(set, (live, size) => Before(size, live)) : set;

    // x.a.b, where x is a local that has not escaped.
    private static (Local Local, string Path)? Part(Expression e) => e switch
    {
        NameExpression { Declaration: Local { IsEscaped: false } local } => (local, ""),
        ParenthesisedExpression => Part(e[0]),
        MemberExpression { IsArrow: false } member when Part(member[0]) is { } outer => (outer.Local, $"{outer.Path}.{member.Name}"),
        _ => null,
    };

    // Storing into a part of an aggregate that is not followed neither reads it nor makes the rest of it dead.
    private LocalSet BeforePlace(Expression place, LocalSet after) => place switch
    {
        NameExpression => after,
        ParenthesisedExpression or MemberExpression { IsArrow: false } => BeforePlace(place[0], after),
        _ => Before(place, after),
    };
}
