// Sets of locals of one function, as bits: one a local, or one a scalar of a small struct (Local.FirstBit numbers them).

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>An immutable set of locals.</summary>
public readonly struct LocalSet : IEquatable<LocalSet>
{
    private readonly ulong[]? _bits;

    private LocalSet(ulong[] bits) => _bits = bits;

    /// <summary>The empty set.</summary>
    public static LocalSet Empty => default;

    /// <summary>Whether the local, or a part of it, is in the set.</summary>
    public bool Contains(Local local)
    {
        for (var bit = local.FirstBit; bit < local.FirstBit + local.BitCount; bit++)
        {
            if (Contains(bit)) return true;
        }

        return false;
    }

    /// <summary>The set with the local, or with the part of it that a path names (empty: all of it).</summary>
    public LocalSet With(Local local, string path = "")
    {
        var (set, bits) = (this, local.BitsOf(path));
        if (bits.All(set.Contains)) return this;
        var result = new ulong[Math.Max(_bits?.Length ?? 0, (local.FirstBit + local.BitCount - 1 >> 6) + 1)];
        _bits?.CopyTo(result, 0);
        foreach (var bit in bits) result[bit >> 6] |= 1UL << bit;
        return new LocalSet(result);
    }

    /// <summary>The set without the local, or without the part of it that a path names (empty: all of it).</summary>
    public LocalSet Without(Local local, string path = "")
    {
        var (set, bits) = (this, local.BitsOf(path));
        if (!bits.Any(set.Contains)) return this;
        var result = (ulong[])_bits!.Clone();
        foreach (var bit in bits.Where(set.Contains)) result[bit >> 6] &= ~(1UL << bit);
        return new LocalSet(result);
    }

    /// <summary>The union; one of the two objects when it holds the other.</summary>
    public LocalSet Union(LocalSet other)
    {
        if (other._bits is null || other.IsSubsetOf(this)) return this;
        if (_bits is null || IsSubsetOf(other)) return other;
        var bits = new ulong[Math.Max(_bits.Length, other._bits.Length)];
        _bits.CopyTo(bits, 0);
        for (var i = 0; i < other._bits.Length; i++) bits[i] |= other._bits[i];
        return new LocalSet(bits);
    }

    /// <summary>Whether every element is in the other set.</summary>
    public bool IsSubsetOf(LocalSet other)
    {
        if (_bits is null) return true;
        for (var i = 0; i < _bits.Length; i++)
        {
            var theirs = other._bits is not null && i < other._bits.Length ? other._bits[i] : 0;
            if ((_bits[i] & ~theirs) != 0) return false;
        }

        return true;
    }

    private bool Contains(int bit) => _bits is not null && bit >> 6 < _bits.Length && ((_bits[bit >> 6] >> bit) & 1) != 0;

    /// <inheritdoc/>
    public bool Equals(LocalSet other) => IsSubsetOf(other) && other.IsSubsetOf(this);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LocalSet other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}
