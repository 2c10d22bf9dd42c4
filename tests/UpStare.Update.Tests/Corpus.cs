namespace UpStare.Update.Tests;

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
        var source = Repository.At("tests", "corpus", name + ".c");
        var asked = File.ReadLines(source).Take(3).FirstOrDefault(line => line.StartsWith("/* flags: ", StringComparison.Ordinal));
        var flags = asked == null ? [] : asked["/* flags: ".Length..^2].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return [.. flags.Where(flag => !flag.StartsWith("-l")), source, .. flags.Where(flag => flag.StartsWith("-l"))];
    }

    private static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(Repository.At("tests", "corpus", folder), "*.c")
            .Select(path => Path.Combine(folder, Path.GetFileNameWithoutExtension(path)))
            .Order(StringComparer.Ordinal);
}
