// Compiles and links small C programs for the tests of Image/ and Build/: the real gcc, the real ld, in a folder that
// goes away with the test.
using System.Diagnostics;

namespace UpStare.PatchGen.Tests.Image;

/// <summary>A scratch folder with a compiler.</summary>
internal sealed class Toolchain : IDisposable
{
  /// <summary>Every optimisation level, with and without position independence.</summary>
  public static IEnumerable<string> Levels =>
    from level in new[] { "-O0", "-O1", "-O2", "-O3", "-Os" }
    from kind in new[] { "-pie -fPIE", "-no-pie -fno-pie" }
    select $"{level} {kind}";

  public string Folder { get; } = Directory.CreateTempSubdirectory("upstare-image-").FullName;

  public string PathOf(string name) => Path.Combine(Folder, name);

  /// <summary>Writes a source file and returns its path.</summary>
  public string Source(string name, string text)
  {
    File.WriteAllText(PathOf(name), text);
    return PathOf(name);
  }

  /// <summary>Runs gcc with options (separated by spaces) and files; returns the output file's path.</summary>
  public string Gcc(string options, string output, params string[] files)
  {
    string path = PathOf(output);
    Run("gcc", [.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "-w", "-fasynchronous-unwind-tables",
      "-o", path, .. files]);
    return path;
  }

  /// <summary>Compiles one source text to an object file.</summary>
  public string Object(string name, string text, string options = "-O2 -fPIC") =>
    Gcc(options + " -c", name + ".o", Source(name + ".c", text));

  /// <summary>A program's path, from PATH, or null.</summary>
  public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
    .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

  /// <summary>Runs a program and returns what it printed; it must succeed.</summary>
  public static string Run(string program, params string[] arguments)
  {
    var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
    start.Environment["LC_ALL"] = "C";
    foreach (string argument in arguments)
    {
      start.ArgumentList.Add(argument);
    }
    using var process = Process.Start(start)!;
    var errors = process.StandardError.ReadToEndAsync();
    string output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}\n{output}{errors.Result}");
    return output;
  }

  public void Dispose() => Directory.Delete(Folder, true);
}
