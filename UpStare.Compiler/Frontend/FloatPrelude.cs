// gcc's _Float32 for libclang, which has no such type. A typedef, not a macro: its name stays in the types of what is
// computed, so that temporaries get the type that the value has for gcc. For the other types of that family a macro
// does: an argument of type _Float64 is passed as a double is, but one of type _Float32 not as a float.
//
// A typedef cannot be made complex, so _Complex _Float32 has one of its own, whose name is as long (ClangText).
//
// gcc has builtins for each of those types, and constants may be made of them; libclang has those of its own types.

using System.Text;

namespace UpStare.Compiler.Frontend;

/// <summary>What is declared in front of a unit.</summary>
internal static class FloatPrelude
{
    /// <summary>Name of the file that the declarations are in; it is never on disk, and a relative one would be searched for.</summary>
    public const string FileName = "/upstare-floats.h";

    /// <summary>The keyword.</summary>
    public const string Name = "_Float32";

    /// <summary>The complex type of that kind.</summary>
    public const string ComplexName = "_Complex " + Name;

    // How programs write the complex type: a blank between two words.
    private static readonly string[] ComplexSpellings = [ComplexName, Name + " _Complex", "__complex__ " + Name, Name + " __complex__"];

    // Suffixes of gcc's builtins, and of libclang's for the same type; what there is of them.
    private static readonly (string Gcc, string Clang)[] Suffixes = [("f32", "f"), ("f32x", ""), ("f64", ""), ("f64x", "l")];

    private static readonly string[] Builtins = ["huge_val", "inf", "nan", "nans", "fabs", "copysign", "sqrt", "ceil", "floor", "trunc", "rint", "nearbyint", "round", "fma", "fmax", "fmin"];

    /// <summary>The declarations.</summary>
    public static byte[] Declarations()
    {
        var text = new StringBuilder($"typedef float {Name};\n");
        foreach (var spelling in ComplexSpellings) text.Append($"typedef _Complex float {Joined(spelling)};\n");
        foreach (var (gcc, clang) in Suffixes)
        {
            foreach (var builtin in Builtins) text.Append($"#define __builtin_{builtin}{gcc} __builtin_{builtin}{clang}\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Whether two words with a blank between them are the complex type.</summary>
    public static bool IsComplex(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        foreach (var spelling in ComplexSpellings)
        {
            if (spelling.Length == first.Length + 1 + second.Length && spelling.AsSpan().StartsWith(first) && spelling.AsSpan().EndsWith(second)) return true;
        }

        return false;
    }

    /// <summary>Whether a name is that of a typedef from here.</summary>
    public static bool IsTypedef(string name) => name == Name || Array.Exists(ComplexSpellings, spelling => name == Joined(spelling));

    /// <summary>A type of libclang's in gcc's words.</summary>
    public static string InWordsOfGcc(string type)
    {
        if (!type.Contains(Name, StringComparison.Ordinal)) return type;
        foreach (var spelling in ComplexSpellings) type = type.Replace(Joined(spelling), ComplexName, StringComparison.Ordinal);
        return type;
    }

    /// <summary>Whether a constant, or the name of a builtin, is of that type by its suffix.</summary>
    public static bool HasSuffix(ReadOnlySpan<char> text) =>
        text.TrimEnd("ijIJ").EndsWith("f32", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a program's own text has to do with types of that family: names one, or has a constant of one, or a function for it (<c>sinf32</c>).</summary>
    public static bool IsUsed(SourceText source)
    {
        foreach (var word in (string[])["_Float", "loat32", "f32", "F32", "f64", "F64", "f128", "F128"])
        {
            for (var at = source.Text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = source.Text.IndexOf(word, at + 1, StringComparison.Ordinal))
            {
                if (!source.OriginOf(at).IsSystem) return true;
            }
        }

        return false;
    }

    private static string Joined(string spelling) => spelling.Replace(' ', '_');
}
