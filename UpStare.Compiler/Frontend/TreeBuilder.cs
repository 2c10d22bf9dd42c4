// Builds the tree of a unit from libclang's cursors; nothing after it sees libclang.
//
// In: a parsed unit.  Out: its function definitions with bodies as trees, its variables with static storage and where
// they are declared, the places where addresses of functions are used.  A body that holds something not understood
// stays null with the reason; the rest of the unit is not affected.  Expressions are in ExpressionBuilder, statements
// in StatementBuilder.

using ClangSharp.Interop;
using UpStare.Compiler.Clang;
using UpStare.Compiler.Tree;
using static ClangSharp.Interop.CXCursorKind;

namespace UpStare.Compiler.Frontend;

/// <summary>Thrown inside a function body that cannot be understood.</summary>
public sealed class NotUnderstoodException(int offset, string reason) : Exception(reason)
{
    /// <summary>Where.</summary>
    public int Offset { get; } = offset;
}

/// <summary>Builds a unit's tree.</summary>
public sealed class TreeBuilder
{
    private readonly Dictionary<CXCursor, Declaration> _variables = [];
    private readonly Dictionary<CXCursor, FunctionDeclaration> _functions = new(IdenticalCursors.Comparer);
    private readonly HashSet<string> _definitions = [];
    private readonly ParsedUnit _parsed;
    private readonly bool _describesData;
    private readonly HashSet<string> _away;
    private VariableSite? _lastSite;

    private TreeBuilder(SourceText source, ParsedUnit parsed, string away, bool describesData)
    {
        Source = source;
        _parsed = parsed;
        _describesData = describesData;
        _away = [.. away.Split(',')];
        Types = new TypeBuilder(describesData ? new DataTypeBuilder(source) : null);
        Expressions = new ExpressionBuilder(this);
        Statements = new StatementBuilder(this);
    }

    internal SourceText Source { get; }

    internal TypeBuilder Types { get; }

    internal UnitTree Unit { get; } = new();

    internal ExpressionBuilder Expressions { get; }

    internal StatementBuilder Statements { get; }

    /// <summary>The function whose body is being built; null at file scope.</summary>
    internal FunctionDefinition? Function { get; private set; }

    /// <summary>Builds the tree of a parsed unit, for a list of <see cref="Driver.CompileOptions.Away"/>; with descriptions of the data of its types, if they are wanted.</summary>
    public static UnitTree Build(SourceText source, ParsedUnit parsed, string away = "", bool describesData = false)
    {
        var builder = new TreeBuilder(source, parsed, away, describesData);
        foreach (var cursor in CursorChildren.Of(parsed.Root).Where(parsed.Spans.IsInFile)) builder.AddTopLevel(cursor);
        return builder.Unit;
    }

    internal TextSpan SpanOf(CXCursor cursor) => _parsed.Spans.Of(cursor);

    internal Declaration DeclarationOf(CXCursor reference, CXCursor referenced)
    {
        switch (referenced.Kind)
        {
            case CXCursor_FunctionDecl:
                return FunctionOf(referenced);
            case CXCursor_VarDecl or CXCursor_ParmDecl:
                if (_variables.TryGetValue(referenced.CanonicalCursor, out var variable)) return variable;
                if (referenced.HasVarDeclGlobalStorage > 0) return AddStatic(referenced);
                throw new NotUnderstoodException(SpanOf(reference).Start, $"'{referenced.Spelling.Take()}' is used before it is declared");
            default:
                return new ConstantDeclaration(referenced.Spelling.Take(), Types.Of(referenced.Type));
        }
    }

