// Decides where continuation points go (design section 3, `auto`).
//
// In: the trees of all functions of a unit.  Out: CallExpression.IsPoint, the loops and function entries that need a
// site, and FunctionDefinition.ReachesPoint.
//
//   * a call is a point if it may reach an update point: a callee that is not in this unit and not known to neither
//     block nor call back, a call through a pointer, or a function of this unit that reaches one;
//   * a call in tail position is none: nothing is left to do in its frame (rule C3), or only to return what it has returned;
//   * a loop with no point in it gets one at its head, unless it is innermost, call-free and counted (do { } while (0) is none);
//   * a function on a cycle of tail calls, or that tail-calls through a pointer, gets one at its entry.

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>Decides where continuation points go.</summary>
public sealed class ContinuationPoints
{
    private readonly UnitTree _unit;
    private readonly bool _isManual;
    private readonly HashSet<Statement> _loopPoints = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<FunctionDefinition> _entryPoints = [];
    private readonly Dictionary<FunctionDefinition, IReadOnlyList<Statement>> _loops = [];
    private readonly Dictionary<FunctionDefinition, HashSet<CallExpression>> _tailCalls = [];
    private readonly Dictionary<Statement, LoopContents> _contents = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<FunctionDefinition, FunctionDefinition[]> _callees = [], _tailCallees = [];

    private ContinuationPoints(UnitTree unit, bool isManual) => (_unit, _isManual) = (unit, isManual);

    /// <summary>Decides for a unit. With <paramref name="isManual"/> only UPSTARE_UPDATE_POINT() and what leads to it count.</summary>
    public static ContinuationPoints Run(UnitTree unit, bool isManual)
    {
        var pass = new ContinuationPoints(unit, isManual);
        pass.Decide();
        return pass;
    }

    /// <summary>Whether a loop statement needs a site at its head.</summary>
    public bool NeedsLoopPoint(Statement loop) => _loopPoints.Contains(loop);

    /// <summary>Whether a function needs a site at its entry.</summary>
    public bool NeedsEntryPoint(FunctionDefinition function) => _entryPoints.Contains(function);

    private IEnumerable<FunctionDefinition> Understood => _unit.Functions.Where(f => f.Body is not null);

    private void Decide()
    {
        foreach (var function in _unit.Functions.Where(f => f.Body is null)) function.ReachesPoint = true;
        foreach (var function in Understood) function.ReachesPoint = IsOnCycle(function);
        for (var isChanged = true; isChanged;)
        {
            isChanged = false;
            foreach (var function in Understood.Where(f => !f.ReachesPoint))
            {
                if (!function.Calls.Any(MayReach) && !Loops(function).Any(NeedsHead)) continue;
                function.ReachesPoint = true;
                isChanged = true;
            }
        }

        foreach (var function in Understood) Mark(function);
    }

    private void Mark(FunctionDefinition function)
    {
        var tails = TailCalls(function);
        foreach (var call in function.Calls) call.IsPoint = MayReach(call) && !tails.Contains(call);
        foreach (var loop in Loops(function).Where(NeedsHead)) _loopPoints.Add(loop);
        if (!_isManual && tails.Any(call => call.Callee is null || (call.Callee.Definition is { } callee && Reaches(callee, function, tailOnly: true)))) _entryPoints.Add(function);
    }

    // What is asked of a body is asked again for every function that leads to it, so each body is walked once: SQLite
    // in one file took half a minute without.
    private IReadOnlyList<Statement> Loops(FunctionDefinition function) =>
        Remembered(_loops, function, f => [.. f.Statements.Where(IsLoop)]);

    private HashSet<CallExpression> TailCalls(FunctionDefinition function) => Remembered(_tailCalls, function, FindTailCalls);

    private FunctionDefinition[] Callees(FunctionDefinition function, bool tailOnly) => Remembered(tailOnly ? _tailCallees : _callees, function, f =>
        [.. (tailOnly ? TailCalls(f) : f.Calls.AsEnumerable()).Select(call => call.Callee?.Definition).OfType<FunctionDefinition>().Distinct()]);

