// Edits that turn the library's blocking calls into those of the runtime's wrappers:
//
//     n = read (fd, b, 1);      ---->    extern __typeof__ (read) __upstare_read __attribute__ ((visibility ("hidden")));
//                                                                              (once, before the first use)
//                                        n = __upstare_read (fd, b, 1);
//     reader = read;            ---->    reader = __upstare_read;
//
// The runtime is in the same executable or library, so its address is no entry of a table: ld would drop that, and then stumble
// over a site that records it.  A function's address becomes the wrapper's everywhere in the unit, so pointers keep comparing equal.  Where the library's
// header defines the function inline (getc_unlocked; read with _FORTIFY_SOURCE) the calls in its body are redirected, and
// those of it are left alone: a buffer that is too small is still found, a character that is there is still taken without a
// call.  Calls of functions in which a thread is away (AwayStubs) become those of their stubs here as well; their addresses stay.

using UpStare.Compiler.Analysis;
using UpStare.Compiler.Lowering;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

/// <summary>Redirects blocking calls.</summary>
public sealed class WrapperEdits
{
    private readonly AnalysedUnit _unit;
    private readonly EditList _edits;
    private readonly Dictionary<string, (string Name, int Place)> _declared = [];

    private WrapperEdits(AnalysedUnit unit, EditList edits) => (_unit, _edits) = (unit, edits);

    /// <summary>Adds the edits of a unit; returns the declarations of wrappers, by the offset of what they must stand before.</summary>
    public static IReadOnlyDictionary<int, string> Run(AnalysedUnit unit, EditList edits)
    {
        var pass = new WrapperEdits(unit, edits);
        // Also where all calls are in tail position: a function that has no points of its own leaves no frame.
        foreach (var function in unit.Tree.Functions.Where(function => function.Body is not null))
        {
            foreach (var call in function.Calls.Where(call => !call.IsImplicit && call.Callee is not null && IsLibrarys(call.Callee) && !pass.IsRedirectedInside(call.Callee)))
            {
                pass.Redirect(call.Callee!, call.Slots[0], function.Span.Start);
            }

            foreach (var call in function.Calls.Where(call => AwayCalls.IsAway(function, call)))
            {
                pass.Redirect(call.Callee!, AwayStubs.SymbolOf(call.Callee!), call.Slots[0], function.Span.Start);
            }
        }

        foreach (var address in unit.Tree.FunctionAddresses.Where(address => IsLibrarys(address.Function) && !unit.Tree.Functions.Any(function => function.IsSystemInline && function.Span.Contains(address.Span.Start))))
        {
            pass.Redirect(address.Function, address.Span, pass.TopLevelStart(address.Span.Start));
        }

        foreach (var (function, call) in unit.Tree.InlineCalls.Where(pair => IsKnown(pair.Function))) pass.Redirect(call.Function, call.Span, function.Span.Start);
        return pass._declared.GroupBy(pair => pair.Value.Place, pair => $"extern __typeof__ ({pair.Value.Name}) {pair.Key} __attribute__ ((__visibility__ (\"hidden\"))); ").ToDictionary(group => group.Key, string.Concat);
    }

    /// <summary>Whether the unit's own functions call wrappers (inline functions of the library's headers need not be used), or there are stubs in it.</summary>
    public static bool AreUsedBy(AnalysedUnit unit) => unit.Tree.Functions.Where(function => function is { Body: not null, IsSystemInline: false })
        .SelectMany(function => function.Expressions.OfType<CallExpression>()).Any(call => call is { IsImplicit: false, Callee: { } callee } && IsLibrarys(callee)) || AwayStubs.Called(unit.Tree).Any();

    private void Redirect(FunctionDeclaration function, TextSpan span, int place)
    {
        if (IsLibrarys(function) && place >= 0 && function.FirstOffset < place) Redirect(function, BlockingCalls.WrapperOf(function.Symbol), span, place);
    }

    private void Redirect(FunctionDeclaration function, string wrapper, TextSpan span, int place)
    {
        _edits.Replace(span, wrapper);
        if (!_declared.TryGetValue(wrapper, out var known) || place < known.Place) _declared[wrapper] = (function.Name, place);
    }

    private static bool IsLibrarys(FunctionDeclaration function) =>
        function is { IsSystem: true, Definition: null or { IsSystemInline: true } } && BlockingCalls.IsWrapped(function.Symbol);

    // Inline functions whose bodies do nothing after the call but return its result: a dummy goes straight to the caller's
    // site.  In fread_unlocked it would be looked at, so that one is replaced as a whole.
    private static bool IsKnown(FunctionDefinition function) => IsLibrarys(function.Declaration) && function.Declaration.Name is not "fread_unlocked";

    private bool IsRedirectedInside(FunctionDeclaration callee) =>
        callee.Definition is { } definition && IsKnown(definition) && _unit.Tree.InlineCalls.Any(pair => pair.Function == definition && IsLibrarys(pair.Call.Function));

    // The declaration at file scope around an offset; -1: it is none that can hold an address.
    private int TopLevelStart(int offset)
    {
        if (_unit.Tree.Functions.FirstOrDefault(function => function.Span.Contains(offset)) is { } inside) return inside.Span.Start;
        var sites = _unit.Tree.Entities.Where(entity => entity.Function is null).SelectMany(entity => entity.Sites).Where(site => site.Statement.Contains(offset)).ToList();
        return sites.Count == 0 ? -1 : sites.Min(site => site.Statement.Start);
    }
}
