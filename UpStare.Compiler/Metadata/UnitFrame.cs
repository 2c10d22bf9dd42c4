// Frames around compressed units in the section .debug.upstare. ld concatenates the sections of all objects, with
// padding between them, so each unit says where it ends (FORMAT.md).
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace UpStare.Compiler.Metadata;

/// <summary>Writes and reads the frames of .debug.upstare.</summary>
public static class UnitFrame
{
    /// <summary>The section's name.</summary>
    public const string SectionName = ".debug.upstare";

    private const int HeaderSize = 16;

    // Of zlib's levels the last before the data grow faster than the time falls.
    private const int Level = 3;

    private static ReadOnlySpan<byte> Magic => "UPSUNIT\n"u8;

    /// <summary>A unit in its frame; the length is a multiple of 8.</summary>
    public static byte[] Encode(UnitSource unit)
    {
        var stream = new MemoryStream(HeaderSize + (unit.Text.Length / 4));
        stream.Write(new byte[HeaderSize]);
        using (var zlib = new ZLibStream(stream, new ZLibCompressionOptions { CompressionLevel = Level }, leaveOpen: true))
        {
            zlib.Write(unit.SerializeHead());
            zlib.Write(unit.Text);
        }

        var compressed = (uint)stream.Length - HeaderSize;
        while (stream.Length % 8 != 0)
            stream.WriteByte(0);
        var frame = stream.ToArray();
        Magic.CopyTo(frame);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), (uint)frame.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(12), compressed);
        return frame;
    }

    /// <summary>A frame as assembler directives, eight words a line, for a top-level asm statement.</summary>
    public static string ToAssembly(ReadOnlySpan<byte> frame, string lineEnd = "\n")
    {
        var text = new StringBuilder((frame.Length * 5 / 2) + 64);
        Span<char> digits = stackalloc char[16];
        for (var i = 0; i < frame.Length; i += 8)
        {
            if (i % 64 != 0) text.Append(",0x");
            else text.Append(i == 0 ? "" : lineEnd).Append(".quad 0x");
            BinaryPrimitives.ReadUInt64LittleEndian(frame[i..]).TryFormat(digits, out var length, "x", CultureInfo.InvariantCulture);
            text.Append(digits[..length]);
        }

        return text.Append(lineEnd).ToString();
    }

    /// <summary>The units of a section in link order, each with the offset of its frame. Throws InvalidDataException
    /// on anything that is neither a frame nor zero padding.</summary>
    public static IReadOnlyList<(ulong Offset, UnitSource Unit)> ReadAll(ReadOnlySpan<byte> section)
    {
        var units = new List<(ulong, UnitSource)>();
        for (var at = 0; at < section.Length;)
        {
            if (section[at] == 0)
            {
                at++; // alignment between objects
                continue;
            }

            var frame = section[at..];
            units.Add(((ulong)at, Decode(frame, at, out var length)));
            at += length;
        }

        return units;
    }

    private static UnitSource Decode(ReadOnlySpan<byte> frame, int at, out int length)
    {
        if (frame.Length < HeaderSize || !frame.StartsWith(Magic))
            throw new InvalidDataException($"{SectionName}: no unit at offset {at}");
        var total = BinaryPrimitives.ReadUInt32LittleEndian(frame[8..]);
        var compressed = BinaryPrimitives.ReadUInt32LittleEndian(frame[12..]);
        if (total > frame.Length || total < HeaderSize || compressed > total - HeaderSize)
            throw new InvalidDataException($"{SectionName}: the unit at offset {at} is cut off");
        length = (int)total;
        using var zlib = new ZLibStream(
            new MemoryStream(frame.Slice(HeaderSize, (int)compressed).ToArray()), CompressionMode.Decompress);
        var data = new MemoryStream();
        zlib.CopyTo(data);
        // ZLibStream takes data whose end mark is damaged for data that end there, and then does not look at their sum.
        var sum = compressed < 4 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(frame.Slice(HeaderSize + (int)compressed - 4, 4));
        if (sum != Adler32(data.ToArray())) throw new InvalidDataException($"{SectionName}: the unit at offset {at} is damaged");
        return UnitSource.Deserialize(data.ToArray());
    }

    private static uint Adler32(ReadOnlySpan<byte> data)
    {
        var (low, high) = (1u, 0u);
        foreach (var value in data)
        {
            low = (low + value) % 65521;
            high = (high + low) % 65521;
        }

        return (high << 16) | low;
    }
}
