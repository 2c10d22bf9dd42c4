// What an executable needs from UpStare when it is linked.
namespace UpStare.Compiler.Driver;

/// <summary>Arguments that link the runtime into an executable.</summary>
public static class RuntimeLink
{
    /// <summary>The arguments, to stand after all inputs.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="library">Path of libupstare.a.</param>
    public static IReadOnlyList<string> Arguments(CommandLine line, string library)
    {
        // libc calls __wrap_main (the runtime's), which calls the program's main from the base activation. New threads get
        // theirs from __wrap_pthread_create, also where the address of pthread_create is taken.
        var words = new List<string> { "-Wl,--wrap=main", "-Wl,--wrap=pthread_create", "-Wl,--wrap=thrd_create" };
        // A new version may look up names though this one does not.  In a static program ld warns of libc's functions for that.
        if (!line.Arguments.Any(a => a.Words[0] is "-static" or "-static-pie")) words.Add("-Wl,-u,__upstare_getaddrinfo");
        // libc goes first: the runtime has a 'free' (heap_watch.c), which is meant for programs that ask for it by another name and would be taken from the archive for any
        // free that is still undefined.
        if (!line.Arguments.Any(a => a.Words[0] is "-nostdlib" or "-nodefaultlibs" or "-nolibc")) words.Add("-lc");
        AddLibrary(line, library, words);
        // A patch names the versions it goes from and to by build-id. A user's own id is kept; "none" cannot be.
        var own = line.Arguments.LastOrDefault(a =>
            a.Words[0].StartsWith("-Wl,", StringComparison.Ordinal)
            && a.Words[0].Contains("--build-id", StringComparison.Ordinal));
        if (own == null || own.Words[0].Contains("--build-id=none", StringComparison.Ordinal))
            words.Add("-Wl,--build-id=sha1");
        return words;
    }

    /// <summary>The arguments for a shared library: stand-ins for the wrappers, beside the runtime.</summary>
    public static IReadOnlyList<string> SharedArguments(CommandLine line, string library)
    {
        var words = new List<string>();
        AddLibrary(line, Path.Combine(Path.GetDirectoryName(library) ?? "", "libupstare-shared.a"), words);
        return words;
    }

    private static void AddLibrary(CommandLine line, string library, List<string> words)
    {
        // The language in force must not apply to the library.
        if (line.Arguments.LastOrDefault(a => a.Kind == ArgumentKind.Language) is { Value: not "none" })
            words.AddRange(["-x", "none"]);
        words.Add(library);
    }
}
