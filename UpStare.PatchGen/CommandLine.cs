// upstare-diff's command line.

using CommandLine;

namespace UpStare.PatchGen;

/// <summary>Options of upstare-diff.</summary>
public sealed class Options
{
    /// <summary>The version that runs.</summary>
    [Value(0, MetaName = "OLD", Required = true, HelpText = "The executable that runs, or its debug file.")]
    public string Old { get; set; } = "";

    /// <summary>The version to come.</summary>
    [Value(1, MetaName = "NEW", Required = true, HelpText = "The executable of the next version, or its debug file.")]
    public string New { get; set; } = "";

    /// <summary>Where the patch goes.</summary>
    [Option('o', "output", MetaValue = "PATCH", HelpText = "Where to write the patch; without it the versions are only compared.")]
    public string? Output { get; set; }

    /// <summary>The user's map.</summary>
    [Option('m', "map", MetaValue = "MAP", HelpText = "What corresponds to what, where upstare-diff must not guess; see docs/map.md.")]
    public string? MapFile { get; set; }

    /// <summary>Where the report goes.</summary>
    [Option("report", MetaValue = "FILE", HelpText = "Write what was matched with what, what is unmapped and why: as .html, .txt or .json.")]
    public string? ReportFile { get; set; }

    /// <summary>Where the suggested map goes.</summary>
    [Option("suggest", MetaValue = "FILE", HelpText = "Write a map of everything that is open, as comments to fill in; - is standard output.")]
    public string? SuggestFile { get; set; }

    /// <summary>The patch of a version to itself.</summary>
    [Option("identity", HelpText = "Make the patch of a version to itself, for testing.")]
    public bool IsIdentity { get; set; }

    /// <summary>Keep the patch's sources.</summary>
    [Option("keep", HelpText = "Keep the generated sources of the patch and say where they are.")]
    public bool Keep { get; set; }

    /// <summary>Say what is going on.</summary>
    [Option('v', "verbose", HelpText = "Say what is going on.")]
    public bool IsVerbose { get; set; }
}
