// What of an instrumented unit is worth a golden file: the user's own file up to main, without the macros, records and
// stored source around it. Line markers are kept: they are part of what is promised.
using System.Text.RegularExpressions;
using UpStare.Compiler.Frontend;

namespace UpStare.Compiler.Tests.Golden;

/// <summary>Cuts instrumented units for goldens.</summary>
internal static partial class GoldenText
{
    /// <summary>Everything in front of main.</summary>
    public static string FastPaths(string unit, string file) => Join(Items(Own(unit, file)).TakeWhile(item => !IsMain(item)));

    /// <summary>The restore clones in front of main's, with the declarations that they use.</summary>
    public static string Clones(string unit, string file) =>
        Join(Items(Own(unit, file)).TakeWhile(item => !IsMain(item)).Where(item => !IsFunction(item) || item.Contains("__upstare_c0_", StringComparison.Ordinal)));

    [GeneratedRegex("^# [0-9]+ \"(?<file>[^\"]*)\"")]
    private static partial Regex Marker();

    [GeneratedRegex(@"\bint main \(")]
    private static partial Regex MainHead();

    private static bool IsMain(string item) => MainHead().IsMatch(item);

    private static bool IsFunction(string item) => item.TrimEnd().EndsWith('}');

    // The lines of the file itself, and declarations that a patch puts in front of them.
    private static string Own(string unit, string file)
    {
        var kept = new List<string>();
        var (current, isFirst) = ("", false);
        var isKept = false;
        foreach (var line in unit.Split('\n'))
        {
            if (Marker().Match(line) is { Success: true } marker)
            {
                (current, isFirst) = (marker.Groups["file"].Value, true);
                isKept = current == file;
                if (isKept) kept.Add(line);
                continue;
            }

            if (current == "<upstare>" && isFirst) isKept = line.StartsWith("extern ", StringComparison.Ordinal);
            isFirst = false;
            if (isKept) kept.Add(line);
        }

        return string.Join('\n', kept);
    }

    // Declarations and function definitions, one by one, each with the white space and line markers in front of it.
    private static List<string> Items(string text)
    {
        var items = new List<string>();
        var lexer = new Lexer(text, 0, text.Length);
        var (start, depth, isFunction) = (0, 0, false);
        var previous = ' ';
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            var c = token.Kind == TokenKind.Punctuation ? text[token.Span.Start] : ' ';
            // K&R: declarations of parameters stand between the parentheses and the brace.
            if (c == '{' && depth == 0) isFunction = previous is ')' or ';';
            if (c is '{' or '(' or '[') depth++;
            if (c is '}' or ')' or ']') depth--;
            if (depth == 0 && ((c == '}' && isFunction) || (c == ';' && !IsOfParameters(text, token.Span.End))))
            {
                items.Add(text[start..token.Span.End]);
                (start, isFunction) = (token.Span.End, false);
            }

            previous = c;
        }

        return items;
    }

    // int f (a) int a; { ... }: whether the brace comes next, after more declarations of this kind at most.
    private static bool IsOfParameters(string text, int after)
    {
        var lexer = new Lexer(text, after, text.Length);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (token.Kind != TokenKind.Punctuation) continue;
            if (text[token.Span.Start] == '{') return text[..token.Span.Start].TrimEnd().EndsWith(';');
            if (text[token.Span.Start] is '(' or '=' or '}') return false;
        }

        return false;
    }

    // A marker that is followed by another one marks nothing.
    private static string Join(IEnumerable<string> items)
    {
        var result = new List<string>();
        foreach (var line in string.Concat(items).Split('\n'))
        {
            if (Marker().IsMatch(line))
            {
                while (result.Count > 0 && result[^1].Trim().Length == 0) result.RemoveAt(result.Count - 1);
                if (result.Count > 0 && Marker().IsMatch(result[^1])) result.RemoveAt(result.Count - 1);
            }

            result.Add(line);
        }

        return string.Join('\n', result).Trim('\n') + "\n";
    }
}
