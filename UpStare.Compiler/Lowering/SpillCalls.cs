// Takes calls that are continuation points (and setjmp) out of expressions.
//
// In: an expression.  Out: an expression without such calls, and the statements to run before it.  The model is
// Roslyn's SpillSequenceSpiller: visiting an expression yields a value plus the statements to run first; with nothing
// to take out the same node comes back; all operands *before* the last suspension are spilled, none after it.
//
//     x = a[i++] + f(g(y));    ---->    int t1 = a[i++];
//                                       int t2 = g(y); SITE
//                                       int t3 = f(t2); SITE
//                                       x = t1 + t3;
//
// Order of operands: C leaves it open; this pass keeps the order that gcc 12 has in the same place, because programs
// depend on it without knowing: left to right; arguments of a call right to left; the right side first in an assignment
// (unless it is a call as it is), in a compound assignment, and where gcc swaps the operands of a commutative operator
// because the left one is a plain variable.

using UpStare.Compiler.Analysis;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Lowering;

/// <summary>Takes continuation points out of expressions.</summary>
public sealed class SpillCalls(LoweringContext context, Func<Statement, Statement> lowerStatement)
{
    /// <summary>
    /// The value of an expression, with the statements that compute it first appended to <paramref name="before"/>.
    /// When the value is not used, the result may be null: nothing is left to evaluate.
    /// </summary>
    public Expression? Visit(Expression expression, List<Statement> before, bool isUsed = true)
    {
        if (!expression.HasPoint()) return expression;
        if (IsArithmetic(expression) && HasComma(expression)) return Visit(WithoutCommas(expression, before), before, isUsed);
        return expression switch
        {
            CallExpression call => VisitCall(call, before, isUsed),
            BinaryExpression { Operator: Operator.Assign } e => VisitAssignment(e, before),
            BinaryExpression { Operator: Operator.CompoundAssign } e => VisitCompoundAssignment(e, before),
            BinaryExpression { Operator: Operator.Comma } e => VisitComma(e, before, isUsed),
            BinaryExpression { Operator: Operator.LogicalAnd or Operator.LogicalOr } e => VisitLogical(e, before, isUsed),
            BinaryExpression { Operator: Operator.Swappable } e when IsSwapped(e) => e.WithOperands([e[0], Value(e[1], before)]),
            ConditionalExpression e => VisitConditional(e, before, isUsed),
            SelectionExpression e => VisitSelection(e, before),
            StatementExpression e => VisitStatementExpression(e, before, isUsed),
            // __extension__ ({ ... }), as in assert; no other operator gives nothing.
            UnaryExpression { Type.IsVoid: true } when !isUsed => Visit(expression[0], before, isUsed: false),
            ParenthesisedExpression or ConversionExpression when !isUsed => Visit(expression[0], before, isUsed: false),
            UnaryExpression { Operator: Operator.AddressOf or Operator.Increment } e => e.WithOperands([Place(e[0], before, isSpilled: false)]),
            MemberExpression { IsArrow: false } e => e.WithOperands([Place(e[0], before, isSpilled: false)]),
            DesignatedExpression e => e.WithOperands([Value(e[0], before)]),
            InitialiserExpression { HasOverrides: true } => throw new NotLoweredException(expression.Span.Start, "a call in an initialiser in which elements may be initialised twice"),
            InitialiserExpression { Order: { } order } => expression.WithOperands(InOrder(expression.Operands, order, before)),
            UnaryExpression or MemberExpression or SubscriptExpression or BinaryExpression or ParenthesisedExpression
                or ConversionExpression or InitialiserExpression or CompoundLiteralExpression
                => expression.WithOperands(InOrder(expression.Operands, [.. Enumerable.Range(0, expression.Operands.Length)], before)),
            OpaqueExpression { IsLikeCall: true } e => e.WithOperands(InOrder(e.Operands, [.. Enumerable.Range(0, e.Operands.Length).Reverse()], before)),
            OpaqueExpression { Operands.Length: 1 } => expression.WithOperands([Value(expression[0], before)]),
            _ => throw new NotLoweredException(expression.Span.Start, "a call inside an expression of a kind that is not understood"),
        };
    }

    /// <summary>Like <see cref="Visit"/> for an expression whose value is used.</summary>
    public Expression Value(Expression expression, List<Statement> before) =>
        Visit(expression, before) ?? throw new NotLoweredException(expression.Span.Start, "a value of a void expression");

