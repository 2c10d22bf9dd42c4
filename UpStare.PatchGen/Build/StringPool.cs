// The strings of a patch: zero-terminated UTF-8, each once; offset 0 is the empty string.
using System.Text;

namespace UpStare.PatchGen.Build;

/// <summary>Collects strings and gives each its offset.</summary>
public sealed class StringPool
{
  private readonly Dictionary<string, uint> offsets = new() { [""] = 0 };
  private readonly List<byte> bytes = [0];

  /// <summary>Offset of <paramref name="text"/>, which is added if it is new.</summary>
  public uint Add(string text)
  {
    if (!offsets.TryGetValue(text, out uint offset))
    {
      offsets[text] = offset = (uint)bytes.Count;
      bytes.AddRange(Encoding.UTF8.GetBytes(text));
      bytes.Add(0);
    }
    return offset;
  }

  /// <summary>The pool as it is written.</summary>
  public byte[] ToBytes() => [.. bytes];

  /// <summary>The pool that <paramref name="image"/> holds.</summary>
  public static StringPool Parse(ReadOnlySpan<byte> image)
  {
    var pool = new StringPool();
    pool.bytes.Clear();
    pool.bytes.AddRange(image);
    for (int at = 0; at < image.Length;)
    {
      int length = image[at..].IndexOf((byte)0);
      if (length < 0)
      {
        throw new PatchFormatException("the string table does not end with a zero");
      }
      pool.offsets.TryAdd(Encoding.UTF8.GetString(image.Slice(at, length)), (uint)at);
      at += length + 1;
    }
    return pool;
  }

  /// <summary>The string at an offset.</summary>
  public string this[uint offset]
  {
    get
    {
      if (offset >= bytes.Count)
      {
        throw new PatchFormatException($"string {offset} lies outside of the string table");
      }
      int end = bytes.IndexOf(0, (int)offset);
      return Encoding.UTF8.GetString([.. bytes[(int)offset..end]]);
    }
  }
}
