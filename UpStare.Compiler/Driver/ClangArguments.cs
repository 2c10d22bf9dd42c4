// gcc's flags in clang's words, for parsing only: what changes the meaning of the text or the layout of types. All
// else (optimisation, warnings, debug information) is left out: clang knows other options, and an unknown one is an
// error.
namespace UpStare.Compiler.Driver;

/// <summary>Maps gcc's flags to clang's.</summary>
public static class ClangArguments
{
    // Spelled alike in both compilers, and of influence on parsing, types or what is predeclared.
    private static readonly HashSet<string> Same =
    [
        "-fshort-enums", "-fno-short-enums", "-funsigned-char", "-fno-unsigned-char", "-fsigned-char",
        "-fno-signed-char", "-fms-extensions", "-fno-ms-extensions", "-fpack-struct",
        "-fshort-wchar", "-fno-short-wchar", "-fgnu89-inline", "-fno-gnu89-inline", "-fcommon", "-fno-common",
        "-fno-asm", "-fasm", "-fdollars-in-identifiers", "-fno-dollars-in-identifiers",
        "-flax-vector-conversions", "-fno-lax-vector-conversions", "-fwrapv", "-ffreestanding",
        "-fhosted", "-fblocks", "-pthread", "-mms-bitfields", "-mno-ms-bitfields",
    ];

    // Vector extensions: clang checks that a function may use the types and builtins it uses.
    private static readonly string[] MachinePrefixes =
    [
        "-msse", "-mavx", "-mmmx", "-mfma", "-mf16c", "-maes", "-mpclmul", "-mbmi", "-mlzcnt", "-mpopcnt", "-mmovbe",
        "-mrdrnd", "-mrdseed", "-mfsgsbase", "-mxsave", "-mssse3", "-msha", "-madx", "-mgfni", "-mvaes",
        "-mvpclmulqdq", "-mno-sse", "-mno-avx", "-mno-mmx",
    ];

    // Names of dialects that gcc takes and clang may not.
    private static readonly Dictionary<string, string> Dialects = new()
    {
        ["iso9899:1990"] = "c90", ["iso9899:1999"] = "c99",
        ["iso9899:199x"] = "c99", ["c9x"] = "c99", ["gnu9x"] = "gnu99", ["c1x"] = "c11", ["gnu1x"] = "gnu11",
        ["iso9899:2011"] = "c11", ["iso9899:2017"] = "c17", ["iso9899:2018"] = "c17",
    };

    /// <summary>The arguments for libclang.</summary>
    /// <param name="arguments">gcc's flags (<c>UnitSource.Arguments</c>).</param>
    public static IReadOnlyList<string> From(IReadOnlyList<string> arguments)
    {
        // The text is preprocessed: clang's own macros (unix, linux, __LINE__ aside) must not touch it. No warning
        // matters, and what clang 19 makes errors by default (implicit int, int to pointer) gcc 12 accepts.
        var result = new List<string> { "-undef", "-Wno-everything" };
        var dialect = "gnu17";
        foreach (var word in arguments)
        {
            if (word.StartsWith("-std=", StringComparison.Ordinal))
                dialect = word["-std=".Length..];
            else if (word.StartsWith("--std=", StringComparison.Ordinal))
                dialect = word["--std=".Length..];
            else if (word == "-ansi")
                dialect = "c90";
            else if (Same.Contains(word) || word.StartsWith("-fpack-struct=", StringComparison.Ordinal)
                     || IsMachineExtension(word))
                result.Add(word);
        }

        result.Add("-std=" + Dialects.GetValueOrDefault(dialect, dialect));
        return result;
    }

    private static bool IsMachineExtension(string word) =>
        MachinePrefixes.Any(p => word.StartsWith(p, StringComparison.Ordinal))
        // -mavx256-split-unaligned-load, -msse2avx: how code is generated, not what it may use.
        && !new[] { "256", "2avx", "avx512pf", "avx512er", "avx5124" }.Any(part => word.Contains(part, StringComparison.Ordinal));
}
