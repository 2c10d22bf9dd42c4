// Prints a lowered function: as fast path, or as restore clone.
//
// The fast path is the user's text with sites:
//
//     x = f (a); UPSTARE_SITE (3, ...);
//
// The restore clone has the same body and an entry that jumps into its middle.  Escaped locals are reached through a
// pointer to their place (design section 4), and behind each point stands what resumes there:
//
//     x = f (a); UPSTARE_SITE (3, ...);
//     if (0) { upstare_resume_3: UPSTARE_LOAD (n, 8); UPSTARE_PLACE (buffer_at, 16);
//       if (upstare_frame->in_call) { x = UPSTARE_NEXT (int) (); UPSTARE_SITE (3, ...); }
//       else UPSTARE_LOAD (x, 24); }
//
// The site stands twice so that an update while the rebuilt callee runs finds it straight behind that call, and so that
// a frame resumed after its call goes on behind the site.  A statement in which nothing changed is the user's text.

using System.Globalization;
using System.Text;
using UpStare.Compiler.Analysis;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Lowering;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

/// <summary>Prints one function.</summary>
public sealed class FunctionPrinter
{
    private const string FrameName = "upstare_frame";
    private readonly SourceText _source;
    private readonly FunctionDefinition _function;
    private readonly LineTrackingWriter _out;
    private readonly bool _isClone;
    private readonly List<SetjmpStatement> _setjmps;
    private readonly HashSet<Local> _pendingInitialisers = [];
    private readonly List<Local> _scope = [];
    private HashSet<string>? _localNames;

    private FunctionPrinter(SourceText source, FunctionDefinition function, BlockStatement lowered, LineTrackingWriter output, bool isClone)
    {
        _source = source;
        _function = function;
        _out = output;
        _isClone = isClone;
        _setjmps = function.CallsSetjmp ? [.. lowered.Descendants().OfType<SetjmpStatement>()] : [];
    }

    /// <summary>Prints the fast path in place of the definition, with <paramref name="records"/> at the start of its body.</summary>
    public static void PrintFastPath(SourceText source, FunctionDefinition function, BlockStatement lowered, string records, LineTrackingWriter output)
    {
        var printer = new FunctionPrinter(source, function, lowered, output, isClone: false);
        output.Copy(new TextSpan(function.Span.Start, function.BodySpan.Start));
        output.Write("{" + records);
        printer.PrintFunctionTemporaries();
        if (function.VariableArguments is { } arguments)
        {
            output.Write($" __builtin_va_list {arguments.Name}; __builtin_va_start ({arguments.Name}, {function.Locals.Last(local => local.IsParameter).EmittedName});");
        }

        printer.PrintBody(lowered);
    }

    /// <summary>Prints the restore clone under the given symbol.</summary>
    public static void PrintClone(SourceText source, FunctionDefinition function, BlockStatement lowered, string symbol, LineTrackingWriter output)
    {
        var printer = new FunctionPrinter(source, function, lowered, output, isClone: true);
        output.WriteMarker(source.OriginOf(function.BodySpan.Start));
        var attributes = string.Concat(function.Declaration.CodeAttributes.Select(attribute => ", " + attribute));
        output.Write($"__attribute__ ((__visibility__ (\"hidden\"), __used__{attributes})) {printer.Spell(function.Declaration.ResultType)} {symbol} (void) {{");
        output.Write($" struct upstare_frame *{FrameName} = __upstare_frame ();");
        output.Write(LabelEdits.Tables(function));
        foreach (var parameter in function.Locals.Where(local => local.IsParameter))
        {
            if (parameter.IsVariablyModified) continue;
            output.Write($" {printer.Spell(parameter.Type)} {parameter.EmittedName};");
            printer.DeclarePlace(parameter);
        }

        foreach (var local in function.Locals.Where(local => printer.IsReplaced(local) && !local.IsTypeName)) printer.DeclareComputed(local);

        if (function.VariableArguments is { } arguments) output.Write($" __builtin_va_list *{arguments.PlaceName};");
        printer.PrintFunctionTemporaries();
        foreach (var local in function.EnteredScopes!.Locals) output.Write($" void *{local.PlaceName} = 0;");
        output.Write($" switch ({FrameName}->cp) {{");
        foreach (var point in function.Points) output.Write($" case {point.Number}: goto upstare_resume_{point.Number};");
        output.Write(" default: __builtin_trap (); }");
        printer.PrintBody(lowered);
        output.Write("\n");
    }

