// Sets of locals of one function, as bits.

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>An immutable set of locals.</summary>
public readonly struct LocalSet : IEquatable<LocalSet>
{
    private readonly ulong[]? _bits;

    private LocalSet(ulong[] bits) => _bits = bits;

    /// <summary>The empty set.</summary>
    public static LocalSet Empty => default;

    /// <summary>Whether the local is in the set.</summary>
    public bool Contains(Local local) => _bits is not null && local.Ordinal >> 6 < _bits.Length && ((_bits[local.Ordinal >> 6] >> local.Ordinal) & 1) != 0;

    /// <summary>The set with the local.</summary>
    public LocalSet With(Local local)
    {
        if (Contains(local)) return this;
        var bits = new ulong[Math.Max(_bits?.Length ?? 0, (local.Ordinal >> 6) + 1)];
        _bits?.CopyTo(bits, 0);
        bits[local.Ordinal >> 6] |= 1UL << local.Ordinal;
        return new LocalSet(bits);
    }

    /// <summary>The set without the local.</summary>
    public LocalSet Without(Local local)
    {
        if (!Contains(local)) return this;
        var bits = (ulong[])_bits!.Clone();
        bits[local.Ordinal >> 6] &= ~(1UL << local.Ordinal);
        return new LocalSet(bits);
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

    /// <inheritdoc/>
    public bool Equals(LocalSet other) => IsSubsetOf(other) && other.IsSubsetOf(this);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LocalSet other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}
