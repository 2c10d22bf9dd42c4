// What the passes need to know of a C type: how a value of it can be recorded at a site, how large it is, and how
// to spell it again.  Types are read once from libclang by Frontend/TypeBuilder and never computed with.

namespace UpStare.Compiler.Tree;

/// <summary>Classes of types, as far as saving and restoring a value is concerned.</summary>
public enum TypeClass
{
    /// <summary><c>void</c> or a function type: no value.</summary>
    None,

    /// <summary>Integers up to 64 bits, enumerations, booleans, pointers: fit a general register.</summary>
    Integer,

    /// <summary><c>float</c> and <c>double</c>: fit a vector register.</summary>
    Floating,

    /// <summary>Everything that is recorded in memory: structs, unions, <c>long double</c>, <c>__int128</c>, complex, vectors.</summary>
    Memory,

    /// <summary>Arrays of constant size: objects that decay to their address.</summary>
    Array,

    /// <summary>Types whose size is computed at run time (VLAs and pointers to them).</summary>
    VariablyModified,
}

/// <summary>A scalar inside a small struct.</summary>
/// <param name="Path">How it is reached: <c>.a</c>, <c>.b.c</c>.</param>
/// <param name="Type">Its type.</param>
/// <param name="Offset">Its offset in bytes.</param>
public sealed record Leaf(string Path, CType Type, int Offset);

/// <summary>A variably modified type as a type name: text and sizes in sequence, one text more than sizes.</summary>
/// <param name="Texts">The text around the sizes.</param>
/// <param name="Sizes">The sizes that are no constants, and the names of types of that kind, in the order of the text.</param>
/// <param name="Alignment">Alignment in bytes that attributes ask for; at least 1.</param>
/// <param name="IsPlainPointer">Whether it is a pointer to an array (of arrays) of something of constant size.</param>
public sealed record ComputedType(string[] Texts, Expression[] Sizes, int Alignment, bool IsPlainPointer)
{
    /// <summary>For a plain pointer: for each size, how many of the array's dimensions are outside of it.</summary>
    public int[] Depths { get; init; } = [];
}

/// <summary>A C type.</summary>
/// <param name="Class">How a value is recorded.</param>
/// <param name="Spelling">The type as a C type name, qualifiers included.</param>
/// <param name="ValueSpelling">The same without qualifiers at the top level: the type of a value, for temporaries.</param>
/// <param name="Canonical">The spelling with typedefs resolved: equal for compatible types of one unit.</param>
/// <param name="Size">Size in bytes; -1 when incomplete or not constant.</param>
/// <param name="Alignment">Alignment in bytes; at least 1.</param>
/// <param name="IsVolatile">Qualified volatile or _Atomic: accesses are counted, the object keeps its place.</param>
/// <param name="IsConst">Qualified const at the top level.</param>
/// <param name="IsPointer">A pointer to an object or a function.</param>
/// <param name="IsSpellable">Whether <paramref name="Spelling"/> can be written in C (no unnamed struct in it).</param>
public sealed record CType(
    TypeClass Class,
    string Spelling,
    string ValueSpelling,
    string Canonical,
    long Size,
    int Alignment,
    bool IsVolatile,
    bool IsConst,
    bool IsPointer,
    bool IsSpellable)
{
    /// <summary><c>int</c>, the type of conditions.</summary>
    public static readonly CType Int = new(TypeClass.Integer, "int", "int", "int", 4, 4, false, false, false, true);

    /// <summary><c>void *</c>.</summary>
    public static readonly CType VoidPointer = new(TypeClass.Integer, "void *", "void *", "void *", 8, 8, false, false, true, true);

    /// <summary>For a small struct of scalars only: its scalars. gcc keeps those in registers, so they are recorded one by one.</summary>
    public IReadOnlyList<Leaf> Leaves { get; init; } = [];

    /// <summary>A spelling without qualifiers at the top level: <c>char *const</c> is <c>char *</c>.</summary>
    public static string Unqualified(string spelling)
    {
        if (spelling.AsSpan().ContainsAny('(', '[')) return spelling;
        var star = spelling.LastIndexOf('*');
        if (star >= 0) return spelling[..(star + 1)];
        return string.Join(' ', spelling.Split(' ').Where(word => word is not ("const" or "volatile")));
    }

    /// <summary>What its data consist of; null when nobody asked for that, and for types that passes make up.</summary>
    public DataType? Data { get; init; }

    /// <summary>A struct or union with a const member somewhere inside: its objects can be initialised, but not assigned.</summary>
    public bool HasConstMember { get; init; }

    /// <summary>gcc's <c>_Float32</c>, which libclang takes for <c>float</c>: as an argument for <c>...</c> it stays what it is. Or the complex type of it.</summary>
    public bool IsFloat32 { get; init; }

    /// <summary>Written as that of an expression (<c>typeof (x)</c>, <c>__auto_type</c>), and spelled as what it is for libclang.</summary>
    public bool IsOfExpression { get; init; }

    /// <summary>Whether the type is <c>void</c>.</summary>
    public bool IsVoid => Class == TypeClass.None && Canonical == "void";

    /// <summary>Whether the type is an incomplete or constant-size array.</summary>
    public bool IsArray => Class == TypeClass.Array;
}
