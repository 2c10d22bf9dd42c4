// Builds statements.  libclang lists a statement's parts without saying which is which; where parts can be missing
// (for), the semicolons in the text tell.

using ClangSharp.Interop;
using UpStare.Compiler.Clang;
using UpStare.Compiler.Tree;
using static ClangSharp.Interop.CXCursorKind;

namespace UpStare.Compiler.Frontend;

internal sealed class StatementBuilder(TreeBuilder builder)
{
    private readonly Stack<TextSpan> _scopes = new();

    private string Text => builder.Source.Text;

    public Statement Build(CXCursor cursor, TextSpan scope)
    {
        _scopes.Push(scope);
        var statement = Build(cursor);
        _scopes.Pop();
        return statement;
    }

    // libclang ends a statement before the semicolon of the expression statement it ends with; ours include it.
    private Statement Build(CXCursor cursor)
    {
        var statement = BuildPart(cursor);
        var end = 0;
        foreach (var child in statement.Children) end = Math.Max(end, child.Span.End);
        return end <= statement.Span.End ? statement : statement with { Span = new TextSpan(statement.Span.Start, end) };
    }

    private Statement BuildPart(CXCursor cursor)
    {
        var span = builder.SpanOf(cursor);
        if (cursor.IsExpression) return new ExpressionStatement(WithSemicolon(span), builder.Expressions.Build(cursor));
        var children = CursorChildren.Of(cursor);
        switch (cursor.Kind)
        {
            case CXCursor_CompoundStmt:
                return new BlockStatement(span, Array.ConvertAll(children, child => Build(child, span)));
            case CXCursor_DeclStmt:
                return BuildDeclaration(children, WithSemicolon(span));
            case CXCursor_IfStmt:
                return new IfStatement(span, Expression(children[0]), Build(children[1], span), children.Length > 2 ? Build(children[2], span) : null);
            case CXCursor_WhileStmt:
                return new WhileStatement(span, Expression(children[0]), Build(children[1], span));
            case CXCursor_DoStmt:
                return new DoStatement(WithSemicolon(span), Build(children[0], span), Expression(children[1]), IsZero(children[1]));
            case CXCursor_ForStmt:
                return BuildFor(children, span);
            case CXCursor_SwitchStmt:
                return new SwitchStatement(span, Expression(children[0]), Build(children[^1], span));
            case CXCursor_CaseStmt or CXCursor_DefaultStmt:
                return new CaseStatement(span, HeadOf(span, children[^1]), cursor.Kind == CXCursor_DefaultStmt, Build(children[^1]));
            case CXCursor_LabelStmt:
                return new LabelStatement(span, HeadOf(span, children[^1]), cursor.Spelling.Take(), Build(children[^1]));
            case CXCursor_GotoStmt:
                return new GotoStatement(WithSemicolon(span), children[0].Spelling.Take());
            case CXCursor_IndirectGotoStmt:
                return new ComputedGotoStatement(WithSemicolon(span), Expression(children[0]));
            case CXCursor_BreakStmt:
                return new BreakStatement(WithSemicolon(span));
            case CXCursor_ContinueStmt:
                return new ContinueStatement(WithSemicolon(span));
            case CXCursor_ReturnStmt:
                return new ReturnStatement(WithSemicolon(span), children.Length == 0 ? null : Expression(children[0]));
            case CXCursor_NullStmt:
                return new OpaqueStatement(WithSemicolon(span), []);
            case CXCursor_GCCAsmStmt:
                return BuildAssembly(children, WithSemicolon(span));
            case CXCursor_UnexposedStmt when children.All(child => child.Kind == CXCursor_NullStmt || child.IsAttribute):
                return new OpaqueStatement(WithSemicolon(span), []); // __attribute__((fallthrough));
            case CXCursor_UnexposedStmt when children.Where(child => child.IsStatement).ToArray() is [var inner]:
                return Build(inner); // #pragma GCC unroll and its kin are attributes to libclang
            default:
                throw new NotUnderstoodException(span.Start, $"a statement of a kind that is not understood ({cursor.KindSpelling.Take()})");
        }
    }

    private bool IsZero(CXCursor condition) => builder.Source[builder.SpanOf(condition)].Trim('(', ')', ' ') == "0";

    private Expression Expression(CXCursor cursor) => builder.Expressions.Build(cursor);

    private TextSpan WithSemicolon(TextSpan span) =>
        Text[span.End - 1] == ';' ? span : new TextSpan(span.Start, Declarators.StatementEnd(Text, span.End));

    private TextSpan HeadOf(TextSpan span, CXCursor body) => new(span.Start, builder.SpanOf(body).Start);

    private ForStatement BuildFor(CXCursor[] children, TextSpan span)
    {
        var (first, second) = Semicolons(span);
        Statement? initial = null;
        Expression? condition = null, step = null;
        _scopes.Push(span);
        foreach (var child in children[..^1])
        {
            var start = builder.SpanOf(child).Start;
            if (start < first) initial = Build(child);
            else if (start < second) condition = Expression(child);
            else step = Expression(child);
        }

        var body = Build(children[^1]);
        _scopes.Pop();
        return new ForStatement(span, initial, condition, step, body);
    }

