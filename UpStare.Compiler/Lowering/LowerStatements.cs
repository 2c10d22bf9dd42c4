// Brings continuation points to statement level.
//
// In: a function's body.  Out: the same body in which every call that is a continuation point is alone in a
// CallPointStatement, and the loops that need one have a site at their head.  A statement without points comes back
// as the same object.
//
//     while (f(x)) s;              ---->    for (;;) { int t = f(x); SITE  if (!t) break;  s; }
//     do s; while (f(x));          ---->    for (;;) { s; again: int t = f(x); SITE  if (!t) break; }
//     for (i; c; f(x)) s;          ---->    { i; for (; c;) { s; again: f(x); SITE } }
//     int a = 1, b = f(a);         ---->    int a = 1; int t = f(a); SITE  int b = t;
//
// `continue` in a loop whose end has grown jumps to `again`.

using UpStare.Compiler.Analysis;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Lowering;

/// <summary>Lowers the statements of one function.</summary>
public sealed class LowerStatements
{
    private readonly LoweringContext _context;
    private readonly SpillCalls _spill;
    private readonly LowerSizes _sizes;
    private readonly Func<Statement, bool> _needsLoopPoint;
    private readonly Stack<string?> _continueLabels = new();
    private readonly HashSet<string> _usedLabels = [];

    private LowerStatements(LoweringContext context, Func<Statement, bool> needsLoopPoint)
    {
        _context = context;
        _needsLoopPoint = needsLoopPoint;
        _spill = new SpillCalls(context, Lower);
        _sizes = new LowerSizes(context, _spill);
    }

    /// <summary>Lowers a body.</summary>
    /// <param name="context">The function's lowering state.</param>
    /// <param name="body">Its body.</param>
    /// <param name="needsLoopPoint">Tells which loops get a site at their head.</param>
    /// <param name="hasEntryPoint">Whether the function gets a site at its entry.</param>
    public static BlockStatement Run(LoweringContext context, BlockStatement body, Func<Statement, bool> needsLoopPoint, bool hasEntryPoint)
    {
        var pass = new LowerStatements(context, needsLoopPoint);
        var before = pass._sizes.OfParameters();
        if (hasEntryPoint) before.Add(new LoopPointStatement(body.Span, context.NewPoint(body.Span, null)));
        var lowered = pass.LowerBlock(body);
        if (before.Count == 0) return lowered;
        return lowered with { Statements = pass.BeginsWithLabels(lowered) ? [.. before, lowered] : [.. before, .. lowered.Statements] };
    }

    private Statement Lower(Statement statement)
    {
        switch (statement)
        {
            case BlockStatement block:
                return LowerBlock(block);
            case ExpressionStatement s when s.Expression.HasPoint():
                return Sequence(s, before => LowerExpressionStatement(s, before));
            case DeclarationStatement s when s.Expressions.Any(ExpressionFacts.HasPoint) || _sizes.Changes(s):
                return LowerDeclaration(s);
            case IfStatement s:
                return LowerIf(s);
            case WhileStatement s:
                return LowerWhile(s);
            case DoStatement s:
                return LowerDo(s);
            case ForStatement s:
                return LowerFor(s);
            case SwitchStatement s:
                return LowerSwitch(s);
            case CaseStatement s:
                return Changed(s.Body, Lower(s.Body), body => s with { Body = body }, s);
            case LabelStatement s:
                return Changed(s.Body, Lower(s.Body), body => s with { Body = body }, s);
            case ReturnStatement { Value: { } value } s when value.HasPoint():
                return Sequence(s, before => before.Add(s with { Value = _spill.Visit(value, before, !value.Type.IsVoid) }));
            case TemporaryStatement { Value: { } value } s when value.HasPoint():
                return Sequence(s, before => before.Add(s with { Value = _spill.Value(value, before) }));
            case ComputedGotoStatement s when s.Target.HasPoint():
                return Sequence(s, before => before.Add(s with { Target = _spill.Value(s.Target, before) }));
            case OpaqueStatement s when s.Operands.Any(ExpressionFacts.HasPoint):
                return Sequence(s, before => before.Add(s with { Operands = _spill.AssemblyOperands(s, before) }));
            case ContinueStatement when _continueLabels.TryPeek(out var label) && label is not null:
                _usedLabels.Add(label);
                return new GotoStatement(statement.Span, label);
            default:
                return statement;
        }
    }

    private BlockStatement LowerBlock(BlockStatement block)
    {
        var statements = new List<Statement>();
        var isChanged = false;
        foreach (var statement in block.Statements)
        {
            var lowered = Lower(statement);
            isChanged |= !ReferenceEquals(lowered, statement);
            if (lowered is BlockStatement { IsSequence: true } sequence) statements.AddRange(sequence.Statements);
            else statements.Add(lowered);
        }

        return isChanged ? block with { Statements = [.. statements] } : block;
    }

    private static Statement Changed(Statement old, Statement lowered, Func<Statement, Statement> make, Statement same) =>
        ReferenceEquals(old, lowered) ? same : make(lowered);

