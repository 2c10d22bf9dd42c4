// gcc's inliner counts a site as an instruction or more (an asm is never free), and a function with sites as one return
// longer. Small functions that plain gcc inlines would fall just over its limit for functions that are not declared
// inline; the limit is raised by as much. docs/measurements.md has the numbers.
namespace UpStare.Compiler.Driver;

/// <summary>Limits of gcc's inliner for instrumented code.</summary>
public static class InliningLimits
{
    // What a function of one site, the commonest kind that is small, is estimated too long by.
    private const int Allowance = 2;

    /// <summary>The words to put before the user's flags, so that a limit the user sets wins.</summary>
    /// <param name="flags">gcc's flags for the unit.</param>
    public static IReadOnlyList<string> For(IEnumerable<string> flags)
    {
        // gcc's own limits; below -O2 and for size it does not inline by this limit.
        var limit = GccOptions.OptimisationLevel(flags) switch
        {
            null or "-O" or "-O0" or "-O1" or "-Og" or "-Os" or "-Oz" => 0,
            "-O2" => 15,
            _ => 30,
        };
        return limit == 0 ? [] : [$"--param=max-inline-insns-auto={limit + Allowance}"];
    }
}
