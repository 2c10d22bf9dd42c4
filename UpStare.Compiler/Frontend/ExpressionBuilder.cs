// Builds expressions.  libclang shows implicit conversions and a few operators only as "unexposed"; those are told
// apart by their text.  What stays unknown becomes an OpaqueExpression with the operands libclang shows: harmless
// unless a call in it has to be taken out.

using ClangSharp.Interop;
using UpStare.Compiler.Clang;
using UpStare.Compiler.Tree;
using static ClangSharp.Interop.CXCursorKind;

namespace UpStare.Compiler.Frontend;

internal sealed class ExpressionBuilder(TreeBuilder builder)
{
    // Generic builtins that are no calls to libclang.
    private static readonly string[] LikeCalls = ["__atomic_", "__c11_atomic_", "__builtin_shufflevector", "__builtin_convertvector"];

    private const string ChooseExpression = "__builtin_choose_expr";

    // Builtins that look at an expression without evaluating it.
    private static readonly HashSet<string> Inspecting = ["__builtin_constant_p", "__builtin_object_size", "__builtin_classify_type", "__builtin_types_compatible_p"];

    private string Text => builder.Source.Text;

    public Expression Build(CXCursor cursor, bool isAddressTaken = false)
    {
        var span = builder.SpanOf(cursor);
        // libclang crashes when asked for the type of a generic builtin such as __atomic_exchange.
        var type = cursor.Kind == CXCursor_DeclRefExpr && cursor.Referenced is { Kind: CXCursor_FunctionDecl } function && TreeBuilder.IsBuiltin(function.Spelling.Take())
            ? TypeBuilder.Unknown
            : TypeOf(cursor);
        switch (cursor.Kind)
        {
            case CXCursor_IntegerLiteral or CXCursor_FloatingLiteral or CXCursor_ImaginaryLiteral or CXCursor_StringLiteral
                or CXCursor_CharacterLiteral or CXCursor_GNUNullExpr:
                return new LiteralExpression(span, type);
            case CXCursor_DeclRefExpr:
                return BuildName(cursor, span, type, isAddressTaken);
            case CXCursor_ParenExpr:
                return WithOperands(new ParenthesisedExpression(span, type), cursor, isAddressTaken);
            case CXCursor_UnexposedExpr:
                return BuildUnexposed(cursor, span, type, isAddressTaken);
            case CXCursor_CallExpr:
                return BuildCall(cursor, span, type);
            case CXCursor_UnaryOperator:
                var unary = UnaryOf(cursor.UnaryOperatorKind);
                return WithOperands(new UnaryExpression(span, type, unary), cursor, unary == Operator.AddressOf);
            case CXCursor_BinaryOperator or CXCursor_CompoundAssignOperator:
                return BuildBinary(cursor, span, type);
            case CXCursor_ConditionalOperator:
                return WithOperands(new ConditionalExpression(span, type), cursor);
            case CXCursor_ArraySubscriptExpr:
                return WithOperands(new SubscriptExpression(span, type), cursor, isAddressTaken);
            case CXCursor_MemberRefExpr:
                return BuildMember(cursor, span, type, isAddressTaken);
            case CXCursor_CStyleCastExpr:
                return type.Class == TypeClass.VariablyModified
                    ? With(new OpaqueExpression(span, type) { IsLikeCall = true }, TypeOperands(cursor))
                    : WithLastOperand(new ConversionExpression(span, type, IsExplicit: true), cursor);
            case CXCursor_CompoundLiteralExpr when TransparentOperand(cursor) is { } operand:
                return Build(operand, isAddressTaken);
            case CXCursor_CompoundLiteralExpr:
                return WithLastOperand(new CompoundLiteralExpression(span, type), cursor);
            case CXCursor_InitListExpr:
                return Initialisers.Ordered((InitialiserExpression)WithOperands(new InitialiserExpression(span, type), cursor), cursor, builder);
            case CXCursor_StmtExpr:
                var body = CursorChildren.Of(cursor)[0];
                return new StatementExpression(span, type, (BlockStatement)builder.Statements.Build(body, builder.SpanOf(body)));
            case CXCursor_AddrLabelExpr:
                return new LabelAddressExpression(span, type, builder.AddLabelAddress(cursor));
            case CXCursor_GenericSelectionExpr:
                return BuildSelection(cursor, span, type);
            case CXCursor_UnaryExpr:
                return BuildSizeof(cursor, span, type);
            default:
                return BuildOpaque(cursor, span, type, isAddressTaken);
        }
    }

