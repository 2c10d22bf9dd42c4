// gcc's options as far as a driver must know them: which take a separate argument, and which matter to one stage
// only. Checked against gcc 12 by asking it (-###) whether the word after an option is an input.
using System.Collections.Frozen;

namespace UpStare.Compiler.Driver;

/// <summary>Tables of gcc's options.</summary>
internal static class GccOptions
{
    /// <summary>Options whose argument may stand in the next word (-o FILE); most also take it joined (-oFILE).</summary>
    public static readonly FrozenDictionary<string, ArgumentKind> Separate = new Dictionary<string, ArgumentKind>
    {
        ["-o"] = ArgumentKind.Output,
        ["-x"] = ArgumentKind.Language,
        ["-D"] = ArgumentKind.Preprocessor, ["-U"] = ArgumentKind.Preprocessor, ["-I"] = ArgumentKind.Preprocessor,
        ["-A"] = ArgumentKind.Preprocessor, ["-F"] = ArgumentKind.Preprocessor, ["-J"] = ArgumentKind.Preprocessor,
        ["-include"] = ArgumentKind.Preprocessor, ["-imacros"] = ArgumentKind.Preprocessor,
        ["-isystem"] = ArgumentKind.Preprocessor, ["-iquote"] = ArgumentKind.Preprocessor,
        ["-idirafter"] = ArgumentKind.Preprocessor, ["-iprefix"] = ArgumentKind.Preprocessor,
        ["-iwithprefix"] = ArgumentKind.Preprocessor, ["-iwithprefixbefore"] = ArgumentKind.Preprocessor,
        ["-isysroot"] = ArgumentKind.Preprocessor, ["-imultilib"] = ArgumentKind.Preprocessor,
        ["-imultiarch"] = ArgumentKind.Preprocessor, ["-Xpreprocessor"] = ArgumentKind.Preprocessor,
        ["-MF"] = ArgumentKind.Dependency, ["-MT"] = ArgumentKind.Dependency, ["-MQ"] = ArgumentKind.Dependency,
        ["-L"] = ArgumentKind.Linker, ["-l"] = ArgumentKind.Linker, ["-Xlinker"] = ArgumentKind.Linker,
        ["-T"] = ArgumentKind.Linker, ["-u"] = ArgumentKind.Linker, ["-z"] = ArgumentKind.Linker,
        ["-e"] = ArgumentKind.Linker, ["-h"] = ArgumentKind.Linker, ["-R"] = ArgumentKind.Linker,
        ["--entry"] = ArgumentKind.Linker, ["-Tbss"] = ArgumentKind.Linker, ["-Tdata"] = ArgumentKind.Linker,
        ["-Ttext"] = ArgumentKind.Linker,
        ["-dumpdir"] = ArgumentKind.DumpName, ["-dumpbase"] = ArgumentKind.DumpName,
        ["-dumpbase-ext"] = ArgumentKind.DumpName,
        ["-B"] = ArgumentKind.Other, ["-aux-info"] = ArgumentKind.Other, ["-specs"] = ArgumentKind.Other,
        ["-wrapper"] = ArgumentKind.Other, ["-Xassembler"] = ArgumentKind.Other, ["--param"] = ArgumentKind.Other,
        ["--sysroot"] = ArgumentKind.Other, ["-Hd"] = ArgumentKind.Other, ["-Hf"] = ArgumentKind.Other,
        ["-Xf"] = ArgumentKind.Other,
    }.ToFrozenDictionary();

    // The longest first, so that -include is not read as -i... and -MF not as -M.
    private static readonly string[] Joined =
    [
        "-iwithprefixbefore", "-iwithprefix", "-idirafter", "-isysroot", "-imacros", "-include", "-iprefix",
        "-isystem", "-iquote", "-MF", "-MT", "-MQ", "-o", "-x", "-D", "-U", "-I", "-A", "-J", "-F", "-L", "-l", "-B",
        "-T", "-u", "-z", "-e", "-h", "-R",
    ];

