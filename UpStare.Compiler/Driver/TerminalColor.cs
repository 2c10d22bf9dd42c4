namespace UpStare.Compiler.Driver;

/// <summary>gcc colours its messages when it writes to a terminal. We catch them, so it has to be told.</summary>
internal static class TerminalColor
{
    /// <summary>Words to stand before the user's own flags.</summary>
    public static IReadOnlyList<string> Words { get; } = IsWanted() ? ["-fdiagnostics-color=always"] : [];

    private static bool IsWanted() =>
        !Console.IsErrorRedirected
        && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb"
        && Environment.GetEnvironmentVariable("GCC_COLORS") != "";
}
