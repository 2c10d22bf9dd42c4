// A cursor points at a node of libclang's tree. It is a value of 32 bytes, valid as long as its unit.
// VisitChildren is ClangSharp's; the tree builder uses CursorChildren (same directory), which allocates nothing
// per node.
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace ClangSharp.Interop;

/// <summary>A node of the tree: declaration, statement, expression, reference or attribute.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CXCursor : IEquatable<CXCursor>
{
    /// <summary>What the cursor points at.</summary>
    public CXCursorKind kind;
    /// <summary>libclang's own.</summary>
    public int xdata;
    private readonly IntPtr data0;
    private readonly IntPtr data1;
    private readonly IntPtr data2;

    /// <summary>No node.</summary>
    public static CXCursor Null => clang.getNullCursor();
    /// <summary>What the cursor points at.</summary>
    public readonly CXCursorKind Kind => kind;
    /// <summary>The kind's name.</summary>
    public readonly CXString KindSpelling => clang.getCursorKindSpelling(kind);
    /// <summary>Whether this is no node.</summary>
    public readonly bool IsNull => clang.Cursor_isNull(this) != 0;
    /// <summary>Whether the cursor is unusable.</summary>
    public readonly bool IsInvalid => clang.isInvalid(kind) != 0;
    /// <summary>A declaration.</summary>
    public readonly bool IsDeclaration => clang.isDeclaration(kind) != 0;
    /// <summary>A declaration with errors.</summary>
    public readonly bool IsInvalidDeclaration => clang.isInvalidDeclaration(this) != 0;
    /// <summary>An expression.</summary>
    public readonly bool IsExpression => kind is >= CXCursorKind.CXCursor_FirstExpr and <= CXCursorKind.CXCursor_LastExpr;
    /// <summary>A statement.</summary>
    public readonly bool IsStatement => clang.isStatement(kind) != 0;
    /// <summary>A reference to a type or label in a declaration.</summary>
    public readonly bool IsReference => clang.isReference(kind) != 0;
    /// <summary>An attribute.</summary>
    public readonly bool IsAttribute => kind is >= CXCursorKind.CXCursor_FirstAttr and <= CXCursorKind.CXCursor_LastAttr;
    /// <summary>A node that libclang does not name.</summary>
    public readonly bool IsUnexposed => clang.isUnexposed(kind) != 0;
    /// <summary>Name of a declaration, text of some expressions.</summary>
    public readonly CXString Spelling => clang.getCursorSpelling(this);
    /// <summary>Name with parameters.</summary>
    public readonly CXString DisplayName => clang.getCursorDisplayName(this);
    /// <summary>Unified symbol resolution: a name for the same thing in all units.</summary>
    public readonly CXString Usr => clang.getCursorUSR(this);
    /// <summary>The place of the name or operator.</summary>
    public readonly CXSourceLocation Location => clang.getCursorLocation(this);
    /// <summary>The whole range.</summary>
    public readonly CXSourceRange Extent => clang.getCursorExtent(this);
    /// <summary>The unit it belongs to.</summary>
    public readonly CXTranslationUnit TranslationUnit => new(clang.Cursor_getTranslationUnit(this));
    /// <summary>The type of an expression or declaration.</summary>
    public readonly CXType Type => clang.getCursorType(this);
    /// <summary>What a function declaration returns.</summary>
    public readonly CXType ResultType => clang.getCursorResultType(this);
    /// <summary>As <see cref="ResultType"/>.</summary>
    public readonly CXType ReturnType => clang.getCursorResultType(this);
    /// <summary>What a reference refers to.</summary>
    public readonly CXCursor Referenced => clang.getCursorReferenced(this);
    /// <summary>The definition, if the unit has it.</summary>
    public readonly CXCursor Definition => clang.getCursorDefinition(this);
    /// <summary>Whether this declaration is the definition.</summary>
    public readonly bool IsDefinition => clang.isCursorDefinition(this) != 0;
    /// <summary>The first of all declarations of the same thing.</summary>
    public readonly CXCursor CanonicalCursor => clang.getCanonicalCursor(this);
    /// <summary>The scope it belongs to.</summary>
    public readonly CXCursor SemanticParent => clang.getCursorSemanticParent(this);
    /// <summary>The scope it is written in.</summary>
    public readonly CXCursor LexicalParent => clang.getCursorLexicalParent(this);
    /// <summary>Linkage.</summary>
    public readonly CXLinkageKind Linkage => clang.getCursorLinkage(this);
    /// <summary>Visibility.</summary>
    public readonly CXVisibilityKind Visibility => clang.getCursorVisibility(this);
    /// <summary>Storage class as written.</summary>
    public readonly CX_StorageClass StorageClass => clang.Cursor_getStorageClass(this);
    /// <summary>Thread-local storage.</summary>
    public readonly CXTLSKind TlsKind => clang.getCursorTLSKind(this);
    /// <summary>A variable's initialiser, or a null cursor.</summary>
    public readonly CXCursor VarDeclInitializer => clang.Cursor_getVarDeclInitializer(this);
    /// <summary>A variable with static storage (1), without (0), or no variable (-1).</summary>
    public readonly int HasVarDeclGlobalStorage => clang.Cursor_hasVarDeclGlobalStorage(this);
    /// <summary>A variable declared extern (1), not (0), or no variable (-1).</summary>
    public readonly int HasVarDeclExternalStorage => clang.Cursor_hasVarDeclExternalStorage(this);
    /// <summary>A declaration with attributes; they are among its children.</summary>
    public readonly bool HasAttrs => clang.Cursor_hasAttrs(this) != 0;
    /// <summary>Declared inline.</summary>
    public readonly bool IsFunctionInlined => clang.Cursor_isFunctionInlined(this) != 0;
    /// <summary>A function with an ellipsis.</summary>
    public readonly bool IsVariadic => clang.Cursor_isVariadic(this) != 0;
    /// <summary>Parameters of a function, arguments of a call; -1 for others.</summary>
    public readonly int NumArguments => clang.Cursor_getNumArguments(this);
    /// <summary>Which binary or assignment operator.</summary>
    public readonly CXBinaryOperatorKind BinaryOperatorKind => clang.getCursorBinaryOperatorKind(this);
    /// <summary>Which unary operator.</summary>
    public readonly CXUnaryOperatorKind UnaryOperatorKind => clang.getCursorUnaryOperatorKind(this);
    /// <summary>A bit-field.</summary>
    public readonly bool IsBitField => clang.Cursor_isBitField(this) != 0;
    /// <summary>Bits of a bit-field; -1 for others.</summary>
    public readonly int FieldDeclBitWidth => clang.getFieldDeclBitWidth(this);
    /// <summary>Offset of a field in bits, or a negative <see cref="CXTypeLayoutError"/>.</summary>
    public readonly long OffsetOfField => clang.Cursor_getOffsetOfField(this);
    /// <summary>A declaration without a name.</summary>
    public readonly bool IsAnonymous => clang.Cursor_isAnonymous(this) != 0;
    /// <summary>A struct or union whose members are the enclosing one's.</summary>
    public readonly bool IsAnonymousRecordDecl => clang.Cursor_isAnonymousRecordDecl(this) != 0;
    /// <summary>The integer type of an enumeration.</summary>
    public readonly CXType EnumDecl_IntegerType => clang.getEnumDeclIntegerType(this);
    /// <summary>The value of an enumerator.</summary>
    public readonly long EnumConstantDeclValue => clang.getEnumConstantDeclValue(this);
    /// <summary>The value of an enumerator of an unsigned type.</summary>
    public readonly ulong EnumConstantDeclUnsignedValue => clang.getEnumConstantDeclUnsignedValue(this);
    /// <summary>What a typedef stands for.</summary>
    public readonly CXType TypedefDeclUnderlyingType => clang.getTypedefDeclUnderlyingType(this);
    /// <summary>The value of a constant expression; dispose of it.</summary>
    public readonly CXEvalResult Evaluate => new(clang.Cursor_Evaluate(this));
    /// <summary>Hash that agrees with equality.</summary>
    public readonly uint Hash => clang.hashCursor(this);

    /// <summary>A parameter or argument.</summary>
    public readonly CXCursor GetArgument(uint index) => clang.Cursor_getArgument(this, index);
    /// <summary>The range of (a piece of) the name.</summary>
    public readonly CXSourceRange GetSpellingNameRange(uint pieceIndex, uint options) =>
        clang.Cursor_getSpellingNameRange(this, pieceIndex, options);
    /// <summary>The node printed as C by clang.</summary>
    public readonly CXString GetPrettyPrinted() => clang.getCursorPrettyPrinted(this, IntPtr.Zero);

    /// <summary>Calls the visitor for each child; an exception in it ends the visit and is thrown from here.</summary>
    public readonly CXChildVisitResult VisitChildren(CXCursorVisitor visitor, CXClientData clientData = default)
    {
        var visit = new ChildVisit(visitor, clientData);
        var handle = GCHandle.Alloc(visit);
        try
        {
            var result = clang.visitChildren(this, &OnChild, (void*)GCHandle.ToIntPtr(handle));
            visit.Rethrow();
            return result != 0 ? CXChildVisitResult.CXChildVisit_Break : CXChildVisitResult.CXChildVisit_Continue;
        }
        finally
        {
            handle.Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static CXChildVisitResult OnChild(CXCursor cursor, CXCursor parent, void* clientData) =>
        ((ChildVisit)GCHandle.FromIntPtr((IntPtr)clientData).Target!).Call(cursor, parent);

    // Exceptions must not cross libclang's frames: kept here and thrown again afterwards.
    private sealed class ChildVisit(CXCursorVisitor visitor, CXClientData data)
    {
        private ExceptionDispatchInfo? error;

        public CXChildVisitResult Call(CXCursor cursor, CXCursor parent)
        {
            try
            {
                return visitor(cursor, parent, (void*)data.Handle);
            }
            catch (Exception e)
            {
                error = ExceptionDispatchInfo.Capture(e);
                return CXChildVisitResult.CXChildVisit_Break;
            }
        }

        public void Rethrow() => error?.Throw();
    }

    /// <summary>Hash of what the cursor consists of.</summary>
    public readonly int Identity => (int)((data0 >> 4) ^ (data1 >> 4)) + (int)kind;

    /// <summary>Whether two cursors consist of the same; equal ones need not.</summary>
    public readonly bool IsIdentical(in CXCursor other) =>
        kind == other.kind && xdata == other.xdata && data0 == other.data0 && data1 == other.data1 && data2 == other.data2;

    /// <inheritdoc/>
    public readonly bool Equals(CXCursor other) => clang.equalCursors(this, other) != 0;
    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is CXCursor other && Equals(other);
    /// <inheritdoc/>
    public override readonly int GetHashCode() => (int)clang.hashCursor(this);
    /// <summary>Kind and name.</summary>
    public override readonly string ToString() => KindSpelling.Take() + " " + Spelling.Take();
    /// <summary>The same node.</summary>
    public static bool operator ==(CXCursor a, CXCursor b) => a.Equals(b);
    /// <summary>Another node.</summary>
    public static bool operator !=(CXCursor a, CXCursor b) => !a.Equals(b);
}
