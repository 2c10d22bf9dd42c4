// Declarations: places of escaped locals, variably modified types, temporaries.

using System.Globalization;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Lowering;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

public sealed partial class FunctionPrinter
{
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
        // What typeof names can have attributes that our spelling of it has not; vectors that are compared give one of long for gcc, of long long for libclang.
        var isGccs = type.IsOfExpression || type.Canonical.Contains("vector_size", StringComparison.Ordinal);
        if (type.IsArray || !type.IsSpellable || (isGccs && value is not null))
        {
            if (value is null) throw new NotLoweredException(_function.NameOffset, "a temporary of a type without a name");
            _out.Write($"__auto_type {temporary.Name}");
            return;
        }

        _out.Write(SpellInside(type) is var spelling && spelling.EndsWith('*') ? spelling + temporary.Name : $"{spelling} {temporary.Name}");
    }
}
