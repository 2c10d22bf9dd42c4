using System.Text.RegularExpressions;

namespace UpStare.Torture;

/// <summary>Where programs come from. Figures with plain gcc 12: execute 1589 of 1592 right, ieee 61, builtins 55, dg 645 of 669, tcc 94 of 108.</summary>
internal static partial class Corpora
{
    private static readonly Lazy<string> GccTests = new(() => ThirdParty("gcc-tests.sh"));

    private static readonly Lazy<string> TccTests = new(() => Path.Combine(ThirdParty("debian-source.sh", "tcc"), "tests", "tests2"));

    /// <summary>Option sets of csmith: each adds constructs to what it generates by default.</summary>
    private static readonly string[][] CsmithOptions =
    [
        ["--max-funcs", "4", "--max-block-size", "3", "--max-block-depth", "3", "--max-expr-complexity", "6"],
        [],
        ["--bitfields", "--packed-struct", "--max-funcs", "6"],
        ["--unions", "--volatiles", "--inline-function", "--max-funcs", "6"],
        ["--float", "--builtins", "--longlong", "--max-funcs", "6", "--max-block-depth", "3"],
    ];

    /// <summary>Names of the corpora, in the order in which they are run.</summary>
    public static IReadOnlyList<string> Names { get; } = ["own", "execute", "ieee", "builtins", "dg", "tcc", "csmith"];

    /// <summary>The programs of a corpus.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="seed">The first seed of csmith.</param>
    /// <param name="count">How many csmith programs.</param>
    public static IEnumerable<TortureProgram> Programs(string name, int seed, int count) => name switch
    {
        "own" => Corpus.Updatable.Concat(Corpus.Unchanged).Select(Own),
        "execute" => Files("gcc.c-torture/execute").Select(path => Gcc(name, path, ["-w"])),
        "ieee" => Files("gcc.c-torture/execute/ieee").Select(path => Gcc(name, path, ["-w", "-fno-inline", .. ExtraFlags(path)])),
        "builtins" => Files("gcc.c-torture/execute/builtins").Where(path => !path.EndsWith("-lib.c", StringComparison.Ordinal)).Select(Builtin),
        "dg" => Files("gcc.dg/torture").Where(IsRun).Select(path => Gcc(name, path, ["-w"])),
        "tcc" => Directory.EnumerateFiles(TccTests.Value, "*.c").Where(path => File.Exists(Path.ChangeExtension(path, ".expect"))).Order(StringComparer.Ordinal).Select(Tcc),
        "csmith" => Enumerable.Range(seed, count).Select(Csmith),
        _ => throw new ArgumentException($"there is no corpus '{name}': there are {string.Join(", ", Names)}"),
    };

    /// <summary>A program by corpus and name.</summary>
    public static TortureProgram Find(string corpus, string name) => corpus == "csmith"
        ? Csmith(int.Parse(name, System.Globalization.CultureInfo.InvariantCulture))
        : Programs(corpus, 0, 0).FirstOrDefault(program => program.Name == name) ?? throw new ArgumentException($"there is no program {corpus}/{name}");

