// Where an image has code, which functions there are, and what the calls that leave it are called. Made from an
// executable here and from a linked patch in Build/; CodeExplorer walks on it.
using Iced.Intel;

namespace UpStare.PatchGen.Image;

/// <summary>Code bytes at an address.</summary>
public sealed record CodeRange(ulong Address, byte[] Bytes);

/// <summary>A function (or the cold part of one).</summary>
public sealed record CodeFunction(ulong Start, ulong End, string Name)
{
  /// <summary>Name without the suffix that gcc gives to the part of a function that is rarely run.</summary>
  public string WholeName
  {
    get
    {
      int cold = Name.IndexOf(".cold", StringComparison.Ordinal);
      return cold > 0 && (cold + 5 == Name.Length || Name[cold + 5] == '.') ? Name[..cold] : Name;
    }
  }

  /// <summary>Name in the source: a copy or a part of a function (f.constprop.0, f.part.1) is named after it.</summary>
  public string SourceName => Name.Split('.')[0];
}

/// <summary>The code of one image.</summary>
public sealed class CodeMap
{
  private readonly List<(CodeRange Range, ByteArrayCodeReader Reader, Decoder Decoder)> ranges = [];
  private readonly List<CodeFunction> functions = [];
  private readonly IReadOnlyDictionary<ulong, string> stubs, slots;

  /// <summary>Makes the map. <paramref name="slots"/> names the pointers that the loader fills (a GOT);
  /// <paramref name="stubs"/> the jumps through them (a PLT).</summary>
  public CodeMap(IEnumerable<CodeRange> ranges, IEnumerable<CodeFunction> functions, EhFrame unwind,
    IReadOnlyDictionary<ulong, string> stubs, IReadOnlyDictionary<ulong, string> slots)
  {
    (Unwind, this.stubs, this.slots) = (unwind, stubs, slots);
    foreach (var range in ranges.Where(r => r.Bytes.Length != 0).OrderBy(r => r.Address))
    {
      var reader = new ByteArrayCodeReader(range.Bytes);
      this.ranges.Add((range, reader, Decoder.Create(64, reader)));
    }
    AddFunctions(functions);
  }

  /// <summary>The image's unwind table.</summary>
  public EhFrame Unwind { get; }

  /// <summary>Names of what the loader makes calls and jumps of a patch lead to, by the place of the distance in them; empty for what is the program's.</summary>
  public IReadOnlyDictionary<ulong, string> Near { get; init; } = new Dictionary<ulong, string>();

  /// <summary>All functions, by address; no two start at the same one.</summary>
  public IReadOnlyList<CodeFunction> Functions => functions;

  /// <summary>The code of a program.</summary>
  public static CodeMap Of(ProgramFile program)
  {
    var code = program.Code;
    var slots = new Dictionary<ulong, string>();
    foreach (var (relocation, symbol) in code.DynamicRelocations())
    {
      slots[relocation.Offset] = symbol;
    }
    var ranges = code.Sections.Count(s => s.IsCode && s.HasBytes) != 0
      ? code.Sections.Where(s => s.IsCode && s.IsAlloc && s.HasBytes)
        .Select(s => (s.Name, Range: new CodeRange(s.Address, code.BytesOf(s).ToArray()))).ToList()
      : [];
    var stubs = new Dictionary<ulong, string>();
    foreach (var (name, range) in ranges)
    {
      if (name.StartsWith(".plt", StringComparison.Ordinal))
      {
        FindStubs(range, slots, stubs);
      }
    }
    var functions = program.Symbols
      .Where(s => s.Type is Elf.SttFunc or Elf.SttGnuIfunc && s.IsInSection && s.Size != 0)
      .Select(s => new CodeFunction(s.Value, s.Value + s.Size, s.Name));
    return new(ranges.Where(r => !r.Name.StartsWith(".plt", StringComparison.Ordinal)).Select(r => r.Range), functions,
      EhFrame.Of(code), stubs, slots);
  }

  /// <summary>Whether code lies at the address.</summary>
  public bool Holds(ulong address) => Find(address) is not null;

  /// <summary>Decodes the instruction at an address; false where there is no code.</summary>
  public bool TryDecode(ulong address, out Instruction instruction)
  {
    if (Find(address) is not { } found)
    {
      instruction = default;
      return false;
    }
    found.Reader.Position = (int)(address - found.Range.Address);
    found.Decoder.IP = address;
    found.Decoder.Decode(out instruction);
    return !instruction.IsInvalid;
  }