    private static T Remembered<T>(Dictionary<FunctionDefinition, T> known, FunctionDefinition function, Func<FunctionDefinition, T> find)
    {
        if (!known.TryGetValue(function, out var result)) known.Add(function, result = find(function));
        return result;
    }

    // do { ... } while (0) runs once.
    private static bool IsLoop(Statement statement) =>
        statement is WhileStatement or ForStatement || statement is DoStatement { IsOnce: false };

    private bool MayReach(CallExpression call)
    {
        if (call.IsBuiltin) return false;
        if (call.IsSetjmp()) return false;
        if (call.Callee is null) return true;
        if (call.Callee.Definition is { IsSystemInline: false } definition) return definition.ReachesPoint;
        if (_isManual && call.Callee.IsSystem) return false;
        return !call.Callee.IsLeafByAttribute && !LibraryFunctions.NeitherBlocksNorCallsBack(call.Callee);
    }

    private bool NeedsHead(Statement loop)
    {
        if (_isManual) return false;
        if (!_contents.TryGetValue(loop, out var contents)) _contents.Add(loop, contents = ContentsOf(loop));
        return !contents.Calls.Exists(MayReach) && !contents.Loops.Exists(NeedsHead) && !contents.EndsSoon;
    }

    private static LoopContents ContentsOf(Statement loop)
    {
        var inner = loop.Children.SelectMany(ExpressionFacts.Descendants).ToList();
        var expressions = inner.Append(loop).SelectMany(s => s.Expressions).SelectMany(ExpressionFacts.Evaluated).ToList();
        var calls = expressions.OfType<CallExpression>().ToList();
        var loops = inner.Where(IsLoop).ToList();
        var jumps = inner.Exists(s => s is GotoStatement or ComputedGotoStatement or OpaqueStatement { Labels.Count: > 0 });
        return new LoopContents(calls, loops, loops.Count == 0 && calls.TrueForAll(call => call.IsBuiltin) && !jumps && IsCounted(loop, expressions));
    }

    // What is in a loop, without regard to what its calls reach.
    private sealed record LoopContents(List<CallExpression> Calls, List<Statement> Loops, bool EndsSoon);

    // A loop that counts: a variable of its condition is changed in it, and only by counting.  It ends soon, and a site in
    // it would keep gcc from vectorising it.
    private static bool IsCounted(Statement loop, List<Expression> expressions)
    {
        var condition = loop switch { WhileStatement s => s.Condition, DoStatement s => s.Condition, ForStatement s => s.Condition, _ => null };
        if (condition is null) return false;
        var before = (loop as ForStatement)?.Initial?.Span;
        var changes = expressions.Where(e => e.AssignedLocal() is not null && before?.Contains(e.Span) != true).ToLookup(e => e.AssignedLocal()!);
        return condition.Evaluated().OfType<NameExpression>().Select(name => name.Declaration).OfType<Local>()
            .Any(local => !local.IsEscaped && changes[local].Any() && changes[local].All(IsCounting));
    }

    private static bool IsCounting(Expression change) =>
        change is UnaryExpression { Operator: Operator.Increment } or BinaryExpression { Operator: Operator.CompoundAssign, Symbol: "+=" or "-=" };