    private static string ThirdParty(string script, params string[] arguments) =>
        Shell.Must(Repository.At("tests", "thirdparty", script), arguments).Output.Trim();

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(GccTests.Value, folder), "*.c").Order(StringComparer.Ordinal);

    private static TortureProgram Own(string name)
    {
        var arguments = Corpus.Arguments(name);
        return new TortureProgram("own", name)
        {
            Sources = _ => [.. arguments.Where(word => word.EndsWith(".c", StringComparison.Ordinal))],
            Flags = [.. arguments.TakeWhile(word => !word.EndsWith(".c", StringComparison.Ordinal))],
            Libraries = [.. arguments.Where(word => word.StartsWith("-l", StringComparison.Ordinal))],
            IsRight = _ => true,
            Every = Corpus.Every(name),
            Origin = $"tests/corpus/{name}.c",
        };
    }

    private static TortureProgram Gcc(string corpus, string path, string[] flags)
    {
        var text = File.ReadAllText(path);
        var folder = Path.GetDirectoryName(path)!;
        var additional = AdditionalSources().Matches(text).SelectMany(match => match.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return new TortureProgram(corpus, Path.GetFileNameWithoutExtension(path))
        {
            Sources = _ => [path, .. additional.Select(source => Path.Combine(folder, source))],
            Flags = [.. flags, .. DirectiveFlags(text)],
            Libraries = ["-lm"],
            UpdateFlags = OptimisationTest().IsMatch(text) || corpus == "builtins" ? ["-U__OPTIMIZE__"] : [],
            NotUpdated = NotUpdated(text),
            Origin = Path.GetRelativePath(GccTests.Value, path) + " of gcc-12's tests",
        };
    }

    private static TortureProgram Builtin(string path)
    {
        var program = Gcc("builtins", path, ["-w", "-fno-tree-dse", "-fno-tree-loop-distribute-patterns", "-fno-tracer", "-fno-ipa-ra", "-fno-inline-functions", .. ExtraFlags(path)]);
        var folder = Path.GetDirectoryName(path)!;
        return program with { Sources = _ => [path, Path.ChangeExtension(path, null) + "-lib.c", Path.Combine(folder, "lib", "main.c")] };
    }

    // Programs that look at what no update can keep.
    private static string? NotUpdated(string text) =>
        text.Contains("__builtin_return_address", StringComparison.Ordinal) ? "it compares return addresses" : null;

    // Of a .x file what holds without a condition.
    private static IEnumerable<string> ExtraFlags(string path)
    {
        var file = Path.ChangeExtension(path, ".x");
        return File.Exists(file) ? ExtraFlagLine().Matches(File.ReadAllText(file)).SelectMany(match => Words(match.Groups[1].Value.Replace("\"", "", StringComparison.Ordinal))) : [];
    }

    // { dg-options "-fwrapv" { target x86_64-*-* } }
    private static IEnumerable<string> DirectiveFlags(string text) => Directive().Matches(text)
        .Where(match => match.Groups[2].Value.Trim() is var condition && (condition.Length == 0 || IsOurs(condition)))
        .SelectMany(match => Words(match.Groups[1].Value));

    private static bool IsOurs(string condition) =>
        !condition.Contains('!', StringComparison.Ordinal)
        && (condition.Contains("x86_64", StringComparison.Ordinal) || condition.Contains("lp64", StringComparison.Ordinal) || condition.Contains("pthread", StringComparison.Ordinal))
        && !condition.Contains("ia32", StringComparison.Ordinal);

    private static bool IsRun(string path) => RunDirective().Match(File.ReadAllText(path)) is { Success: true } match
        && (match.Groups[1].Value.Trim() is "" || IsOurs(match.Groups[1].Value) || !match.Groups[1].Value.Contains("-*", StringComparison.Ordinal));

    private static TortureProgram Tcc(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var expected = File.ReadAllText(Path.ChangeExtension(path, ".expect"), System.Text.Encoding.Latin1);
        return new TortureProgram("tcc", name)
        {
            Sources = _ => name == "104_inline" ? [path, Path.Combine(Path.GetDirectoryName(path)!, "104+_inline.c")] : [path],
            Flags = ["-w", "-fdollars-in-identifiers"],
            Libraries = ["-lm", "-lpthread"],
            Arguments = name switch { "31_args" => ["arg1", "arg2", "arg3", "arg4", "arg5"], "46_grep" => [@"[^* ]*[:a:d: ]+\:\*-/: $", path], _ => [] },
            IsRight = result => Normal(result.Output) == Normal(expected),
            NotUpdated = name == "79_vla_continue" ? "it compares the addresses of arrays whose lifetimes are over" : null,
            Origin = $"tests/tests2/{name}.c of tcc",
        };
    }

    private static string Normal(string text) => Blank().Replace(text, "").Trim();

    private static TortureProgram Csmith(int seed)
    {
        string[] arguments = ["--seed", $"{seed}", .. CsmithOptions[seed % CsmithOptions.Length]];
        return new TortureProgram("csmith", $"{seed}")
        {
            Sources = folder =>
            {
                var source = Path.Combine(folder, $"csmith-{seed}.c");
                Shell.Must("csmith", [.. arguments, "-o", source]);
                return [source];
            },
            // Its builtins for x86 need SSE 4.2.
            Flags = ["-w", "-msse4.2", "-I/usr/include/csmith"],
            // It guards integer arithmetic, but not conversions of floating point numbers.
            MayBeUndefined = arguments.Contains("--float"),
            Origin = "csmith " + string.Join(' ', arguments),
        };
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex("""\{\s*dg-(?:additional-)?options\s+"([^"]*)"\s*((?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})?)\s*\}""")]
    private static partial Regex Directive();

    [GeneratedRegex("""\{\s*dg-do\s+run\s*((?:\{[^{}]*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}[^{}]*)*\})?)\s*\}""")]
    private static partial Regex RunDirective();

    [GeneratedRegex("""\{\s*dg-additional-sources\s+"?([^"}]*)"?\s*\}""")]
    private static partial Regex AdditionalSources();

    // What gcc knows to be constant in the fast path is a variable behind a resumed point, so a program that tests what is
    // optimised away is told that nothing is.
    [GeneratedRegex("__OPTIMIZE__|__builtin_constant_p")]
    private static partial Regex OptimisationTest();

    [GeneratedRegex("""^(?:lappend|set) additional_flags (.*)$""", RegexOptions.Multiline)]
    private static partial Regex ExtraFlagLine();

    [GeneratedRegex("""[ \t]+$""", RegexOptions.Multiline)]
    private static partial Regex Blank();
}