    // connect (fd, &address, n)    A pointer for a parameter that is a transparent union is shown as a literal of that type, though none
    // is written; the union cannot be initialised so.
    private CXCursor? TransparentOperand(CXCursor literal) =>
        Operands(literal) is [.., { Kind: CXCursor_InitListExpr } list] && Text[builder.SpanOf(list).Start] != '{' && Operands(list) is [var operand] ? operand : null;

    // libclang shows a parameter that is declared as an array, and what is computed with it, with the type as written: a
    // value is never an array, and neither is a parameter.
    private CType TypeOf(CXCursor cursor)
    {
        var type = builder.Types.Of(cursor.Type);
        if (!type.IsArray) return type;
        var isPointer = cursor.Kind switch
        {
            CXCursor_DeclRefExpr => cursor.Referenced.Kind == CXCursor_ParmDecl,
            CXCursor_ParenExpr => Operands(cursor) is [var inner] && !TypeOf(inner).IsArray,
            CXCursor_UnaryOperator => cursor.UnaryOperatorKind != CXUnaryOperatorKind.CXUnaryOperator_Deref,
            CXCursor_BinaryOperator or CXCursor_CompoundAssignOperator or CXCursor_ConditionalOperator or CXCursor_CStyleCastExpr or CXCursor_CallExpr => true,
            CXCursor_UnexposedExpr => Operands(cursor) is [var operand] && builder.SpanOf(operand) == builder.SpanOf(cursor),
            _ => false,
        };
        return isPointer ? builder.Types.OfParameter(cursor.Type) : type;
    }

    private NameExpression BuildName(CXCursor cursor, TextSpan span, CType type, bool isAddressTaken)
    {
        var declaration = builder.DeclarationOf(cursor, cursor.Referenced);
        if (declaration is FunctionDeclaration function) builder.AddFunctionAddress(span, function);
        if (declaration is StaticVariable variable) builder.AddStaticUse(span, variable, isAddressTaken || variable.Type.IsArray);
        // libclang gives an array parameter the type that is written.
        return new NameExpression(span, declaration is Local { IsVariablyModified: true } local ? local.Type : type, declaration);
    }

    private Expression BuildUnexposed(CXCursor cursor, TextSpan span, CType type, bool isAddressTaken)
    {
        var children = Operands(cursor);
        if (children.Length == 1 && builder.SpanOf(children[0]) == span)
        {
            var operand = Build(children[0], isAddressTaken);
            var isSame = operand is NameExpression { Declaration: Local { IsParameter: true, IsVariablyModified: true } };
            return With(new ConversionExpression(span, isSame ? operand.Type : type, IsExplicit: false), [operand], [span]);
        }

        if (span.Length > 0 && Text[span.Start] is '.' or '[' && children.Length > 0)
        {
            return WithLastOperand(new DesignatedExpression(span, type), cursor);
        }

        if (children.Length >= 2 && IsShortConditional(children))
        {
            var (first, last) = (children[0], children[^1]);
            return With(new ConditionalExpression(span, type), [Build(first), Build(last)], [builder.SpanOf(first), builder.SpanOf(last)]);
        }

        return BuildOpaque(cursor, span, type, isAddressTaken);
    }

    private Expression BuildOpaque(CXCursor cursor, TextSpan span, CType type, bool isAddressTaken)
    {
        if (span.Length > 0 && string.CompareOrdinal(Text, span.Start, ChooseExpression, 0, ChooseExpression.Length) == 0) return BuildSelection(cursor, span, type);
        bool Begins(string name) => string.CompareOrdinal(Text, span.Start, name, 0, name.Length) == 0;
        Expression expression = span.Length > 0 && Inspecting.Any(Begins) ? new UnevaluatedExpression(span, type) : new OpaqueExpression(span, type) { IsLikeCall = LikeCalls.Any(Begins) };
        return WithOperands(expression, cursor, isAddressTaken);
    }

