// Prints a patch as text, for people: `upstare-diff --dump PATCH`.
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Build;

/// <summary>Readable listings of patches.</summary>
public static class PatchDump
{
  private static readonly string[] General =
    ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"];

  /// <summary>Writes everything that the patch says.</summary>
  public static void Write(PatchFile patch, TextWriter to)
  {
    WriteHeader(patch, to);
    WriteRegistry(patch, to);
    WriteRelocs(patch, to);
    WritePoints(patch, "old", patch.OldPoints, to);
    WritePoints(patch, "new", patch.NewPoints, to);
    WriteMaps(patch, to);
    WriteTypes(patch, to);
    WriteImage("old image", patch.OldImage, to);
    WriteImage("new image", patch.NewImage, to);
  }

  private static void WriteHeader(PatchFile p, TextWriter to)
  {
    to.WriteLine($"from  {p.FromName}  {Convert.ToHexStringLower(p.FromId)}");
    to.WriteLine($"to    {p.ToName}  {Convert.ToHexStringLower(p.ToId)}");
    to.WriteLine($"text  {p.Text.Length} bytes, aligned {p.TextAlign}; unwind table {Offset(p.EhFrame)}");
    to.WriteLine($"data  {p.Data.Length} bytes and {p.DataZero} zeros, aligned {p.DataAlign}; "
      + $"poll flag {Offset(p.FlagOffset)}");
    to.WriteLine($"init  {p.InitBytes.Length} bytes; constants {p.Constants.Length} bytes; "
      + $"symbol file {p.SymFile.Length} bytes");
  }

  private static void WriteRegistry(PatchFile p, TextWriter to)
  {
    Title(to, "old entities", p.OldEntities.Count);
    for (int i = 0; i < p.OldEntities.Count; i++)
    {
      var e = p.OldEntities[i];
      string place = e.Address == EntityEntry.Absent ? "absent" : e.Address.ToString("x");
      to.WriteLine($"  {i,5}  {e.Kind,-8} {place,-16} {p.Strings[e.Name]}");
    }
    Title(to, "binds of the new version", p.Binds.Count);
    for (int i = 0; i < p.Binds.Count; i++)
    {
      var b = p.Binds[i];
      to.WriteLine($"  {i,5}  {b.EntityKind,-8} {b.Kind} {b.Index:x}  {p.Strings[b.Name]}");
    }
    Title(to, "redirects", p.Redirects.Count);
    foreach (var r in p.Redirects)
    {
      to.WriteLine($"  entity {r.Entity} -> text+{r.Text:x}");
    }
    Title(to, "initial values", p.Inits.Count);
    foreach (var i in p.Inits)
    {
      to.WriteLine($"  entity {i.Entity}, {i.Size} bytes: init+{i.OldBytes:x} -> init+{i.NewBytes:x}"
        + (i.Flags != 0 ? " (const)" : ""));
    }
  }

  private static void WriteRelocs(PatchFile p, TextWriter to)
  {
    Title(to, "imports", p.Imports.Count);
    for (int i = 0; i < p.Imports.Count; i++)
    {
      to.WriteLine($"  {i,5}  {p.Strings[p.Imports[i].Name]} {(p.Imports[i].Flags == 0 ? "" : p.Imports[i].Flags)}");
    }
    Title(to, "relocations", p.Relocs.Count);
    foreach (var r in p.Relocs)
    {
      string target = r.Target switch
      {
        RelocTarget.Import when r.Index < p.Imports.Count => p.Strings[p.Imports[(int)r.Index].Name],
        RelocTarget.Entity => $"entity {r.Index}",
        _ => $"{r.Target}+{r.Index:x}".ToLowerInvariant(),
      };
      to.WriteLine($"  {r.Segment}+{r.Place:x}  {r.Kind}  {target} {r.Addend:+0;-0;#}");
    }
  }

  private static void WritePoints(PatchFile p, string which, List<PointEntry> points, TextWriter to)
  {
    Title(to, $"{which} continuation points", points.Count);
    for (int i = 0; i < points.Count; i++)
    {
      var c = points[i];
      string clone = c.RestoreClone == Abi.None ? "" : $"  clone text+{c.RestoreClone:x} at {c.Resume}, "
        + $"frame of {c.FrameSize} bytes";
      to.WriteLine($"  {i,5}  {p.Strings[c.File]}:{c.Line}: {p.Strings[c.Function]}, {c.Variables} operands"
        + $"{(c.Flags == 0 ? "" : $" [{c.Flags}]")}{clone}");
    }
  }

  private static void WriteMaps(PatchFile p, TextWriter to)
  {
    Title(to, "continuation mapping", p.Maps.Count);
    for (int i = 0; i < p.Maps.Count; i++)
    {
      var m = p.Maps[i];
      to.WriteLine(m.Point == Abi.None ? $"  {i,5} -> unmapped: {p.Strings[m.Reason]}" : $"  {i,5} -> {m.Point}");
      WriteMoves(p, m.Moves, m.MoveCount, to);
    }
    Title(to, "groups of frames", p.Groups.Count);
    foreach (var g in p.Groups)
    {
      var points = p.GroupPoints.Skip((int)g.Points).Take((int)(g.OldCount + g.NewCount)).ToList();
      to.WriteLine($"         {string.Join(" < ", points.Take((int)g.OldCount))} -> {string.Join(" < ", points.Skip((int)g.OldCount))}{(g.Flags == 0 ? "" : $" [{g.Flags}]")}");
      foreach (var piece in p.Pieces.Skip((int)g.Pieces).Take((int)g.PieceCount))
      {
        to.WriteLine($"         frame {piece.From} -> {piece.To}");
        WriteMoves(p, piece.Moves, piece.MoveCount, to);
      }
    }
    Title(to, "steps of the map", p.Steps.Count);
    foreach (var s in p.Steps)
    {
      string place = s.Kind != StepKind.Value ? "" : s.Entity == Abi.None ? $" -> data+{s.Place:x}, {s.Size} bytes" : $" -> entity {s.Entity}, {s.Size} bytes";
      to.WriteLine($"         {s.Kind} text+{s.Code:x}{place}");
    }
  }

