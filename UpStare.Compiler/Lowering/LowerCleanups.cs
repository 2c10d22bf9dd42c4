// Makes the calls of cleanup functions visible, before anything else looks at a body.
//
// In: a body with variables that have the attribute cleanup.  Out: the same body with a call at every exit from their
// scopes; from then on they are calls like others, and can be continuation points.
//
//     T v __attribute__ ((cleanup (f))) = e;    ---->    T v __attribute__ ((__unused__)) = e;
//     return g (v);                             ---->    R t = g (v); f (&v); return t;
//     break;                                    ---->    f (&v); break;
//     }                                         ---->    f (&v); }
//     ({ ...; x; })                             ---->    ({ ...; T t = x; f (&v); t; })
//     for (T v ... = e; c; s) b                 ---->    { T v = e; for (; c; s) b f (&v); }
//
// The attribute goes by an edit of the text, and only where the function is printed anew: without points it stays as
// the user wrote it.  As in gcc (tree-eh.c), a computed goto and an asm goto run nothing, and a jump into a scope makes its
// end run the function all the same.

using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Lowering;

/// <summary>Lowers the attribute cleanup.</summary>
public sealed class LowerCleanups
{
    private readonly FunctionDefinition _function;
    private readonly List<Local> _locals;
    private readonly Dictionary<string, int> _labels = [];
    private readonly Stack<TextSpan> _breakable = new(), _continuable = new();
    private int _temporaries;

    private LowerCleanups(FunctionDefinition function, List<Local> locals) => (_function, _locals) = (function, locals);

    /// <summary>Lowers the body of a function; a reason when that is not possible.</summary>
    public static Reason? Run(SourceText source, FunctionDefinition function, bool hasExceptions)
    {
        var locals = function.Locals.Where(local => local.Cleanup is not null).ToList();
        var shown = locals.Select(local => local.CleanupAttribute.Start).ToHashSet();
        // Nearly no body has the word in it.
        if (locals.Count == 0 && !source.TextOf(function.BodySpan).Contains("cleanup", StringComparison.Ordinal)) return null;
        var hidden = Attributes.Find(source.Text, function.BodySpan).FirstOrDefault(attribute => attribute.Word == "cleanup" && !shown.Contains(attribute.Span.Start));
        if (hidden.Word is not null) return new Reason(hidden.Span.Start, "an attribute cleanup that has no effect, or that libclang does not show");
        if (locals.Count == 0) return null;
        if (hasExceptions) return new Reason(locals[0].NameOffset, $"'{locals[0].Name}' has the attribute cleanup, which with -fexceptions counts when a stack is unwound as well");
        try
        {
            foreach (var local in locals) local.IsEscaped = true;
            var pass = new LowerCleanups(function, locals);
            pass.FindLabels();
            pass.CheckNames(source);
            function.Body = (BlockStatement)pass.Visit(function.Body!);
            return null;
        }
        catch (NotLoweredException reason)
        {
            return new Reason(reason.Offset, reason.Message);
        }
    }

    private void FindLabels()
    {
        foreach (var label in Analysis.ExpressionFacts.Descendants(_function.Body!).OfType<LabelStatement>())
        {
            if (!_labels.TryAdd(label.Label, label.Span.Start)) throw new NotLoweredException(label.Span.Start, $"two labels '{label.Label}' in a function with the attribute cleanup");
        }
    }

    // The function's name is looked up where the variable is declared; at the exits it must mean the same.
    private void CheckNames(SourceText source)
    {
        var variables = _function.Statements.OfType<DeclarationStatement>().SelectMany(s => s.Declarators).Select(d => d.Variable.Name)
            .Concat(_function.Locals.Select(local => local.Name)).ToHashSet();
        var hidden = _locals.Find(local => variables.Contains(local.Cleanup!.Name));
        if (hidden is not null) throw new NotLoweredException(hidden.NameOffset, $"'{hidden.Cleanup!.Name}' is the cleanup function of '{hidden.Name}' and a variable");
    }

