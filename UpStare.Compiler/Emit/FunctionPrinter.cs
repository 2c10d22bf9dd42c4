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

using UpStare.Compiler.Analysis;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Lowering;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

/// <summary>Prints one function.</summary>
public sealed partial class FunctionPrinter
{
    private const string FrameName = "upstare_frame";
    private readonly SourceText _source;
    private readonly FunctionDefinition _function;
    private readonly LineTrackingWriter _out;
    private readonly SiteWriter _sites;
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
        _sites = new SiteWriter(output, function, isClone);
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
        // And nothing may stand in front of a block's __label__.
        var hasScope = _function.Locals.Any(local => local.IsVariablyModified && !local.IsParameter) || _function.Statements.Exists(s => s is DeclarationStatement declaration && declaration.DeclaresLabels(_source));
        if (hasScope) _out.Write(" {");
        PrintStatements(lowered.Statements, _function.BodySpan, 1);
        _out.Sync(_function.BodySpan.End - 1, 0);
        // The end of main returns 0; a clone of it is no main.
        if (_isClone && _function.Declaration is { Name: "main", ResultType.Class: TypeClass.Integer }) _out.Write("  return 0;");
        if (hasScope) _out.Write("}");
        _out.Write($"  if (0) {{ {WayOut.Label(_function)} {DummyReturn()} }} }}");
    }

    private string DummyReturn()
    {
        var result = _function.Declaration.ResultType;
        return result.Class switch
        {
            TypeClass.None => "return;",
            TypeClass.Integer or TypeClass.Floating => "return 0;",
            _ => $"{{ {SpellInside(result)} upstare_dummy; __builtin_memset (&upstare_dummy, 0, sizeof upstare_dummy); return upstare_dummy; }}",
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

    // The type of a temporary, where the body's own types are in scope.
    private string SpellInside(CType type)
    {
        var spelling = Spell(type);
        return IsAmbiguous(spelling) ? throw new NotLoweredException(_function.NameOffset, $"the name of the type '{type.ValueSpelling}' has several meanings in it") : spelling;
    }

    private bool IsAmbiguous(string spelling)
    {
        if (_function.AmbiguousTypes.Count == 0) return false;
        var lexer = new Lexer(spelling, 0, spelling.Length);
        var prefix = "";
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            var word = spelling[token.Span.Start..token.Span.End];
            if (token.Kind == TokenKind.Identifier && _function.AmbiguousTypes.Contains(prefix + word)) return true;
            prefix = word is "struct" or "union" or "enum" ? HiddenTypes.Tag : "";
        }

        return false;
    }

    // Whether a local, or another type of the function, has the name of a type; tags are names of their own.
    private bool IsHidden(string spelling)
    {
        if (IsAmbiguous(spelling)) return true;
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
}
