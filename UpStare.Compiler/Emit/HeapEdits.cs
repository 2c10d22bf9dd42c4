// With -fupstare-heap=types: calls of the C library's allocators become calls of the runtime's, which remember what the memory
// is for and how much it is (Analysis/Allocations).
//
//     n = malloc (sizeof *n);    ---->    n = upstare_malloc_4c7e2b10 (sizeof *n);      4c7e2b10 is struct node
//     free (n);                  ---->    __upstare_free (n);
//     destroy (list, free);      ---->    destroy (list, __upstare_free);
//     n = xmalloc (sizeof *n);   ---->    n = (__upstare_allocating (0x4c7e2b10u), xmalloc (sizeof *n));
//
// In xmalloc itself, which is declared UPSTARE_ALLOCATOR, what is allocated without a type is what its caller has named.
//
// What a function gives back is remembered wherever it came from, so one that is not understood is read word by word.

using System.Globalization;
using UpStare.Compiler.Analysis;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

/// <summary>Adds the edits of a unit.</summary>
public static class HeapEdits
{
    /// <summary>Makes the linker put the runtime's <c>free</c>, which watches libraries, into an executable: a record that is not loaded refers to it.</summary>
    public const string Watch = "__asm__ (\".pushsection .debug.upstare.heap,\\\"\\\",@progbits\\n\\t.quad __upstare_heap_watch\\n\\t.popsection\");\n";

    private const string Free = "free";

    private const string Pointer = "void *";

    // Results, parameters, and arguments that go on to the runtime's function after the key.
    private static readonly Dictionary<string, (string Result, string Parameters, string Arguments)> Wrappers = new()
    {
        ["malloc"] = (Pointer, "unsigned long n", "n"),
        ["calloc"] = (Pointer, "unsigned long n, unsigned long m", "n, m"),
        ["realloc"] = (Pointer, "void *p, unsigned long n", "p, n"),
        ["reallocarray"] = (Pointer, "void *p, unsigned long n, unsigned long m", "p, n, m"),
        ["aligned_alloc"] = (Pointer, "unsigned long a, unsigned long n", "a, n"),
        ["memalign"] = (Pointer, "unsigned long a, unsigned long n", "a, n"),
        ["valloc"] = (Pointer, "unsigned long n", "n"),
        ["posix_memalign"] = ("int ", "void **p, unsigned long a, unsigned long n", "p, a, n"),
    };

    /// <summary>Adds them; returns declarations for the top of the unit.</summary>
    public static string Run(AnalysedUnit unit, EditList edits)
    {
        var used = new SortedSet<(string Name, uint Key)>();
        foreach (var function in unit.Tree.Functions.Where(function => !function.IsSystemInline))
        {
            if (function.Body is null) ByWords(unit, function, edits, used);
            else ByCalls(function, edits, used);
        }

        foreach (var address in unit.Tree.FunctionAddresses.Where(address => IsLibrary(address.Function))) Use(address.Span, address.Function.Name, 0, edits, used);
        return "extern void __upstare_free (void *);\nextern void __upstare_allocating (unsigned);\n" + string.Concat(used.Select(use => Declaration(use.Name, use.Key)));
    }

    private static void Use(TextSpan span, string name, uint key, EditList edits, SortedSet<(string Name, uint Key)> used)
    {
        edits.Replace(span, name == Free ? "__upstare_free" : Wrapper(name, key));
        if (name != Free) used.Add((name, key));
    }

    private static void ByCalls(FunctionDefinition function, EditList edits, SortedSet<(string Name, uint Key)> used)
    {
        foreach (var allocation in Allocations.In(function).Where(allocation => !Allocations.IsScalar(allocation.TypeName)))
        {
            var (callee, key) = (allocation.Call.Callee!, Allocations.Key(allocation.TypeName));
            if (key == 0 && function.Declaration.IsAllocator) key = Allocations.CallersKey;
            if (!callee.IsAllocator) Use(allocation.Call.Slots[0], callee.Name, key, edits, used);
            else if (key != Allocations.CallersKey) Use(allocation.Call.Slots[0], callee.Name, key, edits, used);
        }

        // Memory for scalars may grow out of memory that is remembered, and is given back like any other.
        var scalars = function.Declaration.IsAllocator ? Allocations.CallersKey : Allocations.ScalarKey;
        foreach (var call in function.Expressions.OfType<CallExpression>().Where(call => !call.IsImplicit && call.Callee is { } callee && IsLibrary(callee)))
        {
            if (call.Callee!.Name is Free or "realloc" or "reallocarray") Use(call.Slots[0], call.Callee.Name, scalars, edits, used);
        }
    }

    private static void ByWords(AnalysedUnit unit, FunctionDefinition function, EditList edits, SortedSet<(string Name, uint Key)> used)
    {
        var lexer = new Lexer(unit.Source.Text, function.BodySpan.Start, function.BodySpan.End);
        var previous = "";
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            var word = unit.Source[token.Span];
            if (token.Kind == TokenKind.Identifier && previous is not ("." or ">") && unit.Tree.Declarations.TryGetValue(word, out var callee) && IsLibrary(callee)) Use(token.Span, word, 0, edits, used);
            previous = word;
        }
    }

    private static bool IsLibrary(FunctionDeclaration function) => function is { IsSystem: true, Definition: null or { IsSystemInline: true } } && (function.Name == Free || Wrappers.ContainsKey(function.Name));

    private static string Wrapper(string name, uint key) => string.Create(CultureInfo.InvariantCulture, $"upstare_{name}_{key:x8}");

    private static string Declaration(string name, uint key)
    {
        if (!Wrappers.ContainsKey(name)) return string.Create(CultureInfo.InvariantCulture, $"#define {Wrapper(name, key)}(...) (__upstare_allocating (0x{key:x8}u), {name} (__VA_ARGS__))\n");
        var (result, parameters, arguments) = Wrappers[name];
        return string.Create(CultureInfo.InvariantCulture,
            $"extern {result}__upstare_{name} (unsigned, {parameters});\nstatic __inline__ __attribute__ ((__unused__)) {result}{Wrapper(name, key)} ({parameters}) {{ return __upstare_{name} (0x{key:x8}u, {arguments}); }}\n");
    }
}
