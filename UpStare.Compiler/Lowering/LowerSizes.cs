// Makes the sizes of variably modified types explicit: variables that keep their value while the type is in use, so
// that a point can record them and a restore clone can write the type.
//
//     int a[n++][f ()], (*p)[m];    ---->    int t1 = f (); SITE  int t2 = n++; int a[t2][t1]; int (*p)[m];
//     void g (int n, int a[n][n])   ---->    unsigned long t1 = sizeof (*a) / sizeof ((*a)[0]);    if n changes later
//
// A local that is never assigned serves as it is.  gcc evaluates the sizes of a declarator from right to left.

using UpStare.Compiler.Analysis;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Lowering;

/// <summary>Lowers the sizes of variably modified locals of one function.</summary>
public sealed class LowerSizes
{
    private static readonly CType Unsigned = new(TypeClass.Integer, "unsigned long", "unsigned long", "unsigned long", 8, 8, false, false, false, true);

    private readonly LoweringContext _context;
    private readonly SpillCalls _spill;
    private readonly HashSet<Local> _assigned;

    /// <summary>For one function.</summary>
    public LowerSizes(LoweringContext context, SpillCalls spill)
    {
        (_context, _spill) = (context, spill);
        _assigned = context.Function.Locals.Any(local => local.IsVariablyModified)
            ? [.. context.Function.Expressions.Select(ExpressionFacts.AssignedLocal).OfType<Local>()]
            : [];
        foreach (var local in context.Function.Locals) local.Computed = local.Declared;
    }

    /// <summary>Whether a declaration has sizes that need a variable.</summary>
    public bool Changes(DeclarationStatement declaration) => declaration.Declarators.Any(d => d.Variable is Local { Declared: { } type } && !type.Sizes.All(IsFixed));

    /// <summary>A declarator with variables for its sizes, and in <paramref name="before"/> the statements that set them.</summary>
    public Declarator Lower(Declarator declarator, List<Statement> before)
    {
        if (declarator.Variable is not Local { Declared: { } type } local) return declarator;
        var sizes = type.Sizes.Reverse().Select(size => (Old: size, New: IsFixed(size) ? size : Kept(local, size, before))).Reverse().ToList();
        local.Computed = type with { Sizes = [.. sizes.Select(size => size.New)] };
        return declarator with { Sizes = [.. declarator.Sizes.Select(size => sizes.FirstOrDefault(pair => pair.Old == size).New ?? size)] };
    }

    private NameExpression Kept(Local local, Expression size, List<Statement> before)
    {
        var value = _spill.Value(size, before);
        if (value is NameExpression { Declaration: Local { IsTemporary: true, SizeOf: null } result })
        {
            result.SizeOf = local;
            return new NameExpression(size.Span, result.Type, result);
        }

        var temporary = _context.NewTemporary(value.Type, "upstare_size");
        temporary.SizeOf = local;
        before.Add(new TemporaryStatement(size.Span, temporary, value));
        return new NameExpression(size.Span, temporary.Type, temporary);
    }

    /// <summary>Statements for the entry of the function: what the sizes of its parameters are, which may change later.</summary>
    public List<Statement> OfParameters()
    {
        var statements = new List<Statement>();
        foreach (var parameter in _context.Function.Locals.Where(local => local.IsParameter && local.Declared is not null).ToList())
        {
            var type = parameter.Declared!;
            parameter.Computed = type with { Sizes = [.. type.Sizes.Select((size, i) => IsFixed(size) ? size : OfParameter(parameter, size, i, statements))] };
        }

        return statements;
    }

    private NameExpression OfParameter(Local parameter, Expression size, int index, List<Statement> statements)
    {
        if (!parameter.Declared!.IsPlainPointer) throw new NotLoweredException(_context.Function.NameOffset, $"'{parameter.Name}' has a size that is computed at run time, in a way that is not understood");
        var place = _context.Function.BodySpan;
        var name = new NameExpression(new TextSpan(parameter.NameOffset, parameter.NameOffset + parameter.Name.Length), parameter.Type, parameter);
        var inner = string.Concat(Enumerable.Repeat("[0]", parameter.Declared.Depths[index]));
        var value = ComposedExpression.Of(place, Unsigned, "sizeof ((*", name, $"){inner}[0]) ? sizeof ((*", name, $"){inner}) / sizeof ((*", name, $"){inner}[0]) : 0");
        var temporary = _context.NewTemporary(Unsigned, "upstare_size");
        temporary.SizeOf = parameter;
        statements.Add(new TemporaryStatement(place, temporary, value));
        return new NameExpression(size.Span, Unsigned, temporary);
    }

    // sizeof of something else is as constant as a number, and the type must stay one of constant size if it was.
    private bool IsFixed(Expression size) => size is NameExpression { Declaration: Local { IsTypeName: true } } || size.IsConstant() || size.Stripped is NameExpression { Declaration: Local { IsEscaped: false, Type.Class: TypeClass.Integer } local } && !_assigned.Contains(local);
}
