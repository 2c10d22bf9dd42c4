using System.Diagnostics;

namespace UpStare.Update.Tests;

/// <summary>A running program whose output is watched and whose input is fed by the test.</summary>
internal sealed class LiveProgram : IDisposable
{
    private readonly Process process;
    private readonly List<string> lines = [];
    private readonly Task reader;
    private readonly Task<string> error;
    private readonly string command;
    private bool ended;

    private LiveProgram(Process process, string command)
    {
        this.process = process;
        this.command = command;
        error = process.StandardError.ReadToEndAsync();
        reader = Task.Run(Read);
    }

    /// <summary>Its process number.</summary>
    public int Pid => process.Id;

    /// <summary>Starts it.</summary>
    public static LiveProgram Start(string file, IEnumerable<string>? arguments = null,
                                    IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = Shell.Prepare(file, arguments ?? [], environment, null);
        return new LiveProgram(Process.Start(start)!, Shell.Describe(start, environment));
    }

    /// <summary>The lines printed so far.</summary>
    public string[] Lines
    {
        get { lock (lines) return [.. lines]; }
    }

    /// <summary>Waits until a line contains the text; returns it.</summary>
    public string WaitFor(string text)
    {
        WaitUntil(all => all.Any(line => line.Contains(text, StringComparison.Ordinal)), $"a line with '{text}'");
        return Lines.First(line => line.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>Waits until there are at least so many lines.</summary>
    public void WaitForLines(int count) => WaitUntil(all => all.Count >= count, $"{count} lines");

    /// <summary>Waits until there are at least so many lines (true), or it has ended with fewer.</summary>
    public bool HasLines(int count)
    {
        WaitUntil(all => ended || all.Count >= count, $"{count} lines");
        return Lines.Length >= count;
    }

    /// <summary>Gives the program input: each character lets a program of tests/updates make one step. One that has ended takes none.</summary>
    public void Send(string text) => ToInput(input =>
    {
        input.Write(text);
        input.Flush();
    });

    // Of a program that has ended each use of its input fails, also that it is closed.
    private void ToInput(Action<StreamWriter> action)
    {
        try
        {
            action(process.StandardInput);
        }
        catch (IOException) when (process.WaitForExit(Shell.Patience))
        {
        }
    }

    /// <summary>Waits until it waits for input, with none left (true), or it has ended.</summary>
    public bool IsWaitingForInput()
    {
        for (var deadline = DateTime.UtcNow + Shell.Patience; DateTime.UtcNow < deadline; Thread.Sleep(1))
        {
            if (process.HasExited) return false;
            if (SystemCalls().Any(call => call.StartsWith("0 0x0 ", StringComparison.Ordinal))) return true; // read (0, ...)
        }
        throw new TimeoutException($"{command} does not come to its next step:\n{string.Join('\n', Lines)}");
    }

    // Of all threads: the first may have ended before the others.
    private IEnumerable<string> SystemCalls()
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{process.Id}/task").Select(thread => File.ReadAllText(Path.Combine(thread, "syscall")))];
        }
        catch (IOException)
        {
            return []; // one has just ended
        }
    }

    /// <summary>Closes its input and waits for its end.</summary>
    public Result Finish()
    {
        ToInput(input => input.Close());
        if (!process.WaitForExit(Shell.Patience))
            throw new TimeoutException($"{command} does not end; it printed:\n{string.Join('\n', Lines)}");
        reader.Wait();
        return new Result(command, process.ExitCode, string.Concat(Lines.Select(line => line + "\n")), error.Result);
    }

    /// <summary>Ends it, however it is.</summary>
    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private void Read()
    {
        while (process.StandardOutput.ReadLine() is { } line)
            lock (lines)
            {
                lines.Add(line);
                Monitor.PulseAll(lines);
            }
        lock (lines)
        {
            ended = true;
            Monitor.PulseAll(lines);
        }
    }

    private void WaitUntil(Func<List<string>, bool> condition, string what)
    {
        var deadline = DateTime.UtcNow + Shell.Patience;
        lock (lines)
            while (!condition(lines))
            {
                if (ended)
                    throw new InvalidOperationException(
                        $"{command} ended without {what}:\n{string.Join('\n', lines)}\n{error.Result}");
                if (DateTime.UtcNow > deadline)
                    throw new TimeoutException($"no {what} from {command}:\n{string.Join('\n', lines)}");
                Monitor.Wait(lines, TimeSpan.FromSeconds(1));
            }
    }
}
