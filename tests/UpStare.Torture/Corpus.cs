namespace UpStare.Torture;

/// <summary>The programs of tests/corpus: one per construct of C.</summary>
internal static class Corpus
{
    /// <summary>All levels at which a program must behave as with gcc.</summary>
    public static readonly string[] Levels = ["-O0", "-O1", "-O2", "-O3", "-Os"];

    /// <summary>Names of the programs that can be updated.</summary>
    public static IEnumerable<string> Updatable => Names("");

    /// <summary>Names of the programs that upstare-cc compiles unchanged.</summary>
    public static IEnumerable<string> Unchanged => Names("unchanged");

    /// <summary>Arguments for a compiler: the source and the flags that its comment asks for.</summary>
    public static string[] Arguments(string name)
    {
        var source = Source(name);
        var flags = Comment(name, "flags")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return [.. flags.Where(flag => !flag.StartsWith("-l")), source, .. flags.Where(flag => flag.StartsWith("-l"))];
    }

    /// <summary>Whether some point of the program can be updated; one whose main is not instrumented says so in a comment.</summary>
    public static bool IsUpdated(string name) => Comment(name, "not updated") is null;

    /// <summary>The least distance of repeated updates; more than 1 for programs with stacks so deep that each takes long.</summary>
    public static int Every(string name) => int.Parse(Comment(name, "every") ?? "1", System.Globalization.CultureInfo.InvariantCulture);

    private static string Source(string name) => Repository.At("tests", "corpus", name + ".c");

    // What a comment at the head of a program asks for: /* WORD: ... */
    private static string? Comment(string name, string word) =>
        File.ReadLines(Source(name)).Take(4).FirstOrDefault(line => line.StartsWith($"/* {word}: ", StringComparison.Ordinal))?[(word.Length + 5)..^2].Trim();

    private static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(Repository.At("tests", "corpus", folder), "*.c")
            .Select(path => Path.Combine(folder, Path.GetFileNameWithoutExtension(path)))
            .Order(StringComparer.Ordinal);
}