    private static BlockStatement Sequence(Statement statement, Action<List<Statement>> fill)
    {
        var statements = new List<Statement>();
        fill(statements);
        return new BlockStatement(statement.Span, [.. statements]) { IsSequence = true };
    }

    private static BlockStatement Braced(TextSpan span, IEnumerable<Statement> statements) => new(span, [.. statements]);

    // x = f(a) with x a local that nobody else sees needs no temporary: a dummy in it is never read.
    private void LowerExpressionStatement(ExpressionStatement s, List<Statement> before)
    {
        if (s.Expression.Stripped is BinaryExpression { Operator: Operator.Assign } e
            && ExpressionFacts.LocalOf(e[0]) is { IsEscaped: false } target
            && e[1].Stripped is CallExpression { IsPoint: true } call && !call.IsSetjmp()
            && target.Type.Class == call.Type.Class)
        {
            _spill.VisitCallStatement(call, before, target);
            return;
        }

        _spill.Discard(s.Expression, before);
    }

    private BlockStatement LowerDeclaration(DeclarationStatement s)
    {
        var statements = new List<Statement>();
        if (_context.SplitType(s) is { } type)
        {
            statements.Add(new TypeStatement(s.Span, type.Definition));
            s = s with { SpecifierText = type.Reference };
        }

        foreach (var declared in s.Declarators)
        {
            var declarator = _sizes.Lower(declared, statements);
            if (IsSelfSized(declarator) && (!declarator.Variable.Type.IsConst || DropConst(s, declarator)))
            {
                var local = (Local)declarator.Variable;
                local.Scope = new TextSpan(declarator.NameSpan.End, local.Scope.End);
                statements.Add(s with { Declarators = [declarator with { Initialiser = null, IsCut = true }] });
                if (!local.IsVariablyModified)
                {
                    LowerExpressionStatement(Assignment(declarator), statements);
                    continue;
                }

                // T (*p)[n] = f (sizeof *p): between name and value stands more than '='.
                var assigned = _spill.Value(declarator.Initialiser!, statements);
                var target = new NameExpression(declarator.NameSpan, local.Type, local);
                statements.Add(new ExpressionStatement(assigned.Span, ComposedExpression.Of(assigned.Span, local.Type, target, " = ", assigned) with { IsAssignment = true }));
                continue;
            }

            if (IsUsedInInitialiser(declarator) && declarator.Variable.Type.IsConst) throw new NotLoweredException(s.Span.Start, $"'{declarator.Variable.Name}' is const and used in its own initialiser together with a call");
            if (declarator.Initialiser is { } self && self.HasPoint() && self.Evaluated().Any(e => e is NameExpression name && name.Declaration == declarator.Variable))
            {
                throw new NotLoweredException(s.Span.Start, $"'{declarator.Variable.Name}' is used in its own initialiser together with a call");
            }

            var initialiser = declarator.Initialiser is { } value ? _spill.Value(value, statements) : null;
            statements.Add(s with { Declarators = [declarator with { Initialiser = initialiser }] });
        }

        return new BlockStatement(s.Span, [.. statements]) { IsSequence = true };
    }

    // T *p = f (sizeof *p);    ---->    T *p; p = f (sizeof *p); SITE
    private static bool IsSelfSized(Declarator declarator) =>
        declarator.Variable is Local { Type.Class: TypeClass.Integer or TypeClass.Floating or TypeClass.VariablyModified } && IsUsedInInitialiser(declarator);

    private static bool IsUsedInInitialiser(Declarator declarator) =>
        declarator.Initialiser is { } value && value.HasPoint() && value.Descendants().Any(e => e is NameExpression name && name.Declaration == declarator.Variable);

    // T *const p = f (sizeof *p);    ---->    T *p; p = f (sizeof *p); SITE      False if no word const is there to be dropped (a typedef has it).
    private bool DropConst(DeclarationStatement s, Declarator declarator)
    {
        var words = new List<TextSpan>();
        var lexer = new Lexer(_context.Source.Text, s.Span.Start, declarator.NameSpan.Start);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            var word = _context.Source.TextOf(token.Span);
            if (word is "*") words.Clear();
            if (word is "const" or "__const" or "__const__") words.Add(token.Span);
        }

