namespace UpStare.Torture;

/// <summary>A program of a corpus: it needs no input, ends soon, and does the same each time.</summary>
/// <param name="Corpus">The corpus's name.</param>
/// <param name="Name">The program's name in it.</param>
internal sealed record TortureProgram(string Corpus, string Name)
{
    /// <summary>Makes the source files, perhaps in the directory given, and returns their paths.</summary>
    public required Func<string, IReadOnlyList<string>> Sources { get; init; }

    /// <summary>Options for the compiler, in front of the sources.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>What follows the sources: libraries.</summary>
    public IReadOnlyList<string> Libraries { get; init; } = [];

    /// <summary>Arguments of the program.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Whether what gcc's program did is right; where it is not, there is nothing to compare with.</summary>
    public Func<Result, bool> IsRight { get; init; } = result => result.ExitCode == 0;

    /// <summary>Whether the standard may leave open what it does, so that gcc's sanitizer is to be asked first.</summary>
    public bool MayBeUndefined { get; init; }

    /// <summary>Options for a build of its own for updates; empty: the build that is compared is updated.</summary>
    public IReadOnlyList<string> UpdateFlags { get; init; } = [];

    /// <summary>Why an update cannot but change what it does; null: it must not.</summary>
    public string? NotUpdated { get; init; }

    /// <summary>The least distance of repeated updates; more than 1 for programs with very deep stacks.</summary>
    public int Every { get; init; } = 1;

    /// <summary>How to get the program again: a path or a command.</summary>
    public required string Origin { get; init; }

    /// <summary>Corpus and name.</summary>
    public override string ToString() => $"{Corpus}/{Name}";
}
