// Where things are: gcc, and the runtime relative to upstare-cc itself.
namespace UpStare.Compiler.Driver;

/// <summary>Finds the tools and the runtime.</summary>
public static class Installation
{
    /// <summary>Version of upstare-cc.</summary>
    public static string Version => typeof(Installation).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>The gcc to use: UPSTARE_GCC, or gcc from the path.</summary>
    public static string Gcc =>
        Environment.GetEnvironmentVariable("UPSTARE_GCC") is { Length: > 0 } other ? other : "gcc";

    /// <summary>Places where libupstare.a may be, best first: UPSTARE_LIB (the file or its directory) alone if set, else
    /// beside the bin directory of upstare-cc.</summary>
    public static IReadOnlyList<string> RuntimePlaces()
    {
        const string Name = "libupstare.a";
        if (Environment.GetEnvironmentVariable("UPSTARE_LIB") is { Length: > 0 } told)
            return [told.EndsWith(".a", StringComparison.Ordinal) ? told : Path.Combine(told, Name)];
        return [Path.Combine(Prefix, "lib", "upstare", Name)];
    }

    /// <summary>The folder of upstare.h.</summary>
    public static string HeaderFolder => Path.Combine(Prefix, "include");

    /// <summary>The folder of libclang's prelinked copies.</summary>
    public static string PrelinkedFolder => Path.Combine(Prefix, "lib", "upstare", "libclang");

    // The real file: upstare-cc may have been called through a link.
    private static string Prefix
    {
        get
        {
            var program = File.ResolveLinkTarget("/proc/self/exe", returnFinalTarget: true)?.FullName
                ?? Environment.ProcessPath ?? "";
            return Path.GetDirectoryName(Path.GetDirectoryName(program)) ?? "";
        }
    }

    /// <summary>libupstare.a, or null.</summary>
    public static string? FindRuntime() => RuntimePlaces().FirstOrDefault(File.Exists);
}
