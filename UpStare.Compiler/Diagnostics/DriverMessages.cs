// The wording of everything the driver says itself. gcc's own messages are passed through.
//
//     upstare-cc: warning: FILE: not instrumented: REASON
//     upstare-cc: error: MESSAGE
namespace UpStare.Compiler.Diagnostics;

/// <summary>The driver's messages, one method each.</summary>
public static class DriverMessages
{
    /// <summary>A unit is compiled by gcc as it is.</summary>
    public static string NotInstrumented(string file, string reason) =>
        Warning($"{file}: not instrumented: {reason}");

    /// <summary>A unit is compiled by gcc as it is, because a pass failed.</summary>
    public static string InternalError(string file, string detail) =>
        NotInstrumented(file, "internal error: " + detail);

    /// <summary>gcc refuses what we made of a unit that it accepts.</summary>
    public static string RejectedByGcc(string file, string firstError) =>
        InternalError(file, $"gcc rejects the instrumented unit ({firstError})");

    /// <summary>An option that an instrumented unit does without.</summary>
    public static string WithoutLinkTimeOptimisation(string file, string option) =>
        Warning($"{file}: compiled without {option}: link-time optimisation would mix up the records of continuation points");

    /// <summary>The runtime is not where it should be.</summary>
    public static string NoRuntime(IEnumerable<string> places) =>
        Error($"libupstare.a not found (looked in {string.Join(", ", places)}); set UPSTARE_LIB to its directory, or "
            + "link with -fno-upstare");

    /// <summary>Any other error.</summary>
    public static string Error(string message) => $"upstare-cc: error: {message}\n";

    private static string Warning(string message) => $"upstare-cc: warning: {message}\n";
}
