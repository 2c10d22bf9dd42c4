// The C functions of libclang that upstare-cc calls, one to one and under the names ClangSharp.Interop gives them
// (the prefix clang_ dropped). Cursors, types and locations are passed by value as in C. Functions that only
// look into memory skip the runtime's GC transition: a unit has millions of such calls.
// Left out: everything else of libclang (code completion, indexing, documentation, C++ and Objective-C).
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using UpStare.Compiler.Clang;
using UpStare.Compiler.Driver;

namespace ClangSharp.Interop;

/// <summary>libclang's functions; the properties of CXCursor, CXType and the others call them.</summary>
#pragma warning disable CS8981 // the name is ClangSharp's
public static unsafe partial class clang
#pragma warning restore CS8981
{
    private const string Library = "libclang";

    // Debian's libclang1-19 has the first name; -dev packages and other distributions have the others.
    private static readonly string[] LibraryNames =
        ["libclang-19.so.1", "libclang.so.19", "libclang.so.19.1", "libclang-19.so"];

    [ModuleInitializer]
    internal static void ResolveLibrary() =>
        NativeLibrary.SetDllImportResolver(typeof(clang).Assembly, Resolve);

    // Once, whichever threads ask first: while the prelinked copies are being loaded nobody else may look whether they can be.
    private static readonly Lazy<IntPtr> Loaded = new(Load);

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Library ? Loaded.Value : IntPtr.Zero;

    private static IntPtr Load()
    {
        if (PrelinkedLibrary.Load(Installation.PrelinkedFolder) is var prelinked and not 0)
            return prelinked;
        foreach (var candidate in LibraryNames)
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
                return handle;
        }
        throw new DllNotFoundException("libclang 19 not found (Debian package libclang1-19); tried "
            + string.Join(", ", LibraryNames));
    }

    // Index and translation unit
    [DllImport(Library, EntryPoint = "clang_createIndex")]
    public static extern IntPtr createIndex(int excludeDeclarationsFromPCH, int displayDiagnostics);
    [DllImport(Library, EntryPoint = "clang_disposeIndex")]
    public static extern void disposeIndex(IntPtr index);
    [DllImport(Library, EntryPoint = "clang_toggleCrashRecovery")]
    public static extern void toggleCrashRecovery(uint isEnabled);
    [DllImport(Library, EntryPoint = "clang_getClangVersion")]
    public static extern CXString getClangVersion();
    [DllImport(Library, EntryPoint = "clang_parseTranslationUnit2")]
    public static extern CXErrorCode parseTranslationUnit2(IntPtr index, sbyte* source_filename,
        sbyte** command_line_args, int num_command_line_args, CXUnsavedFile* unsaved_files, uint num_unsaved_files,
        uint options, IntPtr* out_TU);
    [DllImport(Library, EntryPoint = "clang_disposeTranslationUnit")]
    public static extern void disposeTranslationUnit(IntPtr unit);
    [DllImport(Library, EntryPoint = "clang_getTranslationUnitCursor")]
    public static extern CXCursor getTranslationUnitCursor(IntPtr unit);
    [DllImport(Library, EntryPoint = "clang_getTranslationUnitSpelling")]
    public static extern CXString getTranslationUnitSpelling(IntPtr unit);
    [DllImport(Library, EntryPoint = "clang_getFile")]
    public static extern IntPtr getFile(IntPtr unit, sbyte* file_name);
    [DllImport(Library, EntryPoint = "clang_getFileName")]
    public static extern CXString getFileName(IntPtr file);
    [DllImport(Library, EntryPoint = "clang_getFileContents")]
    public static extern sbyte* getFileContents(IntPtr unit, IntPtr file, nuint* size);
    [DllImport(Library, EntryPoint = "clang_getLocation")]
    public static extern CXSourceLocation getLocation(IntPtr unit, IntPtr file, uint line, uint column);
    [DllImport(Library, EntryPoint = "clang_getLocationForOffset")]
    public static extern CXSourceLocation getLocationForOffset(IntPtr unit, IntPtr file, uint offset);
    [DllImport(Library, EntryPoint = "clang_getCursor")]
    public static extern CXCursor getCursor(IntPtr unit, CXSourceLocation location);

    // Diagnostics
    [DllImport(Library, EntryPoint = "clang_getNumDiagnostics")]
    public static extern uint getNumDiagnostics(IntPtr unit);
    [DllImport(Library, EntryPoint = "clang_getDiagnostic")]
    public static extern IntPtr getDiagnostic(IntPtr unit, uint index);
    [DllImport(Library, EntryPoint = "clang_disposeDiagnostic")]
    public static extern void disposeDiagnostic(IntPtr diagnostic);
    [DllImport(Library, EntryPoint = "clang_formatDiagnostic")]
    public static extern CXString formatDiagnostic(IntPtr diagnostic, uint options);
    [DllImport(Library, EntryPoint = "clang_defaultDiagnosticDisplayOptions")]
    public static extern uint defaultDiagnosticDisplayOptions();
    [DllImport(Library, EntryPoint = "clang_getDiagnosticSeverity")]
    public static extern CXDiagnosticSeverity getDiagnosticSeverity(IntPtr diagnostic);
    [DllImport(Library, EntryPoint = "clang_getDiagnosticLocation")]
    public static extern CXSourceLocation getDiagnosticLocation(IntPtr diagnostic);
    [DllImport(Library, EntryPoint = "clang_getDiagnosticSpelling")]
    public static extern CXString getDiagnosticSpelling(IntPtr diagnostic);
    [DllImport(Library, EntryPoint = "clang_getDiagnosticOption")]
    public static extern CXString getDiagnosticOption(IntPtr diagnostic, CXString* disable);

    // Strings
    [DllImport(Library, EntryPoint = "clang_getCString"), SuppressGCTransition]
    public static extern sbyte* getCString(CXString @string);
    [DllImport(Library, EntryPoint = "clang_disposeString")]
    public static extern void disposeString(CXString @string);

    // Locations and ranges
    [DllImport(Library, EntryPoint = "clang_getRangeStart"), SuppressGCTransition]
    public static extern CXSourceLocation getRangeStart(CXSourceRange range);
    [DllImport(Library, EntryPoint = "clang_getRangeEnd"), SuppressGCTransition]
    public static extern CXSourceLocation getRangeEnd(CXSourceRange range);
    [DllImport(Library, EntryPoint = "clang_getRange"), SuppressGCTransition]
    public static extern CXSourceRange getRange(CXSourceLocation begin, CXSourceLocation end);
    [DllImport(Library, EntryPoint = "clang_getNullRange"), SuppressGCTransition]
    public static extern CXSourceRange getNullRange();
    [DllImport(Library, EntryPoint = "clang_Range_isNull"), SuppressGCTransition]
    public static extern int Range_isNull(CXSourceRange range);
    [DllImport(Library, EntryPoint = "clang_equalLocations"), SuppressGCTransition]
    public static extern uint equalLocations(CXSourceLocation a, CXSourceLocation b);
    [DllImport(Library, EntryPoint = "clang_equalRanges"), SuppressGCTransition]
    public static extern uint equalRanges(CXSourceRange a, CXSourceRange b);
    [DllImport(Library, EntryPoint = "clang_getExpansionLocation")]
    public static extern void getExpansionLocation(CXSourceLocation location, IntPtr* file, uint* line, uint* column,
        uint* offset);
    [DllImport(Library, EntryPoint = "clang_getSpellingLocation")]
    public static extern void getSpellingLocation(CXSourceLocation location, IntPtr* file, uint* line, uint* column,
        uint* offset);
    [DllImport(Library, EntryPoint = "clang_getFileLocation")]
    public static extern void getFileLocation(CXSourceLocation location, IntPtr* file, uint* line, uint* column,
        uint* offset);
    [DllImport(Library, EntryPoint = "clang_getPresumedLocation")]
    public static extern void getPresumedLocation(CXSourceLocation location, CXString* filename, uint* line,
        uint* column);
    [DllImport(Library, EntryPoint = "clang_Location_isInSystemHeader")]
    public static extern int Location_isInSystemHeader(CXSourceLocation location);
    [DllImport(Library, EntryPoint = "clang_Location_isFromMainFile")]
    public static extern int Location_isFromMainFile(CXSourceLocation location);

    // Tokens
    [DllImport(Library, EntryPoint = "clang_tokenize")]
    public static extern void tokenize(IntPtr unit, CXSourceRange range, CXToken** tokens, uint* numTokens);
    [DllImport(Library, EntryPoint = "clang_disposeTokens")]
    public static extern void disposeTokens(IntPtr unit, CXToken* tokens, uint numTokens);
    [DllImport(Library, EntryPoint = "clang_getTokenKind"), SuppressGCTransition]
    public static extern CXTokenKind getTokenKind(CXToken token);
    [DllImport(Library, EntryPoint = "clang_getTokenSpelling")]
    public static extern CXString getTokenSpelling(IntPtr unit, CXToken token);
    [DllImport(Library, EntryPoint = "clang_getTokenLocation"), SuppressGCTransition]
    public static extern CXSourceLocation getTokenLocation(IntPtr unit, CXToken token);
    [DllImport(Library, EntryPoint = "clang_getTokenExtent")]
    public static extern CXSourceRange getTokenExtent(IntPtr unit, CXToken token);

    // Cursors: identity and place
    [DllImport(Library, EntryPoint = "clang_getNullCursor"), SuppressGCTransition]
    public static extern CXCursor getNullCursor();
    [DllImport(Library, EntryPoint = "clang_equalCursors"), SuppressGCTransition]
    public static extern uint equalCursors(CXCursor a, CXCursor b);
    [DllImport(Library, EntryPoint = "clang_hashCursor"), SuppressGCTransition]
    public static extern uint hashCursor(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_Cursor_isNull"), SuppressGCTransition]
    public static extern int Cursor_isNull(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_isDeclaration"), SuppressGCTransition]
    public static extern uint isDeclaration(CXCursorKind kind);
    [DllImport(Library, EntryPoint = "clang_isInvalidDeclaration"), SuppressGCTransition]
    public static extern uint isInvalidDeclaration(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_isReference"), SuppressGCTransition]
    public static extern uint isReference(CXCursorKind kind);
    [DllImport(Library, EntryPoint = "clang_isExpression"), SuppressGCTransition]
    public static extern uint isExpression(CXCursorKind kind);
    [DllImport(Library, EntryPoint = "clang_isStatement"), SuppressGCTransition]
    public static extern uint isStatement(CXCursorKind kind);
    [DllImport(Library, EntryPoint = "clang_isAttribute"), SuppressGCTransition]
    public static extern uint isAttribute(CXCursorKind kind);
    [DllImport(Library, EntryPoint = "clang_isInvalid"), SuppressGCTransition]
    public static extern uint isInvalid(CXCursorKind kind);
    [DllImport(Library, EntryPoint = "clang_isUnexposed"), SuppressGCTransition]
    public static extern uint isUnexposed(CXCursorKind kind);
    [DllImport(Library, EntryPoint = "clang_getCursorKindSpelling")]
    public static extern CXString getCursorKindSpelling(CXCursorKind kind);
    [DllImport(Library, EntryPoint = "clang_getCursorSpelling")]
    public static extern CXString getCursorSpelling(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getCursorDisplayName")]
    public static extern CXString getCursorDisplayName(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getCursorUSR")]
    public static extern CXString getCursorUSR(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getCursorPrettyPrinted")]
    public static extern CXString getCursorPrettyPrinted(CXCursor cursor, IntPtr policy);
    [DllImport(Library, EntryPoint = "clang_getCursorLocation")]
    public static extern CXSourceLocation getCursorLocation(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getCursorExtent")]
    public static extern CXSourceRange getCursorExtent(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_Cursor_getSpellingNameRange")]
    public static extern CXSourceRange Cursor_getSpellingNameRange(CXCursor cursor, uint pieceIndex, uint options);
    [DllImport(Library, EntryPoint = "clang_Cursor_getTranslationUnit"), SuppressGCTransition]
    public static extern IntPtr Cursor_getTranslationUnit(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_visitChildren")]
    public static extern uint visitChildren(CXCursor parent,
        delegate* unmanaged[Cdecl]<CXCursor, CXCursor, void*, CXChildVisitResult> visitor, void* client_data);

    // Cursors: relations and properties
    [DllImport(Library, EntryPoint = "clang_getCursorSemanticParent")]
    public static extern CXCursor getCursorSemanticParent(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getCursorLexicalParent")]
    public static extern CXCursor getCursorLexicalParent(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getCursorReferenced")]
    public static extern CXCursor getCursorReferenced(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getCursorDefinition")]
    public static extern CXCursor getCursorDefinition(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_isCursorDefinition")]
    public static extern uint isCursorDefinition(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getCanonicalCursor")]
    public static extern CXCursor getCanonicalCursor(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getCursorLinkage")]
    public static extern CXLinkageKind getCursorLinkage(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getCursorVisibility")]
    public static extern CXVisibilityKind getCursorVisibility(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getCursorTLSKind"), SuppressGCTransition]
    public static extern CXTLSKind getCursorTLSKind(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_Cursor_getStorageClass"), SuppressGCTransition]
    public static extern CX_StorageClass Cursor_getStorageClass(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_Cursor_getVarDeclInitializer")]
    public static extern CXCursor Cursor_getVarDeclInitializer(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_Cursor_hasVarDeclGlobalStorage")]
    public static extern int Cursor_hasVarDeclGlobalStorage(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_Cursor_hasVarDeclExternalStorage")]
    public static extern int Cursor_hasVarDeclExternalStorage(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_Cursor_hasAttrs"), SuppressGCTransition]
    public static extern uint Cursor_hasAttrs(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_Cursor_isFunctionInlined")]
    public static extern uint Cursor_isFunctionInlined(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_Cursor_isVariadic")]
    public static extern uint Cursor_isVariadic(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_Cursor_getNumArguments"), SuppressGCTransition]
    public static extern int Cursor_getNumArguments(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_Cursor_getArgument")]
    public static extern CXCursor Cursor_getArgument(CXCursor cursor, uint i);
    [DllImport(Library, EntryPoint = "clang_getCursorBinaryOperatorKind"), SuppressGCTransition]
    public static extern CXBinaryOperatorKind getCursorBinaryOperatorKind(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getCursorUnaryOperatorKind"), SuppressGCTransition]
    public static extern CXUnaryOperatorKind getCursorUnaryOperatorKind(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getBinaryOperatorKindSpelling")]
    public static extern CXString getBinaryOperatorKindSpelling(CXBinaryOperatorKind kind);
    [DllImport(Library, EntryPoint = "clang_getUnaryOperatorKindSpelling")]
    public static extern CXString getUnaryOperatorKindSpelling(CXUnaryOperatorKind kind);
    [DllImport(Library, EntryPoint = "clang_Cursor_isBitField")]
    public static extern uint Cursor_isBitField(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getFieldDeclBitWidth")]
    public static extern int getFieldDeclBitWidth(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_Cursor_getOffsetOfField")]
    public static extern long Cursor_getOffsetOfField(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_Cursor_isAnonymous")]
    public static extern uint Cursor_isAnonymous(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_Cursor_isAnonymousRecordDecl")]
    public static extern uint Cursor_isAnonymousRecordDecl(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getEnumDeclIntegerType")]
    public static extern CXType getEnumDeclIntegerType(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getEnumConstantDeclValue")]
    public static extern long getEnumConstantDeclValue(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getEnumConstantDeclUnsignedValue")]
    public static extern ulong getEnumConstantDeclUnsignedValue(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getTypedefDeclUnderlyingType")]
    public static extern CXType getTypedefDeclUnderlyingType(CXCursor cursor);

    // Evaluation
    [DllImport(Library, EntryPoint = "clang_Cursor_Evaluate")]
    public static extern IntPtr Cursor_Evaluate(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_EvalResult_getKind")]
    public static extern CXEvalResultKind EvalResult_getKind(IntPtr result);
    [DllImport(Library, EntryPoint = "clang_EvalResult_getAsInt")]
    public static extern int EvalResult_getAsInt(IntPtr result);
    [DllImport(Library, EntryPoint = "clang_EvalResult_getAsLongLong")]
    public static extern long EvalResult_getAsLongLong(IntPtr result);
    [DllImport(Library, EntryPoint = "clang_EvalResult_isUnsignedInt")]
    public static extern uint EvalResult_isUnsignedInt(IntPtr result);
    [DllImport(Library, EntryPoint = "clang_EvalResult_getAsUnsigned")]
    public static extern ulong EvalResult_getAsUnsigned(IntPtr result);
    [DllImport(Library, EntryPoint = "clang_EvalResult_getAsDouble")]
    public static extern double EvalResult_getAsDouble(IntPtr result);
    [DllImport(Library, EntryPoint = "clang_EvalResult_getAsStr")]
    public static extern sbyte* EvalResult_getAsStr(IntPtr result);
    [DllImport(Library, EntryPoint = "clang_EvalResult_dispose")]
    public static extern void EvalResult_dispose(IntPtr result);

    // Types
    [DllImport(Library, EntryPoint = "clang_getCursorType")]
    public static extern CXType getCursorType(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_getCursorResultType")]
    public static extern CXType getCursorResultType(CXCursor cursor);
    [DllImport(Library, EntryPoint = "clang_equalTypes"), SuppressGCTransition]
    public static extern uint equalTypes(CXType a, CXType b);
    [DllImport(Library, EntryPoint = "clang_getTypeSpelling")]
    public static extern CXString getTypeSpelling(CXType type);
    [DllImport(Library, EntryPoint = "clang_getTypeKindSpelling")]
    public static extern CXString getTypeKindSpelling(CXTypeKind kind);
    [DllImport(Library, EntryPoint = "clang_getTypedefName")]
    public static extern CXString getTypedefName(CXType type);
    [DllImport(Library, EntryPoint = "clang_getCanonicalType")]
    public static extern CXType getCanonicalType(CXType type);
    [DllImport(Library, EntryPoint = "clang_getUnqualifiedType")]
    public static extern CXType getUnqualifiedType(CXType type);
    [DllImport(Library, EntryPoint = "clang_isConstQualifiedType"), SuppressGCTransition]
    public static extern uint isConstQualifiedType(CXType type);
    [DllImport(Library, EntryPoint = "clang_isVolatileQualifiedType"), SuppressGCTransition]
    public static extern uint isVolatileQualifiedType(CXType type);
    [DllImport(Library, EntryPoint = "clang_isRestrictQualifiedType"), SuppressGCTransition]
    public static extern uint isRestrictQualifiedType(CXType type);
    [DllImport(Library, EntryPoint = "clang_getAddressSpace"), SuppressGCTransition]
    public static extern uint getAddressSpace(CXType type);
    [DllImport(Library, EntryPoint = "clang_getPointeeType")]
    public static extern CXType getPointeeType(CXType type);
    [DllImport(Library, EntryPoint = "clang_getResultType")]
    public static extern CXType getResultType(CXType type);
    [DllImport(Library, EntryPoint = "clang_getNumArgTypes")]
    public static extern int getNumArgTypes(CXType type);
    [DllImport(Library, EntryPoint = "clang_getArgType")]
    public static extern CXType getArgType(CXType type, uint i);
    [DllImport(Library, EntryPoint = "clang_isFunctionTypeVariadic")]
    public static extern uint isFunctionTypeVariadic(CXType type);
    [DllImport(Library, EntryPoint = "clang_getElementType")]
    public static extern CXType getElementType(CXType type);
    [DllImport(Library, EntryPoint = "clang_getNumElements")]
    public static extern long getNumElements(CXType type);
    [DllImport(Library, EntryPoint = "clang_getArrayElementType")]
    public static extern CXType getArrayElementType(CXType type);
    [DllImport(Library, EntryPoint = "clang_getArraySize")]
    public static extern long getArraySize(CXType type);
    [DllImport(Library, EntryPoint = "clang_getTypeDeclaration")]
    public static extern CXCursor getTypeDeclaration(CXType type);
    [DllImport(Library, EntryPoint = "clang_isPODType")]
    public static extern uint isPODType(CXType type);
    [DllImport(Library, EntryPoint = "clang_Type_getNamedType")]
    public static extern CXType Type_getNamedType(CXType type);
    [DllImport(Library, EntryPoint = "clang_Type_getModifiedType")]
    public static extern CXType Type_getModifiedType(CXType type);
    [DllImport(Library, EntryPoint = "clang_Type_getValueType")]
    public static extern CXType Type_getValueType(CXType type);
    [DllImport(Library, EntryPoint = "clang_Type_getSizeOf")]
    public static extern long Type_getSizeOf(CXType type);
    [DllImport(Library, EntryPoint = "clang_Type_getAlignOf")]
    public static extern long Type_getAlignOf(CXType type);
    [DllImport(Library, EntryPoint = "clang_Type_getOffsetOf")]
    public static extern long Type_getOffsetOf(CXType type, sbyte* field);
    [DllImport(Library, EntryPoint = "clang_Type_visitFields")]
    public static extern uint Type_visitFields(CXType type,
        delegate* unmanaged[Cdecl]<CXCursor, void*, CXVisitorResult> visitor, void* client_data);
}