    /// <summary>Takes a call out of the statement it is alone in; its result goes to <paramref name="target"/>, or nowhere.</summary>
    public void VisitCallStatement(CallExpression call, List<Statement> before, Local? target)
    {
        var lowered = LowerOperands(call, before);
        before.Add(new CallPointStatement(call.Span, context.NewPoint(call.Span, call), lowered, target, DeclaresTarget: false));
    }

    /// <summary>The operands of inline assembly: in order, as gcc takes them; what is written to or wants memory stays a place.</summary>
    public Expression[] AssemblyOperands(OpaqueStatement assembly, List<Statement> before)
    {
        var result = new Expression[assembly.Operands.Length];
        for (var i = 0; i < result.Length; i++)
        {
            var (operand, later) = (assembly.Operands[i], assembly.Operands[(i + 1)..]);
            var (constraint, isKept) = (assembly.Constraints[i], later.Any(ExpressionFacts.HasPoint));
            if (constraint.AsSpan().IndexOfAny("=+mop") >= 0 && operand is NameExpression or ParenthesisedExpression or MemberExpression or SubscriptExpression or UnaryExpression { Operator: Operator.Dereference })
            {
                result[i] = Place(operand, before, isKept, later);
            }
            else
            {
                var value = Value(operand, before);
                result[i] = isKept ? Keep(value, later, before) : value;
            }
        }

        return result;
    }

    private Expression? VisitCall(CallExpression call, List<Statement> before, bool isUsed)
    {
        if (call.IsSetjmp()) return VisitSetjmp(call, before);
        var lowered = LowerOperands(call, before);
        if (!call.IsPoint) return lowered;
        var target = isUsed && !call.Type.IsVoid ? context.NewTemporary(call.Type) : null;
        var point = context.NewPoint(call.Span, call);
        before.Add(new CallPointStatement(call.Span, point, lowered, target, DeclaresTarget: target is not null));
        return target is null ? null : NameOf(target, call.Span);
    }

    // r = setjmp(b)    ---->    void *j1 = b;  int t1 = setjmp(j1);  landed_1:    and the value is t1
    private NameExpression VisitSetjmp(CallExpression call, List<Statement> before)
    {
        if (call.Operands.Length < 2) throw new NotLoweredException(call.Span.Start, $"{call.Callee!.Name} without a buffer");
        var lowered = LowerOperands(call, before);
        var number = ++context.SetjmpCount;
        var buffer = context.NewTemporary(CType.VoidPointer, "upstare_buffer");
        var mask = lowered.Operands.Length > 2 ? context.NewTemporary(CType.Int, "upstare_mask") : null;
        var result = context.NewTemporary(CType.Int);
        before.Add(new SetjmpStatement(call.Span, number, lowered, buffer, mask, result));
        return NameOf(result, call.Span);
    }

    // Builtins that gcc makes operators or calls of its own of take their arguments from left to right.
    private static readonly HashSet<string> LikeOperators = ["__builtin_complex", "__builtin_isgreater", "__builtin_isgreaterequal", "__builtin_isless", "__builtin_islessequal", "__builtin_islessgreater", "__builtin_isunordered"];

    private CallExpression LowerOperands(CallExpression call, List<Statement> before, params Expression[] behind)
    {
        var isLikeOperator = call is { IsBuiltin: true, Callee.Name: var name } && (LikeOperators.Contains(name) || name.Contains("_overflow", StringComparison.Ordinal));
        var arguments = Enumerable.Range(1, call.Operands.Length - 1);
        var lowered = InOrder(call.Operands, [0, .. isLikeOperator ? arguments : arguments.Reverse()], before, behind);
        if (call.Callee is { IsUnknownBuiltin: true } callee && arguments.Any(i => IsPromotion(call[i]) && lowered[i] is NameExpression { Declaration: Local { IsTemporary: true } }))
            throw new NotLoweredException(call.Span.Start, TypesOfGcc.UnknownBuiltin(callee));
        return (CallExpression)call.WithOperands(lowered);
    }

    // What libclang does to an argument where it knows nothing of the parameter.
    private static bool IsPromotion(Expression e) =>
        e is ConversionExpression { IsExplicit: false, Type.IsPointer: false } && (e.Type.Canonical != e[0].Type.Canonical || IsPromotion(e[0]));