    // Rule C3: the same type exactly (registers the size of int or larger), nothing of the frame is used any more.  A
    // local that has escaped is in use in its scope only, unless a jump backwards can come after its address was taken.
    private HashSet<CallExpression> FindTailCalls(FunctionDefinition function)
    {
        var result = new HashSet<CallExpression>(ReferenceEqualityComparer.Instance);
        // What setjmp has armed needs its frame as long as anything runs above it.
        if (function.KeepsFrame || function.Calls.Any(call => call.IsSetjmp())) return result;
        var escaped = function.Locals.Where(local => local.IsEscaped).ToList();
        var hasLabels = escaped.Count > 0 && function.Statements.Any(s => s is LabelStatement);
        var isVoid = function.Declaration.ResultType.IsVoid;
        Collect(function.Body!, isLast: isVoid);
        result.RemoveWhere(call => escaped.Any(local => hasLabels || local.IsParameter || local.Scope.Contains(call.Span.Start)));
        return result;

        void Collect(Statement statement, bool isLast)
        {
            switch (statement)
            {
                case ReturnStatement { Value: { } value } when value.Stripped is CallExpression call && IsSameResult(function.Declaration.ResultType, call.Type):
                    result.Add(call);
                    break;
                case ExpressionStatement { Expression: var e } when isLast && e.Stripped is CallExpression { Type.IsVoid: true } call:
                    result.Add(call);
                    break;
                case BlockStatement { Statements: var all }:
                    Statement? next = null;
                    for (var i = all.Length - 1; i >= 0; i--)
                    {
                        if (next is ReturnStatement { Value: { } value } && PassedOn(all[i], value) is { } passed && IsSameResult(function.Declaration.ResultType, passed.Type)) result.Add(passed);
                        Collect(all[i], next is null ? isLast : isVoid && next is ReturnStatement { Value: null });
                        if (!IsNothing(all[i])) next = all[i];
                    }

                    break;
                case DoStatement { IsOnce: true } s:
                    Collect(s.Body, isLast);
                    break;
                case IfStatement s:
                    Collect(s.Then, isLast);
                    if (s.Else is not null) Collect(s.Else, isLast);
                    break;
                default:
                    foreach (var child in statement.Children) Collect(child, isLast: false);
                    break;
            }
        }
    }

    // What stays of an assertion that is switched off: ((void) 0), do { } while (0), a semicolon.
    private static bool IsNothing(Statement statement) => statement switch
    {
        ExpressionStatement { Expression: var e } => IsNothing(e),
        BlockStatement block => Array.TrueForAll(block.Statements, IsNothing),
        DoStatement { IsOnce: true } s => IsNothing(s.Body),
        OpaqueStatement { Operands: [], Span.Length: 1 } => true,
        _ => false,
    };

    private static bool IsNothing(Expression expression) =>
        (expression is LiteralExpression or ParenthesisedExpression or ConversionExpression || (expression is NameExpression && !expression.Type.IsVolatile))
        && Array.TrueForAll(expression.Operands, IsNothing);

    // x = f (); return x;    The variable is one that gcc does without.
    private static CallExpression? PassedOn(Statement statement, Expression result)
    {
        var (target, value) = statement switch
        {
            ExpressionStatement { Expression: BinaryExpression { Operator: Operator.Assign } e } => ((e[0].Stripped as NameExpression)?.Declaration, e[1]),
            DeclarationStatement { Declarators: [{ Initialiser: { } initialiser } declarator] } => (declarator.Variable, initialiser),
            _ => (null, null),
        };
        return target is Local { IsEscaped: false, IsRegister: false, Cleanup: null, Type.IsVolatile: false } local && (result.Stripped as NameExpression)?.Declaration == local
            && value!.Stripped is CallExpression call && call.Type.Canonical == local.Type.Canonical ? call : null;
    }

    private static bool IsSameResult(CType result, CType call) =>
        result.Canonical == call.Canonical && (result.Class == TypeClass.Floating || (result.Class == TypeClass.Integer && result.Size >= 4));

    private bool IsOnCycle(FunctionDefinition function) => Callees(function, tailOnly: false).Any(callee => callee.Body is not null && Reaches(callee, function, tailOnly: false));

    private bool Reaches(FunctionDefinition from, FunctionDefinition target, bool tailOnly)
    {
        var seen = new HashSet<FunctionDefinition>();
        var work = new Stack<FunctionDefinition>([from]);
        while (work.TryPop(out var function))
        {
            if (function == target) return true;
            if (!seen.Add(function) || function.Body is null) continue;
            foreach (var callee in Callees(function, tailOnly)) work.Push(callee);
        }

        return false;
    }
}