    /// <summary>Throws NotLoweredException if the function cannot be printed as fast path and as restore clone.</summary>
    public static void Check(SourceText source, FunctionDefinition function, BlockStatement lowered)
    {
        var nowhere = new LineTrackingWriter(source, edits: null);
        PrintFastPath(source, function, lowered, "", nowhere);
        PrintClone(source, function, lowered, "upstare_clone", nowhere);
    }

    private void PrintBody(BlockStatement lowered)
    {
        _scope.AddRange(_function.Locals.Where(local => local.IsParameter));
        // The way out leads out of the scope of every variable length array: sites stand before some of them.
        var hasScope = _function.Locals.Any(local => local.IsVariablyModified && !local.IsParameter);
        if (hasScope) _out.Write(" {");
        PrintStatements(lowered.Statements, _function.BodySpan, 1);
        _out.Sync(_function.BodySpan.End - 1, 0);
        // The end of main returns 0; a clone of it is no main.
        if (_isClone && _function.Declaration is { Name: "main", ResultType.Class: TypeClass.Integer }) _out.Write("  return 0;");
        if (hasScope) _out.Write("}");
        _out.Write($"  if (0) {{ upstare_out: __attribute__ ((__cold__)); {DummyReturn()} }} }}");
    }

    private string DummyReturn()
    {
        var result = _function.Declaration.ResultType;
        return result.Class switch
        {
            TypeClass.None => "return;",
            TypeClass.Integer or TypeClass.Floating => "return 0;",
            _ => $"{{ {Spell(result)} upstare_dummy; __builtin_memset (&upstare_dummy, 0, sizeof upstare_dummy); return upstare_dummy; }}",
        };
    }

    // Without white space at the end, but for the newline that ends a line marker.
    private TextSpan TrimEnd(TextSpan span)
    {
        var end = span.End;
        while (end > span.Start && char.IsWhiteSpace(_source.Text[end - 1])) end--;
        return end > span.Start && _source.Text[_source.LineStartOf(end - 1)] == '#' ? span : new TextSpan(span.Start, end);
    }

    private string Spell(CType type)
    {
        var spelling = type.ValueSpelling;
        // sds load (int sds)    ---->    char *t, as the typedef's name means the parameter.  A struct without a tag has no other name: gcc
        // refuses the unit if the variable is in the way.
        if (IsHidden(spelling) && CType.Unqualified(type.Canonical) is var resolved && !IsHidden(resolved)) spelling = resolved;
        return spelling.AsSpan().ContainsAny('(', '[') ? $"__typeof__ ({spelling})" : spelling;
    }

