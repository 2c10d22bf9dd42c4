using System.Globalization;
using System.Text;

namespace UpStare.Update.Tests;

/// <summary>A function of twelve hundred statements of all kinds, on more than two thousand lines, as generated code has them: built, updated to itself, and to a version with a change in its middle.</summary>
[TestFixture]
public sealed class LongFunctionTests
{
    private const int Statements = 1200;
    private const double Stretch = 2;

    /// <summary>It behaves as with gcc, and is instrumented wholly.</summary>
    [TestCase("-O0")]
    [TestCase("-O1")]
    public void Function_OfThousandsOfStatements_BehavesAsWithGcc(string level)
    {
        var (theirs, ours) = (Shell.Run(Toolchain.Gcc(level, Arguments(1)), []), Shell.Run(Executable(1, level), []));
        Assert.Multiple(() =>
        {
            Assert.That(ours.Output, Is.EqualTo(theirs.Output));
            Assert.That(ours.ExitCode, Is.EqualTo(theirs.ExitCode));
            Assert.That(Toolchain.Said(Executable(1, level)), Does.Not.Contain("not instrumented"));
        });
    }

    /// <summary>Updates to itself at points from the first to the last go unnoticed.</summary>
    [TestCase("-O0")]
    public void Function_OfThousandsOfStatements_IsUpdatedToItself(string level)
    {
        var executable = Executable(1, level);
        var undisturbed = Shell.Run(executable, []);
        var updates = Updated(executable, Toolchain.Identity(executable), result =>
        {
            Assert.That(result.Output, Is.EqualTo(undisturbed.Output), result.Command);
            Assert.That(result.ExitCode, Is.EqualTo(undisturbed.ExitCode), result.Command);
        });
        Assert.That(updates, Is.GreaterThan(10));
    }

    /// <summary>Only the statement in the middle changes: what comes before an update is the old version's, what comes behind it the new one's.</summary>
    [TestCase("-O1")]
    public void Function_ThatChangesInTheMiddle_GoesOnInTheNewVersion(string level)
    {
        var (before, after) = (Executable(1, level), Executable(2, level));
        string[] outputs = [Shell.Run(before, []).Output, Shell.Run(after, []).Output];
        var seen = new HashSet<int>();
        Updated(before, Toolchain.Patch(before, after), result =>
        {
            seen.Add(Array.IndexOf(outputs, result.Output));
            Assert.That(seen, Does.Not.Contain(-1), result.ToString());
        });
        Assert.That(seen, Is.EquivalentTo(new[] { 0, 1 }), "updates before and behind the middle");
    }

    // Makes an update at one point after another, ever farther from each other; how many were made.
    private static int Updated(string executable, string patch, Action<Result> check)
    {
        for (double point = 1, updates = 0; ; point = Math.Ceiling(point * Stretch), updates++)
        {
            var result = Shell.Run(executable, [], new Dictionary<string, string> { ["UPSTARE_APPLY_AT"] = $"{point.ToString(CultureInfo.InvariantCulture)}:{patch}", ["UPSTARE_VERBOSE"] = "1" });
            check(result);
            if (!result.Error.Contains("upstare: updated: ", StringComparison.Ordinal)) return (int)updates;
        }
    }

    private static string Executable(int version, string level) => Toolchain.UpStareCc(level, Arguments(version));

    private static string[] Arguments(int version) => ["-I" + Repository.At("tests", "corpus"), Sources[version - 1].Value];

    private static readonly Lazy<string>[] Sources = [new(() => Write(1)), new(() => Write(2))];

    private static string Write(int version)
    {
        var path = Workspace.Fresh($"long-function-v{version}.c");
        File.WriteAllText(path, Text(version));
        return path;
    }

    private static string Text(int version)
    {
        var text = new StringBuilder("#include \"corpus.h\"\n\nstatic long work(long a, long b)\n{\n    long sum = 0;\n\n");
        uint state = 1;
        for (var number = 0; number < Statements; number++)
        {
            state = state * 1664525 + 1013904223;
            if (number == Statements / 2) text.Append("    note(\"middle\", ").Append(version).Append(");\n");
            else text.Append("    ").Append(Statement((int)(state >> 24) % 10, number, (int)(state >> 16) % 8 + 1)).Append('\n');
        }

        return text.Append("    return sum % 1000003 + a + b;\n}\n\nint main(void)\n{\n    note(\"work\", work(3, 4));\n    return finish();\n}\n").ToString();
    }

    // One statement; most have points in them.
    private static string Statement(int kind, int number, int few) => kind switch
    {
        0 => $"sum += quiet(a + {number}) * {few};",
        1 => $"a = a * 3 % 10007 + (b & {number}), sum = (sum + a) % 1000003, b %= 100003;",
        2 => $"if (quiet(b) > {few})\n        a = (a + {number}) % 100003;",
        3 => $"for (int i = 0; i < {few % 3 + 1}; i++)\n        sum ^= quiet(i + b % {number + 1});",
        4 => $"{{\n        int local = (int)quiet(a % {number + 5}), *p = &local;\n        *p += {few};\n        b += quiet(*p);\n    }}",
        5 => $"switch (quiet(a % 4)) {{\n    case 0: b += {number}; break;\n    case 1: sum += quiet({few}); /* fall through */\n    case 2: a += 2; break;\n    default: b = (b ^ {few}) % 1009;\n    }}",
        6 => $"if (sum % {few + 1} == 0)\n        goto label{number};\n    b += quiet({number} % 7);\nlabel{number}:\n    a = (a + b) % 100003;",
        7 => $"do\n        b = b * 5 % 1013;\n    while (quiet(b) > 900);",
        8 => $"while (quiet(a) > 50000)\n        a = a / 2 + {few};",
        _ => number % 5 == 0 ? $"note(\"step {number}\", (sum + a) % 1000003);" : $"sum -= quiet(b & {few});",
    };
}
