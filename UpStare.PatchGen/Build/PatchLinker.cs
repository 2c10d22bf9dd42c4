// Links the object files of a patch. `ld -r` joins them (it knows about groups, duplicate definitions, thousands of
// sections); everything after that happens here, because the target is not an ELF image but two segments and four
// kinds of relocation that a few lines of C in a signal handler can work on:
//
//     objects -> ld -r -> layout -> relocations -> records and unwind table -> LinkedPatch
//
// All reasons why the objects cannot become a patch are collected. String constants of different units are not merged.
using System.Diagnostics;
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Build;

/// <summary>The linker of patches.</summary>
public static class PatchLinker
{
  // Symbols that the patch does not define have no address; records that use one get an address that is nowhere.
  private const ulong Nowhere = 0x7f000000;

  /// <summary>Links the objects of <paramref name="request"/>.</summary>
  public static LinkResult Link(LinkRequest request)
  {
    var reasons = new LinkReasons();
    if (Join(request, reasons) is not { } joined)
    {
      return new(null, reasons.All);
    }
    try
    {
      var patch = Link(ElfFile.Load(joined), request, reasons);
      return new(reasons.All.Count == 0 ? patch : null, reasons.All);
    }
    catch (ElfFormatException e)
    {
      reasons.Damaged(e.Message);
      return new(null, reasons.All);
    }
  }

  private static LinkedPatch? Link(ElfFile file, LinkRequest request, LinkReasons reasons)
  {
    var layout = PatchLayout.Of(file, reasons);
    var resolver = new TargetResolver(file, layout, request, reasons);
    var reducer = new RelocationReducer(file, layout, resolver, reasons);
    RefuseIndirectFunctions(file, reasons);
    var contents = new List<(PlacedSection Place, byte[] Bytes)>();
    foreach (var place in layout.Sections.Where(s => s.Section.HasBytes))
    {
      var bytes = file.BytesOf(place.Section).ToArray();
      reducer.Reduce(place, bytes);
      contents.Add((place, bytes));
    }
    if (reasons.All.Count != 0)
    {
      return null;
    }
    // Records may ask for slots, so they come before the text has its final size.
    var records = ReadRecords(file, resolver, reducer);
    layout.Reserve(0);
    var text = new byte[layout.TextSize];
    var data = new byte[layout.DataSize];
    var tls = new byte[layout.TlsBytes];
    foreach (var (place, bytes) in contents)
    {
      bytes.CopyTo(place.Segment switch { Segment.Text => text, Segment.Tls => tls, _ => data }, (int)place.Offset);
    }
    reducer.WriteStubs(text);
    return Describe(file, layout, resolver, reducer, records, text, data, tls);
  }

  private static LinkedPatch Describe(ElfFile file, PatchLayout layout, TargetResolver resolver,
    RelocationReducer reducer, UpstareRecords records, byte[] text, byte[] data, byte[] tls)
  {
    var symbols = PlaceSymbols(file, layout);
    var globals = new Dictionary<string, PlacedSymbol>();
    foreach (var symbol in symbols.Where(s => s.IsGlobal))
    {
      globals[symbol.Name] = symbol;
    }
    var frames = EhFrame.Empty;
    if (layout.EhFrame is { } start)
    {
      int size = (int)layout.Sections.Single(s => s.Section.Name == ".eh_frame").Section.Size;
      frames = EhFrame.Parse(text[(int)start..((int)start + size)], start);
    }
    string? NameOfSlot(uint slot) => reducer.SlotTargets[slot] is { Kind: TargetKind.Import } target
      ? resolver.Imports[(int)target.Value].Name : null;
    var slots = reducer.SlotTargets.Keys.ToDictionary(s => (ulong)s, s => NameOfSlot(s) ?? "");
    var stubs = reducer.Stubs.ToDictionary(s => (ulong)s.Key, s => NameOfSlot(s.Value) ?? "");
    var near = reducer.Relocs.Where(r => r is { Segment: Segment.Text, Kind: RelocKind.Pc32 }).DistinctBy(r => r.Place)
      .ToDictionary(r => (ulong)r.Place, r => r.Target == RelocTarget.Import ? resolver.Imports[(int)r.Index].Name : "");
    var functions = symbols.Where(s => s.IsFunction && s.Size != 0 && s.Segment == Segment.Text)
      .Select(s => new CodeFunction(s.Offset, s.Offset + s.Size, s.Name));
    return new()
    {
      Text = text,
      CodeSize = layout.CodeSize,
      Data = data,
      DataZero = layout.ZeroSize,
      Tls = tls,
      TlsSize = layout.TlsSize,
      TextAlign = layout.TextAlign,
      DataAlign = layout.DataAlign,
      Relocs = reducer.Relocs,
      Imports = resolver.Imports,
      Symbols = symbols,
      Globals = globals,
      EhFrame = layout.EhFrame,
      FlagOffset = layout.Flag,
      Records = records,
      Code = new([new(0, text[..(int)layout.CodeSize])], functions, frames, stubs, slots) { Near = near },
    };
  }

