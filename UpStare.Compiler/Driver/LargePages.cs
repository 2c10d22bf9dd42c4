// Memory for the collector's youngest generation in large pages: a page that is touched for the first time costs microseconds, and a unit of
// a hundred kilobytes touches two thousand.
//
// The collector makes its reserved memory accessible (and part of core dumps) 64 KB at a time, and large pages want two megabytes that are
// alike.  So the next megabytes are made so at once; the collector will do the same again, when it comes there, which changes nothing.
using System.Runtime.CompilerServices;

namespace UpStare.Compiler.Driver;

/// <summary>Large pages for new objects.</summary>
internal static unsafe class LargePages
{
    internal const int Size = 2 << 20;
    private const nuint Ahead = 48 << 20; // the regions that are reserved for the other generations lie in between

    /// <summary>Asks for them, from where new objects are made at the moment. Fails silently: then pages are small.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Prepare()
    {
        var fresh = new object();
        var address = *(nuint*)Unsafe.AsPointer(ref fresh);
        var start = (void*)((address + Size - 1) & ~(nuint)(Size - 1));
        if (Posix.Protect(start, Ahead, Posix.ReadAndWrite) == 0 && Posix.Advise(start, Ahead, Posix.Dump) == 0) _ = Posix.Advise(start, Ahead, Posix.HugePages);
    }
}