    private Expression BuildSelection(CXCursor cursor, TextSpan span, CType type)
    {
        var selection = WithOperands(new SelectionExpression(span, type), cursor);
        var selector = new UnevaluatedExpression(selection.Slots[0], selection[0].Type) { Operands = [selection[0]], Slots = [selection.Slots[0]] };
        return selection with { Operands = [selector, .. selection.Operands[1..]] };
    }

    private bool IsShortConditional(CXCursor[] children)
    {
        var lexer = new Lexer(Text, builder.SpanOf(children[0]).End, Text.Length);
        return Text[lexer.Next().Span.Start] == '?' && Text[lexer.Next().Span.Start] == ':';
    }

    private Expression BuildCall(CXCursor cursor, TextSpan span, CType type)
    {
        var children = Operands(cursor);
        var operands = new Expression[children.Length];
        var slots = new TextSpan[children.Length];
        FunctionDeclaration? callee = null;
        for (var i = 0; i < children.Length; i++)
        {
            slots[i] = builder.SpanOf(children[i]);
            if (i == 0 && TreeBuilder.DirectCallee(children[0]) is { } named)
            {
                callee = builder.FunctionOf(named);
                operands[0] = new NameExpression(slots[0], callee.Type, callee);
            }
            else
            {
                operands[i] = Build(children[i]);
            }
        }

        if (callee is not null && Inspecting.Contains(callee.Name)) return With(new UnevaluatedExpression(span, type), operands[1..], slots[1..]);
        return new CallExpression(span, type) { Operands = operands, Slots = slots, Callee = callee, IsBuiltin = callee is not null && TreeBuilder.IsBuiltin(callee.Name) };
    }

    private Expression BuildBinary(CXCursor cursor, TextSpan span, CType type)
    {
        var children = Operands(cursor);
        if (children.Length != 2) throw new NotUnderstoodException(span.Start, "a binary operator without two operands");
        var (left, right) = (builder.SpanOf(children[0]), builder.SpanOf(children[1]));
        var symbol = left.End <= right.Start ? Symbol(left.End, right.Start) : "?";
        var op = cursor.Kind == CXCursor_CompoundAssignOperator ? Operator.CompoundAssign : symbol switch
        {
            "=" => Operator.Assign,
            "," => Operator.Comma,
            "&&" => Operator.LogicalAnd,
            "||" => Operator.LogicalOr,
            "+" or "*" or "&" or "|" or "^" or "==" or "!=" or "<" or ">" or "<=" or ">=" => Operator.Swappable,
            _ => Operator.None,
        };
        return With(new BinaryExpression(span, type, op, symbol), [Build(children[0]), Build(children[1])], [left, right]);
    }

