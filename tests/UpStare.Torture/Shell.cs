using System.Diagnostics;
using System.Text;

namespace UpStare.Torture;

/// <summary>What a command did.</summary>
/// <param name="Command">The command line, for messages.</param>
/// <param name="ExitCode">Its exit status; 128 + n after signal n.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record Result(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>The lines of the output.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Everything, for a failure message.</summary>
    public override string ToString() => $"$ {Command}\nexit status {ExitCode}\n{Output}{Error}";
}

/// <summary>Runs commands to their end. Output is read as Latin-1, so that every byte counts.</summary>
internal static class Shell
{
    /// <summary>How long any command of a test may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>How long a compiler may take, and upstare-diff, which runs one for each unit.</summary>
    private static readonly TimeSpan BuildPatience = TimeSpan.FromMinutes(3);

    /// <summary>Runs a command with an empty standard input.</summary>
    public static Result Run(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null,
                             string? directory = null, TimeSpan? patience = null)
    {
        var start = Prepare(file, arguments, environment, directory);
        var line = Describe(start, environment);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(patience ?? Patience))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return new Result(line, -1, output.Result, error.Result + "\n(killed: it took too long)");
        }
        return new Result(line, process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Runs a command that must succeed.</summary>
    public static Result Must(string file, params string[] arguments)
    {
        var result = Run(file, arguments, patience: BuildPatience);
        return result.ExitCode == 0 ? result : throw new InvalidOperationException(result.ToString());
    }

    /// <summary>What the runtime reads from the environment: a test sets it itself or it is not set.</summary>
    private static readonly string[] RuntimeVariables =
        ["UPSTARE_APPLY_AT", "UPSTARE_ROLLBACK_EVERY", "UPSTARE_FAULT", "UPSTARE_VERBOSE", "UPSTARE_DIR", "UPSTARE_SIGNAL"];

    /// <summary>How a process is to be started: all three streams are pipes.</summary>
    internal static ProcessStartInfo Prepare(string file, IEnumerable<string> arguments,
                                             IReadOnlyDictionary<string, string>? environment, string? directory)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.Latin1,
            StandardErrorEncoding = Encoding.Latin1,
            WorkingDirectory = directory ?? Workspace.Directory,
        };
        start.Environment["LC_ALL"] = "C";     // plain quotes in gcc's messages
        foreach (var name in RuntimeVariables)
            start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return start;
    }

    /// <summary>The command line as one would type it.</summary>
    internal static string Describe(ProcessStartInfo start, IReadOnlyDictionary<string, string>? environment)
    {
        var variables = (environment ?? new Dictionary<string, string>()).Select(pair => $"{pair.Key}={pair.Value}");
        return string.Join(' ', [.. variables, start.FileName, .. start.ArgumentList]);
    }
}
