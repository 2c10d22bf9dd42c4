// Pieces of source compared by their words: white space, line markers and comments do not count, and what the map renames
// has its new name.  Equal pieces have equal numbers; others are similar to the extent that they share words.

using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.PatchGen.Match;

/// <summary>A piece of source.</summary>
/// <param name="Number">Equal for equal words in equal order.</param>
/// <param name="Words">Numbers of its words, sorted; those of string constants one by one.</param>
public sealed record CodeText(int Number, int[] Words)
{
    /// <summary>How similar two pieces are, from 0 to 1: twice the words they share, of all words (Dice).</summary>
    public double SimilarityTo(CodeText other)
    {
        if (Number == other.Number) return 1;
        var (shared, i, j) = (0, 0, 0);
        while (i < Words.Length && j < other.Words.Length)
        {
            if (Words[i] == other.Words[j]) (shared, i, j) = (shared + 1, i + 1, j + 1);
            else if (Words[i] < other.Words[j]) i++;
            else j++;
        }

        return Words.Length + other.Words.Length == 0 ? 0 : 2.0 * shared / (Words.Length + other.Words.Length);
    }
}

/// <summary>Makes comparable pieces of the sources of two versions.</summary>
public sealed class CodeTexts
{
    private readonly Dictionary<string, int> _words = [], _texts = [];

    /// <summary>A piece of a unit's source.</summary>
    /// <param name="source">The source.</param>
    /// <param name="span">Where it is.</param>
    /// <param name="newName">The new name of an old identifier; null for the new version.</param>
    public CodeText Of(SourceText source, TextSpan span, Func<string, string>? newName = null)
    {
        var (words, text) = (new List<int>(), new System.Text.StringBuilder());
        var lexer = new Lexer(source.Text, span.Start, span.End);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            var word = source[token.Span];
            if (token.Kind == TokenKind.Identifier && newName is not null) word = newName(word);
            text.Append(word).Append(' ');
            if (token.Kind != TokenKind.Text) words.Add(Number(_words, word));
            else words.AddRange(word.Split([' ', '"', '\'', ',', ':', '.', '\\', '(', ')', '/', '-', '%'], StringSplitOptions.RemoveEmptyEntries).Prepend("\"").Select(part => Number(_words, part)));
        }

        words.Sort();
        return new CodeText(Number(_texts, text.ToString()), [.. words]);
    }

    private static int Number(Dictionary<string, int> numbers, string key)
    {
        if (!numbers.TryGetValue(key, out var number)) numbers.Add(key, number = numbers.Count);
        return number;
    }
}
