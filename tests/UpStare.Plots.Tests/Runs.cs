namespace UpStare.Plots.Tests;

/// <summary>Runs with made-up numbers.</summary>
internal static class Runs
{
    /// <summary>A run of lines as they are in samples.csv.</summary>
    public static Run Of(params string[] lines)
    {
        using var folder = new Folder();
        File.WriteAllLines(Path.Combine(folder.Path, "samples.csv"), ["kind,program,workload,configuration,round,value", .. lines]);
        return Run.Read(folder.Path);
    }

    /// <summary>Rounds of one workload: the n-th value is round n's.</summary>
    public static string[] Rounds(string kind, string program, string workload, string configuration, params double[] values) =>
        [.. values.Select((v, i) => $"{kind},{program},{workload},{configuration},{i + 1},{v}")];
}

/// <summary>A folder that is removed again.</summary>
internal sealed class Folder : IDisposable
{
    /// <summary>Where it is.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("upstare-plots.").FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
