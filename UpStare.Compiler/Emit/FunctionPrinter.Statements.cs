// Statements: the text of the user where nothing changed, and what lowering has made of the others.

using UpStare.Compiler.Analysis;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

public sealed partial class FunctionPrinter
{
    // Between them stand the pragmas that are there in the source; within is the inside of their block.
    private void PrintStatements(IEnumerable<Statement> statements, TextSpan within, int depth)
    {
        var mark = _scope.Count;
        var position = within.Start;
        foreach (var statement in statements.SelectMany(s => s is BlockStatement { IsSequence: true } sequence ? sequence.Statements : [s]))
        {
            CopyPragmas(position, statement.Span.Start, statement);
            position = Math.Max(position, statement.Span.End);
            Print(statement, depth);
        }

        CopyPragmas(position, within.End, null);
        _scope.RemoveRange(mark, _scope.Count - mark);
    }

    private void CopyPragmas(int from, int to, Statement? next)
    {
        while (from < to && _source.Text.AsSpan(from, to - from).IndexOf("\n#pragma") is >= 0 and var at)
        {
            var start = from + at + 1;
            from = _source.Text.IndexOf('\n', start);
            if (from < 0 || from > to) return;
            // Hints for the loop that follows at once, and in its place something else may stand now.
            var isForLoop = _source.Text.AsSpan(start, from - start) is var line && (line.Contains("GCC unroll", StringComparison.Ordinal) || line.Contains("GCC ivdep", StringComparison.Ordinal));
            if (!isForLoop || (next is not null && IsVerbatim(next))) _out.CopyLines(new TextSpan(start, from));
        }
    }

    private void Print(Statement statement, int depth)
    {
        if (IsVerbatim(statement))
        {
            _out.Sync(statement.Span.Start, depth);
            _out.Copy(statement.Span);
            if (statement is DeclarationStatement declared) Declare(declared.Declarators);
            return;
        }

        switch (statement)
        {
            case BlockStatement s:
                _out.Sync(s.Span.Start, depth);
                PrintBraced(s, depth);
                break;
            case ExpressionStatement s:
                Line(s, depth, s.Expression, ";");
                break;
            case DeclarationStatement s:
                PrintDeclaration(s, depth);
                break;
            case IfStatement s:
                Line(s, depth, "if (", s.Condition, ")");
                PrintNested(s.Then, depth, isBraced: s.Else is not null);
                if (s.Else is null) break;
                _out.Sync(ElseOf(s), depth);
                _out.Write("else");
                PrintNested(s.Else, depth);
                break;
            case WhileStatement s:
                Line(s, depth, "while (", s.Condition, ")");
                PrintNested(s.Body, depth);
                break;
            case DoStatement s:
                Line(s, depth, "do");
                PrintNested(s.Body, depth, isBraced: true);
                _out.Sync(s.Condition.Span.Start, depth);
                Write("while (", s.Condition, ");");
                break;
            case ForStatement s:
                PrintFor(s, depth);
                break;
            case SwitchStatement s:
                Line(s, depth, $"switch ({string.Concat(EnteredBy(s).Select(local => $"{local.PlaceName} = 0, "))}", s.Value, ")");
                PrintNested(s.Body, depth);
                break;
            case CaseStatement s:
                PrintLabelled(s, s.Head, s.Body, depth);
                break;
            case LabelStatement s:
                PrintLabelled(s, s.Head, s.Body, depth);
                break;
            case GotoStatement s:
                PrintJump(s, depth, $"goto {s.Label};");
                break;
            case ComputedGotoStatement s:
                var (before, behind) = IsLookedUp(s) ? LabelEdits.Jump(_function) : ("goto *", ";");
                PrintJump(s, depth, before, s.Target, behind);
                break;
            case BreakStatement:
                Line(statement, depth, "break;");
                break;
            case ContinueStatement:
                Line(statement, depth, "continue;");
                break;
            case ReturnStatement { Value: null }:
                Line(statement, depth, "return;");
                break;
            case ReturnStatement s:
                Line(s, depth, "return ", s.Value!, ";");
                break;
            case OpaqueStatement s:
                PrintOpaque(s, depth);
                break;
            case TemporaryStatement s:
                PrintTemporary(s, depth);
                break;
            case CallPointStatement s:
                PrintCallPoint(s, depth);
                break;
            case LoopPointStatement s:
                PrintLoopPoint(s);
                break;
            case SetjmpStatement s:
                PrintSetjmp(s, depth);
                break;
            case TypeStatement s:
                Line(s, depth, s.Text);
                break;
            case SynthesisedLabelStatement s:
                Line(s, depth, $"{s.Label}:;");
                break;
            default:
                throw new InvalidOperationException($"no way to print {statement.GetType().Name}");
        }
    }

    // In the fast path a statement is verbatim when lowering left it alone; in a clone it must not name escaped locals either.
    private bool IsVerbatim(Statement statement)
    {
        if (!_function.IsOriginal(statement)) return false;
        if (statement.HasPoint()) return false;
        return !_isClone || !IsOtherInClone(statement);
    }

    private bool IsOtherInClone(Statement statement)
    {
        if (DeclaresEscaped(statement) || MovesPlaces(statement) || IsLookedUp(statement)) return true;
        foreach (var expression in statement.Expressions)
        {
            if (NeedsRewriting(expression)) return true;
        }

        foreach (var child in statement.Children)
        {
            if (IsOtherInClone(child)) return true;
        }

        return false;
    }

    // A jump to a label with an identity.
    private bool IsLookedUp(Statement statement) => _isClone && statement is ComputedGotoStatement && _function.Labels.Count > 0;

