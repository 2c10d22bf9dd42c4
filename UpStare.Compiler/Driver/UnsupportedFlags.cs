// Options of gcc under which a unit cannot be instrumented. The unit is then compiled by gcc as it is, with one
// warning that gives the reason. The last option of a pair (-fX, -fno-X) counts, as in gcc.
namespace UpStare.Compiler.Driver;

/// <summary>Finds options that rule out instrumentation.</summary>
internal static class UnsupportedFlags
{
    // Options that libclang has no counterpart of, and those that take them back. Types and sizes of temporaries are libclang's.
    private static readonly (string[] Options, string[] Opposites, string Reason)[] OfTypes =
    [
        (["-fsingle-precision-constant"], ["-fno-single-precision-constant"], "constants have another type than they seem to"),
        (["-fno-signed-bitfields", "-funsigned-bitfields"], ["-fsigned-bitfields", "-fno-unsigned-bitfields"], "bit-fields have another type than they seem to"),
        (["-mfpmath=387", "-mfpmath=sse,387", "-mfpmath=387,sse", "-mfpmath=sse+387", "-mfpmath=387+sse", "-mfpmath=both"], ["-mfpmath=sse"], "what is computed has more digits than its type"),
        (["-mlong-double-64", "-mlong-double-128"], ["-mlong-double-80"], "long double has another format than the one that updates convert"),
        (["-mabi=ms"], ["-mabi=sysv"], "restore clones of other units would expect results elsewhere"),
    ];

    /// <summary>The reason why no unit of this command line can be instrumented, or null.</summary>
    public static string? Find(CommandLine line)
    {
        string? sanitizer = null, openmp = null, split = null, trace = null, profile = null;
        string? dialect = null, machine = null, odd = null;
        var words = line.Arguments.Where(a => a.Kind is ArgumentKind.Other or ArgumentKind.Preprocessor).Select(a => a.Words[0]).ToList();
        foreach (var word in words)
        {
            switch (word)
            {
                case "-fopenmp" or "-fopenacc" or "-fgnu-tm" or "-fcilkplus": openmp = word; break;
                case "-fno-openmp" or "-fno-openacc" or "-fno-gnu-tm": openmp = null; break;
                case "-fsplit-stack": split = word; break;
                case "-fno-split-stack": split = null; break;
                case "-finstrument-functions": trace = word; break;
                case "-fno-instrument-functions": trace = null; break;
                case "-p" or "-pg": profile = word; break;
                case "-masm=intel": dialect = word; break;
                case "-masm=att": dialect = null; break;
                case "-m32" or "-mx32" or "-m16": machine = word; break;
                case "-m64": machine = null; break;
                case "-fpreprocessed" or "-fdirectives-only" or "-traditional-cpp" or "-fcompare-debug"
                    or "-fno-asm" or "-fcoroutines" or "-fplan9-extensions" or "-fleading-underscore":
                    odd = word;
                    break;
                default:
                    if (Sanitizer(word) is { } found)
                        sanitizer = found;
                    else if (word == "-fno-sanitize=all")
                        sanitizer = null;
                    break;
            }
        }

        if (sanitizer != null)
            return $"-fsanitize={sanitizer} keeps its own account of the stack";
        if (openmp != null)
            return $"{openmp}: parallel regions cannot be left in the middle";
        if (split != null)
            return $"{split}: the stack is not in one piece";
        if ((trace ?? profile) is { } hook)
            return $"{hook}: every entry to a function calls into a profiler";
        if (dialect != null)
            return $"{dialect}: sites are written in AT&T syntax";
        if (machine != null)
            return $"{machine}: only 64-bit code can be updated";
        return odd != null ? $"{odd} is not supported" : OfType(words) ?? OfRegister(words);
    }

    private static string? OfType(List<string> words)
    {
        foreach (var (options, opposites, reason) in OfTypes)
        {
            if (words.FindLast(word => options.Contains(word) || opposites.Contains(word)) is { } last && options.Contains(last))
                return $"{last}: {reason}";
        }

        return null;
    }

    // The runtime and libc use registers as the calling convention has them.
    private static string? OfRegister(List<string> words)
    {
        string[] prefixes = ["-ffixed-", "-fcall-saved-", "-fcall-used-"];
        return words.Find(word => Array.Exists(prefixes, prefix => word.StartsWith(prefix, StringComparison.Ordinal))) is { } found
            ? $"{found}: what a register of the program's own holds would not survive an update"
            : null;
    }

    private static string? Sanitizer(string word)
    {
        const string Option = "-fsanitize=";
        if (!word.StartsWith(Option, StringComparison.Ordinal))
            return null;
        string[] stackWatchers = ["address", "kernel-address", "hwaddress", "kernel-hwaddress", "thread", "shadow-call-stack"];
        return word[Option.Length..].Split(',').FirstOrDefault(stackWatchers.Contains);
    }
}