    internal Local AddLocal(CXCursor cursor, TextSpan name, TextSpan scope, bool isParameter, ComputedType? declared = null, (FunctionDeclaration? Function, TextSpan Span) cleanup = default)
    {
        var local = new Local(cursor.Spelling.Take(), isParameter ? Types.OfParameter(cursor.Type) : Types.Of(cursor.Type))
        {
            IsTypeName = cursor.Kind == CXCursor_TypedefDecl,
            Declared = declared,
            IsParameter = isParameter,
            NameOffset = name.Start,
            NameLength = name.Length,
            Scope = scope,
            Ordinal = Function!.Locals.Count,
            Cleanup = cleanup.Function,
            CleanupAttribute = cleanup.Span,
        };
        Function.Locals.Add(local);
        _variables[cursor.CanonicalCursor] = local;
        return local;
    }

    /// <summary>A use of a typedef whose size is computed at run time; null for what is none.</summary>
    internal NameExpression? TypeNameOf(CXCursor cursor) =>
        cursor.Kind == CXCursor_TypeRef && _variables.TryGetValue(cursor.Referenced.CanonicalCursor, out var type) ? new NameExpression(SpanOf(cursor), type.Type, type) : null;

    /// <summary>Registers a declaration of a variable with static storage.</summary>
    internal StaticVariable AddStatic(CXCursor cursor)
    {
        var canonical = cursor.CanonicalCursor;
        var isLocal = Function is not null && cursor.StorageClass == CX_StorageClass.CX_SC_Static;
        if (!_variables.TryGetValue(canonical, out var known))
        {
            known = new StaticVariable(cursor.Spelling.Take(), Types.Of(cursor.Type)) { IsStaticLocal = isLocal };
            _variables.Add(canonical, known);
        }

        var variable = (StaticVariable)known;
        var site = SiteOf(cursor);
        var isDefinition = cursor.StorageClass != CX_StorageClass.CX_SC_Extern || site.Initialiser is not null || IsAlias(site);
        if (isDefinition) AddEntity(cursor, variable, site, isLocal);
        else AddExternal(cursor, variable, site);
        return variable;
    }

    private bool IsAlias(VariableSite site) => NamesAlias(site.Statement);

    // The attribute alias, by its word behind an __attribute__; not a name or a text that has those letters in it.
    private bool NamesAlias(TextSpan span)
    {
        if (!Source[span].Contains("alias", StringComparison.Ordinal)) return false;
        var lexer = new Lexer(Source.Text, span.Start, span.End);
        var isBehindAttribute = false;
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (token.Kind != TokenKind.Identifier) continue;
            var word = Source[token.Span];
            if (isBehindAttribute && (word is "alias" or "__alias__")) return true;
            isBehindAttribute |= word is "__attribute__" or "__attribute";
        }