    private (int First, int Second) Semicolons(TextSpan span)
    {
        var lexer = new Lexer(Text, span.Start, span.End);
        var (depth, first) = (0, -1);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (token.Kind != TokenKind.Punctuation) continue;
            var c = Text[token.Span.Start];
            if (c is '(' or '{' or '[') depth++;
            else if (c is ')' or '}' or ']') depth--;
            else if (c == ';' && depth == 1 && first < 0) first = token.Span.Start;
            else if (c == ';' && depth == 1) return (first, token.Span.Start);
        }

        throw new NotUnderstoodException(span.Start, "a for statement without two semicolons");
    }

    private OpaqueStatement BuildAssembly(CXCursor[] children, TextSpan span)
    {
        var text = AssemblyText.Read(Text, span);
        var operands = children.Where(child => child.IsExpression && child.Kind != CXCursor_AddrLabelExpr).Select(child => builder.Expressions.Build(child, isAddressTaken: true)).ToArray();
        if (operands.Length != text.Constraints.Count) throw new NotUnderstoodException(span.Start, "inline assembly with operands that libclang does not show");
        for (var i = 0; i < operands.Length; i++)
        {
            // What can be in memory can have its address taken by the instructions.
            if (Analysis.EscapedLocals.RootOf(operands[i]) is { IsRegister: false } local && text.Constraints[i].AsSpan().IndexOfAny("mopgVX<>") >= 0) local.IsEscaped = true;
        }

        return new OpaqueStatement(span, operands) { Slots = [.. operands.Select(operand => operand.Span)], Constraints = text.Constraints, Labels = text.Labels };
    }

    private DeclarationStatement BuildDeclaration(CXCursor[] children, TextSpan span)
    {
        foreach (var type in children.Where(child => child.IsDeclaration && child.Kind is CXCursor_TypedefDecl or CXCursor_StructDecl or CXCursor_UnionDecl or CXCursor_EnumDecl))
            builder.Function!.Types.Add(((type.Kind == CXCursor_TypedefDecl ? "" : Analysis.HiddenTypes.Tag) + type.Spelling.Take(), (int)type.Location.FileOffset));
        var declarators = new List<Declarator>();
        TextSpan? specifiers = null;
        var scope = new TextSpan(span.Start, _scopes.Peek().End);
        // A typedef of computed size is declared with all that its declaration declares.
        var hasComputed = children.Any(child => child.Kind == CXCursor_TypedefDecl && builder.Types.IsVariablyModified(child.TypedefDeclUnderlyingType));
        foreach (var cursor in children.Where(child => child.Kind == CXCursor_VarDecl || (hasComputed && child.Kind == CXCursor_TypedefDecl)))
        {
            var previousEnd = declarators.Count == 0 ? -1 : declarators[^1].Span.End;
            if (BuildDeclarator(cursor, span, scope, previousEnd, ref specifiers) is { } declarator) declarators.Add(declarator);
        }

        foreach (var cursor in children.Where(child => child.Kind == CXCursor_FunctionDecl)) builder.FunctionOf(cursor);
        foreach (var cursor in children.Where(child => child.Kind == CXCursor_StaticAssert)) builder.CollectReferences(cursor);
        var locals = declarators.Select(d => d.Variable).OfType<Local>().ToList();
        if (locals.Any(local => local.IsRegister)) locals.ForEach(local => local.IsRegister = true); // one word `register` is for all of them
        else if (locals.Any(local => local.Type.Class is not (TypeClass.Integer or TypeClass.Floating)) && specifiers is { } words && RegisterWord(words) is { } word) locals.ForEach(local => local.RegisterWord = word);
        return new DeclarationStatement(span, specifiers ?? new TextSpan(span.Start, span.Start), [.. declarators])
        {
            IsVerbatim = declarators.Count == 0 || declarators.Any(d => d.Variable is not Local),
        };
    }

    private TextSpan? RegisterWord(TextSpan specifiers)
    {
        var lexer = new Lexer(Text, specifiers.Start, specifiers.End);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (Text.AsSpan(token.Span.Start, token.Span.Length) is "register") return token.Span;
        }

        return null;
    }

    private Declarator? BuildDeclarator(CXCursor cursor, TextSpan statement, TextSpan scope, int previousEnd, ref TextSpan? specifiers)
    {
        var name = builder.NameSpanOf(cursor);
        specifiers ??= new TextSpan(statement.Start, Declarators.Start(Text, statement.Start, name.Start));
        if (cursor.Kind == CXCursor_VarDecl && cursor.StorageClass is CX_StorageClass.CX_SC_Static or CX_StorageClass.CX_SC_Extern)
        {
            if (builder.Types.IsVariablyModified(cursor.Type)) throw new NotUnderstoodException(name.Start, $"'{cursor.Spelling.Take()}' is static and points to something of a size that is computed at run time");
            var variable = builder.AddStatic(cursor);
            builder.AddInitialiser(cursor, variable);
            return new Declarator(name, name, variable, null, []);
        }

        var attributes = CursorChildren.Of(cursor);
        AddPrototypeNames(attributes);
        var value = cursor.Kind == CXCursor_VarDecl ? cursor.VarDeclInitializer : default;
        var hasInitialiser = cursor.Kind == CXCursor_VarDecl && !value.IsNull && !value.IsInvalid;
        var isComputed = builder.Types.IsVariablyModified(cursor.Type);
        var sizes = attributes.Where(child => child.IsExpression && (!hasInitialiser || builder.SpanOf(child) != builder.SpanOf(value))).Select(child => Size(isComputed, Expression(child)))
            .Concat(attributes.Select(builder.TypeNameOf).OfType<Expression>()).ToArray();
        var start = previousEnd < 0 ? specifiers.Value.End : Text.IndexOf(',', previousEnd) + 1;
        var declared = isComputed ? ComputedTypes.Read(builder.Source, specifiers.Value, new TextSpan(start, Declarators.End(Text, name.End)), name, sizes, isParameter: false) : null;

        if (cursor.Kind == CXCursor_TypedefDecl && !isComputed)
        {
            var nameEnd = SkipAttributes(Declarators.End(Text, name.End));
            return new Declarator(new TextSpan(start, nameEnd), name, new ConstantDeclaration(cursor.Spelling.Take(), builder.Types.Of(cursor.Type)), null, sizes);
        }

        // The initialiser may name the variable itself; for continuation points the scope starts behind it.
        var local = builder.AddLocal(cursor, name, new TextSpan(builder.SpanOf(cursor).End, scope.End), isParameter: false, declared, CleanupOf(cursor, attributes, statement, specifiers.Value));
        local.IsRegister = attributes.Any(child => child.Kind == CXCursor_AsmLabelAttr);
        if (local.IsRegister && IsStackRegister(name.End)) throw new NotUnderstoodException(name.Start, $"'{local.Name}' is bound to the stack's register");
        var initialiser = hasInitialiser ? Expression(value) : null;
        var end = Math.Max(initialiser?.Span.End ?? 0, builder.SpanOf(cursor).End);
        end = Math.Max(end, SkipAttributes(Declarators.End(Text, Math.Max(end, name.End))));
        return new Declarator(new TextSpan(start, end), name, local, initialiser, sizes);
    }

    private void AddPrototypeNames(CXCursor[] children)
    {
        foreach (var parameter in children.Where(child => child.Kind == CXCursor_ParmDecl))
        {
            builder.Function!.PrototypeNames.Add(builder.NameSpanOf(parameter).Start);
            AddPrototypeNames(CursorChildren.Of(parameter));
        }
    }

    // Where a frame is differs from one version to the next.
    private bool IsStackRegister(int nameEnd)
    {
        var lexer = new Lexer(Text, nameEnd, Text.Length);
        var token = lexer.Next();
        while (token.Kind is not (TokenKind.Text or TokenKind.End)) token = lexer.Next();
        return builder.Source[token.Span].Trim('"', '%') is "rsp" or "esp" or "sp" or "rbp" or "ebp" or "bp";
    }

    private (FunctionDeclaration?, TextSpan) CleanupOf(CXCursor cursor, CXCursor[] children, TextSpan statement, TextSpan specifiers)
    {
        var shown = children.Where(child => child.IsAttribute).Select(child => builder.SpanOf(child).Start).ToHashSet();
        var found = shown.Count == 0 ? [] : Attributes.Find(Text, statement).Where(attribute => attribute.Word == "cleanup" && shown.Contains(attribute.Span.Start)).ToList();
        if (found.Count == 0) return default;
        var name = cursor.Spelling.Take();
        if (found.Count > 1) throw new NotUnderstoodException(found[1].Span.Start, $"'{name}' has the attribute cleanup twice");
        if (specifiers.Contains(found[0].Span.Start) && builder.Source[specifiers].Contains('{', StringComparison.Ordinal)) throw new NotUnderstoodException(found[0].Span.Start, $"'{name}' has the attribute cleanup in a declaration that defines a type");
        return builder.FindFunction(builder.Source[found[0].Arguments].Trim()) is { } function
            ? (function, found[0].Span)
            : throw new NotUnderstoodException(found[0].Span.Start, $"the cleanup function of '{name}' is not known");
    }

    // The size of an array is only evaluated if the type depends on it.
    private static Expression Size(bool isComputed, Expression size) => isComputed
        ? size
        : new UnevaluatedExpression(size.Span, size.Type) { Operands = [size], Slots = [size.Span] };

    // After `int x __attribute__((unused))` without an initialiser the attributes belong to the declarator.
    private int SkipAttributes(int from)
    {
        var lexer = new Lexer(Text, from, Text.Length);
        var (depth, end) = (0, from);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            var c = token.Kind == TokenKind.Punctuation ? Text[token.Span.Start] : '\0';
            if (depth == 0 && c is '=' or ',' or ';') return end;
            if (c is '(') depth++;
            if (c is ')') depth--;
            end = token.Span.End;
        }

        return end;
    }
}