    private static bool DeclaresEscaped(Statement statement) => statement is DeclarationStatement s && s.Declarators.Any(d => d.Variable is Local local && (local.IsEscaped || local.IsVariablyModified));

    // A jump into the scope of an escaped local, and where it leads to.
    private bool MovesPlaces(Statement statement) => EnteredBy(statement).Count + EnteredAt(statement.Span.Start).Count > 0;

    private IReadOnlyList<Local> EnteredBy(Statement statement) =>
        _isClone && statement is GotoStatement or ComputedGotoStatement or SwitchStatement or OpaqueStatement { Labels.Count: > 0 } ? _function.EnteredScopes!.EnteredBy(statement.Span.Start) : [];

    private IReadOnlyList<Local> EnteredAt(int target) => _isClone ? _function.EnteredScopes!.EnteredAt(target) : [];

    private void PrintJump(Statement jump, int depth, params object[] parts)
    {
        var entered = EnteredBy(jump);
        if (entered.Count == 0)
        {
            Line(jump, depth, parts);
            return;
        }

        Line(jump, depth, ["{ ", .. entered.Select(local => $"{local.PlaceName} = 0; "), .. parts, " }"]);
    }

    private void PlaceEntered(int target)
    {
        foreach (var local in EnteredAt(target)) _out.Write($" if (!{local.PlaceName}) {local.PlaceName} = (void *) &{local.EmittedName};");
    }

    private void PrintBraced(BlockStatement block, int depth)
    {
        _out.Write("{");
        PrintStatements(block.Statements, block.Span, depth + 1);
        _out.Sync(Math.Max(block.Span.Start, block.Span.End - 1), depth);
        _out.Write("}");
    }

    // A statement under another one: in braces when it is no block and grew, or where an else could go astray.
    private void PrintNested(Statement statement, int depth, bool isBraced = false)
    {
        if (statement is BlockStatement { IsSequence: false } block && !IsVerbatim(block))
        {
            if (_source.Text[block.Span.Start] == '{') _out.Sync(block.Span.Start, depth);
            else _out.Write(" ");
            PrintBraced(block, depth);
        }
        else if (IsSimple(statement) || statement is BlockStatement { IsSequence: false } || (IsVerbatim(statement) && !isBraced && statement is not DeclarationStatement))
        {
            Print(statement, depth + 1);
        }
        else
        {
            _out.Write(" {");
            PrintStatements([statement], statement.Span, depth + 1);
            _out.Write(" }");
        }
    }

    private static bool IsSimple(Statement statement) =>
        statement is ExpressionStatement or ReturnStatement or BreakStatement or ContinueStatement or GotoStatement or ComputedGotoStatement;

    // The keyword stands somewhere between the branches; without one of ours (c ? a : b) the branch itself is the place.
    private int ElseOf(IfStatement s)
    {
        var lexer = new Lexer(_source.Text, Math.Min(s.Then.Span.End, s.Else!.Span.Start), s.Else.Span.Start);
        var token = lexer.Next();
        return token.Kind == TokenKind.Identifier && _source[token.Span] == "else" ? token.Span.Start : s.Else.Span.Start;
    }

    private void PrintLabelled(Statement statement, TextSpan head, Statement body, int depth)
    {
        _out.Sync(statement.Span.Start, Math.Max(0, depth - 1));
        _out.Copy(TrimEnd(head));
        PlaceEntered(statement.Span.Start);
        if (body is BlockStatement { IsSequence: true } or CallPointStatement or LoopPointStatement or TemporaryStatement or SetjmpStatement or DeclarationStatement)
        {
            // What follows must be a statement, and stay in this scope: temporaries have names of their own.
            if (EnteredAt(statement.Span.Start).Count == 0) _out.Write(";");
            foreach (var inner in body is BlockStatement { IsSequence: true } sequence ? sequence.Statements : [body]) Print(inner, depth);
        }
        else
        {
            Print(body, depth);
        }
    }

    private void PrintFor(ForStatement s, int depth)
    {
        var mark = _scope.Count;
        if (s.Initial is not null && !IsVerbatim(s.Initial) && s.Initial is not ExpressionStatement)
        {
            // for (T x = ...; ...)    ---->    { T x = ...; for (; ...) ... }    when x has escaped
            Line(s, depth, "{");
            Print(s.Initial, depth + 1);
            PrintFor(s with { Initial = null }, depth + 1);
            _out.Write(" }");
            _scope.RemoveRange(mark, _scope.Count - mark);
            return;
        }

        Line(s, depth, "for (");
        if (s.Initial is ExpressionStatement { Expression: var initial }) Write(initial, ";");
        else if (s.Initial is DeclarationStatement declaration)
        {
            _out.Copy(declaration.Span);
            Declare(declaration.Declarators);
        }
        else _out.Write(";");
        if (s.Condition is not null) Write(" ", s.Condition);
        _out.Write(";");
        if (s.Step is not null) Write(" ", s.Step);
        _out.Write(")");
        PrintNested(s.Body, depth);
        _scope.RemoveRange(mark, _scope.Count - mark);
    }

    private void PrintOpaque(OpaqueStatement s, int depth)
    {
        _out.Sync(s.Span.Start, depth);
        foreach (var local in EnteredBy(s)) _out.Write($"{local.PlaceName} = 0; ");
        var position = s.Span.Start;
        for (var i = 0; i < s.Operands.Length; i++)
        {
            _out.Copy(new TextSpan(position, s.Slots[i].Start));
            Write(s.Operands[i]);
            position = s.Slots[i].End;
        }

        _out.Copy(new TextSpan(position, s.Span.End));
    }
}
