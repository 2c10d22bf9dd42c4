namespace UpStare.Update.Tests;

/// <summary>
/// A folder of tests/updates: two or three versions of a program (`v1.c`, or a folder `v1` with several units, also in folders below), and what may
/// happen: `expected` (see <see cref="ExpectedOutput"/>), `refused` (upstare-diff exits with 2 and its message matches
/// each line, a regular expression), `same` (upstare-diff exits with 3), or `stays` (a process that waits for its first
/// step cannot be updated: the exit status of `upstare apply`, and regular expressions for what it says).
/// </summary>
internal sealed class UpdateCase(string name)
{
    private string Folder => Repository.At("tests", "updates", name);

    /// <summary>Names of all cases.</summary>
    public static IEnumerable<string> All =>
        Directory.EnumerateDirectories(Repository.At("tests", "updates")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    /// <summary>Names of the cases that have a certain file.</summary>
    public static IEnumerable<string> With(string file) =>
        All.Where(name => File.Exists(Repository.At("tests", "updates", name, file)));

    /// <summary>How many versions it has.</summary>
    public int Versions => Enumerable.Range(1, 9).TakeWhile(HasVersion).Count();

    /// <summary>What it may print.</summary>
    public ExpectedOutput Expected => ExpectedOutput.Read(Path.Combine(Folder, "expected"));

    /// <summary>The lines of one of its files.</summary>
    public string[] Read(string file) => File.ReadAllLines(Path.Combine(Folder, file));

    /// <summary>Is there a version with this number?</summary>
    public bool HasVersion(int version) => Sources(version).Length > 0;

    /// <summary>The executable of a version.</summary>
    public string Executable(int version, string level, params string[] options) =>
        Toolchain.UpStareCc(level, [.. options, .. Options, .. Sources(version)]);

    /// <summary>The executable of a version, built by plain gcc.</summary>
    public string Plain(int version) => Toolchain.Gcc("-O2", Sources(version));

    /// <summary>The patch from a version to the next.</summary>
    public string Patch(int from, string level, params string[] options) =>
        Toolchain.Patch(Executable(from, level, options), Executable(from + 1, level, options), Map(from));

    // Options of upstare-cc that the case needs.
    private string[] Options => Path.Combine(Folder, "options") is var file && File.Exists(file) ? File.ReadAllText(file).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) : [];

    /// <summary>The user's map for all steps or for one of them, where the case has one.</summary>
    public string? Map(int from) => new[] { $"map{from}", "map" }.Select(file => Path.Combine(Folder, file)).FirstOrDefault(File.Exists);

    private string[] Sources(int version)
    {
        var file = Path.Combine(Folder, $"v{version}.c");
        var folder = Path.Combine(Folder, $"v{version}");
        return File.Exists(file) ? [file]
            : Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.c", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : [];
    }
}
