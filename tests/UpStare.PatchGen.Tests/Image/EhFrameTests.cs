using System.Globalization;
using UpStare.PatchGen.Build;
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Tests.Image;

/// <summary>The unwind table against what readelf makes of it.</summary>
[TestFixture]
public sealed class EhFrameTests
{
  [TestCaseSource(typeof(Toolchain), nameof(Toolchain.Levels))]
  public void Program_EveryRow_AgreesWithReadelf(string options)
  {
    using var tools = new Toolchain();
    string path = tools.Gcc(options + " -fstack-clash-protection", "program",
      tools.Source("a.c", SiteSource.Unit(SiteSource.Functions)));
    Assert.That(Compare(path), Is.GreaterThan(40));
  }

  [Test]
  public void LargeProgram_EveryRow_AgreesWithReadelf()
  {
    Assert.That(Compare(Toolchain.Find("ld")!), Is.GreaterThan(3000));
  }

  [Test]
  public void Address_OutsideOfTheTable_IsUnknown()
  {
    Assert.That(EhFrame.Empty.At(0x1234), Is.EqualTo(UnwindEntry.Unknown));
  }

  // Compares all rows of `readelf --debug-dump=frames-interp`; returns how many were known to both.
  private static int Compare(string path)
  {
    var table = EhFrame.Of(ElfFile.Load(path));
    int rows = 0, unknown = 0;
    string[] columns = [];
    ulong end = 0;
    foreach (string line in Toolchain.Run("readelf", "--debug-dump=frames-interp", path).Split('\n'))
    {
      var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
      if (line.Contains(" CIE ", StringComparison.Ordinal) || line.Contains(" FDE ", StringComparison.Ordinal))
      {
        int at = line.IndexOf("..", StringComparison.Ordinal);
        end = at < 0 ? 0 : ulong.Parse(line.AsSpan(at + 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        columns = [];
      }
      else if (words is ["LOC", ..])
      {
        columns = words;
      }
      else if (end != 0 && words.Length == columns.Length && words.Length > 1)
      {
        ulong pc = ulong.Parse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        int rbp = Array.IndexOf(columns, "rbp");
        if (pc >= end)
        {
          continue;
        }
        var got = table.At(pc);
        rows++;
        if (got.Kind == CfaKind.Unknown)
        {
          unknown++;
          continue;
        }
        Assert.That(Text(got), Is.EqualTo((words[1], rbp < 0 || words[rbp] == "s" ? "u" : words[rbp])), line);
      }
    }
    Assert.That(unknown, Is.LessThanOrEqualTo(rows / 20), $"{unknown} of {rows} rows unknown");
    return rows - unknown;
  }

  private static (string Cfa, string Rbp) Text(UnwindEntry u) => u.Kind switch
  {
    CfaKind.Rsp => ($"rsp+{u.CfaOffset}", Saved(u)),
    CfaKind.Rbp => ($"rbp+{u.CfaOffset}", Saved(u)),
    _ => ("exp", "exp"),
  };

  private static string Saved(UnwindEntry u) => u.RbpOffset == 0 ? "u"
    : string.Create(CultureInfo.InvariantCulture, $"c{u.RbpOffset:+0;-0}");
}
