namespace UpStare.Update.Tests;

/// <summary>What the tests' programs do for the tests.</summary>
[TestFixture]
public sealed class LiveProgramTests
{
    /// <summary>A program that ends by itself may do so at any time, also while the test gives it input.</summary>
    [Test]
    public void Send_ToAProgramThatHasEnded_IsNoError()
    {
        using var program = LiveProgram.Start("/bin/sh", ["-c", "exit 3"]);
        Assert.That(program.HasLines(1), Is.False);
        program.Send(".");
        Assert.That(program.Finish().ExitCode, Is.EqualTo(3));
    }
}
