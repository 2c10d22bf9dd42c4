// @file arguments, expanded as libiberty's expandargv does it for gcc: words separated by white space, quotes of both
// kinds, backslash before any character; a file that cannot be read stays as the word it is.
using System.Text;

namespace UpStare.Compiler.Driver;

/// <summary>Expands @file arguments.</summary>
public static class ResponseFiles
{
    private const int MaxFiles = 2000;

    /// <summary>The command line with the contents of response files in their place, nested ones too.</summary>
    public static IReadOnlyList<string> Expand(IReadOnlyList<string> words)
    {
        var result = new List<string>();
        var budget = MaxFiles;
        foreach (var word in words)
            Add(word, result, ref budget);
        return result;
    }

    private static void Add(string word, List<string> result, ref int budget)
    {
        if (word.Length < 2 || word[0] != '@' || budget <= 0 || !TryRead(word[1..], out var text))
        {
            result.Add(word);
            return;
        }

        budget--;
        foreach (var inner in Split(text))
            Add(inner, result, ref budget);
    }

    private static bool TryRead(string file, out string text)
    {
        text = "";
        try
        {
            if (!File.Exists(file))
                return false;
            text = File.ReadAllText(file);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Splits a text into words.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (inWord, quote) = (false, '\0');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (inWord)
                    words.Add(word.ToString());
                word.Clear();
                inWord = false;
                continue;
            }

            inWord = true;
            if (c == '\\' && i + 1 < text.Length)
                word.Append(text[++i]);
            else if (quote != '\0' && c == quote)
                quote = '\0';
            else if (quote == '\0' && c is '"' or '\'')
                quote = c;
            else
                word.Append(c);
        }

        if (inWord)
            words.Add(word.ToString());
        return words;
    }

    /// <summary>A word as it must stand in a response file.</summary>
    public static string Quote(string word) =>
        "\"" + word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
