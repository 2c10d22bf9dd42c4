using System.Collections.Concurrent;

namespace UpStare.Update.Tests;

/// <summary>Builds executables and patches, each only once per test run.</summary>
internal static class Toolchain
{
    private static readonly ConcurrentDictionary<string, Lazy<string>> Built = new();
    private static readonly ConcurrentDictionary<string, string> Warnings = new();

    /// <summary>Compiles with plain gcc.</summary>
    public static string Gcc(string level, params string[] arguments) => Compile("gcc", level, arguments);

    /// <summary>Compiles with the compiler under test.</summary>
    public static string UpStareCc(string level, params string[] arguments) => Compile(Repository.Compiler, level, arguments);

    /// <summary>What the compiler said about an executable that was built here.</summary>
    public static string Said(string executable) => Warnings[executable];

    /// <summary>Makes the patch from one executable to another, with the user's map if there is one.</summary>
    public static string Patch(string oldExecutable, string newExecutable, string? map = null) =>
        Once($"patch {oldExecutable} {newExecutable}", () =>
        {
            var patch = Workspace.Fresh(Path.GetFileName(oldExecutable) + ".upd");
            Shell.Must(Repository.Diff, [oldExecutable, newExecutable, "-o", patch, .. map is null ? Array.Empty<string>() : ["-m", map]]);
            return patch;
        });

    /// <summary>Makes the patch of an executable to itself.</summary>
    public static string Identity(string executable) =>
        Once($"identity {executable}", () =>
        {
            var patch = Workspace.Fresh(Path.GetFileName(executable) + ".identity.upd");
            Shell.Must(Repository.Diff, "--identity", executable, executable, "-o", patch);
            return patch;
        });

    private static string Compile(string compiler, string level, string[] arguments)
    {
        string[] all = [level, .. arguments];
        return Once($"{compiler} {string.Join(' ', all)}", () =>
        {
            var source = arguments.Last(argument => argument.EndsWith(".c", StringComparison.Ordinal));
            var kind = compiler == "gcc" ? "gcc" : "upstare";
            var executable = Workspace.Fresh($"{Path.GetFileNameWithoutExtension(source)}{level}.{kind}");
            var build = Shell.Must(compiler, [.. all, "-o", executable]);
            if (build.Error.Contains("internal error", StringComparison.Ordinal)) throw new InvalidOperationException($"an error of upstare-cc itself: {build}");
            Warnings[executable] = build.Error;
            return executable;
        });
    }

    private static string Once(string key, Func<string> build) =>
        Built.GetOrAdd(key, _ => new Lazy<string>(build)).Value;
}
