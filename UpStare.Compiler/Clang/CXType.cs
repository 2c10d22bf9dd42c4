using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ClangSharp.Interop;

/// <summary>A type as it is used at one place, with its qualifiers.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CXType : IEquatable<CXType>
{
    /// <summary>What kind of type it is.</summary>
    public CXTypeKind kind;
    private readonly IntPtr data0;
    private readonly IntPtr data1;

    /// <summary>The type without sugar.</summary>
    public readonly CXType CanonicalType => clang.getCanonicalType(this);
    /// <summary>What a pointer points to.</summary>
    public readonly CXType PointeeType => clang.getPointeeType(this);
    /// <summary>What a function returns.</summary>
    public readonly CXType ResultType => clang.getResultType(this);
    /// <summary>The type without top-level qualifiers.</summary>
    public readonly CXType UnqualifiedType => clang.getUnqualifiedType(this);
    /// <summary>What an elaborated type (struct s, or a sugared name) names.</summary>
    public readonly CXType NamedType => clang.Type_getNamedType(this);
    /// <summary>What an attributed type modifies.</summary>
    public readonly CXType ModifiedType => clang.Type_getModifiedType(this);
    /// <summary>What an _Atomic type holds.</summary>
    public readonly CXType ValueType => clang.Type_getValueType(this);
    /// <summary>The element of an array, vector or complex type.</summary>
    public readonly CXType ElementType => clang.getElementType(this);
    /// <summary>Elements of an array or vector; -1 for others.</summary>
    public readonly long NumElements => clang.getNumElements(this);
    /// <summary>The element of an array.</summary>
    public readonly CXType ArrayElementType => clang.getArrayElementType(this);
    /// <summary>Elements of a constant array; -1 for others.</summary>
    public readonly long ArraySize => clang.getArraySize(this);
    /// <summary>Bytes, or a negative <see cref="CXTypeLayoutError"/>.</summary>
    public readonly long SizeOf => clang.Type_getSizeOf(this);
    /// <summary>Alignment in bytes, or a negative <see cref="CXTypeLayoutError"/>.</summary>
    public readonly long AlignOf => clang.Type_getAlignOf(this);
    /// <summary>The declaration of a struct, union, enumeration or typedef.</summary>
    public readonly CXCursor Declaration => clang.getTypeDeclaration(this);
    /// <summary>const at the top.</summary>
    public readonly bool IsConstQualified => clang.isConstQualifiedType(this) != 0;
    /// <summary>volatile at the top.</summary>
    public readonly bool IsVolatileQualified => clang.isVolatileQualifiedType(this) != 0;
    /// <summary>restrict at the top.</summary>
    public readonly bool IsRestrictQualified => clang.isRestrictQualifiedType(this) != 0;
    /// <summary>Address space (__seg_fs and the like); 0 for the usual one.</summary>
    public readonly uint AddressSpace => clang.getAddressSpace(this);
    /// <summary>A function type that ends in an ellipsis.</summary>
    public readonly bool IsFunctionTypeVariadic => clang.isFunctionTypeVariadic(this) != 0;
    /// <summary>Parameters of a function type; -1 for others.</summary>
    public readonly int NumArgTypes => clang.getNumArgTypes(this);
    /// <summary>Plain old data.</summary>
    public readonly bool IsPODType => clang.isPODType(this) != 0;
    /// <summary>The type in C, as clang prints it.</summary>
    public readonly CXString Spelling => clang.getTypeSpelling(this);
    /// <summary>The kind's name.</summary>
    public readonly CXString KindSpelling => clang.getTypeKindSpelling(kind);
    /// <summary>The name of a typedef type.</summary>
    public readonly CXString TypedefName => clang.getTypedefName(this);

    /// <summary>A parameter's type.</summary>
    public readonly CXType GetArgType(uint i) => clang.getArgType(this, i);

    /// <summary>Offset of a field in bits, or a negative <see cref="CXTypeLayoutError"/>.</summary>
    public readonly long GetOffsetOf(string field)
    {
        var name = Utf8.Allocate(field);
        try
        {
            return clang.Type_getOffsetOf(this, (sbyte*)name);
        }
        finally
        {
            NativeMemory.Free(name);
        }
    }

    /// <summary>Calls the visitor for each field of a struct or union; an exception in it ends the visit.</summary>
    public readonly CXVisitorResult VisitFields(CXFieldVisitor visitor, CXClientData clientData)
    {
        var visit = new FieldVisit(visitor, clientData);
        var handle = GCHandle.Alloc(visit);
        try
        {
            var result = clang.Type_visitFields(this, &OnField, (void*)GCHandle.ToIntPtr(handle));
            visit.Rethrow();
            return result != 0 ? CXVisitorResult.CXVisit_Break : CXVisitorResult.CXVisit_Continue;
        }
        finally
        {
            handle.Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static CXVisitorResult OnField(CXCursor cursor, void* clientData) =>
        ((FieldVisit)GCHandle.FromIntPtr((IntPtr)clientData).Target!).Call(cursor);

    // Exceptions must not cross libclang's frames: kept here and thrown again afterwards.
    private sealed class FieldVisit(CXFieldVisitor visitor, CXClientData data)
    {
        private System.Runtime.ExceptionServices.ExceptionDispatchInfo? error;

        public CXVisitorResult Call(CXCursor cursor)
        {
            try
            {
                return visitor(cursor, (void*)data.Handle);
            }
            catch (Exception e)
            {
                error = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e);
                return CXVisitorResult.CXVisit_Break;
            }
        }

        public void Rethrow() => error?.Throw();
    }

    /// <inheritdoc/>
    public readonly bool Equals(CXType other) => clang.equalTypes(this, other) != 0;
    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is CXType other && Equals(other);
    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(data0, data1);
    /// <summary>The type in C.</summary>
    public override readonly string ToString() => Spelling.Take();
    /// <summary>The same type with the same qualifiers.</summary>
    public static bool operator ==(CXType a, CXType b) => a.Equals(b);
    /// <summary>Another type.</summary>
    public static bool operator !=(CXType a, CXType b) => !a.Equals(b);
}