  private static void WriteMoves(PatchFile p, uint first, uint count, TextWriter to)
  {
    foreach (var v in p.Moves.Skip((int)first).Take((int)count))
    {
      to.WriteLine($"           {v.Kind} {v.Operand}, {v.Size} bytes -> values+{v.To}{(v.Type == Abi.None ? "" : $" of type {v.Type}")}");
    }
  }

  private static void WriteTypes(PatchFile p, TextWriter to)
  {
    Title(to, "types of data", p.Types.Count);
    for (int i = 0; i < p.Types.Count; i++)
    {
      var t = p.Types[i];
      string change = t.Flags == 0 ? "" : $" [{t.Flags}: {t.OldSize} -> {t.NewSize} bytes, transformer text+{t.Transformer:x}]";
      to.WriteLine($"  {i,5}  {p.Strings[t.Name]}: {t.Kind}{(t.Target == Abi.None ? "" : $" to type {t.Target}")}{change}");
      foreach (var part in p.Parts.Skip((int)t.Parts).Take((int)t.PartCount))
      {
        to.WriteLine($"           {part.OldOffset} -> {part.NewOffset}: {part.Count} of type {part.Type}");
      }
    }
    Title(to, "variables that move or hold pointers to what moves", p.Variables.Count);
    foreach (var v in p.Variables)
    {
      to.WriteLine($"         entity {v.Entity} of type {v.Type}{(v.Place == Abi.None ? "" : $" -> +{v.Place:x}")}{(v.Flags == 0 ? "" : $" [{v.Flags}]")}");
    }
    Title(to, "types of heap objects", p.HeapTypes.Count);
    foreach (var h in p.HeapTypes)
    {
      to.WriteLine($"         key {h.Key:x8}: type {h.Type}");
    }
  }

  private static void WriteImage(string name, ImageTables image, TextWriter to)
  {
    to.WriteLine();
    to.WriteLine($"{name}: base {image.Base:x}, {image.Size} bytes of text");
    Title(to, "  sites", image.Sites.Count);
    for (int i = 0; i < image.Sites.Count; i++)
    {
      var s = image.Sites[i];
      var operands = Enumerable.Range((int)s.Operands, (int)s.OperandCount)
        .Select(k => k < image.Operands.Count ? Text(image.Operands[k]) : "?");
      string next = s.Outer == Abi.None ? "" : $" then site {s.Outer}";
      to.WriteLine($"  {i,5}  {s.Address:x}  point {s.Cp} cold {s.Cold:x}{next}{(s.Flags == 0 ? "" : $" [{s.Flags}]")}"
        + $"  {Text(s.Unwind)}  {string.Join(' ', operands)}");
    }
    Title(to, "  return addresses", image.Returns.Count);
    foreach (var r in image.Returns)
    {
      to.WriteLine($"         {r.Address:x}  {(r.Site == Abi.None ? "tail position" : $"site {r.Site}")}  {Text(r.Unwind)}");
    }
  }

  private static string Text(OperandEntry o) => o.Kind switch
  {
    OperandKind.Register => $"%{General[o.Base & 15]}",
    OperandKind.Xmm => $"%xmm{o.Base}",
    OperandKind.Immediate => $"${o.Displacement}",
    OperandKind.Image => $"image+{o.Displacement:x}",
    OperandKind.Memory => $"{o.Displacement}({(o.Base == 255 ? "" : "%" + General[o.Base & 15])}"
      + (o.Index == 255 ? ")" : $",%{General[o.Index & 15]},{o.Scale})"),
    _ => throw new ArgumentOutOfRangeException(nameof(o), o.Kind, "an operand of no kind"),
  };

  private static string Text(UnwindEntry u) => u.Kind switch
  {
    CfaKind.Rsp => $"cfa=rsp+{u.CfaOffset} rbp={Saved(u)}",
    CfaKind.Rbp => $"cfa=rbp+{u.CfaOffset} rbp={Saved(u)}",
    CfaKind.RbpDeref => $"cfa=*(rbp{u.CfaOffset:+0;-0;+0}) rbp=*(rbp{u.RbpOffset:+0;-0;+0})",
    CfaKind.Unknown => "cfa=?",
    _ => throw new ArgumentOutOfRangeException(nameof(u), u.Kind, "a frame address of no kind"),
  };

  private static string Saved(UnwindEntry u) => u.RbpOffset == 0 ? "rbp" : $"*(cfa{u.RbpOffset:+0;-0})";
  private static string Offset(uint value) => value == Abi.None ? "none" : $"at {value:x}";

  private static void Title(TextWriter to, string what, int count)
  {
    if (count != 0)
    {
      to.WriteLine();
      to.WriteLine($"{what} ({count})");
    }
  }
}
