// Decides which calls go through a stub because the thread is away in them (-fupstare-away=, UPSTARE_AWAY), and says why others, which
// the user has named, do not.
//
// Only calls by name do.  The address of such a function stays its own: it is the same before and after an update that changes the
// list, and the same in libraries.

using UpStare.Compiler.Frontend;
using UpStare.Compiler.Lowering;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>Calls of functions in which a thread is away.</summary>
public static class AwayCalls
{
    /// <summary>Whether a call goes through the function's stub.</summary>
    public static bool IsAway(FunctionDefinition caller, CallExpression call) =>
        call is { IsImplicit: false, Callee: { Away: not null } callee } && !IsOwn(callee) && !IsWrapped(callee) && Obstacle(caller, call, callee) is null;

    /// <summary>What is to be said: of each function the first thing that stands in the way.</summary>
    public static IEnumerable<Reason> Warnings(UnitTree tree)
    {
        foreach (var own in tree.Functions.Where(function => function.Declaration.Away is not null))
            yield return new Reason(own.NameOffset, $"'{own.Declaration.Name}' is a function of the program's own: a thread is not away in it");
        var left = new HashSet<FunctionDeclaration>();
        foreach (var caller in tree.Functions.Where(function => function.Body is not null))
        {
            foreach (var call in caller.Calls.Where(call => call is { IsImplicit: false, Callee: { Away: not null, Definition: null } callee } && !IsWrapped(callee)))
            {
                if (Obstacle(caller, call, call.Callee!) is { } obstacle && left.Add(call.Callee!))
                    yield return new Reason(call.Span.Start, $"a thread is not away in '{call.Callee!.Name}': {obstacle}");
            }
        }
    }

    private static bool IsOwn(FunctionDeclaration function) => function.Definition is not null || function.Target is not null;

    // An update can interrupt it, or the runtime's list has it as well.
    private static bool IsWrapped(FunctionDeclaration function) => function.IsSystem && BlockingCalls.IsWrapped(function.Symbol);

    private static string? Obstacle(FunctionDefinition caller, CallExpression call, FunctionDeclaration callee)
    {
        if (callee.Target is not null) return "it is another name of a function of the program's";
        if (callee.ReturnsTwice) return "it returns twice";
        if (callee.IsLeafByAttribute || callee.IsAllocator || LibraryFunctions.NeitherBlocksNorCallsBack(callee) || callee.Name is "pthread_create" or "thrd_create") return "it is not one that blocks";
        if (callee.FirstOffset >= caller.Span.Start) return $"it is not declared before '{caller.Declaration.Name}'";
        if (callee.Symbol != callee.Name || !callee.Symbol.All(char.IsAscii)) return $"its symbol is '{callee.Symbol}'";
        return callee.Away!.Obstacle ?? (callee.Away.TakesMore ? ObstacleOfArguments(call) : null);
    }

    private static string? ObstacleOfArguments(CallExpression call)
    {
        var types = call.Operands.Skip(1).Select(argument => argument.Type).ToList();
        if (types.Find(type => !AwayTypes.IsPlainArgument(type)) is { } large) return $"an argument has the type '{large.Spelling}'";
        return AwayTypes.WordsOnStack(types) > AwayTypes.WordsOfOthers ? "too many arguments are passed on the stack, and its type does not tell how many" : null;
    }
}