        _context.Function.DroppedQualifiers.AddRange(words);
        return words.Count > 0;
    }

    private static ExpressionStatement Assignment(Declarator declarator)
    {
        var (variable, value) = ((Local)declarator.Variable, declarator.Initialiser!);
        var assignment = new BinaryExpression(new TextSpan(declarator.NameSpan.Start, value.Span.End), variable.Type, Operator.Assign, "=")
        {
            Operands = [new NameExpression(declarator.NameSpan, variable.Type, variable), value],
            Slots = [declarator.NameSpan, value.Span],
        };
        return new ExpressionStatement(assignment.Span, assignment);
    }

    private Statement LowerIf(IfStatement s)
    {
        if (!s.Condition.HasPoint())
        {
            var then = Lower(s.Then);
            var otherwise = s.Else is null ? null : Lower(s.Else);
            return ReferenceEquals(then, s.Then) && ReferenceEquals(otherwise, s.Else) ? s : s with { Then = then, Else = otherwise };
        }

        return Sequence(s, before =>
        {
            var condition = _spill.Value(s.Condition, before);
            before.Add(s with { Condition = condition, Then = Lower(s.Then), Else = s.Else is null ? null : Lower(s.Else) });
        });
    }

    private Statement LowerSwitch(SwitchStatement s)
    {
        if (!s.Value.HasPoint()) return Changed(s.Body, Lower(s.Body), body => s with { Body = body }, s);
        return Sequence(s, before =>
        {
            var value = _spill.Value(s.Value, before);
            before.Add(s with { Value = value, Body = Lower(s.Body) });
        });
    }

    private Statement LowerWhile(WhileStatement s)
    {
        var point = LoopPoint(s);
        if (!s.Condition.HasPoint())
        {
            return Changed(s.Body, WithPoint(point, LowerBody(s.Body, null)), body => s with { Body = body }, s);
        }

        var inner = new List<Statement>();
        inner.AddRange(point);
        AddExit(s.Condition, inner);
        inner.Add(LowerBody(s.Body, null));
        return new ForStatement(s.Span, null, null, null, Braced(s.Span, inner));
    }

    private Statement LowerDo(DoStatement s)
    {
        var point = LoopPoint(s);
        if (!s.Condition.HasPoint())
        {
            return Changed(s.Body, WithPoint(point, LowerBody(s.Body, null)), body => s with { Body = body }, s);
        }

        var again = _context.NewLabel("upstare_again");
        var inner = new List<Statement>();
        inner.AddRange(point);
        inner.Add(LowerBody(s.Body, again));
        if (_usedLabels.Contains(again)) inner.Add(new SynthesisedLabelStatement(s.Condition.Span, again));
        AddExit(s.Condition, inner);
        return new ForStatement(s.Span, null, null, null, Braced(s.Span, inner));
    }

    private Statement LowerFor(ForStatement s)
    {
        var before = new List<Statement>();
        var initial = s.Initial is null ? null : Lower(s.Initial);
        if (initial is BlockStatement { IsSequence: true } sequence)
        {
            before.AddRange(sequence.Statements);
            initial = null;
        }

        var point = LoopPoint(s);
        var again = s.Step?.HasPoint() == true ? _context.NewLabel("upstare_again") : null;
        var body = LowerBody(s.Body, again);
        var condition = s.Condition;
        if (condition?.HasPoint() != true && again is null)
        {
            body = WithPoint(point, body);
            if (before.Count == 0 && ReferenceEquals(body, s.Body)) return s;
        }
        else
        {
            var inner = new List<Statement>();
            inner.AddRange(point);
            if (condition?.HasPoint() == true)
            {
                AddExit(condition, inner);
                condition = null;
            }

            inner.Add(body);
            if (again is not null)
            {
                if (_usedLabels.Contains(again)) inner.Add(new SynthesisedLabelStatement(s.Step!.Span, again));
                _spill.Discard(s.Step!, inner);
            }

            body = Braced(s.Span, inner);
        }

        var loop = s with { Initial = initial, Condition = condition, Step = again is null ? s.Step : null, Body = body };
        return before.Count == 0 ? loop : Braced(s.Span, [.. before, loop]);
    }

    private Statement LowerBody(Statement body, string? continueLabel)
    {
        _continueLabels.Push(continueLabel);
        var lowered = Lower(body);
        _continueLabels.Pop();
        return lowered;
    }

    private void AddExit(Expression condition, List<Statement> statements)
    {
        var value = _spill.Value(condition, statements);
        var exit = new BreakStatement(condition.Span);
        statements.Add(new IfStatement(condition.Span, ComposedExpression.Of(condition.Span, CType.Int, "!(", value, ")"), exit, null));
    }

    private LoopPointStatement[] LoopPoint(Statement loop) =>
        _needsLoopPoint(loop) ? [new LoopPointStatement(loop.Span, _context.NewPoint(BodyOf(loop), null))] : [];

    private static TextSpan BodyOf(Statement loop) => loop switch
    {
        WhileStatement s => s.Body.Span,
        DoStatement s => s.Body.Span,
        ForStatement s => s.Body.Span,
        _ => loop.Span,
    };

    // Nothing may stand in front of a block's __label__.
    private bool BeginsWithLabels(BlockStatement block) => block.Statements is [DeclarationStatement first, ..] && first.DeclaresLabels(_context.Source);

    private Statement WithPoint(LoopPointStatement[] point, Statement body) => point switch
    {
        [] => body,
        _ when body is BlockStatement block && !BeginsWithLabels(block) => block with { Statements = [.. point, .. block.Statements] },
        _ => Braced(body.Span, [.. point, body]),
    };
}
