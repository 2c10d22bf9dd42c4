using System.Text.RegularExpressions;

namespace UpStare.Update.Tests;

/// <summary>
/// What a program may print that is updated at any moment.
/// <code>
/// # update after: TEXT      a header: the moment for tests with `upstare apply`
/// # exit: 0 || 3            a header: the exit status, 0 if not given
/// the same in all versions
/// old || new                differs; with more versions there are more columns
/// - || only in new          a column with a dash prints nothing
/// /regex/ || text           a column between slashes is a regular expression
/// {                         up to the next } everything comes from one version
/// }
/// </code>
/// A program goes through its versions in order and never back: that is what is checked.
/// </summary>
internal sealed class ExpectedOutput
{
    private sealed record Entry(string[] Columns, bool MayChange);

    private readonly List<Entry> entries = [];
    private readonly int versions = 1;
    private readonly int[] exitCodes = [0];

    private ExpectedOutput(IEnumerable<string> text)
    {
        var together = false;
        var first = false;
        foreach (var line in text)
        {
            if (line.StartsWith("# ", StringComparison.Ordinal) && line.Split(": ", 2) is [var name, var value])
            {
                if (name == "# update after")
                    Moment = value;
                else if (name == "# exit")
                    exitCodes = [.. value.Split(" || ").Select(int.Parse)];
                else
                    throw new FormatException($"unknown header: {line}");
            }
            else if (line is "{" or "}")
            {
                together = line == "{";
                first = together;
            }
            else
            {
                var columns = line.Split(" || ");
                versions = Math.Max(versions, columns.Length);
                entries.Add(new Entry(columns, !together || first));
                first = false;
            }
        }
    }

    /// <summary>The line after which an update is asked for.</summary>
    public string? Moment { get; }

    /// <summary>The exit status of a program that is a certain version in the end.</summary>
    public int ExitCode(int version) => exitCodes[Math.Min(version, exitCodes.Length - 1)];

    /// <summary>How many versions it tells of.</summary>
    public int Versions => versions;

    /// <summary>Reads a file.</summary>
    public static ExpectedOutput Read(string path) => new(File.ReadLines(path));

    /// <summary>
    /// Is this the output of a program that started as version <paramref name="from"/> and is version
    /// <paramref name="to"/> in the end? Both count from 0.
    /// </summary>
    public bool Matches(IReadOnlyList<string> lines, int from, int to) => Explain(lines, from, to) == null;

    /// <summary>Why it is not, or null if it is.</summary>
    public string? Explain(IReadOnlyList<string> lines, int from, int to)
    {
        // The set of versions that the program can be in after each entry, with the lines used up. Column "-" uses
        // none, so the state is (version, lines used); the sets stay tiny.
        var states = new HashSet<(int Version, int Used)> { (from, 0) };
        foreach (var entry in entries)
        {
            var next = new HashSet<(int, int)>();
            foreach (var (version, used) in states)
                for (var v = version; v <= (entry.MayChange ? to : version); v++)
                {
                    var column = entry.Columns[Math.Min(v, entry.Columns.Length - 1)];
                    if (column == "-")
                        next.Add((v, used));
                    else if (used < lines.Count && Fits(column, lines[used]))
                        next.Add((v, used + 1));
                }
            if (next.Count == 0)
            {
                var line = states.Max(state => state.Used);
                return $"line {line + 1} is '{(line < lines.Count ? lines[line] : "(the end)")}', expected '" +
                       $"{string.Join(" || ", entry.Columns)}' in version {string.Join(" or ", states.Select(state => state.Version + 1).Distinct())} or later";
            }
            states = next;
        }
        if (states.Any(state => state.Used == lines.Count))
            return null;
        return $"unexpected line at the end: '{lines[states.Max(state => state.Used)]}'";
    }

    private static bool Fits(string column, string line) =>
        column is ['/', .. var pattern, '/'] ? Regex.IsMatch(line, $"^(?:{pattern})$") : column == line;
}