    // Visits operands in the order given; one that is computed before a later operand's statements run is kept. What comes behind them is visited by others.
    private Expression[] InOrder(Expression[] operands, int[] order, List<Statement> before, params Expression[] behind)
    {
        var result = (Expression[])operands.Clone();
        var isBefore = behind.Any(e => e.HasPoint() || e.Evaluated().Any(HasEffect));
        for (var i = 0; i < order.Length; i++)
        {
            var operand = operands[order[i]];
            var next = order.Skip(i + 1).Select(index => operands[index]).ToArray();
            Expression[] later = [.. next, .. behind];
            // A local that gcc has in a register is read last.
            var isKept = next.Any(ExpressionFacts.HasPoint) || (isBefore && Unconverted(operand) is not NameExpression { Declaration: Local { IsEscaped: false } });
            var value = operand.Type.Class is TypeClass.Array or TypeClass.None && operand is not (CallExpression or DesignatedExpression or InitialiserExpression)
                ? Place(operand, before, isKept)
                : Value(operand, before);
            result[order[i]] = isKept ? Keep(value, later, before) : value;
        }

        return result;
    }

    // The lvalue itself, not its value: what it is computed from is kept, so that it stays the same place.
    private Expression Place(Expression place, List<Statement> before, bool isSpilled, params Expression[] later)
    {
        switch (place)
        {
            case NameExpression or LiteralExpression:
                return place;
            case ParenthesisedExpression or MemberExpression { IsArrow: false }:
                return place.WithOperands([Place(place[0], before, isSpilled, later)]);
            case MemberExpression { IsArrow: true } or UnaryExpression { Operator: Operator.Dereference }:
                var pointer = Value(place[0], before);
                return place.WithOperands([isSpilled ? Keep(pointer, later, before) : pointer]);
            case SubscriptExpression:
                // An element of a vector is part of the variable; one of an array is behind an address.
                if (place[0].Type.Class == TypeClass.Memory) return place.WithOperands([Place(place[0], before, isSpilled, later), isSpilled ? Keep(Value(place[1], before), later, before) : Value(place[1], before)]);
                var parts = InOrder(place.Operands, [0, 1], before);
                return place.WithOperands(isSpilled ? [.. parts.Select(part => Keep(part, later, before))] : parts);
            case CompoundLiteralExpression or InitialiserExpression when !place.HasPoint():
                return place;
            default:
                var value = Value(place, before);
                return isSpilled && value.Type.Class is not (TypeClass.Array or TypeClass.None or TypeClass.VariablyModified) ? Keep(value, later, before) : value;
        }
    }

    // A value that must survive statements to come: in a temporary, unless it is the same then anyway.
    private Expression Keep(Expression value, Expression[] later, List<Statement> before)
    {
        if (IsStable(value, later)) return value;
        if (value is InitialiserExpression or DesignatedExpression)
        {
            return value.WithOperands([.. value.Operands.Select(operand => Keep(operand, later, before))]);
        }

        if (IsDecay(value)) return value.WithOperands([Place(value[0], before, isSpilled: true, later)]);
        if (value.Type is { Class: TypeClass.VariablyModified, IsPointer: true }) return SpillPointer(value, before);
        if (value.Type.Class is TypeClass.Array or TypeClass.VariablyModified) return Place(value, before, isSpilled: true, later);
        return Spill(value, before);
    }

    // p->array as a pointer. A temporary of that type would not know how elements are aligned and stored in there (packed,
    // scalar_storage_order). A literal's elements are values, though, to be computed now.
    private static bool IsDecay(Expression value) =>
        value is ConversionExpression { IsExplicit: false, Type.IsPointer: true } && value[0].Type.IsArray && !value.Descendants().Any(e => e is CompoundLiteralExpression);

    private NameExpression Spill(Expression value, List<Statement> before)
    {
        if (value.Type.Class is TypeClass.None or TypeClass.VariablyModified)
        {
            throw new NotLoweredException(value.Span.Start, "an operand that cannot be kept in a temporary");
        }

        value = TypesOfGcc.WithoutPromotion(value);
        var temporary = NewResult(value);
        before.Add(new TemporaryStatement(value.Span, temporary, Assignable(value)));
        return NameOf(temporary, value.Span);
    }

    // A temporary for the value of an expression.
    private Local NewResult(Expression e) =>
        TypesOfGcc.Difference(e, context.Source) is { } reason ? throw new NotLoweredException(e.Span.Start, reason) : context.NewTemporary(TypesOfGcc.Of(e, context.Source));

