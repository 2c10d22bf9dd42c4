// A program as it was linked, which can be one file or two: the (stripped) executable with the code, and the debug file
// that `objcopy --only-keep-debug` made, with symbols and records but without a byte of code. Either may be named; the
// other is looked for by name, and taken only if its build-id is the same.
namespace UpStare.PatchGen.Image;

/// <summary>Code and records of one program.</summary>
public sealed class ProgramFile
{
  private ProgramFile(ElfFile code, ElfFile debug)
  {
    (Code, Debug) = (code, debug);
  }

  /// <summary>The file with code and data.</summary>
  public ElfFile Code { get; }
  /// <summary>The file with symbols and records; the same one if nothing was stripped.</summary>
  public ElfFile Debug { get; }
  /// <summary>The program's build-id; null if it was linked without.</summary>
  public byte[]? BuildId => Code.BuildId;
  /// <summary>File name of the executable, without folders.</summary>
  public string Name => System.IO.Path.GetFileName(Code.Path);
  /// <summary>The best symbol table there is.</summary>
  public IReadOnlyList<ElfSymbol> Symbols => Debug.Symbols.Count != 0 ? Debug.Symbols
    : Code.Symbols.Count != 0 ? Code.Symbols : Code.DynamicSymbols;

  /// <summary>Combines an executable with its debug file (which may be the same file).</summary>
  public static ProgramFile Combine(ElfFile code, ElfFile debug)
  {
    if (!ReferenceEquals(code, debug) && !SameBuild(code, debug))
    {
      throw new ElfFormatException($"{debug.Path} is not the debug file of {code.Path}: their build-ids differ");
    }
    return new(code, debug);
  }

  /// <summary>Opens a program by its executable or by its debug file, and finds the other one beside it, in
  /// .debug/ below it, in a system's store of debug files, or in <paramref name="folders"/>.</summary>
  public static ProgramFile Open(string path, params IReadOnlyList<string> folders)
  {
    var file = ElfFile.Load(path);
    if (file.Type == ElfType.Relocatable)
    {
      throw new ElfFormatException($"{path}: an object file, not an executable");
    }
    bool hasCode = HasCode(file);
    if (hasCode && UpstareRecords.IsIn(file))
    {
      return new(file, file);
    }
    var other = Candidates(file, hasCode, folders).Select(name => TryOther(name, file, hasCode))
      .FirstOrDefault(found => found is not null);
    if (other is null)
    {
      throw new ElfFormatException(hasCode
        ? $"{path}: has no {UpstareRecords.UnitsSection} section, and no debug file with it was found: "
          + "was it built with upstare-cc? If it was stripped, keep its debug file beside it"
        : $"{path}: a debug file; its executable was not found beside it");
    }
    return hasCode ? new(file, other) : new(other, file);
  }

  private static bool HasCode(ElfFile file) => file.Sections.Count == 0
    || file.Sections.Any(s => s.IsCode && s.IsAlloc && s.HasBytes);

  private static ElfFile? TryOther(string name, ElfFile file, bool wantDebug)
  {
    if (!File.Exists(name))
    {
      return null;
    }
    try
    {
      var other = ElfFile.Load(name);
      return SameBuild(other, file) && (wantDebug ? UpstareRecords.IsIn(other) : HasCode(other)) ? other : null;
    }
    catch (Exception e) when (e is ElfFormatException or IOException or UnauthorizedAccessException)
    {
      return null; // Something else that happens to have the name.
    }
  }

  private static bool SameBuild(ElfFile a, ElfFile b) =>
    a.BuildId is not null && b.BuildId is not null && a.BuildId.AsSpan().SequenceEqual(b.BuildId);

  private static IEnumerable<string> Candidates(ElfFile file, bool wantDebug, IReadOnlyList<string> folders)
  {
    string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file.Path)) ?? ".";
    string name = System.IO.Path.GetFileName(file.Path);
    if (!wantDebug)
    {
      string bare = name.EndsWith(".debug", StringComparison.Ordinal) ? name[..^6] : name;
      string up = System.IO.Path.GetDirectoryName(folder) ?? folder;
      return folders.Prepend(up).Prepend(folder).Select(f => System.IO.Path.Combine(f, bare));
    }
    var names = new List<string> { name + ".debug" };
    if (DebugLink(file) is { } link)
    {
      names.Insert(0, link);
    }
    var places = new List<string> { folder, System.IO.Path.Combine(folder, ".debug") };
    places.AddRange(folders);
    var result = from place in places from n in names select System.IO.Path.Combine(place, n);
    if (file.BuildId is { Length: > 1 } id)
    {
      string hex = Convert.ToHexStringLower(id);
      result = result.Append($"/usr/lib/debug/.build-id/{hex[..2]}/{hex[2..]}.debug");
    }
    return result;
  }

  private static string? DebugLink(ElfFile file)
  {
    if (file.FindSection(".gnu_debuglink") is not { HasBytes: true } section)
    {
      return null;
    }
    var bytes = file.BytesOf(section);
    int end = bytes.IndexOf((byte)0);
    string name = end > 0 ? System.Text.Encoding.UTF8.GetString(bytes[..end]) : "";
    return name == "" || name.Contains('/') ? null : name;
  }
}