    /// <summary>GNU long names; each also stands as --name=VALUE.</summary>
    public static readonly FrozenDictionary<string, string> LongNames = new Dictionary<string, string>
    {
        ["--output"] = "-o", ["--language"] = "-x", ["--compile"] = "-c", ["--assemble"] = "-S",
        ["--preprocess"] = "-E", ["--dependencies"] = "-M", ["--user-dependencies"] = "-MM",
        ["--write-dependencies"] = "-MD", ["--write-user-dependencies"] = "-MMD", ["--define-macro"] = "-D",
        ["--undefine-macro"] = "-U", ["--include"] = "-include", ["--imacros"] = "-imacros", ["--assert"] = "-A",
        ["--include-directory"] = "-I", ["--include-directory-after"] = "-idirafter", ["--include-prefix"] = "-iprefix",
        ["--include-with-prefix"] = "-iwithprefix", ["--include-with-prefix-before"] = "-iwithprefixbefore",
        ["--include-with-prefix-after"] = "-iwithprefix", ["--library-directory"] = "-L", ["--library"] = "-l",
        ["--for-linker"] = "-Xlinker", ["--for-assembler"] = "-Xassembler", ["--prefix"] = "-B", ["--force-link"] = "-u",
        ["--specs"] = "-specs", ["--dumpbase"] = "-dumpbase", ["--dumpdir"] = "-dumpdir",
        ["--dumpbase-ext"] = "-dumpbase-ext", ["--save-temps"] = "-save-temps", ["--shared"] = "-shared",
        ["--static"] = "-static", ["--no-line-commands"] = "-P", ["--comments"] = "-C",
        ["--comments-in-macros"] = "-CC", ["--trace-includes"] = "-H", ["--no-standard-includes"] = "-nostdinc",
        ["--no-standard-libraries"] = "-nostdlib", ["--print-missing-file-dependencies"] = "-MG",
        ["--profile"] = "-p", ["--pie"] = "-pie", ["--verbose"] = "-v", ["--ansi"] = "-ansi",
        ["--traditional-cpp"] = "-traditional-cpp", ["--pipe"] = "-pipe",
    }.ToFrozenDictionary();

    /// <summary>The option that a word joins with its argument (-DNAME), or null.</summary>
    public static string? JoinedPrefix(string word)
    {
        foreach (var option in Joined)
        {
            if (word.Length > option.Length && word.StartsWith(option, StringComparison.Ordinal))
                return option;
        }

        return null;
    }

    /// <summary>The kind of an option that is one word.</summary>
    public static ArgumentKind KindOf(string word)
    {
        switch (word)
        {
            case "-c" or "-S" or "-E" or "-M" or "-MM" or "-fsyntax-only":
                return ArgumentKind.Mode;
            case "-MD" or "-MMD" or "-MP" or "-MG" or "-Mno-modules":
                return ArgumentKind.Dependency;
            case "-nostdinc" or "-nostdinc++" or "-undef" or "-remap" or "-trigraphs" or "-P" or "-C" or "-CC" or "-H"
                or "-no-integrated-cpp":
                return ArgumentKind.Preprocessor;
            case "-s" or "-r" or "-rdynamic" or "-symbolic" or "-t":
                return ArgumentKind.Linker;
            case "-###" or "--version" or "--help" or "--target-help" or "-dumpversion" or "-dumpfullversion"
                or "-dumpmachine" or "-dumpspecs":
                return ArgumentKind.Question;
            case "-save-temps":
                return ArgumentKind.SaveTemps;
        }

        if (word.StartsWith("-Wp,", StringComparison.Ordinal) || IsMacroDump(word))
            return ArgumentKind.Preprocessor;
        if (word.StartsWith("-Wl,", StringComparison.Ordinal))
            return ArgumentKind.Linker;
        if (word.StartsWith("-save-temps=", StringComparison.Ordinal))
            return ArgumentKind.SaveTemps;
        if (word.StartsWith("-print-", StringComparison.Ordinal) || word.StartsWith("--print-", StringComparison.Ordinal)
            || word.StartsWith("--help=", StringComparison.Ordinal))
            return ArgumentKind.Question;
        return ArgumentKind.Other;
    }

    /// <summary>The word that says how much is optimised, such as -O2: the last one counts. Null if there is none.</summary>
    public static string? OptimisationLevel(IEnumerable<string> flags) => flags.LastOrDefault(flag => flag.StartsWith("-O", StringComparison.Ordinal));

    /// <summary>-dM, -dD and the like.</summary>
    public static bool IsMacroDump(string word) =>
        word.Length > 2 && word.StartsWith("-d", StringComparison.Ordinal)
        && word.AsSpan(2).IndexOfAnyExcept("DIMNU") < 0;
}