  /// <summary>Runs `ld -r`; the inputs go through a response file because there can be thousands.</summary>
  private static string? Join(LinkRequest request, LinkReasons reasons)
  {
    string output = Path.Combine(request.Folder, "joined.o");
    string inputs = Path.Combine(request.Folder, "joined.rsp");
    File.WriteAllLines(inputs, request.Objects.Select(o => $"\"{o.Replace("\\", "\\\\").Replace("\"", "\\\"")}\""));
    var start = new ProcessStartInfo(request.Linker) { RedirectStandardError = true, RedirectStandardOutput = true };
    foreach (string argument in new[] { "-r", "--force-group-allocation", "--build-id=none", "-o", output, "@" + inputs })
    {
      start.ArgumentList.Add(argument);
    }
    try
    {
      using var process = Process.Start(start) ?? throw new InvalidOperationException("it did not start");
      var stdout = process.StandardOutput.ReadToEndAsync();
      string messages = process.StandardError.ReadToEnd();
      stdout.Wait();
      process.WaitForExit();
      if (process.ExitCode == 0)
      {
        return output;
      }
      reasons.LinkerFailed(messages == "" ? $"{request.Linker} failed" : messages);
    }
    catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
    {
      reasons.LinkerFailed($"{request.Linker}: {e.Message}");
    }
    return null;
  }

  private static void RefuseIndirectFunctions(ElfFile file, LinkReasons reasons)
  {
    foreach (var symbol in file.Symbols.Where(s => s.Type == Elf.SttGnuIfunc && !s.IsUndefined))
    {
      reasons.IndirectFunction(symbol.Name);
    }
  }

  private static UpstareRecords ReadRecords(ElfFile file, TargetResolver resolver, RelocationReducer reducer)
  {
    ulong? AddressOf(ElfSymbol symbol)
    {
      if (symbol.IsInSection && !file.Sections[(int)symbol.Section].IsAlloc)
      {
        return symbol.Value; // a unit's frame
      }
      var target = resolver.Resolve((uint)symbol.Index);
      return target.Kind switch
      {
        TargetKind.Text => target.Value,
        TargetKind.Data => LinkedPatch.DataAddress + target.Value,
        TargetKind.Absolute => symbol.Index == 0 ? null : target.Value,
        TargetKind.Entity or TargetKind.Import or TargetKind.Tls => Nowhere,
        _ => null,
      };
    }
    ulong? SlotOf(ElfSymbol symbol)
    {
      var target = resolver.Resolve((uint)symbol.Index);
      return target.Kind is TargetKind.Unknown or TargetKind.Absolute ? null : reducer.Slot(target, false);
    }
    var records = UpstareRecords.Read(file, s => ElfRelocator.Relocate(file, s, 0, AddressOf, SlotOf));
    return records.Where(e => e.Kind == EntityKind.Tls || e.Address < Nowhere);
  }

  private static List<PlacedSymbol> PlaceSymbols(ElfFile file, PatchLayout layout)
  {
    var list = new List<PlacedSymbol>();
    foreach (var s in file.Symbols)
    {
      bool global = s.Binding != Elf.StbLocal;
      if (s.Section == Elf.ShnCommon)
      {
        list.Add(new(s.Name, Segment.Data, layout.Common(s), (uint)s.Size, false, global));
      }
      else if (s.IsInSection && s.Type is Elf.SttFunc or Elf.SttObject or Elf.SttNotype or Elf.SttTls && s.Name != ""
        && layout.Find(s.Section) is { } place)
      {
        list.Add(new(s.Name, place.Segment, place.Offset + (uint)s.Value, (uint)s.Size, s.Type == Elf.SttFunc, global));
      }
    }
    return list;
  }
}
