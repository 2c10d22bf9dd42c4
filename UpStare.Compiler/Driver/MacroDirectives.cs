// With -g3 (or -dD) the preprocessor repeats #define and #undef in its output, for debuggers. Instrumented text is
// preprocessed once more, for our own macros, and there the user's would be expanded a second time:
//
//     #define step(x) step (x + 1)
//     step (step (1))                 step (step (1 + 1) + 1)    once, as it should be
//
// So those lines are emptied; their newlines stay, and with them every line number.
namespace UpStare.Compiler.Driver;

/// <summary>Definitions of macros in preprocessed text.</summary>
internal static class MacroDirectives
{
    /// <summary>The text without them; the same array if there are none.</summary>
    public static byte[] Blank(byte[] text)
    {
        byte[]? blanked = null;
        for (var line = 0; line < text.Length;)
        {
            var rest = text.AsSpan(line);
            var length = rest.IndexOf((byte)'\n') is var newline && newline < 0 ? rest.Length : newline;
            if (rest.StartsWith("#define "u8) || rest.StartsWith("#undef "u8))
                (blanked ??= [.. text]).AsSpan(line, length).Fill((byte)' ');
            line += length + 1;
        }

        return blanked ?? text;
    }
}
