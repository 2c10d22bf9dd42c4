// upstare-diff: makes the patch that updates a running program to its next version.

using System.Globalization;
using CommandLine;
using CommandLine.Text;
using UpStare.Compiler.Driver;
using UpStare.PatchGen.Build;
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen;

/// <summary>The entry of upstare-diff.</summary>
public static class Program
{
    private const string Usage = "Usage: upstare-diff OLD NEW -o PATCH [-m MAP] [--report FILE]\n       upstare-diff OLD NEW [-m MAP] [--report FILE] [--suggest FILE]\n       upstare-diff --identity EXE EXE -o PATCH\n       upstare-diff --dump PATCH";

    /// <summary>Runs upstare-diff; see <see cref="Outcome"/> for its exit status.</summary>
    public static int Main(string[] arguments)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (arguments is ["--version"])
        {
            Console.WriteLine($"upstare-diff {Installation.Version}");
            return 0;
        }

        try
        {
            if (arguments is ["--dump", var patch])
            {
                PatchDump.Write(PatchReader.Load(patch), Console.Out);
                return 0;
            }

            using var parser = new Parser(settings => settings.HelpWriter = null);
            var result = parser.ParseArguments<Options>(arguments);
            return result.MapResult(options => (int)new PatchRun(options, Console.Error).Run(), failures => ShowHelp(result, failures));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ElfFormatException or PatchFormatException or InvalidDataException or InvalidOperationException)
        {
            Console.Error.WriteLine($"upstare-diff: error: {e.Message}");
            return (int)Outcome.Error;
        }
        catch (AggregateException e)
        {
            // Work on several units at once: each may have something to say.
            foreach (var message in e.Flatten().InnerExceptions.Select(inner => inner.Message).Distinct()) Console.Error.WriteLine($"upstare-diff: error: {message}");
            return (int)Outcome.Error;
        }
    }

    private static int ShowHelp(ParserResult<Options> result, IEnumerable<Error> failures)
    {
        var isWanted = failures.IsHelp();
        var help = HelpText.AutoBuild(result, text =>
        {
            text.Heading = $"upstare-diff {Installation.Version}: makes the patch that updates a running program to its next version";
            text.Copyright = "";
            text.AddPreOptionsText(Usage);
            return HelpText.DefaultParsingErrorsHandler(result, text);
        }, e => e);
        (isWanted ? Console.Out : Console.Error).WriteLine(help);
        return isWanted ? 0 : (int)Outcome.Error;
    }
}