    // A pointer to a variable length array: the temporary has no type that depends on anything, and each use gives it its own.
    private ComposedExpression SpillPointer(Expression value, List<Statement> before)
    {
        if (value.HasPoint() || value.Descendants().Any(HasEffect)) throw new NotLoweredException(value.Span.Start, "an operand that cannot be kept in a temporary");
        var temporary = context.NewTemporary(CType.VoidPointer);
        before.Add(new TemporaryStatement(value.Span, temporary, ComposedExpression.Of(value.Span, CType.VoidPointer, "(void *) (", value, ")")));
        return ComposedExpression.Of(value.Span, value.Type, "((__typeof__ ((", value, ") + 0)) ", NameOf(temporary, value.Span), ")");
    }

    private static bool IsStable(Expression value, Expression[] later) => value switch
    {
        LiteralExpression or UnevaluatedExpression or LabelAddressExpression => true,
        NameExpression { Declaration: Local local } => local.IsTemporary || local.Type.IsArray || local.IsVariableArray
            || (!local.IsEscaped && !later.SelectMany(e => e.Descendants()).Any(e => e is StatementExpression || e.AssignedLocal() == local)),
        NameExpression { Declaration: FunctionDeclaration or ConstantDeclaration } => true,
        NameExpression name => name.Type.IsArray,
        UnaryExpression { Operator: Operator.AddressOf } e => e[0].Stripped is NameExpression,
        UnaryExpression { Operator: Operator.None or Operator.Not or Operator.Minus } or BinaryExpression { Operator: Operator.None or Operator.Swappable }
            or ParenthesisedExpression or ConversionExpression or InitialiserExpression or DesignatedExpression
            => value.Operands.All(operand => IsStable(operand, later)),
        MemberExpression { IsArrow: false } e => IsStable(e[0], later),
        _ => false,
    };

    // gcc evaluates the right operand first when only the left one is a variable (tree_swap_operands_p).
    private static bool IsSwapped(BinaryExpression e) =>
        e[1].HasPoint() && Negated(Unconverted(e[0]), e) is NameExpression { Declaration: not FunctionDeclaration } && Unconverted(e[1]) is not (NameExpression or LiteralExpression);

    // -x + f() is f() - x to gcc.
    private static Expression Negated(Expression e, BinaryExpression sum) => e is UnaryExpression { Operator: Operator.Minus } && sum.Symbol == "+" ? Unconverted(e[0]) : e;

    private static Expression Unconverted(Expression e) =>
        e is ParenthesisedExpression || (e is ConversionExpression { IsExplicit: false } && e.Type.ValueSpelling == e[0].Type.ValueSpelling) ? Unconverted(e[0]) : e;

    private Expression VisitAssignment(BinaryExpression e, List<Statement> before)
    {
        if (!IsCallAsItIs(e[1]) && e[1].Stripped is not CompoundLiteralExpression)
        {
            var value = Value(e[1], before);
            return e[0].HasPoint() ? e.WithOperands([KeptWhile(e[0], ref value, before), value]) : e.WithOperands([e[0], value]);
        }

        var assigned = UpToCall(e[1], e[0], before);
        var place = Place(e[0], before, isSpilled: assigned.HasPoint(), assigned);
        return e.WithOperands([place, Value(assigned, before)]);
    }

    // a[i] = f (g ())    ---->    t = g (); u = i; a[u] = f (t)        (gcc fixes the place when all is there that the call needs)
    private Expression UpToCall(Expression e, Expression target, List<Statement> before)
    {
        switch (e)
        {
            case CallExpression call:
                return LowerOperands(call, before, target);
            case BinaryExpression { Operator: Operator.Comma }:
                Discard(e[0], before);
                return UpToCall(e[1], target, before);
            case ParenthesisedExpression or ConversionExpression:
                return e.WithOperands([UpToCall(e[0], target, before)]);
            default:
                return e;
        }
    }

    // a[f ()] = b + 1    ---->    t = b + 1; u = f (); a[u] = t        But a variable as it is gcc reads last: a[f ()] = b
    private Expression KeptWhile(Expression target, ref Expression value, List<Statement> before)
    {
        value = Unconverted(value) is NameExpression or MemberExpression or SubscriptExpression or UnaryExpression { Operator: Operator.Dereference }
            ? Place(Unconverted(value), before, isSpilled: true, target)
            : Keep(value, [target], before);
        return Place(target, before, isSpilled: false);
    }

