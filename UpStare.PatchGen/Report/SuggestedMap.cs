// A map of everything that is open, as comments: the user takes the # away from what is right.  A map that nobody has
// touched says nothing.

using System.Globalization;
using System.Text;

namespace UpStare.PatchGen.Report;

/// <summary>Writes a suggested map.</summary>
public static class SuggestedMap
{
    /// <summary>The map.</summary>
    public static string Write(DiffModel model)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {model.Old} -> {model.New}: what upstare-diff must not guess. Take the # away from what is right; fill in ... ; docs/map.md has the language.\n");
        foreach (var refusal in model.Refusals) text.Append(CultureInfo.InvariantCulture, $"\n# stands against a patch: {refusal}\n");
        var written = new HashSet<string>();
        foreach (var decision in model.Decisions)
        {
            var statements = decision.Statements.Where(written.Add).ToList();
            if (statements.Count == 0 && decision.Statements.Count > 0) continue;
            text.Append(CultureInfo.InvariantCulture, $"\n# {decision.About}: {decision.Why}\n");
            foreach (var statement in statements) text.Append(CultureInfo.InvariantCulture, $"#{statement}\n");
        }

        return text.ToString();
    }
}