  /// <summary>Where the trap of a site in flag mode, which stands aside of its function, jumps back to.</summary>
  public ulong BackFromFlag(ulong trap) => TryDecode(trap, out var first) && TryDecode(first.NextIP, out var jump)
    && jump.FlowControl == FlowControl.UnconditionalBranch ? jump.NearBranchTarget : trap;

  /// <summary>The function that holds the address, or null.</summary>
  public CodeFunction? FunctionAt(ulong address)
  {
    int i = LastStartingAtOrBefore(address);
    return i >= 0 && address < functions[i].End ? functions[i] : null;
  }

  /// <summary>Name of what a call or jump leads to, if it is known.</summary>
  public string? TargetName(in Instruction instruction)
  {
    if (instruction.IsIPRelativeMemoryOperand)
    {
      return slots.GetValueOrDefault(instruction.IPRelativeMemoryAddress);
    }
    if (instruction.Op0Kind != OpKind.NearBranch64)
    {
      return null;
    }
    return Near.TryGetValue(instruction.NextIP - sizeof(int), out string? name) || stubs.TryGetValue(instruction.NearBranchTarget, out name) ? name
      : CalleeOf(instruction)?.Name;
  }

  /// <summary>The function of the image that a call leads to, or null.</summary>
  public CodeFunction? CalleeOf(in Instruction call) =>
    call.Op0Kind == OpKind.NearBranch64 && !Near.ContainsKey(call.NextIP - sizeof(int)) && FunctionAt(call.NearBranchTarget) is { } function
      && function.Start == call.NearBranchTarget ? function : null;

  private (CodeRange Range, ByteArrayCodeReader Reader, Decoder Decoder)? Find(ulong address)
  {
    int low = 0, high = ranges.Count;
    while (low < high)
    {
      int middle = (low + high) / 2;
      if (ranges[middle].Range.Address <= address)
      {
        low = middle + 1;
      }
      else
      {
        high = middle;
      }
    }
    return low > 0 && address - ranges[low - 1].Range.Address < (ulong)ranges[low - 1].Range.Bytes.Length
      ? ranges[low - 1] : null;
  }

  private void AddFunctions(IEnumerable<CodeFunction> known)
  {
    // Of several names of a function the one that its cold part is named after: by that name the two are known to be one.
    var all = known.Where(f => Holds(f.Start)).ToList();
    var divided = all.Where(f => f.Name != f.WholeName).Select(f => f.WholeName).ToHashSet();
    foreach (var group in all.GroupBy(f => f.Start).OrderBy(g => g.Key))
    {
      functions.Add(group.OrderByDescending(f => f.End).ThenByDescending(f => divided.Contains(f.Name)).ThenBy(f => f.Name, StringComparer.Ordinal).First());
    }
    // Code without a symbol (a stripped program, hand-written assembly) is known from its unwind entry.
    var missing = Unwind.Ranges.Where(r => Holds(r.Start) && FunctionAt(r.Start) is null)
      .Select(r => new CodeFunction(r.Start, r.End, "")).ToList();
    functions.AddRange(missing);
    functions.Sort((a, b) => a.Start.CompareTo(b.Start));
  }

  private int LastStartingAtOrBefore(ulong address)
  {
    int low = 0, high = functions.Count;
    while (low < high)
    {
      int middle = (low + high) / 2;
      if (functions[middle].Start <= address)
      {
        low = middle + 1;
      }
      else
      {
        high = middle;
      }
    }
    return low - 1;
  }

  private static void FindStubs(CodeRange range, Dictionary<ulong, string> slots, Dictionary<ulong, string> stubs)
  {
    var decoder = Decoder.Create(64, new ByteArrayCodeReader(range.Bytes), range.Address);
    ulong end = range.Address + (ulong)range.Bytes.Length;
    ulong? landing = null;
    while (decoder.IP < end)
    {
      decoder.Decode(out var instruction);
      if (instruction.FlowControl == FlowControl.IndirectBranch && instruction.IsIPRelativeMemoryOperand
        && slots.TryGetValue(instruction.IPRelativeMemoryAddress, out string? name))
      {
        stubs[landing ?? instruction.IP] = name;
      }
      landing = instruction.Code == Code.Endbr64 ? instruction.IP : null;
    }
  }
}