    // gcc fixes the place that an assignment goes to first only if what is assigned is the result of a call as it is.
    private static bool IsCallAsItIs(Expression e) => e switch
    {
        CallExpression => true,
        ParenthesisedExpression => IsCallAsItIs(e[0]),
        ConversionExpression => e.Type.Class == e[0].Type.Class && e.Type.Size == e[0].Type.Size && IsCallAsItIs(e[0]),
        BinaryExpression { Operator: Operator.Comma } => IsCallAsItIs(e[1]),
        _ => false,
    };

    // a[i] -= f()    ---->    t = f(); a[i] -= t        (gcc computes the right side first, then reads and writes the left)
    private Expression VisitCompoundAssignment(BinaryExpression e, List<Statement> before)
    {
        var value = Value(e[1], before);
        if (!e[0].HasPoint()) return e.WithOperands([e[0], value]);
        if (e[1].HasPoint() || e[1].Evaluated().Any(HasEffect)) value = Keep(value, [e[0]], before);
        return e.WithOperands([Place(e[0], before, isSpilled: false), value]);
    }

    private static bool HasEffect(Expression e) =>
        e is CallExpression or StatementExpression or BinaryExpression { Operator: Operator.Assign or Operator.CompoundAssign } or UnaryExpression { Operator: Operator.Increment } || e.Type.IsVolatile;

    // f () + (g (), x)    ---->    g (); f () + x        (gcc takes commas out of arithmetic before anything else)
    private Expression WithoutCommas(Expression e, List<Statement> before)
    {
        if (e is BinaryExpression { Operator: Operator.Comma })
        {
            Discard(e[0], before);
            return WithoutCommas(e[1], before);
        }

        if (!IsArithmetic(e)) return e;
        return e.WithOperands([.. e.Operands.Select(operand => WithoutCommas(operand, before))]);
    }

    private static bool HasComma(Expression e) => e is BinaryExpression { Operator: Operator.Comma } || (IsArithmetic(e) && e.Operands.Any(HasComma));

    private static bool IsArithmetic(Expression e) =>
        e is BinaryExpression { Operator: Operator.None or Operator.Swappable } or UnaryExpression { Operator: Operator.None or Operator.Minus } or ParenthesisedExpression
            or ConversionExpression { Type.Class: TypeClass.Integer or TypeClass.Floating };

    private Expression? VisitComma(BinaryExpression e, List<Statement> before, bool isUsed)
    {
        if (!e[1].HasPoint() && isUsed is false && !e[0].HasPoint()) return e;
        Discard(e[0], before);
        return Visit(e[1], before, isUsed);
    }

    // a && b    ---->    int t = 0; if (a) t = b != 0;        a || b    ---->    int t = 1; if (!a) t = b != 0;
    private Expression? VisitLogical(BinaryExpression e, List<Statement> before, bool isUsed)
    {
        var isAnd = e.Operator == Operator.LogicalAnd;
        var left = Value(e[0], before);
        if (!e[1].HasPoint()) return e.WithOperands([left, e[1]]);
        if (!isUsed)
        {
            var taken = isAnd ? left : ComposedExpression.Of(e.Span, CType.Int, "!(", left, ")");
            before.Add(new IfStatement(e.Span, taken, Branch(e[1], null), null));
            return null;
        }

        var result = context.NewTemporary(CType.Int);
        var resultName = NameOf(result, e.Span);
        before.Add(new TemporaryStatement(e.Span, result, ComposedExpression.Of(e.Span, CType.Int, isAnd ? "0" : "1")));
        var inner = new List<Statement>();
        var right = Value(e[1], inner);
        inner.Add(Assign(resultName, right is NameExpression ? ComposedExpression.Of(e.Span, CType.Int, right, " != 0") : ComposedExpression.Of(e.Span, CType.Int, "(", right, ") != 0")));
        var condition = isAnd ? left : ComposedExpression.Of(e.Span, CType.Int, "!(", left, ")");
        before.Add(new IfStatement(e.Span, condition, new BlockStatement(e.Span, [.. inner]), null));
        return resultName;
    }

