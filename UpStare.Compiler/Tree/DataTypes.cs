// What the data of a C type consist of: fields with names and places, elements, enumerators, what pointers lead to.  Two
// versions' data are compared and converted by it.  Built from libclang by Frontend/DataTypeBuilder, only for
// upstare-diff; instrumenting a unit needs nothing of it.

namespace UpStare.Compiler.Tree;

/// <summary>Kinds of data.</summary>
public enum DataKind
{
    /// <summary>No data: <c>void</c>, functions, types that are not complete in the unit.</summary>
    None,

    /// <summary>An integer of up to 128 bits.</summary>
    Integer,

    /// <summary><c>_Bool</c></summary>
    Boolean,

    /// <summary>Floating-point numbers, up to <c>_Float128</c>.</summary>
    Floating,

    /// <summary>An enumeration.</summary>
    Enumeration,

    /// <summary>A pointer.</summary>
    Pointer,

    /// <summary>An array of constant size, or one without a size at the end of a struct (0 elements).</summary>
    Array,

    /// <summary>A struct.</summary>
    Struct,

    /// <summary>A union.</summary>
    Union,

    /// <summary>A complex number; its element is the type of both parts.</summary>
    Complex,

    /// <summary>Bytes that are copied as they are and hold no pointers: vectors, <c>_Float16</c>.</summary>
    Opaque,
}

/// <summary>A field.</summary>
/// <param name="Name">Its name; empty for an unnamed struct or union.</param>
/// <param name="Type">Its type.</param>
/// <param name="BitOffset">Where it begins.</param>
/// <param name="BitWidth">For a bit-field its width, else -1.</param>
public sealed record DataField(string Name, DataType Type, long BitOffset, int BitWidth)
{
    /// <summary>Its offset in bytes.</summary>
    public long Offset => BitOffset / 8;
}

/// <summary>A type of data, without qualifiers. Types that refer to themselves do so here, too.</summary>
public sealed class DataType
{
    /// <summary>What it is.</summary>
    public required DataKind Kind { get; init; }

    /// <summary>Its name in C without qualifiers and typedefs; with the place where it stands when it has none.</summary>
    public required string Name { get; init; }

    /// <summary>Size in bytes; 0 without data.</summary>
    public long Size { get; init; }

    /// <summary>Alignment in bytes; at least 1.</summary>
    public int Alignment { get; init; } = 1;

    /// <summary>Of integers and enumerations: has negative values.</summary>
    public bool IsSigned { get; init; }

    /// <summary>A function type.</summary>
    public bool IsFunction { get; init; }

    /// <summary>A struct, union or enumeration of a system header.</summary>
    public bool IsSystem { get; init; }

    /// <summary>What a pointer leads to, or an array or a complex number consists of.</summary>
    public DataType? Element { get; set; }

    /// <summary>Elements of an array.</summary>
    public long Count { get; init; }

    /// <summary>Fields of a struct or union.</summary>
    public List<DataField> Fields => field ??= [];

    /// <summary>Enumerators with values.</summary>
    public List<(string Name, long Value)> Constants => field ??= [];

    /// <summary>Where a struct, union or enumeration is declared in the unit's text; -1: nowhere.</summary>
    public int Offset { get; init; } = -1;

    /// <summary>Whether it has no name that other declarations could use.</summary>
    public bool IsUnnamed => Name.Contains("(unnamed", StringComparison.Ordinal) || Name.Contains("(anonymous", StringComparison.Ordinal);

    /// <summary>A struct, union or enumeration.</summary>
    public bool IsDefinition => Kind is DataKind.Struct or DataKind.Union or DataKind.Enumeration;
}
