// Finds calls of the C library's allocators and what the memory is for: the pointer type that the result is converted to.
//
//     struct node *n = malloc (sizeof *n);       struct node
//     table = (struct node **) calloc (n, 8);    struct node *
//     struct node *n = xmalloc (sizeof *n);      struct node, if xmalloc is declared UPSTARE_ALLOCATOR
//     posix_memalign ((void **) &n, 64, size);   struct node, by what the first argument is before it is converted
//     void *p = malloc (n);                      nothing that the call tells
//
// strdup and its kin allocate characters only, of which nothing need be known.

using System.Text;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>A call that allocates.</summary>
/// <param name="Call">The call.</param>
/// <param name="Pointer">The pointer type of the result; null: the program does not say.</param>
public sealed record Allocation(CallExpression Call, CType? Pointer)
{
    /// <summary>Name of the type of its elements, without qualifiers; empty where it is not known.</summary>
    public string TypeName => Pointer is null ? "" : Allocations.ElementName(Pointer);
}

/// <summary>Finds allocations.</summary>
public static class Allocations
{
    private static readonly HashSet<string> Functions = ["malloc", "calloc", "realloc", "reallocarray", "aligned_alloc", "memalign", "valloc", PosixMemalign];

    private const string PosixMemalign = "posix_memalign";

    private static readonly HashSet<string> ScalarWords = ["char", "short", "int", "long", "signed", "unsigned", "float", "double", "_Bool", "__int128", "_Complex", "wchar_t"];

    /// <summary>The key of memory that holds only numbers: it is not remembered.</summary>
    public const uint ScalarKey = 1;

    /// <summary>The key in a function that is declared an allocator: that which its caller has named.</summary>
    public const uint CallersKey = 2;

    /// <summary>Whether a function of the C library allocates.</summary>
    public static bool IsAllocator(string name) => Functions.Contains(name);

    /// <summary>The allocations in a function.</summary>
    public static IReadOnlyList<Allocation> In(FunctionDefinition function)
    {
        if (function.Body is null) return [];
        var known = new Dictionary<CallExpression, CType?>(ReferenceEqualityComparer.Instance);
        foreach (var expression in function.Expressions)
        {
            if (expression is CallExpression call && IsAllocation(call)) known.TryAdd(call, call.Callee!.Name == PosixMemalign ? Pointed(call) : null);
            if (expression is ConversionExpression { Type.IsPointer: true } conversion && Inner(conversion) is CallExpression converted && IsAllocation(converted) && !IsVoidPointer(conversion.Type)) known[converted] = conversion.Type;
        }

        return [.. known.Select(pair => new Allocation(pair.Key, pair.Value))];
    }

    /// <summary>What a pointer type leads to, by name and without qualifiers.</summary>
    public static string ElementName(CType pointer)
    {
        var name = pointer.Canonical.TrimEnd();
        if (!name.EndsWith('*')) return "";
        name = name[..^1].TrimEnd();
        foreach (var word in new[] { "const", "volatile", "restrict" })
        {
            if (name.StartsWith(word + " ", StringComparison.Ordinal)) name = name[(word.Length + 1)..];
            if (name.EndsWith(word, StringComparison.Ordinal) && name.Length > word.Length && name[^(word.Length + 1)] is '*' or ' ') name = name[..^word.Length].TrimEnd();
        }

        return name;
    }

    /// <summary>Whether data of a type of that name can neither change nor hold pointers: nothing need be remembered of them.</summary>
    public static bool IsScalar(string name) => name.Length > 0 && name.Split(' ').All(ScalarWords.Contains);

    /// <summary>The number by which the runtime knows a type; 0: not known.</summary>
    public static uint Key(string name)
    {
        if (name.Length == 0) return 0;
        var hash = 2166136261u;
        foreach (var b in Encoding.UTF8.GetBytes(name)) hash = (hash ^ b) * 16777619u;
        return Math.Max(3, hash);
    }

    // What a pointer to a pointer leads to.
    private static CType? Pointed(CallExpression call)
    {
        if (call.Operands.Length < 2 || Inner(call[1]).Type is not { IsPointer: true } type) return null;
        var pointer = CType.VoidPointer with { Canonical = ElementName(type), Data = type.Data?.Element };
        return IsVoidPointer(pointer) ? null : pointer;
    }

    private static Expression Inner(Expression expression)
    {
        while (expression is ParenthesisedExpression || (expression is ConversionExpression && expression.Operands.Length == 1)) expression = expression[0];
        return expression;
    }

    private static bool IsAllocation(CallExpression call) => call is { IsImplicit: false, Callee.IsAllocator: true }
        || (call is { IsImplicit: false, Callee: { IsSystem: true, Definition: null or { IsSystemInline: true } } callee } && IsAllocator(callee.Name));

    private static bool IsVoidPointer(CType type) => ElementName(type) is "void" or "";
}
