namespace UpStare.Update.Tests;

/// <summary>The temporary directory of this test run. It is kept when a test failed, so that its command can be repeated.</summary>
[SetUpFixture]
public sealed class Workspace
{
    private static readonly Lazy<string> Created = new(Create);
    private static int names;

    /// <summary>The directory; everybody may enter it, only we may write to it.</summary>
    public static string Directory => Created.Value;

    /// <summary>A path in it that nobody has yet.</summary>
    public static string Fresh(string name) =>
        Path.Combine(Directory, $"{Interlocked.Increment(ref names)}-{name}");

    /// <summary>Removes the directory after a run without failures.</summary>
    [OneTimeTearDown]
    public void Clean()
    {
        if (!Created.IsValueCreated)
            return;
        if (TestContext.CurrentContext.Result.FailCount == 0)
            System.IO.Directory.Delete(Directory, recursive: true);
        else
            TestContext.Progress.WriteLine("kept: " + Directory);
    }

    private static string Create()
    {
        var path = System.IO.Directory.CreateTempSubdirectory("upstare-tests-").FullName;
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                                   | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
                                   | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        return path;
    }
}
