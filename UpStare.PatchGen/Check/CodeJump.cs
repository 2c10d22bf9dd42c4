// The jump that the runtime writes over old code, to lead to the new: five bytes, behind an endbr64 if there is one.

using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Check;

/// <summary>Where a jump over old code lies.</summary>
internal static class CodeJump
{
    /// <summary>Its size in bytes.</summary>
    public const int Size = 5;

    private static readonly byte[] EndBranch = [0xf3, 0x0f, 0x1e, 0xfa];

    /// <summary>What may precede it.</summary>
    public static int LongestPrefix => EndBranch.Length;

    /// <summary>How many of the bytes at a place stay in front of it: 0, or those of an endbr64.</summary>
    public static int PrefixOf(ReadOnlySpan<byte> code) => code.StartsWith(EndBranch) ? EndBranch.Length : 0;

    /// <summary>The same for an address in a file.</summary>
    public static int PrefixOf(ElfFile file, ulong address)
    {
        Span<byte> code = stackalloc byte[EndBranch.Length];
        return file.TryRead(address, code) ? PrefixOf(code) : 0;
    }
}
