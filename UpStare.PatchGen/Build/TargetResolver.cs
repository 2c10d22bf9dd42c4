// Says what a symbol of the joined object means: a place in the patch, an entity of the old version, an import, or a
// constant. Names that only a linker knows (__upstare_flag, __start_SECTION) are answered here as well.
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Build;

/// <summary>Kinds of <see cref="Target"/>.</summary>
internal enum TargetKind { Text, Data, Entity, Import, Absolute, Unknown, Tls }

/// <summary>What a symbol means. Value: offset, number of the entity or import, or the constant.</summary>
internal readonly record struct Target(TargetKind Kind, ulong Value, long Offset = 0, bool IsNear = true,
  bool IsWeak = false)
{
  public static readonly Target Unknown = new(TargetKind.Unknown, 0);
  public bool IsInPatch => Kind is TargetKind.Text or TargetKind.Data;
  /// <summary>A 32-bit distance from the patch's text certainly reaches it.</summary>
  public bool IsReachable => IsInPatch || (IsNear && !IsWeak && Kind is TargetKind.Entity or TargetKind.Import);
}

/// <summary>Resolves the symbols of one joined object.</summary>
internal sealed class TargetResolver(ElfFile file, PatchLayout layout, LinkRequest request, LinkReasons reasons)
{
  private readonly Dictionary<int, Target> byIndex = [];
  private readonly Dictionary<string, Target> byName = [];
  private readonly Dictionary<string, int> importNumbers = [];
  private readonly List<LinkedImport> imports = [];
  private uint? gotBase;

  public IReadOnlyList<LinkedImport> Imports => imports;

  /// <summary>Where _GLOBAL_OFFSET_TABLE_ is.</summary>
  public uint GotBase => gotBase ??= layout.Reserve(8);

  public Target Resolve(uint index)
  {
    if (!byIndex.TryGetValue((int)index, out var target))
    {
      byIndex[(int)index] = target = index < file.Symbols.Count ? Find(file.Symbols[(int)index]) : Target.Unknown;
    }
    return target;
  }

  private Target Find(ElfSymbol symbol)
  {
    if (symbol.Section == Elf.ShnCommon)
    {
      return new(TargetKind.Data, layout.Common(symbol));
    }
    if (symbol.Section == Elf.ShnAbs || symbol.Index == 0)
    {
      return new(TargetKind.Absolute, symbol.Value);
    }
    if (symbol.IsInSection)
    {
      // A section without a place was refused: a reason has been given.
      return layout.Find(symbol.Section) is { } place ? At(place, symbol.Value) : Target.Unknown;
    }
    if (!byName.TryGetValue(symbol.Name, out var target))
    {
      byName[symbol.Name] = target = FindUndefined(symbol);
    }
    return target;
  }

  private Target FindUndefined(ElfSymbol symbol)
  {
    switch (symbol.Name)
    {
      case "__upstare_flag": return new(TargetKind.Data, layout.FlagByte());
      case "_GLOBAL_OFFSET_TABLE_": return new(TargetKind.Text, GotBase);
    }
    foreach (bool stop in new[] { false, true })
    {
      string prefix = stop ? "__stop_" : "__start_";
      if (symbol.Name.StartsWith(prefix, StringComparison.Ordinal)
        && layout.Sections.FirstOrDefault(s => s.Section.Name == symbol.Name[prefix.Length..]) is { } section)
      {
        return At(section, stop ? section.Section.Size : 0);
      }
    }
    bool weak = symbol.Binding == Elf.StbWeak;
    switch (request.Resolve(new(symbol.Name, weak, symbol.Type == Elf.SttTls)))
    {
      case Resolution.Entity entity:
        return new(TargetKind.Entity, entity.Number, entity.Offset);
      case Resolution.Import import:
        return new(TargetKind.Import, (ulong)Number(import), 0, import.IsNear, (import.Flags & ImportFlags.Weak) != 0);
      case Resolution.Refused refused:
        reasons.Unresolved(symbol.Name, refused.Reason);
        return Target.Unknown;
      default:
        throw new InvalidOperationException("a resolution of no kind");
    }
  }

  private int Number(Resolution.Import import)
  {
    if (!importNumbers.TryGetValue(import.Name, out int number))
    {
      importNumbers[import.Name] = number = imports.Count;
      imports.Add(new(import.Name, import.Flags));
    }
    return number;
  }

  private static Target At(PlacedSection place, ulong value) =>
    new(place.Segment switch { Segment.Text => TargetKind.Text, Segment.Tls => TargetKind.Tls, _ => TargetKind.Data }, place.Offset + value);
}
