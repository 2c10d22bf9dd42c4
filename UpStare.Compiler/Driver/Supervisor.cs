// The outer process of upstare-cc.  libclang can crash on odd input, and a stack can overflow: that must not stop a build.
// So units are instrumented by a second process of the same program; when a signal ends it, gcc compiles everything as
// it is.  The outer process costs a few milliseconds: it never loads libclang.
using System.Text;
using UpStare.Compiler.Diagnostics;

namespace UpStare.Compiler.Driver;

/// <summary>Runs upstare-cc in a process of its own and stands in for it when it crashes.</summary>
public static class Supervisor
{
    /// <summary>First word of the inner process's command line.</summary>
    public const string WorkerWord = "-fupstare-worker";

    private const int DeathSignal = 1; // PR_SET_PDEATHSIG
    private const int Terminate = 15;

    // Exit statuses as a shell gives them of SIGILL, SIGABRT, SIGBUS, SIGFPE and SIGSEGV.
    private static readonly int[] Crashes = [128 + 4, 128 + 6, 128 + 7, 128 + 8, 128 + 11];

    /// <summary>Runs a command line; returns gcc's exit status.</summary>
    /// <param name="gcc">gcc.</param>
    /// <param name="line">The command line.</param>
    /// <param name="words">Its words.</param>
    public static int Run(ToolRunner gcc, CommandLine line, IReadOnlyList<string> words)
    {
        var builder = new BuildRunner(gcc, new Pipeline());
        if (!BuildRunner.HasUnits(line))
            return builder.Run(line);
        var status = new ToolRunner("/proc/self/exe").RunInherited([WorkerWord, .. words]);
        // Standard input has been read and cannot be read again.
        if (!Crashes.Contains(status) || line.Inputs.Any(input => input.Name == "-"))
            return status;
        using (var error = Console.OpenStandardError())
        {
            foreach (var unit in line.Inputs.Where(input => input.Language != InputLanguage.Other))
                error.Write(Encoding.UTF8.GetBytes(DriverMessages.InternalError(unit.Name, $"upstare-cc was ended by signal {status - 128}")));
        }

        return builder.RunUnchanged(line);
    }

    /// <summary>Called first in the inner process: it ends with the outer one.</summary>
    public static void EnterWorker() => Posix.Prctl(DeathSignal, Terminate, 0, 0, 0);
}
