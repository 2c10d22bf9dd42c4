// Declarations of gcc's builtins for vectors that clang does not know.
//
// __builtin_shuffle takes vectors of any type. Undeclared, it would return int, and the function that uses it would not be
// understood. So it is declared, as an overloaded function, for every element type and size that a register can have:
//
//     long __attribute__ ((vector_size (32))) __builtin_shuffle (long ..., long ...);            one vector and a mask
//     long __attribute__ ((vector_size (32))) __builtin_shuffle (long ..., long ..., long ...);  two vectors and a mask
//
// Only units whose text has the word get them, in a file of their own, so that offsets in the text stay.

using System.Text;

namespace UpStare.Compiler.Frontend;

/// <summary>What is declared in front of a unit.</summary>
internal static class VectorPrelude
{
    /// <summary>Name of the file that the declarations are in; it is never on disk, and a relative one would be searched for.</summary>
    public const string FileName = "/upstare-vectors.h";

    private const string Shuffle = "__builtin_shuffle";

    /// <summary>Each with the integer type of a mask for it and their size in bytes.</summary>
    private static readonly (string Element, string Mask, int Size)[] Elements =
    [
        ("char", "signed char", 1), ("signed char", "signed char", 1), ("unsigned char", "signed char", 1), ("short", "short", 2), ("unsigned short", "short", 2),
        ("int", "int", 4), ("unsigned", "int", 4), ("float", "int", 4), ("long", "long", 8), ("unsigned long", "long", 8),
        ("long long", "long long", 8), ("unsigned long long", "long long", 8), ("double", "long long", 8),
    ];

    private static readonly int[] Sizes = [2, 4, 8, 16, 32, 64];

    /// <summary>Whether a unit needs the declarations.</summary>
    public static bool IsNeeded(SourceText source) => source.Text.Contains(Shuffle, StringComparison.Ordinal);

    /// <summary>The declarations.</summary>
    public static byte[] Declarations()
    {
        var text = new StringBuilder();
        foreach (var (element, mask, smallest) in Elements)
        {
            foreach (var size in Sizes.Where(size => size >= smallest))
            {
                var (vector, selector) = ($"{element} __attribute__ ((vector_size ({size})))", $"{mask} __attribute__ ((vector_size ({size})))");
                text.Append($"__attribute__ ((overloadable)) {vector} {Shuffle} ({vector}, {selector});\n");
                text.Append($"__attribute__ ((overloadable)) {vector} {Shuffle} ({vector}, {vector}, {selector});\n");
            }
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
