// The copies of libclang and of what it needs that Prelink/prelink.c has made, if there are any: loading them takes a tenth of the time. They may be
// used as long as the originals are what they were, and where their addresses are free; else libclang is loaded as any other library.
using System.Globalization;
using System.Runtime.InteropServices;
using UpStare.Compiler.Driver;

namespace UpStare.Compiler.Clang;

/// <summary>Loads libclang from prelinked copies.</summary>
internal static unsafe class PrelinkedLibrary
{
    private const int Private = 2, Anonymous = 0x20, NoReserve = 0x4000, FixedNoReplace = 0x100000;
    private const int Lazy = 1, IfLoaded = 4;
    private const int Read = 1;
    private const int Page = 4096;

    /// <summary>Loads the copies in a directory. Only one thread may do that, and once.</summary>
    /// <returns>libclang's handle; zero: there are no copies, or they cannot be used now.</returns>
    internal static nint Load(string directory)
    {
        var origin = Path.Combine(directory, "origin");
        if (!File.Exists(origin)) return 0;
        try
        {
            var lines = File.ReadAllLines(origin);
            var libraries = lines.Skip(1).Select(Copy.Parse).ToList();
            var paths = libraries.Select(library => Path.Combine(directory, library.Name)).ToList();
            if (!libraries.All(library => library.IsUpToDate && !library.IsLoaded) || !paths.All(File.Exists) || !IsFree(lines[0])) return 0;
            nint handle = 0;
            foreach (var path in paths)
            {
                ReadAhead(path);
                if (!NativeLibrary.TryLoad(path, out handle)) return 0;
            }

            return handle;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            return 0;
        }
    }

    // The dynamic linker asks for the addresses in the copies' program headers, and gets them if nothing is there. Were it given others, the
    // copies' pointers would be wrong. Nobody else maps anything there between this and the loading.
    private static bool IsFree(string line)
    {
        var ends = line.Split(' ');
        var start = nint.Parse(ends[0], CultureInfo.InvariantCulture);
        var size = (nuint)(nint.Parse(ends[1], CultureInfo.InvariantCulture) - start);
        var at = (nint)Posix.Map((void*)start, size, 0, Private | Anonymous | NoReserve | FixedNoReplace, -1, 0);
        if (at == -1) return false;
        _ = Posix.Unmap((void*)at, size);
        return at == start; // kernels before 4.17 do not know the flag
    }

    // What is not in memory (after a start of the system) is read in large pages, where the file system knows these: later loadings then map
    // hundreds of places of LLVM's with a few page faults. Asked for 4 KB at a time the kernel keeps what it reads so for good.
    private static void ReadAhead(string path)
    {
        using var file = File.OpenHandle(path);
        var size = RandomAccess.GetLength(file);
        var at = (byte*)Posix.Map(null, (nuint)size, Read, Private, (int)file.DangerousGetHandle(), 0);
        if ((nint)at == -1) return;
        Posix.Advise(at, (nuint)size, Posix.HugePages);
        for (long offset = 0; offset < size; offset += LargePages.Size)
        {
            byte isResident = 1;
            if (Posix.InCore(at + offset, Page, &isResident) == 0 && (isResident & 1) == 0) _ = Volatile.Read(ref at[offset]);
        }

        _ = Posix.Unmap(at, (nuint)size);
    }

    // A line of the file "origin": the copy's name; the original's size, time of change in seconds, and path.
    private sealed record Copy(string Name, long Size, long Changed, string Path)
    {
        public bool IsUpToDate =>
            new FileInfo(Path) is { Exists: true } file && file.Length == Size && new DateTimeOffset(file.LastWriteTimeUtc).ToUnixTimeSeconds() == Changed;

        // By something that is preloaded. A copy beside it would be a second libstdc++, with some of its symbols found here and some there.
        public bool IsLoaded => Posix.OpenLibrary(Path, Lazy | IfLoaded) != 0;

        public static Copy Parse(string line)
        {
            var words = line.Split(' ', 4);
            return new Copy(words[0], long.Parse(words[1], CultureInfo.InvariantCulture), long.Parse(words[2], CultureInfo.InvariantCulture), words[3]);
        }
    }
}
