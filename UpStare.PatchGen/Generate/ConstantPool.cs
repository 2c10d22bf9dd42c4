// Values of locals which the old version does not have: from the user's map, or from their initialisers.

using System.Buffers.Binary;
using System.Globalization;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Generate;

/// <summary>Collects constants for a patch.</summary>
public sealed class ConstantPool
{
    private readonly List<byte> _bytes = [];

    /// <summary>The pool.</summary>
    public byte[] ToArray() => [.. _bytes];

    /// <summary>Adds a constant as a value of a type; returns its offset, or null if the type does not hold it.</summary>
    public uint? TryAdd(Constant value, CType type)
    {
        var offset = (uint)_bytes.Count;
        var bytes = new byte[8];
        if (type.Class == TypeClass.Integer && type.Canonical == "_Bool") bytes[0] = value.IsZero ? (byte)0 : (byte)1;
        else if (type.Class == TypeClass.Integer && value.Integer is { } integer && (!type.IsPointer || integer == 0)) BinaryPrimitives.WriteInt64LittleEndian(bytes, integer);
        else if (type.Class == TypeClass.Floating && type.Size == 4) BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)value.Number);
        else if (type.Class == TypeClass.Floating && type.Size == 8) BinaryPrimitives.WriteDoubleLittleEndian(bytes, value.Number);
        else return null;
        _bytes.AddRange(bytes);
        return offset;
    }

    /// <summary>Whether a text is a number that a type holds.</summary>
    public static bool IsNumber(string text, CType type) => type.Class switch
    {
        TypeClass.Integer => long.TryParse(text, CultureInfo.InvariantCulture, out _) && !type.IsPointer,
        TypeClass.Floating => double.TryParse(text, CultureInfo.InvariantCulture, out _) && type.Size is 4 or 8,
        _ => false,
    };

    /// <summary>Adds a number as a value of a type; returns its offset. Throws InvalidDataException when the type holds no number.</summary>
    public uint Add(string number, CType type)
    {
        var offset = (uint)_bytes.Count;
        var bytes = new byte[8];
        switch (type.Class)
        {
            case TypeClass.Integer when long.TryParse(number, CultureInfo.InvariantCulture, out var value):
                BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
                break;
            case TypeClass.Floating when type.Size == 4:
                BinaryPrimitives.WriteSingleLittleEndian(bytes, float.Parse(number, CultureInfo.InvariantCulture));
                break;
            case TypeClass.Floating:
                BinaryPrimitives.WriteDoubleLittleEndian(bytes, double.Parse(number, CultureInfo.InvariantCulture));
                break;
            default:
                throw new InvalidDataException($"the map gives the value {number} for a variable of type {type.Spelling}");
        }

        _bytes.AddRange(bytes);
        return offset;
    }
}
