using System.Buffers.Binary;
using System.IO.Compression;

namespace UpStare.Update.Tests;

/// <summary>The colours of a PNG picture, as browsers write them: 8 bits, RGB with or without alpha, not interlaced.</summary>
internal sealed class Picture
{
    private readonly int width, height, channels;
    private readonly byte[] pixels;

    private Picture(int width, int height, int channels, byte[] pixels) => (this.width, this.height, this.channels, this.pixels) = (width, height, channels, pixels);

    /// <summary>Each colour (0xRRGGBB) with the number of its pixels.</summary>
    public IReadOnlyDictionary<int, int> Colors =>
        Enumerable.Range(0, width * height).GroupBy(i => (pixels[i * channels] << 16) | (pixels[(i * channels) + 1] << 8) | pixels[(i * channels) + 2]).ToDictionary(group => group.Key, group => group.Count());

    /// <summary>Reads a file.</summary>
    public static Picture Read(string path)
    {
        var file = File.ReadAllBytes(path).AsSpan(8); // behind the signature
        using var packed = new MemoryStream();
        var (width, height, channels) = (0, 0, 0);
        while (file.Length >= 12)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(file);
            var kind = System.Text.Encoding.ASCII.GetString(file[4..8]);
            var data = file.Slice(8, size);
            if (kind == "IHDR") (width, height, channels) = Header(data);
            if (kind == "IDAT") packed.Write(data);
            file = file[(size + 12)..];
        }

        packed.Position = 0;
        using var unpacked = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionMode.Decompress)) stream.CopyTo(unpacked);
        return new Picture(width, height, channels, Unfiltered(unpacked.ToArray(), width * channels, height, channels));
    }

    private static (int Width, int Height, int Channels) Header(ReadOnlySpan<byte> data)
    {
        var channels = data[9] switch { 2 => 3, 6 => 4, _ => 0 };
        if (data[8] != 8 || channels == 0 || data[12] != 0) throw new FormatException("a PNG picture of another kind");
        return (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]), channels);
    }

    // Each row says by which neighbours its bytes were predicted.
    private static byte[] Unfiltered(byte[] rows, int stride, int height, int channels)
    {
        var result = new byte[stride * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < stride; x++)
            {
                int left = x < channels ? 0 : result[(y * stride) + x - channels], above = y == 0 ? 0 : result[((y - 1) * stride) + x];
                var corner = x < channels || y == 0 ? 0 : result[((y - 1) * stride) + x - channels];
                var predicted = rows[y * (stride + 1)] switch { 0 => 0, 1 => left, 2 => above, 3 => (left + above) / 2, _ => Paeth(left, above, corner) };
                result[(y * stride) + x] = (byte)(rows[(y * (stride + 1)) + 1 + x] + predicted);
            }
        }

        return result;
    }

    private static int Paeth(int left, int above, int corner)
    {
        var (toLeft, toAbove, toCorner) = (Math.Abs(above - corner), Math.Abs(left - corner), Math.Abs(left + above - (2 * corner)));
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }
}