    // c ? a : b    ---->    T t; if (c) t = a; else t = b;
    private Expression? VisitConditional(ConditionalExpression e, List<Statement> before, bool isUsed)
    {
        if (e.Operands.Length == 2) return VisitShortConditional(e, before);
        var condition = Value(e[0], before);
        if (!e[1].HasPoint() && !e[2].HasPoint()) return e.WithOperands([condition, e[1], e[2]]);
        var result = isUsed && !e.Type.IsVoid ? NewResult(e) : null;
        if (result is not null) before.Add(new TemporaryStatement(e.Span, result, null));
        before.Add(new IfStatement(e.Span, condition, Branch(e[1], result), Branch(e[2], result)));
        return result is null ? null : NameOf(result, e.Span);
    }

    // a ?: b    ---->    T t = a; if (!t) t = b;
    private NameExpression VisitShortConditional(ConditionalExpression e, List<Statement> before)
    {
        var result = NewResult(e);
        before.Add(new TemporaryStatement(e.Span, result, Value(e[0], before)));
        var name = NameOf(result, e.Span);
        before.Add(new IfStatement(e.Span, ComposedExpression.Of(e.Span, CType.Int, "!", name), Branch(e[1], result), null));
        return name;
    }

    // _Generic (e, int: f (), default: g ())    ---->    T t; if (_Generic (e, int: 1, default: 0)) t = f (); ... _Generic (e, int: t, default: u)
    private Expression VisitSelection(SelectionExpression e, List<Statement> before)
    {
        var operands = (Expression[])e.Operands.Clone();
        for (var i = 1; i < operands.Length; i++)
        {
            if (!operands[i].HasPoint()) continue;
            var result = operands[i].Type.IsVoid ? null : NewResult(operands[i]);
            if (result is not null) before.Add(new TemporaryStatement(e.Span, result, null));
            var isSelected = e.Operands.Select((operand, k) => k == 0 ? operand : ComposedExpression.Of(operand.Span, CType.Int, k == i ? "1" : "0")).ToArray();
            before.Add(new IfStatement(e.Span, e.WithOperands(isSelected), Branch(operands[i], result), null));
            operands[i] = result is null ? ComposedExpression.Of(operands[i].Span, operands[i].Type, "(void) 0") : NameOf(result, operands[i].Span);
        }

        return e.WithOperands(operands);
    }

    private BlockStatement Branch(Expression e, Local? result)
    {
        var statements = new List<Statement>();
        if (result is null) Discard(e, statements);
        else statements.Add(Assign(NameOf(result, e.Span), Value(e, statements)));
        return new BlockStatement(e.Span, [.. statements]);
    }

    // ({ s; v; })    ---->    T t; { s; t = v; }
    private Expression? VisitStatementExpression(StatementExpression e, List<Statement> before, bool isUsed)
    {
        var statements = e.Body.Statements;
        var result = isUsed && !e.Type.IsVoid && statements is [.., ExpressionStatement] ? NewResult(e) : null;
        if (result is null)
        {
            before.Add(lowerStatement(e.Body));
            return null;
        }

        before.Add(new TemporaryStatement(e.Span, result, null));
        var last = (ExpressionStatement)statements[^1];
        var lowered = statements[..^1].Select(lowerStatement).ToList();
        lowered.Add(Assign(NameOf(result, last.Span), Value(last.Expression, lowered)));
        before.Add(e.Body with { Statements = [.. lowered] });
        return NameOf(result, e.Span);
    }

    /// <summary>Evaluates an expression for its effects.</summary>
    public void Discard(Expression e, List<Statement> before)
    {
        if (Visit(e, before, isUsed: false) is { } rest && rest.Stripped is not (LiteralExpression or NameExpression { Declaration: Local { IsTemporary: true } }))
        {
            before.Add(new ExpressionStatement(e.Span, rest));
        }
    }

    private static NameExpression NameOf(Local local, TextSpan place) => new(place, local.Type, local);

    private static ExpressionStatement Assign(Expression target, Expression value) =>
        new(value.Span, ComposedExpression.Of(value.Span, target.Type, target, " = ", Assignable(value)) with { IsAssignment = true });

    // c ? a, b : f ()    ---->    t = (a, b);    there are places where a comma needs no parentheses, an assignment is none
    private static Expression Assignable(Expression value) => IsComma(value) ? ComposedExpression.Of(value.Span, value.Type, "(", value, ")") : value;

    private static bool IsComma(Expression e) => e is BinaryExpression { Operator: Operator.Comma } || (e is ConversionExpression { IsExplicit: false } && IsComma(e[0]));
}
