// Jumps past the declaration of an escaped local into its scope.
//
// A restore clone sets the pointer to an escaped local's place where the local is declared.  Where a jump can enter the
// scope behind that, the pointer starts as null, every jump from outside makes it null again, and the label that the
// jump leads to gives a null pointer the clone's own storage:
//
//     if (n) goto in; { int x; in: g (&x); }
//     ---->    void *x_at1 = 0; if (n) { x_at1 = 0; goto in; } { int x; x_at1 = &x; in: if (!x_at1) x_at1 = &x; ... }
//
// So a jump within the scope keeps the place, and no place outlives the scope that it was taken in: the object that a
// jump enters holds nothing, so any storage will do, but it must be storage that gcc knows to be in use from there on.
// Jumps, labels and cases keep their spans when they are lowered, so positions in the text identify them.

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>The escaped locals of one function whose scopes can be entered behind their declarations.</summary>
public sealed class EnteredScopes
{
    private readonly Dictionary<int, List<Local>> _at = [], _by = [];

    private EnteredScopes()
    {
    }

    /// <summary>The locals.</summary>
    public List<Local> Locals { get; } = [];

    /// <summary>Looks at a body before lowering; sets <see cref="Local.IsEntered"/>.</summary>
    public static EnteredScopes Run(FunctionDefinition function)
    {
        var pass = new EnteredScopes();
        foreach (var local in function.Locals) local.IsEntered = false;
        var escaped = function.Locals.Where(local => local is { IsEscaped: true, IsVariablyModified: false, IsParameter: false, IsTemporary: false }).ToList();
        if (escaped.Count == 0) return pass;
        var jumps = JumpsOf(function);
        var landings = function.Calls.Where(call => call.IsSetjmp()).Select(call => call.Span.Start).ToList();
        foreach (var local in escaped)
        {
            foreach (var (jump, targets) in jumps.Where(jump => !IsInScope(jump.Jump, local))) pass.Add(local, jump, targets.Where(target => IsInScope(target, local)));
            if (function.Points.Any(point => !IsInScope(point.Offset, local))) pass.Add(local, null, landings.Where(landing => IsInScope(landing, local)));
        }

        return pass;
    }

    /// <summary>Those into whose scope the goto or switch at an offset jumps from outside.</summary>
    public IReadOnlyList<Local> EnteredBy(int jump) => _by.GetValueOrDefault(jump, []);

    /// <summary>Those in whose scope the label, case or setjmp at an offset is that is reached from outside.</summary>
    public IReadOnlyList<Local> EnteredAt(int target) => _at.GetValueOrDefault(target, []);

    // Where each jump leads to.
    private static List<(int Jump, int[] Targets)> JumpsOf(FunctionDefinition function)
    {
        var statements = function.Statements;
        var labels = statements.OfType<LabelStatement>().ToLookup(s => s.Label, s => s.Span.Start);
        var switches = statements.OfType<SwitchStatement>().ToList();
        var cases = statements.OfType<CaseStatement>().ToLookup(s => switches.Where(other => other.Span.Contains(s.Span)).MinBy(other => other.Span.Length), s => s.Span.Start);
        var jumps = new List<(int, int[])>();
        foreach (var statement in statements)
        {
            if (statement is GotoStatement jump) jumps.Add((jump.Span.Start, [.. labels[jump.Label]]));
            if (statement is OpaqueStatement { Labels.Count: > 0 } assembly) jumps.Add((assembly.Span.Start, [.. assembly.Labels.SelectMany(label => labels[label])]));
            if (statement is ComputedGotoStatement) jumps.Add((statement.Span.Start, [.. labels.SelectMany(label => label)]));
            if (statement is SwitchStatement s) jumps.Add((s.Span.Start, [.. cases[s]]));
        }

        return jumps;
    }

    private static bool IsInScope(int offset, Local local) => local.NameOffset < offset && offset < local.Scope.End;

    private void Add(Local local, int? jump, IEnumerable<int> targets)
    {
        foreach (var target in targets)
        {
            if (!local.IsEntered) Locals.Add(local);
            local.IsEntered = true;
            Add(_at, target, local);
            if (jump is { } from) Add(_by, from, local);
        }
    }

    private static void Add(Dictionary<int, List<Local>> places, int offset, Local local)
    {
        if (!places.TryGetValue(offset, out var locals)) places.Add(offset, locals = []);
        if (!locals.Contains(local)) locals.Add(local);
    }
}