    private Statement Visit(Statement statement)
    {
        switch (statement)
        {
            case BlockStatement s:
                return VisitBlock(s);
            case ExpressionStatement s:
                return With(s.Expression, Visit(s.Expression), e => s with { Expression = e }, s);
            case DeclarationStatement s:
                return VisitDeclaration(s);
            case IfStatement s:
                var (condition, then, otherwise) = (Visit(s.Condition), Visit(s.Then), s.Else is null ? null : Visit(s.Else));
                return ReferenceEquals(condition, s.Condition) && ReferenceEquals(then, s.Then) && ReferenceEquals(otherwise, s.Else)
                    ? s : s with { Condition = condition, Then = then, Else = otherwise };
            case WhileStatement s:
                var (whileCondition, whileBody) = (Visit(s.Condition), VisitBody(s.Body));
                return ReferenceEquals(whileCondition, s.Condition) && ReferenceEquals(whileBody, s.Body) ? s : s with { Condition = whileCondition, Body = whileBody };
            case DoStatement s:
                var (doCondition, doBody) = (Visit(s.Condition), VisitBody(s.Body));
                return ReferenceEquals(doCondition, s.Condition) && ReferenceEquals(doBody, s.Body) ? s : s with { Condition = doCondition, Body = doBody };
            case ForStatement s:
                return VisitFor(s);
            case SwitchStatement s:
                var value = Visit(s.Value);
                _breakable.Push(s.Body.Span);
                var switchBody = Visit(s.Body);
                _breakable.Pop();
                return ReferenceEquals(value, s.Value) && ReferenceEquals(switchBody, s.Body) ? s : s with { Value = value, Body = switchBody };
            case CaseStatement s:
                return With(s.Body, Visit(s.Body), body => s with { Body = body }, s);
            case LabelStatement s:
                return With(s.Body, Visit(s.Body), body => s with { Body = body }, s);
            case GotoStatement s:
                return Exit(s, _labels.TryGetValue(s.Label, out var target)
                    ? local => !local.Scope.Contains(target)
                    : throw new NotLoweredException(s.Span.Start, $"a jump to '{s.Label}', which is not in this function"));
            case ComputedGotoStatement s:
                return With(s.Target, Visit(s.Target), e => s with { Target = e }, s);
            case BreakStatement:
                return Exit(statement, _breakable.TryPeek(out var broken) ? local => broken.Contains(local.NameOffset) : _ => false);
            case ContinueStatement:
                return Exit(statement, _continuable.TryPeek(out var continued) ? local => continued.Contains(local.NameOffset) : _ => false);
            case ReturnStatement s:
                return VisitReturn(s);
            case OpaqueStatement s:
                var operands = Array.ConvertAll(s.Operands, Visit);
                return operands.SequenceEqual(s.Operands, ReferenceEqualityComparer.Instance) ? s : s with { Operands = operands };
            default:
                return statement;
        }
    }

    private static Statement With<T>(T old, T changed, Func<T, Statement> make, Statement same) where T : class => ReferenceEquals(old, changed) ? same : make(changed);

    private Statement VisitBody(Statement body)
    {
        _breakable.Push(body.Span);
        _continuable.Push(body.Span);
        var result = Visit(body);
        _breakable.Pop();
        _continuable.Pop();
        return result;
    }

    private BlockStatement VisitBlock(BlockStatement block)
    {
        var statements = block.Statements.Select(Visit).ToList();
        var own = DeclaredIn(block.Statements);
        if (own.Count > 0 && (statements.Count == 0 || !IsJump(statements[^1]))) statements.AddRange(CallsOf(own, block.Span.End - 1));
        return statements.SequenceEqual(block.Statements, ReferenceEqualityComparer.Instance) ? block : block with { Statements = [.. statements] };
    }

    private static List<Local> DeclaredIn(IEnumerable<Statement> statements) =>
        [.. statements.Select(Unlabelled).OfType<DeclarationStatement>().SelectMany(s => s.Declarators).Select(d => d.Variable).OfType<Local>().Where(local => local.Cleanup is not null)];

    private static Statement Unlabelled(Statement statement) => statement switch
    {
        LabelStatement s => Unlabelled(s.Body),
        CaseStatement s => Unlabelled(s.Body),
        _ => statement,
    };

    private static bool IsJump(Statement statement) => Unlabelled(statement) switch
    {
        ReturnStatement or GotoStatement or ComputedGotoStatement or BreakStatement or ContinueStatement => true,
        BlockStatement { IsSequence: true } sequence => IsJump(sequence.Statements[^1]),
        _ => false,
    };

    private DeclarationStatement VisitDeclaration(DeclarationStatement s)
    {
        var isChanged = false;
        var declarators = new Declarator[s.Declarators.Length];
        for (var i = 0; i < declarators.Length; i++)
        {
            var declarator = s.Declarators[i];
            var initialiser = declarator.Initialiser is null ? null : Visit(declarator.Initialiser);
            var sizes = Array.ConvertAll(declarator.Sizes, Visit);
            var isSame = ReferenceEquals(initialiser, declarator.Initialiser) && sizes.SequenceEqual(declarator.Sizes, ReferenceEqualityComparer.Instance);
            isChanged |= !isSame;
            declarators[i] = isSame ? declarator : declarator with { Initialiser = initialiser, Sizes = sizes };
        }

        return isChanged ? s with { Declarators = declarators } : s;
    }