        return false;
    }

    private void AddEntity(CXCursor cursor, StaticVariable variable, VariableSite site, bool isLocal)
    {
        if (!Unit.EntityOf.TryGetValue(variable, out var entity))
        {
            entity = new Entity
            {
                Ordinal = Unit.Entities.Count,
                Kind = cursor.TlsKind == CXTLSKind.CXTLS_None ? EntityKind.Variable : EntityKind.ThreadLocal,
                Name = variable.Name,
                IsStatic = cursor.StorageClass == CX_StorageClass.CX_SC_Static || cursor.Linkage == CXLinkageKind.CXLinkage_Internal,
                Function = isLocal ? Function : null,
                Type = Types.Of(cursor.Type),
            };
            Unit.Entities.Add(entity);
            Unit.EntityOf.Add(variable, entity);
            if (Unit.Externals.Remove(variable.Name, out var external) && !isLocal) entity.Sites.AddRange(external.Sites);
        }

        entity.Sites.Add(site);
        var type = Types.Of(cursor.Type);
        if (type.Size > entity.Type.Size) entity.Type = type;
        entity.IsTied |= CursorChildren.Of(cursor).Any(child => child.Kind == CXCursor_AsmLabelAttr);
        entity.IsTied |= IsAlias(site);
        entity.HasLocalType |= isLocal && NamesLocalType(cursor, site.Statement);
    }

    // A type, typedef or enumeration constant that the function declares before this declaration.
    private bool NamesLocalType(CXCursor cursor, TextSpan declaration)
    {
        if (cursor.Kind is CXCursor_TypeRef or CXCursor_DeclRefExpr && cursor.Referenced is var referenced && referenced.Kind != CXCursor_FunctionDecl && !(referenced.Kind == CXCursor_VarDecl && referenced.HasVarDeclGlobalStorage > 0))
        {
            var offset = (int)referenced.Location.FileOffset;
            if (Function!.BodySpan.Contains(offset) && !declaration.Contains(offset)) return true;
        }

        return CursorChildren.Of(cursor).Any(child => NamesLocalType(child, declaration));
    }

    private void AddExternal(CXCursor cursor, StaticVariable variable, VariableSite site)
    {
        if (Unit.EntityOf.TryGetValue(variable, out var entity))
        {
            entity.Sites.Add(site);
            return;
        }

        if (!Unit.Externals.TryGetValue(variable.Name, out var external))
        {
            external = new ExternalVariable { Name = variable.Name, IsThreadLocal = cursor.TlsKind != CXTLSKind.CXTLS_None, IsSystem = true };
            Unit.Externals.Add(variable.Name, external);
        }

        external.IsSystem &= Source.OriginOf(site.NameSpan.Start).IsSystem;
        external.Sites.Add(site);
    }

    internal VariableSite SiteOf(CXCursor cursor)
    {
        var span = SpanOf(cursor);
        var name = NameSpanOf(cursor);
        if (span.Start == name.Start && CursorChildren.Of(cursor).FirstOrDefault(child => child.Kind is CXCursor_StructDecl or CXCursor_UnionDecl or CXCursor_EnumDecl) is { IsDeclaration: true } type)
        {
            // libclang starts a declaration behind the type that it defines.
            span = new TextSpan(Declarators.BeforeType(Source.Text, SpanOf(type).Start), span.End);
        }

        var initialiser = cursor.VarDeclInitializer;
        TextSpan? value = initialiser.IsNull || initialiser.IsInvalid ? null : SpanOf(initialiser);
        var specifiers = new TextSpan(span.Start, Declarators.Start(Source.Text, span.Start, name.Start));
        var end = Declarators.StatementEnd(Source.Text, Math.Max(span.End, name.End));
        if (_lastSite is { } last && last.Statement.Contains(name.Start) && last.NameSpan.Start < name.Start)
        {
            // Not the first declarator of its declaration.
            return _lastSite = last with { NameSpan = name, DeclaratorEnd = Declarators.End(Source.Text, name.End), Initialiser = value };
        }

        return _lastSite = new VariableSite(specifiers, name, Declarators.End(Source.Text, name.End), value, new TextSpan(span.Start, end));
    }

    internal TextSpan NameSpanOf(CXCursor cursor)
    {
        // As long as the text has it, which may spell it with \U escapes; nameless parameters have no length.
        var (start, length) = ((int)cursor.Location.FileOffset, cursor.Spelling.Take().Length);
        return length == 0 ? new TextSpan(start, start) : new Lexer(Source.Text, start, Source.Text.Length).Next().Span;
    }

    internal static bool IsBuiltin(string name) =>
        name.StartsWith("__builtin_", StringComparison.Ordinal) || name.StartsWith("__sync_", StringComparison.Ordinal) || name.StartsWith("__atomic_", StringComparison.Ordinal);

    /// <summary>The function of a name that only an attribute's text holds; null when none is declared.</summary>
    internal FunctionDeclaration? FindFunction(string name)
    {
        if (Unit.Declarations.TryGetValue(name, out var known)) return known;
        var cursor = CursorChildren.Of(_parsed.Root).FirstOrDefault(child => child.Kind == CXCursor_FunctionDecl && child.Spelling.Take() == name);
        return cursor.Kind == CXCursor_FunctionDecl ? FunctionOf(cursor) : null;
    }

    internal FunctionDeclaration FunctionOf(CXCursor cursor)
    {
        if (!_functions.TryGetValue(cursor, out var function)) _functions.Add(cursor, function = FindOrDeclare(cursor));
        return function;
    }

    // libclang knows them, for every type of argument: so they have no prototype, like those that it has never heard of.
    private static readonly HashSet<string> GenericBuiltins =
    [
        "__builtin_isnan", "__builtin_isinf", "__builtin_isinf_sign", "__builtin_isfinite", "__builtin_finite", "__builtin_isnormal", "__builtin_signbit", "__builtin_fpclassify",
        "__builtin_isgreater", "__builtin_isgreaterequal", "__builtin_isless", "__builtin_islessequal", "__builtin_islessgreater", "__builtin_isunordered",
        "__builtin_add_overflow", "__builtin_sub_overflow", "__builtin_mul_overflow", "__builtin_constant_p", "__builtin_classify_type",
    ];

    private FunctionDeclaration FindOrDeclare(CXCursor cursor)
    {
        var name = cursor.Spelling.TakeName();
        if (Unit.Declarations.TryGetValue(name, out var known)) return known;
        var canonical = cursor.CanonicalCursor;
        var children = CursorChildren.Of(canonical);
        var label = children.FirstOrDefault(child => child.Kind == CXCursor_AsmLabelAttr);
        var declaration = new FunctionDeclaration(name, IsBuiltin(name) ? TypeBuilder.Unknown : Types.Of(cursor.Type))
        {
            ResultType = IsBuiltin(name) ? TypeBuilder.Unknown : Types.Of(cursor.ResultType),
            FirstOffset = (int)canonical.Location.FileOffset,
            IsUnknownBuiltin = IsBuiltin(name) && !GenericBuiltins.Contains(name) && cursor.Type.kind == CXTypeKind.CXType_FunctionNoProto,
            IsSystem = Source.OriginOf((int)canonical.Location.FileOffset).IsSystem,
            ReturnsTwice = HasAttribute(cursor, "returns_twice") || (canonical != cursor && HasAttribute(canonical, "returns_twice")),
            IsLeafByAttribute = Array.Exists(children, child => child.Kind is CXCursor_PureAttr or CXCursor_ConstAttr),
            Symbol = label.Kind == CXCursor_AsmLabelAttr ? label.Spelling.Take() : name,
        };
        Unit.Declarations.Add(name, declaration);
        if (_away.Contains(name)) declaration.Away = AwayTypes.Of(cursor.Type, Types);
        if (!IsBuiltin(name)) declaration.Target = TargetOf(cursor); // of a builtin a prelude may be the text
        return declaration;
    }

    // extern int f (int) __attribute__ ((alias ("g")));
    private FunctionDeclaration? TargetOf(CXCursor cursor)
    {
        var span = SpanOf(cursor);
        if (cursor.IsDefinition || Source.OriginOf(span.Start).IsSystem) return null;
        var statement = new TextSpan(span.Start, Declarators.StatementEnd(Source.Text, span.End));
        var text = Source.TextOf(statement);
        if (!text.Contains("alias", StringComparison.Ordinal) && !text.Contains("weakref", StringComparison.Ordinal)) return null;
        var name = Attributes.Find(Source.Text, statement).Where(attribute => attribute.Word is "alias" or "weakref").Select(attribute => Source[attribute.Arguments].Trim(' ', '(', ')', '"')).FirstOrDefault();
        return name is null || name == cursor.Spelling.Take() ? null : FindFunction(name);
    }

    // From the text: libclang does not know all of them.  The target decides in which registers a result is returned, so a
    // clone without it would not agree with the clone that calls it; options such as wrapv change what the code means.
    private void AddCodeAttributes(CXCursor cursor, FunctionDeclaration declaration)
    {
        var span = SpanOf(cursor);
        if (Source.OriginOf(span.Start).IsSystem || declaration.Definition is not null) return;
        var body = BodyOf(cursor);
        var end = body.Kind == CXCursor_CompoundStmt ? SpanOf(body).Start : Declarators.StatementEnd(Source.Text, span.End);
        foreach (var attribute in Attributes.Find(Source.Text, new TextSpan(span.Start, end)))
        {
            if (attribute.Word == "upstare_allocator")
            {
                declaration.IsAllocator = true;
                Unit.DroppedAttributes.Add((attribute.Span, "__unused__")); // gcc does not know it
            }

            if (attribute.Word == "upstare_away")
            {
                declaration.Away ??= AwayTypes.Of(cursor.Type, Types);
                Unit.DroppedAttributes.Add((attribute.Span, "__unused__"));
            }

            declaration.MustBeInlined |= attribute.Word is "always_inline" or "gnu_inline";
            if (attribute.Word is "target" or "optimize" or "no_sanitize" or "no_sanitize_undefined" or "no_stack_protector") declaration.CodeAttributes.Add(Source[attribute.Span].ReplaceLineEndings(" "));
        }
    }

    // Those of earlier declarations included: libclang hands them on.
    private bool HasAttribute(CXCursor cursor, string word)
    {
        foreach (var child in CursorChildren.Of(cursor))
        {
            if (child.IsAttribute && Source.TextOf(new Lexer(Source.Text, SpanOf(child).Start, Source.Text.Length).Next().Span).Trim('_').SequenceEqual(word)) return true;
        }

        return false;
    }

    // The body of a function; another kind of cursor if it has none.
    private static CXCursor BodyOf(CXCursor function) => Array.Find(CursorChildren.Of(function), child => child.Kind == CXCursor_CompoundStmt);

    private void AddTopLevel(CXCursor cursor)
    {
        switch (cursor.Kind)
        {
            case CXCursor_VarDecl when cursor.StorageClass == CX_StorageClass.CX_SC_Register:
                throw new Pipeline.UnitNotUnderstoodException($"{Source.OriginOf(NameSpanOf(cursor).Start)}: '{cursor.Spelling.Take()}' is a global variable in a register");
            case CXCursor_VarDecl:
                var variable = AddStatic(cursor);
                AddInitialiser(cursor, variable);
                break;
            // Most functions of system headers are never named: they are looked at when they are.
            case CXCursor_FunctionDecl when cursor.IsDefinition || !Source.OriginOf((int)cursor.Location.FileOffset).IsSystem:
                AddFunction(cursor);
                break;
            case CXCursor_StructDecl or CXCursor_UnionDecl or CXCursor_EnumDecl when _describesData && cursor.IsDefinition && !cursor.IsAnonymous:
                AddDefinition(cursor.Type.CanonicalType.Spelling.Take(), cursor);
                break;
            case CXCursor_TypedefDecl when _describesData:
                var type = cursor.TypedefDeclUnderlyingType.CanonicalType.Declaration;
                if (type.Kind is CXCursor_StructDecl or CXCursor_UnionDecl or CXCursor_EnumDecl && type.IsDefinition) AddDefinition(cursor.Spelling.Take(), type);
                break;
        }
    }

    private void AddDefinition(string name, CXCursor type)
    {
        if (Source.OriginOf((int)type.Location.FileOffset).IsSystem || !_definitions.Add(name)) return;
        if (Types.DataOf(type.Type) is { } data) Unit.DataDefinitions.Add(data);
    }

    /// <summary>Reads an initialiser of static storage for the addresses in it.</summary>
    internal void AddInitialiser(CXCursor cursor, StaticVariable variable)
    {
        var initialiser = cursor.VarDeclInitializer;
        if (initialiser.IsNull || initialiser.IsInvalid) return;
        if (CollectReferences(initialiser) && Unit.EntityOf.TryGetValue(variable, out var entity)) entity.HoldsLabels = true;
    }

    private void AddFunction(CXCursor cursor)
    {
        var declaration = FunctionOf(cursor);
        DropAttributes(cursor);
        AddCodeAttributes(cursor, declaration);
        if (!cursor.IsDefinition) return;
        var body = BodyOf(cursor);
        if (body.Kind != CXCursor_CompoundStmt) return;
        var head = new TextSpan(SpanOf(cursor).Start, SpanOf(body).Start);
        var text = Source[head];
        var function = new FunctionDefinition
        {
            Declaration = declaration,
            Ordinal = Unit.Functions.Count,
            Span = SpanOf(cursor),
            BodySpan = SpanOf(body),
            NameOffset = NameSpanOf(cursor).Start,
            IsStatic = cursor.Linkage == CXLinkageKind.CXLinkage_Internal,
            IsInline = cursor.IsFunctionInlined,
            IsExtern = cursor.StorageClass == CX_StorageClass.CX_SC_Extern,
            IsVariadic = cursor.IsVariadic,
            IsSystemInline = Source.OriginOf(SpanOf(body).Start).IsSystem,
            IsRoot = declaration.Name == "main" || text.Contains("constructor", StringComparison.Ordinal) || text.Contains("destructor", StringComparison.Ordinal),
        };
        declaration.Definition = function;
        Unit.Functions.Add(function);
        Unit.Entities.Add(new Entity
        {
            Ordinal = Unit.Entities.Count,
            Kind = EntityKind.Function,
            Name = declaration.Name,
            IsStatic = function.IsStatic,
            Type = declaration.Type,
            Definition = function,
            IsTied = NamesAlias(head) || CursorChildren.Of(cursor).Any(child => child.Kind == CXCursor_AsmLabelAttr),
        });
        Function = function;
        BuildBody(cursor, body, function);
        Function = null;
    }

    private void BuildBody(CXCursor cursor, CXCursor body, FunctionDefinition function)
    {
        if (function.IsSystemInline)
        {
            CollectReferences(body);
            return;
        }

        var errors = _parsed.Errors.Where(e => function.Span.Contains(e.Offset)).ToList();
        try
        {
            if (errors.Count > 0) throw new NotUnderstoodException(errors[0].Offset, $"libclang does not understand it: {errors[0].Text}");
            if (HasAttribute(cursor, "naked")) throw new NotUnderstoodException(function.NameOffset, "it is naked");
            foreach (var child in CursorChildren.Of(cursor).Where(child => child.Kind == CXCursor_ParmDecl)) AddParameter(child, function);
            var marks = (Unit.FunctionAddresses.Count, Unit.StaticUses.Count, Unit.LabelAddresses.Count);
            var entities = Unit.Entities.Count;
            try
            {
                function.Body = (BlockStatement)Statements.Build(body, function.BodySpan);
                if (Unit.Entities.Count > entities) AddStaticUsesInTypes(body, marks.Item2);
            }
            catch (NotUnderstoodException)
            {
                Unit.FunctionAddresses.RemoveRange(marks.Item1, Unit.FunctionAddresses.Count - marks.Item1);
                Unit.StaticUses.RemoveRange(marks.Item2, Unit.StaticUses.Count - marks.Item2);
                Unit.LabelAddresses.RemoveRange(marks.Item3, Unit.LabelAddresses.Count - marks.Item3);
                throw;
            }
        }
        catch (NotUnderstoodException reason)
        {
            function.Reasons.Add(new Reason(reason.Offset, reason.Message));
            if (CollectReferences(body)) function.KeptLabel = reason.Offset;
        }
    }

    // (typeof (count)) n    The tree has no names in the types of casts and declarations, but they are uses of a static local, too.
    private void AddStaticUsesInTypes(CXCursor body, int firstUse)
    {
        var known = Unit.StaticUses.Skip(firstUse).Select(use => use.Span).ToHashSet();
        Add(body);

        void Add(CXCursor cursor)
        {
            if (cursor.Kind == CXCursor_DeclRefExpr && _variables.TryGetValue(cursor.Referenced.CanonicalCursor, out var declaration)
                && declaration is StaticVariable variable && known.Add(SpanOf(cursor)))
            {
                AddStaticUse(SpanOf(cursor), variable, isAddressTaken: false);
            }

            foreach (var child in CursorChildren.Of(cursor)) Add(child);
        }
    }

    private void AddParameter(CXCursor cursor, FunctionDefinition function)
    {
        var (span, name) = (SpanOf(cursor), NameSpanOf(cursor));
        if (HasCall(cursor)) throw new NotUnderstoodException(function.NameOffset, $"a call in the size of the parameter '{cursor.Spelling.Take()}'");
        if (name.Length == 0) return;
        if (!Types.IsVariablyModified(cursor.Type))
        {
            AddLocal(cursor, name, function.BodySpan, isParameter: true);
            return;
        }

        var sizes = CursorChildren.Of(cursor).Where(child => child.IsExpression).Select(child => Expressions.Build(child)).ToArray();
        var declarator = new TextSpan(Declarators.Start(Source.Text, span.Start, name.Start), Math.Min(span.End, Declarators.End(Source.Text, name.End)));
        var declared = ComputedTypes.Read(Source, new TextSpan(span.Start, declarator.Start), declarator, name, sizes, isParameter: true);
        AddLocal(cursor, name, function.BodySpan, isParameter: true, declared);
    }

    private static bool HasCall(CXCursor cursor) => cursor.Kind is CXCursor_CallExpr or CXCursor_StmtExpr || CursorChildren.Of(cursor).Any(HasCall);

    /// <summary>Walks cursors without building a tree: what remains to be known of code that stays verbatim. Returns whether addresses of
    /// labels go anywhere but to a jump or into a static variable's initialiser.</summary>
    internal bool CollectReferences(CXCursor cursor)
    {
        var hasLabels = cursor.Kind == CXCursor_AddrLabelExpr;
        if (hasLabels) AddLabelAddress(cursor);
        if (cursor.Kind == CXCursor_DeclRefExpr)
        {
            var referenced = cursor.Referenced;
            if (referenced.Kind == CXCursor_FunctionDecl) AddFunctionAddress(SpanOf(cursor), FunctionOf(referenced));
            else if (referenced.Kind == CXCursor_VarDecl && referenced.HasVarDeclGlobalStorage > 0)
            {
                var variable = (StaticVariable)DeclarationOf(cursor, referenced);
                AddStaticUse(SpanOf(cursor), variable, true);
                hasLabels = Unit.EntityOf.TryGetValue(variable, out var entity) && entity.HoldsLabels;
            }
        }
        else if (cursor.Kind == CXCursor_VarDecl && cursor.HasVarDeclGlobalStorage > 0)
        {
            AddInitialiser(cursor, AddStatic(cursor));
            return false;
        }

        var children = CursorChildren.Of(cursor);
        var first = 0;
        if (cursor.Kind == CXCursor_CallExpr && children.Length > 0 && DirectCallee(children[0]) is { } callee)
        {
            if (Function is { IsSystemInline: true }) Unit.InlineCalls.Add((Function, new FunctionAddress(NameOfCallee(children[0]), FunctionOf(callee))));
            else FunctionOf(callee);
            first = 1;
        }

        for (var i = first; i < children.Length; i++) hasLabels |= CollectReferences(children[i]);
        return hasLabels && cursor.Kind != CXCursor_IndirectGotoStmt;
    }

    private TextSpan NameOfCallee(CXCursor callee) => callee.Kind == CXCursor_DeclRefExpr ? SpanOf(callee) : NameOfCallee(CursorChildren.Of(callee)[0]);

    /// <summary>The function that a callee expression names, through the implicit conversion and parentheses.</summary>
    internal static CXCursor? DirectCallee(CXCursor callee)
    {
        while (callee.Kind is CXCursor_UnexposedExpr or CXCursor_ParenExpr)
        {
            var children = CursorChildren.Of(callee);
            if (children.Length != 1) return null;
            callee = children[0];
        }

        return callee.Kind == CXCursor_DeclRefExpr && callee.Referenced.Kind == CXCursor_FunctionDecl ? callee.Referenced : null;
    }

    /// <summary>Notes that the address of a label is taken, and returns the label.</summary>
    internal string AddLabelAddress(CXCursor cursor)
    {
        var label = CursorChildren.Of(cursor).FirstOrDefault(child => child.Kind == CXCursor_LabelRef).Spelling.Take();
        Unit.LabelAddresses.Add(new LabelAddress(SpanOf(cursor), label, Function));
        return label;
    }

    // The address of an alias is that of its target.
    internal void AddFunctionAddress(TextSpan span, FunctionDeclaration function)
    {
        while (function.Target is { } target) function = target;
        Unit.FunctionAddresses.Add(new FunctionAddress(span, function));
    }

    internal void AddStaticUse(TextSpan span, StaticVariable variable, bool isAddressTaken)
    {
        if (variable.IsStaticLocal) Unit.StaticUses.Add((span, variable));
        if (isAddressTaken && Unit.EntityOf.TryGetValue(variable, out var entity)) entity.IsAddressTaken = true;
    }

    // Rule C2: program functions return while a stack is unrolled, so none of them may promise not to.
    private void DropAttributes(CXCursor cursor)
    {
        var span = SpanOf(cursor);
        if (Source.OriginOf(span.Start).IsSystem) return;
        var body = BodyOf(cursor);
        var end = body.Kind == CXCursor_CompoundStmt ? SpanOf(body).Start : Declarators.StatementEnd(Source.Text, span.End);
        var lexer = new Lexer(Source.Text, span.Start, end);
        var (depth, attributes) = (0, int.MaxValue); // of parentheses and brackets; where the attributes around us began
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (token.Kind != TokenKind.Identifier)
            {
                var text = Source.TextOf(token.Span);
                if (text is "[" && Source.Text[token.Span.End] == '[') attributes = Math.Min(attributes, depth);
                if (text is "(" or "[") depth++;
                else if (text is ")" or "]" && --depth <= attributes) attributes = int.MaxValue;
                continue;
            }

            // Elsewhere these words are names: of the function itself, of parameters.
            if (attributes == int.MaxValue && Source.TextOf(token.Span) is not ("_Noreturn" or "__attribute__" or "__attribute")) continue;
            switch (Source.TextOf(token.Span))
            {
                case "__attribute__" or "__attribute":
                    attributes = Math.Min(attributes, depth);
                    break;
                case "noreturn" or "__noreturn__":
                    Unit.DroppedAttributes.Add((token.Span, "__cold__"));
                    break;
                case "returns_nonnull" or "__returns_nonnull__":
                    Unit.DroppedAttributes.Add((token.Span, "__unused__"));
                    break;
                case "constructor" or "__constructor__" or "destructor" or "__destructor__":
                    var ahead = lexer;
                    var arguments = ahead.Next();
                    var attributeEnd = token.Span.End;
                    if (Source[arguments.Span] == "(")
                    {
                        while (Source[arguments.Span] != ")" && arguments.Kind != TokenKind.End) arguments = ahead.Next();
                        attributeEnd = arguments.Span.End;
                    }

                    Unit.StartAttributes.Add(new TextSpan(token.Span.Start, attributeEnd));
                    break;
                case "_Noreturn":
                    Unit.DroppedAttributes.Add((token.Span, ""));
                    break;
            }
        }
    }
}
