// Reads the variable-length integers and encoded pointers of DWARF from a byte array.
using System.Buffers.Binary;

namespace UpStare.PatchGen.Image;

/// <summary>A reading position in bytes that lie at a known address.</summary>
internal struct ByteCursor(byte[] bytes, int at, int end)
{
  /// <summary>Position of the next byte.</summary>
  public int At { get; private set; } = at;

  /// <summary>Nothing is left.</summary>
  public readonly bool IsAtEnd => At >= end;

  public byte U8() => bytes[Take(1)];
  public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(Take(2)));
  public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(Take(4)));
  public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(Take(8)));

  public ulong Uleb()
  {
    ulong value = 0;
    for (int shift = 0; ; shift += 7)
    {
      byte b = U8();
      value |= shift < 64 ? (ulong)(b & 0x7f) << shift : 0;
      if ((b & 0x80) == 0)
      {
        return value;
      }
    }
  }

  public long Sleb()
  {
    long value = 0;
    for (int shift = 0; ;)
    {
      byte b = U8();
      value |= shift < 64 ? (long)(b & 0x7f) << shift : 0;
      shift += 7;
      if ((b & 0x80) == 0)
      {
        return shift < 64 && (b & 0x40) != 0 ? value | (-1L << shift) : value;
      }
    }
  }

  public byte[] Block()
  {
    int size = checked((int)Uleb());
    int start = Take(size);
    return bytes[start..(start + size)];
  }

  public string Text()
  {
    int start = At;
    while (U8() != 0)
    {
    }
    return System.Text.Encoding.Latin1.GetString(bytes, start, At - 1 - start);
  }

  /// <summary>A pointer in DW_EH_PE encoding; <paramref name="section"/> is the address of byte 0.</summary>
  public ulong Pointer(byte encoding, ulong section)
  {
    if (encoding == 0xff)
    {
      return 0;
    }
    ulong place = section + (ulong)At;
    ulong value = (encoding & 15) switch
    {
      0 or 4 or 12 => U64(),
      1 => Uleb(),
      2 => U16(),
      3 => U32(),
      9 => (ulong)Sleb(),
      10 => (ulong)(short)U16(),
      11 => (ulong)(int)U32(),
      _ => throw new ElfFormatException($"pointer encoding {encoding:x} in .eh_frame"),
    };
    return (encoding & 0x70) == 0x10 ? place + value : value;
  }

  public void Seek(int position) => At = position;

  private int Take(int size)
  {
    if (size < 0 || end - At < size)
    {
      throw new ElfFormatException("an entry of .eh_frame is cut short");
    }
    int start = At;
    At += size;
    return start;
  }
}
