namespace UpStare.Torture;

/// <summary>
/// Where things are: the source tree, found from the test directory upwards, and the built commands in its artifacts/ (or in
/// the folder that UPSTARE_ARTIFACTS names).
/// </summary>
internal static class Repository
{
    /// <summary>The root of the source tree.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The compiler under test.</summary>
    public static string Compiler => Command("upstare-cc");

    /// <summary>The patch generator under test.</summary>
    public static string Diff => Command("upstare-diff");

    /// <summary>The command-line tool under test.</summary>
    public static string Tool => Command("upstare");

    /// <summary>A path below the root.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Command(string name)
    {
        var artifacts = Environment.GetEnvironmentVariable("UPSTARE_ARTIFACTS") is { Length: > 0 } other ? other : At("artifacts");
        var path = Path.Combine(artifacts, "bin", name);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{path} is not there: run ./build.sh first");
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory != null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "upstare.slnx")))
                return directory.FullName;
        throw new DirectoryNotFoundException("upstare.slnx is in no directory above " + AppContext.BaseDirectory);
    }
}
