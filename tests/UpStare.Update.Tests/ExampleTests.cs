using System.Diagnostics;
using System.Net.Sockets;

namespace UpStare.Update.Tests;

/// <summary>Every example is run, updated at a defined moment, and shows what its README promises.</summary>
[TestFixture]
public sealed class ExampleTests
{
    /// <summary>Examples that have a test of their own instead of a file `expected`.</summary>
    private static readonly string[] WithOwnTest =
    [
        "03-select-server",     // here: its clients are part of the test
        "kissfft-demo",         // ./build.sh demo, which compares its output sample by sample
    ];

    private static readonly string[] Levels = ["-O0", "-O2"];

    private static IEnumerable<string> Folders =>
        Directory.EnumerateDirectories(Repository.At("examples")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Scripted => Folders.Except(WithOwnTest);

    /// <summary>A new example cannot be forgotten.</summary>
    [Test]
    public void Folder_OfAnExample_HasATest() => Assert.Multiple(() =>
    {
        Assert.That(Folders, Is.SupersetOf(WithOwnTest), "an example is gone that has a test of its own");
        foreach (var name in Scripted)
        {
            Assert.That(In(name, "expected"), Does.Exist);
            Assert.That(ExpectedOutput.Read(In(name, "expected")).Moment, Is.Not.Null, $"{name}: '# update after: '");
        }
        foreach (var name in Folders)
            Assert.That(In(name, "README.md"), Does.Exist);
    });

    /// <summary>`upstare apply` at the moment that `expected` names.</summary>
    [Test]
    public void Example_UpdatedInTheMiddle_GoesOnInTheNewVersion(
        [ValueSource(nameof(Scripted))] string name, [ValueSource(nameof(Levels))] string level)
    {
        var expected = ExpectedOutput.Read(In(name, "expected"));
        var patch = Toolchain.Patch(Build(name, 1, level), Build(name, 2, level));
        using var program = LiveProgram.Start(Build(name, 1, level));
        program.WaitFor(expected.Moment!);
        var apply = UpdateCaseTests.Apply(program, patch);
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Check(expected, program.Finish());
    }

    /// <summary>The commands of the README, typed as they stand there.</summary>
    [Test]
    public void Readme_ItsCommands_DoWhatItSays([ValueSource(nameof(Scripted))] string name)
    {
        var folder = Workspace.Fresh(name);
        Directory.CreateDirectory(folder);
        foreach (var source in Directory.EnumerateFiles(In(name), "*.c"))
            File.Copy(source, Path.Combine(folder, Path.GetFileName(source)));
        var commands = File.ReadLines(In(name, "README.md"))
            .SkipWhile(line => !line.StartsWith("    ", StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith("    ", StringComparison.Ordinal))
            .Select(line => line.Trim()).ToArray();
        Assert.That(commands, Has.Length.EqualTo(4));
        var path = Path.GetDirectoryName(Repository.Tool) + ":" + Environment.GetEnvironmentVariable("PATH");
        var build = Shell.Run("bash", ["-e", "-c", string.Join('\n', commands[..3])], Variables(path), folder);
        Assert.That(build.ExitCode, Is.Zero, build.ToString());
        // The tool reports on standard error, or else its words would be in the program's output.
        var run = Shell.Run("bash", ["-c", commands[3].Replace("upstare apply", "1>&2 upstare apply")], Variables(path), folder);
        Check(ExpectedOutput.Read(In(name, "expected")), run);
    }

    /// <summary>The select server: idle clients stay connected, the update does not wait for them to speak.</summary>
    [Test]
    public void SelectServer_WithIdleClients_IsUpdatedAtOnce([ValueSource(nameof(Levels))] string level)
    {
        const string name = "03-select-server";
        var patch = Toolchain.Patch(Build(name, 1, level), Build(name, 2, level));
        using var server = LiveProgram.Start(Build(name, 1, level), ["0"]);
        var port = int.Parse(server.WaitFor("listening on port ").Split(' ')[^1]);
        using var silent = new Client(port);
        using var talker = new Client(port);
        using var halfway = new Client(port);
        Assert.That(talker.Ask("hello"), Is.EqualTo("1: hello"));
        halfway.Send("abc");
        Assert.That(talker.Ask("again"), Is.EqualTo("2: again"));

        var clock = Stopwatch.StartNew();
        var apply = UpdateCaseTests.Apply(server, patch);
        Assert.Multiple(() =>
        {
            Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(4)), "with nobody speaking");
        });
        Assert.Multiple(() =>
        {
            Assert.That(talker.Ask("hello"), Is.EqualTo("3, backwards: olleh"));
            Assert.That(silent.Ask("first"), Is.EqualTo("1, backwards: tsrif"));
            Assert.That(halfway.Ask("def"), Is.EqualTo("1, backwards: fedcba"), "the first half came before the update");
        });
        using var late = new Client(port);
        Assert.That(late.Ask("stop"), Is.EqualTo("1, backwards: pots"));
        var result = server.Finish();
        Assert.That(result.Lines[^1], Is.EqualTo("STOPPED"), result.ToString());
    }

    private static void Check(ExpectedOutput expected, Result result) => Assert.Multiple(() =>
    {
        Assert.That(expected.Explain(result.Lines, 0, 1), Is.Null, result.ToString());
        Assert.That(expected.Matches(result.Lines, 0, 0), Is.False, $"it stayed in the old version:\n{result}");
        Assert.That(expected.Matches(result.Lines, 1, 1), Is.False, $"it was never in the old version:\n{result}");
    });

    private static Dictionary<string, string> Variables(string path) => new() { ["PATH"] = path };

    private static string Build(string name, int version, string level) => Toolchain.UpStareCc(level, In(name, $"v{version}.c"));

    private static string In(string name, string file = "") => Repository.At("examples", name, file);

    /// <summary>A client of the line server.</summary>
    private sealed class Client : IDisposable
    {
        private readonly TcpClient connection;
        private readonly StreamReader reader;

        public Client(int port)
        {
            connection = new TcpClient("127.0.0.1", port) { ReceiveTimeout = 20_000 };
            reader = new StreamReader(connection.GetStream());
        }

        public void Send(string text) => connection.GetStream().Write(System.Text.Encoding.ASCII.GetBytes(text));

        public string? Ask(string line)
        {
            Send(line + "\n");
            return reader.ReadLine();
        }

        public void Dispose() => connection.Dispose();
    }
}