    private Statement VisitFor(ForStatement s)
    {
        var initial = s.Initial is null ? null : Visit(s.Initial);
        var (condition, step) = (s.Condition is null ? null : Visit(s.Condition), s.Step is null ? null : Visit(s.Step));
        var body = VisitBody(s.Body);
        var own = initial is null ? [] : DeclaredIn([initial]);
        // Behind the loop the statement is over; at the brace of its body the body's variables are in scope, at the head's semicolon they are not.
        if (own.Count > 0) return new BlockStatement(s.Span, [initial!, s with { Initial = null, Condition = condition, Step = step, Body = body }, .. CallsOf(own, initial!.Span.End - 1)]);
        return ReferenceEquals(initial, s.Initial) && ReferenceEquals(condition, s.Condition) && ReferenceEquals(step, s.Step) && ReferenceEquals(body, s.Body)
            ? s : s with { Initial = initial, Condition = condition, Step = step, Body = body };
    }

    private Statement VisitReturn(ReturnStatement s)
    {
        var value = s.Value is null ? null : Visit(s.Value);
        if (!_locals.Any(local => local.Scope.Contains(s.Span.Start))) return ReferenceEquals(value, s.Value) ? s : s with { Value = value };
        var calls = CallsOf(_locals.Where(local => local.Scope.Contains(s.Span.Start)), s.Span.Start);
        if (value is null or LiteralExpression) return Sequence(s.Span, [.. calls, s]);
        if (_function.Declaration.ResultType.IsVoid) return Sequence(s.Span, [new ExpressionStatement(value.Span, value), .. calls, s with { Value = null }]);
        var (declaration, name) = Keep(value, _function.Declaration.ResultType);
        return Sequence(s.Span, [declaration, .. calls, s with { Value = name }]);
    }

    private Statement Exit(Statement jump, Func<Local, bool> isLeft)
    {
        var left = _locals.Where(local => local.Scope.Contains(jump.Span.Start) && isLeft(local)).ToList();
        return left.Count == 0 ? jump : Sequence(jump.Span, [.. CallsOf(left, jump.Span.Start), jump]);
    }

    private static BlockStatement Sequence(TextSpan span, Statement[] statements) => new(span, statements) { IsSequence = true };

    private Expression Visit(Expression e)
    {
        if (e is UnevaluatedExpression) return e;
        if (e is not StatementExpression block) return e.Operands.Length == 0 ? e : e.WithOperands(Array.ConvertAll(e.Operands, Visit));
        var body = VisitValue(block);
        return ReferenceEquals(body, block.Body) ? e : block with { Body = body };
    }

    private BlockStatement VisitValue(StatementExpression e)
    {
        var own = DeclaredIn(e.Body.Statements);
        if (own.Count == 0 || e.Type.IsVoid) return VisitBlock(e.Body);
        if (e.Body.Statements[^1] is not ExpressionStatement last) throw new NotLoweredException(e.Span.Start, "a value behind a label in the scope of a variable with the attribute cleanup");
        var (declaration, name) = Keep(Visit(last.Expression), e.Type);
        return e.Body with { Statements = [.. e.Body.Statements[..^1].Select(Visit), declaration, .. CallsOf(own, e.Body.Span.End - 1), new ExpressionStatement(last.Span, name)] };
    }

    private (TemporaryStatement, NameExpression) Keep(Expression value, CType type)
    {
        var temporary = new Local($"upstare_value{++_temporaries}", type) { IsTemporary = true, Scope = _function.BodySpan, Ordinal = _function.Locals.Count };
        _function.Locals.Add(temporary);
        return (new TemporaryStatement(value.Span, temporary, value), new NameExpression(value.Span, type, temporary));
    }

    // The last declared first.  The place must be in their scopes: what a call is given the address of is kept only there.
    private static IEnumerable<Statement> CallsOf(IEnumerable<Local> locals, int offset) => locals.OrderByDescending(local => local.NameOffset).Select(local =>
    {
        var (place, callee) = (new TextSpan(offset, offset + 1), local.Cleanup!);
        var address = ComposedExpression.Of(place, CType.VoidPointer, "&", new NameExpression(place, local.Type, local) { IsImplicit = true });
        var call = new CallExpression(place, callee.ResultType)
        {
            Operands = [new NameExpression(place, callee.Type, callee) { IsImplicit = true }, address],
            Slots = [place, place],
            Callee = callee,
            IsBuiltin = TreeBuilder.IsBuiltin(callee.Name),
            IsImplicit = true,
        };
        return (Statement)new ExpressionStatement(place, call);
    });
}
