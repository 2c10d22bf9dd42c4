// Expressions: copied from the source, but for those parts that are other ones.

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

public sealed partial class FunctionPrinter
{
    private void Line(Statement statement, int depth, params object[] parts)
    {
        _out.Sync(statement.Span.Start, depth);
        Write(parts);
    }

    private void Write(params object[] parts)
    {
        foreach (var part in parts)
        {
            if (part is Expression expression) WriteExpression(expression);
            else _out.Write((string)part);
        }
    }

    private void WriteExpression(Expression e)
    {
        if (!NeedsRewriting(e))
        {
            _out.Copy(e.Span);
            return;
        }

        switch (e)
        {
            case NameExpression { Declaration: Local local }:
                WriteUse(local);
                break;
            case ComposedExpression composed:
                for (var i = 0; i < composed.Texts.Length; i++)
                {
                    _out.Write(composed.Texts[i]);
                    if (i < composed.Operands.Length) WriteExpression(composed[i]);
                }

                break;
            case StatementExpression block:
                _out.Write("(");
                PrintBraced(block.Body, 2);
                _out.Write(")");
                break;
            case CallExpression { IsImplicit: true } call:
                Write(call.Callee!.Name, " (", call[1], ")");
                break;
            case CallExpression call when IsRestartedVaStart(call):
                // Without a copy no point can be before it, so a clone never gets there.
                if (_function.VariableArguments is { } arguments) Write("__builtin_va_copy (", call[1], $", *{arguments.PlaceName})");
                else _out.Write("__builtin_trap ()");
                break;
            default:
                var position = e.Span.Start;
                for (var i = 0; i < e.Operands.Length; i++)
                {
                    _out.Copy(new TextSpan(position, e.Slots[i].Start));
                    WriteExpression(e[i]);
                    position = e.Slots[i].End;
                }

                _out.Copy(new TextSpan(position, e.Span.End));
                break;
        }
    }

    private bool IsRestartedVaStart(CallExpression call) => _isClone && call.Callee?.Name == "__builtin_va_start";

    private bool NeedsRewriting(Expression e) => e switch
    {
        ComposedExpression => true,
        NameExpression name => name.Declaration is Local local && (local.IsTemporary || name.IsImplicit || (local.IsVariablyModified ? IsReplaced(local) : _isClone && local.IsEscaped && !_pendingInitialisers.Contains(local))),
        CallExpression { IsImplicit: true } => true,
        StatementExpression block when !_function.IsOriginal(block.Body) => true,
        StatementExpression block => _isClone && IsOtherInClone(block.Body),
        CallExpression call when IsRestartedVaStart(call) => true,
        _ => HasOtherOperand(e),
    };

    private bool HasOtherOperand(Expression e)
    {
        for (var i = 0; i < e.Operands.Length; i++)
        {
            if (e[i].Span != e.Slots[i] || NeedsRewriting(e[i])) return true;
        }

        return false;
    }

    private void WriteType(Local local)
    {
        var type = local.Computed!;
        for (var i = 0; i < type.Texts.Length; i++)
        {
            _out.Write(type.Texts[i]);
            if (i < type.Sizes.Length) WriteExpression(type.Sizes[i]);
        }
    }

    private void WriteUse(Local local)
    {
        if (local.IsTemporary)
        {
            _out.Write(local.EmittedName);
        }
        else if (local.IsTypeName)
        {
            _out.Write("__typeof__ (");
            WriteType(local);
            _out.Write(")");
        }
        else if (local.IsVariablyModified)
        {
            _out.Write("(*(__typeof__ (");
            WriteType(local);
            _out.Write($") *) {(local.IsEscaped ? local.PlaceName : "&" + local.CloneName)})");
        }
        else
        {
            _out.Write(_isClone && local.IsEscaped ? $"({local.AtPlace})" : local.EmittedName);
        }
    }

    // Source text in which some expressions are printed anew.
    private void CopyWith(TextSpan span, IEnumerable<Expression> expressions)
    {
        var position = span.Start;
        foreach (var expression in expressions.Where(e => span.Contains(e.Span) && NeedsRewriting(e)).OrderBy(e => e.Span.Start))
        {
            _out.Copy(new TextSpan(position, expression.Span.Start));
            WriteExpression(expression);
            position = expression.Span.End;
        }

        _out.Copy(new TextSpan(position, span.End));
    }
}
