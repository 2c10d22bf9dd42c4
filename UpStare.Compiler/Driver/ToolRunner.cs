// Starts gcc. A child gets our standard input; what it writes is either inherited or caught in memory files and read
// when it has ended.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace UpStare.Compiler.Driver;

/// <summary>What a tool left behind.</summary>
/// <param name="Status">Exit status as a shell gives it: 128 + n for signal n.</param>
/// <param name="Output">What it wrote to standard output; empty when that was inherited.</param>
/// <param name="Errors">What it wrote to standard error.</param>
public sealed record ToolResult(int Status, byte[] Output, byte[] Errors);

/// <summary>Runs one tool.</summary>
public sealed unsafe class ToolRunner(string program)
{
    private const short SetSignalDefaults = 4; // POSIX_SPAWN_SETSIGDEF

    /// <summary>The program that is run.</summary>
    public string Program { get; } = program;

    /// <summary>Runs it and waits; standard error is caught, standard output if wanted.</summary>
    /// <param name="arguments">Arguments after the program's name.</param>
    /// <param name="captureOutput">Whether standard output is caught.</param>
    /// <param name="withoutDependencies">Hide DEPENDENCIES_OUTPUT and SUNPRO_DEPENDENCIES, by which gcc would write a
    /// dependency file a second time.</param>
    /// <param name="meanwhile">What is done while it runs.</param>
    public ToolResult Run(IReadOnlyList<string> arguments, bool captureOutput, bool withoutDependencies = false, Action? meanwhile = null)
    {
        using var errors = Catch();
        using var output = captureOutput ? Catch() : null;
        var pid = Start(arguments, errors, output, withoutDependencies);
        meanwhile?.Invoke();
        return new ToolResult(Wait(pid), output == null ? [] : ReadAll(output), ReadAll(errors));
    }

    /// <summary>Runs it with our own standard streams; returns its exit status.</summary>
    public int RunInherited(IReadOnlyList<string> arguments, bool withoutDependencies = false) =>
        Wait(Start(arguments, null, null, withoutDependencies));

    /// <summary>Becomes the program. Returns only when that fails.</summary>
    public IOException Become(IReadOnlyList<string> arguments)
    {
        using var argv = new Posix.StringArray([Program, .. arguments]);
        // .NET ignores SIGPIPE, and ignored signals stay ignored in the new program: `upstare-cc -E x.c | head` would
        // not end.
        Posix.Signal(Posix.SignalPipe, IntPtr.Zero);
        Posix.ExecVp(argv.Pointer[0], argv.Pointer);
        return new IOException($"cannot run {Program}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }

    private int Start(IReadOnlyList<string> arguments, SafeFileHandle? errors, SafeFileHandle? output,
        bool withoutDependencies)
    {
        using var argv = new Posix.StringArray([Program, .. arguments]);
        // Larger than glibc's opaque types on every 64-bit machine.
        var actions = stackalloc byte[512];
        var attributes = stackalloc byte[1024];
        var signals = stackalloc byte[256];
        Posix.ActionsInit(actions);
        Posix.AttributesInit(attributes);
        try
        {
            if (output != null)
                Posix.ActionsAddDup2(actions, (int)output.DangerousGetHandle(), 1);
            if (errors != null)
                Posix.ActionsAddDup2(actions, (int)errors.DangerousGetHandle(), 2);
            Posix.SetEmpty(signals);
            Posix.SetAdd(signals, Posix.SignalPipe);
            Posix.AttributesSetDefault(attributes, signals);
            Posix.AttributesSetFlags(attributes, SetSignalDefaults);

            var environment = Environ(withoutDependencies);
            int pid, error;
            fixed (IntPtr* envp = environment)
                error = Posix.SpawnP(&pid, argv.Pointer[0], actions, attributes, argv.Pointer, (byte**)envp);
            return error == 0 ? pid
                : throw new IOException($"cannot run {Program}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
        finally
        {
            Posix.ActionsDestroy(actions);
            Posix.AttributesDestroy(attributes);
        }
    }

    // The environment byte for byte (not through .NET's strings).
    private static IntPtr[] Environ(bool withoutDependencies)
    {
        var environ = *(byte***)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "environ");
        var entries = new List<IntPtr>();
        for (; environ != null && *environ != null; environ++)
        {
            var entry = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*environ);
            if (!withoutDependencies
                || (!entry.StartsWith("DEPENDENCIES_OUTPUT="u8) && !entry.StartsWith("SUNPRO_DEPENDENCIES="u8)))
                entries.Add((IntPtr)(*environ));
        }

        entries.Add(IntPtr.Zero);
        return [.. entries];
    }

    private static SafeFileHandle Catch()
    {
        fixed (byte* name = "output\0"u8)
        {
            var descriptor = Posix.MemoryFile(name, Posix.CloseOnExec);
            return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true)
                : throw new IOException("memfd_create: "
                    + Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        }
    }

    private static byte[] ReadAll(SafeFileHandle file)
    {
        var data = new byte[RandomAccess.GetLength(file)];
        for (var done = 0; done < data.Length;)
        {
            var read = RandomAccess.Read(file, data.AsSpan(done), done);
            if (read == 0)
                break;
            done += read;
        }

        return data;
    }

    private static int Wait(int pid)
    {
        const int Interrupted = 4; // EINTR
        int status;
        while (Posix.WaitPid(pid, &status, 0) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
                throw new IOException("waitpid: " + Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        }

        return (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);
    }
}