    private string Symbol(int start, int end)
    {
        var lexer = new Lexer(Text, start, end);
        var symbol = "";
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next()) symbol += Text[token.Span.Start..token.Span.End];
        return symbol;
    }

    // A member of an anonymous struct shows as a member of an invisible member, which has no text of its own.
    private Expression BuildMember(CXCursor cursor, TextSpan span, CType type, bool isAddressTaken)
    {
        var children = Operands(cursor);
        if (children.Length == 0) throw new NotUnderstoodException(span.Start, "a member without an object");
        var slot = builder.SpanOf(children[0]);
        if (slot == span) return Build(children[0], isAddressTaken);
        var isArrow = new Lexer(Text, slot.End, span.End).Next() is var token && Text[token.Span.Start] == '-';
        var width = cursor.Referenced is { IsBitField: true } field ? field.FieldDeclBitWidth : 8 * type.Size;
        var isNarrow = width < 8 * type.Size;
        var member = new MemberExpression(span, type, isArrow, cursor.Spelling.Take())
        {
            IsWideBitField = isNarrow && width > 32,
            IsNarrowBitField = isNarrow && type.Size >= 4 && type.Canonical != "int",
        };
        return With(member, [Build(children[0], isAddressTaken && !isArrow)], [slot]);
    }

    // In the order of the text, as printing needs them: __atomic_store_n (p, v, order) shows as p, order, v.
    private Expression WithOperands(Expression expression, CXCursor cursor, bool isAddressTaken = false)
    {
        var children = Operands(cursor);
        if (children.Length == 0) return expression;
        var slots = Slots(children);
        for (var i = 1; i < slots.Length; i++)
        {
            if (slots[i].Start >= slots[i - 1].Start) continue;
            children = [.. children.OrderBy(child => builder.SpanOf(child).Start)];
            slots = Slots(children);
            break;
        }

        var operands = new Expression[children.Length];
        for (var i = 0; i < children.Length; i++) operands[i] = Build(children[i], isAddressTaken);
        return With(expression, operands, slots);
    }

    private TextSpan[] Slots(CXCursor[] children)
    {
        var slots = new TextSpan[children.Length];
        for (var i = 0; i < children.Length; i++) slots[i] = builder.SpanOf(children[i]);
        return slots;
    }

    // sizeof evaluates what it is asked about if that is a variable length array; for a type libclang shows the sizes in it, twice.
    private Expression BuildSizeof(CXCursor cursor, TextSpan span, CType type)
    {
        var operands = TypeOperands(cursor);
        var isSizeof = string.CompareOrdinal(Text, span.Start, "sizeof", 0, 6) == 0;
        var isOfType = operands.Length > 0 && (operands[0] is NameExpression { Declaration: Local { IsTypeName: true } } || Text.AsSpan(0, operands[0].Span.Start).TrimEnd() is [.., '[']);
        var isEvaluated = isSizeof && (isOfType
            ? operands.SelectMany(Analysis.ExpressionFacts.Evaluated).Any(e => e is NameExpression { Declaration: not ConstantDeclaration })
            : operands is [{ Type: { Class: TypeClass.VariablyModified, IsPointer: false } } operand] && operand.Stripped is not NameExpression { Type.IsPointer: true });
        return With(isEvaluated ? new OpaqueExpression(span, type) { IsLikeCall = isOfType } : new UnevaluatedExpression(span, type), operands);
    }

    // Operands, sizes and names of computed types in the order of the text; a size in a type shows twice.
    private Expression[] TypeOperands(CXCursor cursor)
    {
        var sizes = Operands(cursor).DistinctBy(builder.SpanOf).Select(child => Build(child));
        return [.. CursorChildren.Of(cursor).Select(builder.TypeNameOf).OfType<Expression>().Concat(sizes).OrderBy(e => e.Span.Start)];
    }

    private static Expression With(Expression expression, Expression[] operands) => With(expression, operands, [.. operands.Select(operand => operand.Span)]);

    private Expression WithLastOperand(Expression expression, CXCursor cursor)
    {
        var last = Operands(cursor)[^1];
        return With(expression, [Build(last)], [builder.SpanOf(last)]);
    }

    private static CXCursor[] Operands(CXCursor cursor) => CursorChildren.ExpressionsOf(cursor);

    private static Expression With(Expression expression, Expression[] operands, TextSpan[] slots) => expression.Complete(operands, slots);

    private static Operator UnaryOf(CXUnaryOperatorKind kind) => kind switch
    {
        CXUnaryOperatorKind.CXUnaryOperator_AddrOf => Operator.AddressOf,
        CXUnaryOperatorKind.CXUnaryOperator_Deref => Operator.Dereference,
        CXUnaryOperatorKind.CXUnaryOperator_LNot => Operator.Not,
        CXUnaryOperatorKind.CXUnaryOperator_Minus => Operator.Minus,
        CXUnaryOperatorKind.CXUnaryOperator_PostInc or CXUnaryOperatorKind.CXUnaryOperator_PostDec
            or CXUnaryOperatorKind.CXUnaryOperator_PreInc or CXUnaryOperatorKind.CXUnaryOperator_PreDec => Operator.Increment,
        _ => Operator.None,
    };
}
