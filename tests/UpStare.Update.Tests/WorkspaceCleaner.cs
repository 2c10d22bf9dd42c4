namespace UpStare.Update.Tests;

/// <summary>Removes the temporary directory after a run without failures; else it is kept, so that a command can be repeated.</summary>
[SetUpFixture]
public sealed class WorkspaceCleaner
{
    /// <summary>After the last test.</summary>
    [OneTimeTearDown]
    public void Clean()
    {
        if (TestContext.CurrentContext.Result.FailCount == 0)
            Workspace.Remove();
        else
            TestContext.Progress.WriteLine("kept: " + Workspace.Directory);
    }
}
