// The few functions of libc that are called directly, most of them to start gcc. .NET's Process class would do, at the price of threads, pipes
// and a signal handler; here a child's output goes to memory files, so nothing has to be read while it runs.
using System.Runtime.InteropServices;
using System.Text;

namespace UpStare.Compiler.Driver;

/// <summary>System calls, and C strings for them.</summary>
internal static unsafe partial class Posix
{
    internal const int SignalPipe = 13;
    internal const int CloseOnExec = 1;

    internal const int ReadAndWrite = 3;
    internal const int HugePages = 14;
    internal const int Dump = 17;

    [LibraryImport("libc", EntryPoint = "mprotect")]
    internal static partial int Protect(void* address, nuint size, int access);

    [LibraryImport("libc", EntryPoint = "madvise")]
    internal static partial int Advise(void* address, nuint size, int advice);

    [LibraryImport("libc", EntryPoint = "mmap")]
    internal static partial void* Map(void* address, nuint size, int access, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    internal static partial int Unmap(void* address, nuint size);

    [LibraryImport("libc", EntryPoint = "mincore")]
    internal static partial int InCore(void* address, nuint size, byte* isResident);

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint OpenLibrary(string path, int flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnp")]
    internal static partial int SpawnP(int* pid, byte* file, void* actions, void* attributes, byte** argv, byte** envp);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    internal static partial int ActionsInit(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static partial int ActionsAddDup2(void* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static partial int ActionsDestroy(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    internal static partial int AttributesInit(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    internal static partial int AttributesSetFlags(void* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static partial int AttributesSetDefault(void* attributes, void* set);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    internal static partial int AttributesDestroy(void* attributes);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    internal static partial int SetEmpty(void* set);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    internal static partial int SetAdd(void* set, int signal);

    [LibraryImport("libc", EntryPoint = "signal")]
    internal static partial IntPtr Signal(int signal, IntPtr action);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int WaitPid(int pid, int* status, int options);

    [LibraryImport("libc", EntryPoint = "execvp", SetLastError = true)]
    internal static partial int ExecVp(byte* file, byte** argv);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true)]
    internal static partial int MemoryFile(byte* name, uint flags);

    [LibraryImport("libc", EntryPoint = "raise")]
    private static partial int Raise(int signal);

    /// <summary>For tests: UPSTARE_CC_FAULT=SIGNAL ends the process as libclang would.</summary>
    internal static void CrashIfAskedTo()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable("UPSTARE_CC_FAULT"), out var signal))
            return;
        Signal(signal, IntPtr.Zero);
        Raise(signal);
    }

    /// <summary>A NULL-terminated array of C strings in one block of memory.</summary>
    internal sealed class StringArray : IDisposable
    {
        /// <summary>Copies the words.</summary>
        public StringArray(IReadOnlyList<string> words)
        {
            var size = (nuint)((words.Count + 1) * sizeof(byte*));
            foreach (var word in words)
                size += (nuint)Encoding.UTF8.GetMaxByteCount(word.Length) + 1;
            Pointer = (byte**)NativeMemory.Alloc(size);
            var text = (byte*)(Pointer + words.Count + 1);
            var end = (byte*)Pointer + size;
            for (var i = 0; i < words.Count; i++)
            {
                Pointer[i] = text;
                text += Encoding.UTF8.GetBytes(words[i], new Span<byte>(text, (int)Math.Min(end - text, int.MaxValue)));
                *text++ = 0;
            }

            Pointer[words.Count] = null;
        }

        /// <summary>The array.</summary>
        public byte** Pointer { get; }

        /// <inheritdoc/>
        public void Dispose() => NativeMemory.Free(Pointer);
    }
}
