// What the outer process of upstare-cc does when the inner one has crashed (supervisor.c): gcc compiles everything as it is.
using System.Globalization;
using System.Text;
using UpStare.Compiler.Diagnostics;

namespace UpStare.Compiler.Driver;

/// <summary>Stands in for a process of upstare-cc that has crashed.</summary>
public static class Supervisor
{
    private const string EndedBy = "UPSTARE_CC_ENDED_BY";

    /// <summary>The signal that has ended the inner process, if this is the outer one.</summary>
    public static int? Crash => int.TryParse(Environment.GetEnvironmentVariable(EndedBy), CultureInfo.InvariantCulture, out var signal) ? signal : null;

    /// <summary>Has gcc do it all; returns its exit status.</summary>
    /// <param name="gcc">gcc.</param>
    /// <param name="line">The command line.</param>
    /// <param name="signal">What has ended the inner process.</param>
    public static int StandIn(ToolRunner gcc, CommandLine line, int signal)
    {
        var units = line.Inputs.Where(input => input.Language != InputLanguage.Other).ToList();
        using (var error = Console.OpenStandardError())
        {
            foreach (var unit in units)
                error.Write(Encoding.UTF8.GetBytes(DriverMessages.InternalError(unit.Name, $"upstare-cc was ended by signal {signal}")));
        }

        // Standard input has been read and cannot be read again.
        return units.Any(unit => unit.Name == "-") ? 128 + signal : new BuildRunner(gcc, new Pipeline()).RunUnchanged(line);
    }
}
