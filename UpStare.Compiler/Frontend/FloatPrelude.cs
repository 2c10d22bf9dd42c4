// gcc's _Float32 for libclang, which has no such type. A typedef, not a macro: its name stays in the types of what is
// computed, so that temporaries get the type that the value has for gcc. For the other types of that family a macro
// does: an argument of type _Float64 is passed as a double is, but one of type _Float32 not as a float.

namespace UpStare.Compiler.Frontend;

/// <summary>What is declared in front of a unit.</summary>
internal static class FloatPrelude
{
    /// <summary>Name of the file that the declaration is in; it is never on disk, and a relative one would be searched for.</summary>
    public const string FileName = "/upstare-floats.h";

    /// <summary>The keyword.</summary>
    public const string Name = "_Float32";

    /// <summary>The declaration.</summary>
    public static byte[] Declarations() => "typedef float _Float32;\n"u8.ToArray();

    /// <summary>Whether a program's own text has to do with such values: uses the type, or functions for it (<c>sinf32</c>).</summary>
    public static bool IsUsed(SourceText source)
    {
        foreach (var word in (string[])["loat32", "f32"])
        {
            for (var at = source.Text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = source.Text.IndexOf(word, at + 1, StringComparison.Ordinal))
            {
                if (!source.OriginOf(at).IsSystem) return true;
            }
        }

        return false;
    }
}
