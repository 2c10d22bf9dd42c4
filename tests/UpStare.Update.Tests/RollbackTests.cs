using System.Text.RegularExpressions;

namespace UpStare.Update.Tests;

/// <summary>
/// The roll-back torture (`UPSTARE_ROLLBACK_EVERY=K:PATCH`): at every k-th site the program is stopped, its stack unrolled, all
/// memory compared with a copy, everything written back, and the program goes on. On Lua 5.4 from Debian, and on the corpus.
/// </summary>
[TestFixture]
public sealed class RollbackTests
{
    private static readonly Lazy<string> LuaSource = new(() =>
        Path.Combine(Shell.Must(Repository.At("tests", "thirdparty", "debian-source.sh"), "lua5.4").Output.Trim(), "src"));

    /// <summary>A folder with the header that Debian's own build makes.</summary>
    private static readonly Lazy<string> LuaHeader = new(() =>
    {
        var folder = Workspace.Fresh("lua-include");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "lua5.4-deb-multiarch.h"),
            $"#define DEB_HOST_MULTIARCH \"{Shell.Must("gcc", "-dumpmachine").Output.Trim()}\"\n");
        return folder;
    });

    /// <summary>Lua, stopped at every k-th site.</summary>
    [TestCase("-O2", 50)]
    [TestCase("-O2", 1009)]
    [TestCase("-O0", 200)]
    [TestCase("-Os", 200)]
    [TestCase("-O3", 200)]
    public void Lua_RolledBackAtEveryKthPoint_DoesNotNotice(string level, int every) => Torture(Lua(level), every, [Script]);

    /// <summary>Lua, updated to itself again and again.</summary>
    [TestCase("-O2", 100)]
    [TestCase("-O0", 500)]
    public void Lua_UpdatedToItselfAgainAndAgain_DoesNotNotice(string level, int every)
    {
        var executable = Lua(level);
        var undisturbed = Shell.Run(executable, [Script]);
        var result = Shell.Run(executable, [Script],
            new Dictionary<string, string> { ["UPSTARE_APPLY_AT"] = $"{every}+{every}:{Toolchain.Identity(executable)}" });
        Same(result, undisturbed);
    }

    /// <summary>The corpus, stopped at every point.</summary>
    [Test]
    public void Program_RolledBackAtEveryPoint_DoesNotNotice([ValueSource(typeof(Corpus), nameof(Corpus.Updatable))] string name) =>
        Torture(Toolchain.UpStareCc("-O2", Corpus.Arguments(name)), Corpus.Every(name), [], Corpus.IsUpdated(name));

    private static string Script => Repository.At("tests", "corpus", "lua", "torture.lua");

    private static string Lua(string level)
    {
        var sources = Directory.EnumerateFiles(LuaSource.Value, "*.c")
            .Where(path => Path.GetFileName(path) is not ("luac.c" or "onelua.c" or "ltests.c")).Order(StringComparer.Ordinal);
        return Toolchain.UpStareCc(level, ["-std=gnu99", "-I" + LuaHeader.Value, "-DLUA_COMPAT_5_3", "-DLUA_USE_POSIX", .. sources, "-lm"]);
    }

    private static void Torture(string executable, int every, string[] arguments, bool isUpdated = true)
    {
        var undisturbed = Shell.Run(executable, arguments);
        var result = Shell.Run(executable, arguments,
            new Dictionary<string, string> { ["UPSTARE_ROLLBACK_EVERY"] = $"{every}:{Toolchain.Identity(executable)}" });
        Same(result, undisturbed);
        Assert.That(result.Error, Does.Match(new Regex($@"roll-backs {(isUpdated ? "[1-9]" : "")}\d* skipped \d+ differences 0\b")), result.Command);
    }

    private static void Same(Result result, Result undisturbed) => Assert.Multiple(() =>
    {
        Assert.That(result.Output, Is.EqualTo(undisturbed.Output), result.Command + "\n" + result.Error);
        Assert.That(result.ExitCode, Is.EqualTo(undisturbed.ExitCode), result.Command);
    });
}