    // Whether a local has the name of a type; tags are names of their own.
    private bool IsHidden(string spelling)
    {
        var lexer = new Lexer(spelling, 0, spelling.Length);
        var isTag = false;
        _localNames ??= [.. _function.Locals.Where(local => !local.IsTypeName).Select(local => local.Name)];
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (token.Kind != TokenKind.Identifier) continue;
            var word = spelling.AsSpan(token.Span.Start, token.Span.Length);
            if (!isTag && _localNames.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word)) return true;
            isTag = word is "struct" or "union" or "enum";
        }

        return false;
    }

    private void PrintFunctionTemporaries()
    {
        foreach (var setjmp in _setjmps)
        {
            _out.Write($" void *{setjmp.Buffer.Name} = 0; int {setjmp.Result.Name} = 0;");
            if (setjmp.Mask is not null) _out.Write($" int {setjmp.Mask.Name} = 0;");
        }
    }

    // ---- statements ----

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

    // T a = 1, *p = &a;    ---->    T a = 1; __typeof__ (a) *a_at = &a; T *p = &(*a_at);
    private void PrintDeclaration(DeclarationStatement s, int depth)
    {
        if ((s.Declarators.Length > 1 || IsReplaced(s.Declarators[0])) && s.SpecifierText is null && TypeDefinitions.Split(_source, s.Specifiers) is { } type)
        {
            _out.Sync(s.Span.Start, depth);
            _out.Write(type.Definition);
            s = s with { SpecifierText = type.Reference };
        }

        foreach (var declarator in s.Declarators)
        {
            _out.Sync(declarator.NameSpan.Start, depth);
            if (IsReplaced(declarator))
            {
                PrintComputed((Local)declarator.Variable, declarator.Initialiser);
                continue;
            }

            if (s.SpecifierText is { } text) _out.Write(text);
            else CopyWith(TrimEnd(s.Specifiers), declarator.Sizes);
            if (s.SpecifierText is not null || s.Specifiers.Length > 0) _out.Write(" ");
            var start = declarator.Span.Start;
            while (char.IsWhiteSpace(_source.Text[start])) start++;
            if (_source.Text[start] == '#') start = declarator.Span.Start;
            if (declarator.Variable is Local local) _pendingInitialisers.Add(local);
            if (declarator.Initialiser is { } initialiser)
            {
                var slot = InitialiserSlot(declarator);
                CopyWith(new TextSpan(start, slot.Start), declarator.Sizes);
                _out.Write(" ");
                Write(initialiser);
                _out.Copy(new TextSpan(slot.End, declarator.Span.End));
            }
            else
            {
                CopyWith(new TextSpan(start, declarator.IsCut ? Declarators.End(_source.Text, declarator.NameSpan.End) : declarator.Span.End), declarator.Sizes);
            }

            _out.Write(";");
            _pendingInitialisers.Clear();
            Declare([declarator]);
        }
    }

    // The initialiser's place in the text; lowering may have replaced the expression, whose span then is part of it.
    private TextSpan InitialiserSlot(Declarator declarator)
    {
        var lexer = new Lexer(_source.Text, Declarators.End(_source.Text, declarator.NameSpan.End), declarator.Span.End);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (token.Kind == TokenKind.Punctuation && _source.Text[token.Span.Start] == '=') return new TextSpan(token.Span.End, declarator.Span.End);
        }

        throw new NotLoweredException(declarator.NameSpan.Start, "an initialiser without '='");
    }

    private void Declare(IEnumerable<Declarator> declarators)
    {
        foreach (var local in declarators.Select(d => d.Variable).OfType<Local>())
        {
            _scope.Add(local);
            DeclarePlace(local);
        }
    }

    // C forbids a jump into the scope of a variably modified type, and a clone is entered by jumps: it has pointers
    // without such a type at its top.
    //
    //     int a[n], (*p)[m];    ---->    void *a_at = 0, *a_block = 0; unsigned long a_room = 0; void *p;
    private void DeclareComputed(Local local)
    {
        if (local.IsVariableArray) _out.Write($" void *{local.PlaceName} = 0, *{local.CloneName}_block = 0; unsigned long {local.CloneName}_room = 0;");
        else _out.Write($" void *{local.CloneName} = 0;{(local.IsEscaped ? $" void **{local.PlaceName} = &{local.CloneName};" : "")}");
    }

    private bool IsReplaced(Declarator declarator) => declarator.Variable is Local local && IsReplaced(local);

    private bool IsReplaced(Local local) => _isClone && local is { IsVariablyModified: true, IsInScopeAtPoint: true };

    // The array gets the block that it had before, if that is large enough: alloca gives nothing back, and this may be a loop.
    private void PrintComputed(Local local, Expression? initialiser)
    {
        if (local.IsTypeName) return;
        _scope.Add(local);
        if (!local.IsVariableArray)
        {
            if (local.IsEscaped) _out.Write($"{local.PlaceName} = &{local.CloneName};");
            if (initialiser is not null) Write($" {local.CloneName} = (void *) (", initialiser, ");");
            return;
        }

        var (room, block) = (local.CloneName + "_room", local.CloneName + "_block");
        var alignment = Math.Max(16, Math.Max(local.Type.Alignment, local.Computed!.Alignment)) * 8;
        _out.Write("{ unsigned long upstare_size = sizeof (");
        WriteType(local);
        _out.Write(string.Create(CultureInfo.InvariantCulture, $"); if (!{block} || {room} < upstare_size) {{ {room} = 2 * {room} < upstare_size ? upstare_size : 2 * {room}; {block} = __builtin_alloca_with_align ({room}, {alignment}); }} {local.PlaceName} = {block}; }}"));
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

    private void DeclarePlace(Local local)
    {
        if (!_isClone || !local.IsEscaped || local.IsVariablyModified) return;
        _out.Write(local.IsEntered ? $" {local.PlaceName} = (void *) &{local.EmittedName};" : $" __typeof__ ({local.EmittedName}) *{local.PlaceName} = &{local.EmittedName};");
    }

    private void PrintTemporary(TemporaryStatement s, int depth)
    {
        _out.Sync(s.Span.Start, depth);
        DeclareTemporary(s.Temporary, s.Value);
        // A clone is entered behind the entry, where the sizes of parameters are set.
        if (_isClone && s.Temporary.SizeOf is { IsParameter: true }) _out.Write(" = 0");
        else if (s.Value is not null) Write(" = ", s.Value);
        _out.Write(";");
    }

    private void DeclareTemporary(Local temporary, Expression? value)
    {
        _scope.Add(temporary);
        var type = temporary.Type;
        if (type.IsArray || !type.IsSpellable)
        {
            if (value is null) throw new NotLoweredException(_function.NameOffset, "a temporary of a type without a name");
            _out.Write($"__auto_type {temporary.Name}");
            return;
        }

        _out.Write(Spell(type) is var spelling && spelling.EndsWith('*') ? spelling + temporary.Name : $"{spelling} {temporary.Name}");
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

    // ---- points ----

    private void PrintCallPoint(CallPointStatement s, int depth)
    {
        _out.Sync(s.Span.Start, depth);
        if (s.DeclaresTarget) DeclareTemporary(s.Target!, s.Call);
        else if (s.Target is not null) _out.Write(s.Target.EmittedName);
        if (s.Target is not null) _out.Write(" = ");
        Write(s.Call, "; ");
        if (_isClone && s.Target is { IsEscaped: true }) DeclarePlace(s.Target);
        WriteSite(s.Point);
        if (!_isClone) return;
        WriteResume(s.Point, s.Target);
        var type = ResultType((CallExpression)s.Call, s.Target);
        _out.Write($" if ({FrameName}->in_call) {{ ");
        if (s.Target is { Type.HasConstMember: true }) // it cannot be assigned
            _out.Write($"{type} upstare_result = UPSTARE_NEXT ({type}) (); __builtin_memcpy ((void *) &{s.Target.EmittedName}, &upstare_result, sizeof upstare_result); ");
        else
            _out.Write($"{(s.Target is null ? "" : s.Target.EmittedName + " = ")}UPSTARE_NEXT ({type}) (); ");
        WriteSite(s.Point);
        _out.Write(" }");
        if (s.Target is { IsEscaped: false } && s.Point.Variables.Contains(s.Target)) _out.Write($" else{Load(s.Target)}");
        _out.Write(" }");
    }

    // user *user = find ();    ---->    UPSTARE_NEXT (void *) (), as the name of a type without a tag means the variable there, and all pointers are returned alike;
    // a struct is what is returned into.
    private string ResultType(CallExpression call, Local? target)
    {
        var type = CallType(call);
        if (!call.Type.IsSpellable || !IsHidden(type)) return type;
        return call.Type.IsPointer ? "void *" : target is null ? type : $"__typeof__ ({target.EmittedName})";
    }

    private string CallType(CallExpression call)
    {
        if (call.Type.IsSpellable) return call.Type.IsVoid ? "void" : Spell(call.Type);
        throw new NotLoweredException(call.Span.Start, "the type of a call's result has no name");
    }

    private void PrintLoopPoint(LoopPointStatement s)
    {
        _out.Write(" ");
        WriteSite(s.Point);
        if (!_isClone) return;
        WriteResume(s.Point, null);
        _out.Write(" }");
    }

    // Everything visible at the point gets back its value or its place.
    private void WriteResume(ContinuationPoint point, Local? target)
    {
        _out.Write($" if (0) {{ upstare_resume_{point.Number}:;");
        foreach (var local in _scope.Where(local => local.IsEscaped && !local.IsVariableArray && !point.Variables.Contains(local)).Reverse().DistinctBy(local => local.EmittedName))
        {
            if (!IsShadowed(local)) _out.Write($" {local.PlaceName} = {(local.IsEntered ? "(void *) " : "")}&{local.CloneName};");
        }

        // Those in registers of their own last: nothing that gcc makes of the other loads can come between.
        foreach (var local in point.Variables.OrderBy(local => local.IsRegister))
        {
            if (local.IsEscaped) _out.Write($" UPSTARE_PLACE ({local.PlaceName}, {local.FrameOffset});");
            else if (local != target) _out.Write(Load(local));
        }

        foreach (var setjmp in _setjmps.Where(setjmp => point.Variables.Contains(setjmp.Buffer)))
        {
            _out.Write($" if ({setjmp.Buffer.Name} && {Rearm(setjmp)}) goto upstare_landed_{setjmp.Number};");
        }
    }

    // What is bound to a register has no address to load through.
    private static string Load(Local local) => local.IsRegister
        ? $" {{ __typeof__ ({local.EmittedName}) upstare_value; UPSTARE_LOAD (upstare_value, {local.FrameOffset}); {local.EmittedName} = upstare_value; }}"
        : $" UPSTARE_LOAD ({local.CloneName}, {local.FrameOffset});";

    private bool IsShadowed(Local local) => _scope.LastOrDefault(other => other.EmittedName == local.EmittedName) != local;

    private void WriteSite(ContinuationPoint point)
    {
        ReadOnlySpan<Operand> rest = point.Operands.ToArray();
        for (var count = PartOf(rest); count < rest.Length; count = PartOf(rest))
        {
            WriteSite(point, rest[..count], isPartial: true);
            _out.Write(" ");
            rest = rest[count..];
        }

        WriteSite(point, rest, isPartial: false);
    }

    // How many of the operands one site takes.  Memory behind a pointer wants the pointer in a register, and gcc gives up
    // ("impossible constraints", or never ends) when they run out.
    private int PartOf(ReadOnlySpan<Operand> operands)
    {
        var (count, pointers) = (0, 0);
        while (count < operands.Length && count < SiteMacros.MaximumOperands)
        {
            if (IsBehindPointer(operands[count].Local) && ++pointers > SiteMacros.MaximumPointers) break;
            count++;
        }

        return count;
    }

    private bool IsBehindPointer(Local local) => _isClone && local.IsEscaped && !local.IsVariableArray;

    private void WriteSite(ContinuationPoint point, ReadOnlySpan<Operand> operands, bool isPartial)
    {
        _out.Write(string.Create(CultureInfo.InvariantCulture, $"{SiteMacros.Name(isPartial)} ({point.Number}, {operands.Length}, \""));
        for (var i = 0; i < operands.Length; i++) _out.Write(SiteMacros.Instruction(RecordedAs(operands[i]), i));
        _out.Write("\"");
        foreach (var operand in operands) _out.Write($", {SiteMacros.Constraint(RecordedAs(operand))} ({ValueOf(operand)})");
        _out.Write(");");
    }

    private static TypeClass RecordedAs(Operand operand)
    {
        if (operand.Local.IsEscaped && !operand.Local.IsVariableArray) return TypeClass.Memory;
        return operand.Type.Class == TypeClass.VariablyModified ? TypeClass.Integer : operand.Type.Class;
    }

    private string ValueOf(Operand operand)
    {
        var local = operand.Local;
        if (local.IsVariableArray) return _isClone ? local.PlaceName : $"(unsigned long) {local.EmittedName}";
        if (_isClone) return local.IsEscaped ? local.AtPlace : local.CloneName + operand.Path;
        return local.EmittedName + operand.Path;
    }

    // r = setjmp (b)    ---->    j = b; r = setjmp (j); landed:
    private void PrintSetjmp(SetjmpStatement s, int depth)
    {
        _out.Sync(s.Span.Start, depth);
        Write($"{s.Buffer.Name} = (void *) (", s.Call[1], ");");
        foreach (var other in _setjmps.Where(other => other != s)) _out.Write($" if ({other.Buffer.Name} == {s.Buffer.Name}) {other.Buffer.Name} = 0;");
        if (s.Mask is not null) Write($" {s.Mask.Name} = ", s.Call[2], ";");
        _out.Write($" {s.Result.Name} = {s.Call.Callee!.Name} ({s.Buffer.Name}{(s.Mask is null ? "" : ", " + s.Mask.Name)});");
        if (_isClone) _out.Write($" upstare_landed_{s.Number}:;");
        PlaceEntered(s.Call.Span.Start);
    }

    // Signals are blocked while frames are restored: the mask that the buffer holds already is the one to keep, so glibc
    // must not save it again.
    private static string Rearm(SetjmpStatement s)
    {
        var (name, result, buffer) = (s.Call.Callee!.Name, s.Result.Name, s.Buffer.Name);
        return name == "__sigsetjmp" && s.Mask is { } mask
            ? $"(({result} = {name} ({buffer}, 0)) != 0 || (((struct __jmp_buf_tag *) {buffer})->__mask_was_saved = {mask.Name} != 0, 0))"
            : $"({result} = {name} ({buffer}{(s.Mask is null ? "" : ", " + s.Mask.Name)})) != 0";
    }

    // ---- expressions ----

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
}
