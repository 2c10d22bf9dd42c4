// Compares types of two versions by their spelling, in which unnamed types carry the place where they stand.

using System.Text.RegularExpressions;
using UpStare.Compiler.Tree;

namespace UpStare.PatchGen.Match;

/// <summary>Compares types of two versions.</summary>
public static partial class TypeNames
{
    /// <summary>Whether two types are the same but for the places of unnamed types. Layouts of named types are compared elsewhere.</summary>
    public static bool AreSame(CType a, CType b) => a.Size == b.Size && WithoutPlaces(a.Canonical) == WithoutPlaces(b.Canonical);

    private static string WithoutPlaces(string spelling) => spelling.Contains(" at ", StringComparison.Ordinal) ? Place().Replace(spelling, ")") : spelling;

    [GeneratedRegex(@" at [^)]*\)")]
    private static partial Regex Place();
}
