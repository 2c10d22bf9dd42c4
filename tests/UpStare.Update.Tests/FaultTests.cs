using System.Text.RegularExpressions;

namespace UpStare.Update.Tests;

/// <summary>In every phase something fails (`UPSTARE_FAULT`): the request fails with a reason, the program notices nothing.</summary>
[TestFixture]
public sealed partial class FaultTests
{
    /// <summary>A program that comes to the place of the fault: only `chain` has functions to redirect, `data-account` data to convert,
    /// `recursion` always has several frames to unroll.</summary>
    private static UpdateCase VictimOf(string fault) => new(fault switch { "redirect" => "chain", "transform" => "data-account", _ => "recursion" });

    /// <summary>The names in the runtime's own table, but for the one that concerns no request (<see cref="ForkTests"/>).</summary>
    private static IEnumerable<string> Faults =>
        File.ReadLines(Repository.At("UpStare.Runtime.C", "src", "faults.def"))
            .Select(line => Definition().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value).Where(fault => fault != "fork");

    /// <summary>Nothing would be tested if the table were not found.</summary>
    [Test]
    public void Faults_OfTheRuntime_AreFound() => Assert.That(Faults.Count(), Is.GreaterThanOrEqualTo(5));

    /// <summary>A request to a running program.</summary>
    [Test]
    public void Request_WithAFault_FailsAndTheProgramGoesOn([ValueSource(nameof(Faults))] string fault, [Values("-O0", "-O2")] string level)
    {
        var victim = VictimOf(fault);
        using var program = LiveProgram.Start(victim.Executable(1, level), environment: With(fault));
        program.Send("..");
        program.WaitForLines(3);
        var result = Shell.Run(Repository.Tool, ["apply", "--timeout", "1", program.Pid.ToString(), victim.Patch(1, level)]);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.InRange(1, 3), result.ToString());
            Assert.That((result.Output + result.Error).Trim(), Is.Not.Empty, result.Command);
        });
        StaysOld(victim, program.Finish());
    }

    /// <summary>The same at chosen points.</summary>
    [Test]
    public void Point_WithAFault_FailsAndTheProgramGoesOn([ValueSource(nameof(Faults))] string fault, [Values(1, 2, 5, 11)] int point)
    {
        var victim = VictimOf(fault);
        StaysOld(victim, Shell.Run(victim.Executable(1, "-O2"), [], new Dictionary<string, string>(With(fault))
        {
            ["UPSTARE_APPLY_AT"] = $"{point}:{victim.Patch(1, "-O2")}",
        }));
    }

    private static Dictionary<string, string> With(string fault) => new() { ["UPSTARE_FAULT"] = fault };

    private static void StaysOld(UpdateCase victim, Result result) => Assert.Multiple(() =>
    {
        Assert.That(victim.Expected.Explain(result.Lines, 0, 0), Is.Null, result.ToString());
        Assert.That(result.ExitCode, Is.EqualTo(victim.Expected.ExitCode(0)), result.ToString());
    });

    [GeneratedRegex("""^FAULT\(\w+, "([^"]+)"\)""")]
    private static partial Regex Definition();
}
