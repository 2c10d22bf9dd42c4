namespace UpStare.Torture;

/// <summary>The temporary directory of this run.</summary>
internal static class Workspace
{
    private static readonly Lazy<string> Created = new(Create);
    private static int names;

    /// <summary>The directory; everybody may enter it, only we may write to it.</summary>
    public static string Directory => Created.Value;

    /// <summary>A path in it that nobody has yet.</summary>
    public static string Fresh(string name) =>
        Path.Combine(Directory, $"{Interlocked.Increment(ref names)}-{name}");

    /// <summary>Removes it; nothing happens if it was never asked for.</summary>
    public static void Remove()
    {
        if (Created.IsValueCreated)
            System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static string Create()
    {
        var path = System.IO.Directory.CreateTempSubdirectory("upstare-tests-").FullName;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                                       | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
                                       | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        return path;
    }
}
