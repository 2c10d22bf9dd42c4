// Declarations that names refer to.  Locals carry what the analyses find out about them; everything else is shared
// by the whole unit.

using System.Globalization;

namespace UpStare.Compiler.Tree;

/// <summary>What a name refers to.</summary>
public enum DeclarationKind
{
    /// <summary>A function.</summary>
    Function,

    /// <summary>A variable with static storage: file scope, static local, extern.</summary>
    Static,

    /// <summary>A variable or parameter with automatic storage.</summary>
    Local,

    /// <summary>An enumeration constant.</summary>
    Constant,
}

/// <summary>A declared entity.</summary>
public abstract class Declaration(DeclarationKind kind, string name, CType type)
{
    /// <summary>What it is.</summary>
    public DeclarationKind Kind { get; } = kind;

    /// <summary>Name in the source.</summary>
    public string Name { get; } = name;

    /// <summary>Declared type (parameters: adjusted).</summary>
    public CType Type { get; } = type;
}

/// <summary>An enumeration constant or another name without storage.</summary>
public sealed class ConstantDeclaration(string name, CType type) : Declaration(DeclarationKind.Constant, name, type);

/// <summary>A variable with static storage.</summary>
public sealed class StaticVariable(string name, CType type) : Declaration(DeclarationKind.Static, name, type)
{
    /// <summary>Declared inside a function with <c>static</c>.</summary>
    public bool IsStaticLocal { get; init; }
}

/// <summary>A function, declared or defined.</summary>
public sealed class FunctionDeclaration(string name, CType type) : Declaration(DeclarationKind.Function, name, type)
{
    /// <summary>The result type.</summary>
    public required CType ResultType { get; init; }

    /// <summary>What the linker knows it by: headers redirect <c>signal</c> to <c>__sysv_signal</c> by an asm label.</summary>
    public required string Symbol { get; init; }

    /// <summary>Where it is first declared.</summary>
    public int FirstOffset { get; init; }

    /// <summary>The function that it is another name of (attributes alias, weakref); null if it is none.</summary>
    public FunctionDeclaration? Target { get; set; }

    /// <summary>A builtin of gcc's that libclang does not know: its types are not what they seem to be.</summary>
    public bool IsUnknownBuiltin { get; init; }

    /// <summary>First declared in a system header.</summary>
    public bool IsSystem { get; init; }

    /// <summary>Declared pure, const or leaf: cannot reach an update point.</summary>
    public bool IsLeafByAttribute { get; init; }

    /// <summary>Attributes that say for what or with which options its code is compiled, as they are written: a restore clone needs them too.</summary>
    public HashSet<string> CodeAttributes => field ??= [];

    /// <summary>Declared always_inline or gnu_inline: it would not mean the same if it were kept from being inlined.</summary>
    public bool MustBeInlined { get; set; }

    /// <summary>Declared UPSTARE_ALLOCATOR: what it returns is what it has allocated for the caller.</summary>
    public bool IsAllocator { get; set; }

    /// <summary>Named as a function in which a thread is away (-fupstare-away=, UPSTARE_AWAY); null: it is not.</summary>
    public AwayFunction? Away { get; set; }

    /// <summary>Declared returns_twice, like setjmp.</summary>
    public bool ReturnsTwice { get; init; }

    /// <summary>The definition in this unit; null when it has none.</summary>
    public FunctionDefinition? Definition { get; set; }
}

/// <summary>How a function is called in which a thread is away.</summary>
/// <param name="StackWords">Words of arguments that a call has on the stack at most; of what stands for <c>...</c>: that a call may have.</param>
/// <param name="TakesMore">Whether its type does not tell all arguments: it is variadic, or has no prototype.</param>
/// <param name="Obstacle">What in its type rules that out; null: nothing.</param>
public sealed record AwayFunction(int StackWords, bool TakesMore, string? Obstacle);

/// <summary>A local variable, a parameter, or a temporary that lowering made.</summary>
public sealed class Local(string name, CType type) : Declaration(DeclarationKind.Local, name, type)
{
    /// <summary>A formal parameter.</summary>
    public bool IsParameter { get; init; }

    /// <summary>Made by lowering; has no declaration in the source.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>Dense number in its function, in order of declaration; temporaries follow.</summary>
    public int Ordinal { get; set; }

    /// <summary>The first of its bits in sets of locals; set by LiveLocals.</summary>
    public int FirstBit { get; set; }

    /// <summary>How many bits it has there: one, or one a scalar of a small struct.</summary>
    public int BitCount => Math.Max(1, Type.Leaves.Count);

    /// <summary>The bits of a part of it, such as <c>.re</c>: all of them where the part is not made of scalars of their own.</summary>
    public IReadOnlyList<int> BitsOf(string path)
    {
        if (Type.Leaves.Count == 0) return [FirstBit];
        var part = Enumerable.Range(0, Type.Leaves.Count).Where(i => IsIn(path, Type.Leaves[i].Path)).ToList();
        return [.. (part.Count == 0 ? Enumerable.Range(0, BitCount) : part).Select(i => FirstBit + i)];
    }

    /// <summary>Whether a path names scalars of the local, and nothing else.</summary>
    public bool HasPart(string path) => Type.Leaves.Any(leaf => IsIn(path, leaf.Path));

    private static bool IsIn(string path, string leaf) => leaf == path || leaf.StartsWith(path + ".", StringComparison.Ordinal);

    /// <summary>Its address is known outside the expression that names it: it keeps its place (design section 4).</summary>
    public bool IsEscaped { get; set; }

    /// <summary>The function of its attribute cleanup; null when it has none.</summary>
    public FunctionDeclaration? Cleanup { get; init; }

    /// <summary>Where that attribute stands.</summary>
    public TextSpan CleanupAttribute { get; init; }

    /// <summary>Bound to a register, by itself or by a variable of the same declaration: it has no address.</summary>
    public bool IsRegister { get; set; }

    /// <summary>The word <c>register</c> that goes, because a site records memory by its address; null: there is none, or it may stay.</summary>
    public TextSpan? RegisterWord { get; set; }

    /// <summary>Offset of the declared name in the text; -1 for temporaries.</summary>
    public int NameOffset { get; init; } = -1;

    /// <summary>How long the name is in the text, which may spell it with escapes.</summary>
    public int NameLength { get; init; } = name.Length;

    /// <summary>The scope in which the name is visible after its declaration.</summary>
    public TextSpan Scope { get; set; }

    /// <summary>Offset in the restore clone's frame; set by BuildFrames.</summary>
    public int FrameOffset { get; set; } = -1;

    /// <summary>Of a type whose size is computed at run time: a variable length array, a pointer to one, or an array of such pointers.</summary>
    public bool IsVariablyModified => Type.Class == TypeClass.VariablyModified;

    /// <summary>An object of such a type: recorded is its address, as a value.</summary>
    public bool IsVariableArray => IsVariablyModified && !Type.IsPointer && !IsTypeName;

    /// <summary>Not a variable but a typedef of such a type.</summary>
    public bool IsTypeName { get; init; }

    /// <summary>A parameter, or in scope at some point or setjmp: a restore clone, which jumps there, must not declare what is variably modified. Set by BuildFrames.</summary>
    public bool IsInScopeAtPoint { get; set; }

    /// <summary>Its variably modified type as declared; null where that is not understood.</summary>
    public ComputedType? Declared { get; init; }

    /// <summary>The same with sizes that stay what they are while the local lives; set by lowering.</summary>
    public ComputedType? Computed { get; set; }

    /// <summary>For a temporary that holds a size: of which local.</summary>
    public Local? SizeOf { get; set; }

    /// <summary>Bytes that it takes in a frame: the value, or the address of an escaped object.</summary>
    public int FrameSize => IsEscaped ? 8 : (int)Type.Size;

    /// <summary>Its name in instrumented code: another one where it hides a local of the same name, which a site may have to name too.</summary>
    public string EmittedName { get; set; } = name;

    /// <summary>Its name in restore clones, which declare what is variably modified at their top.</summary>
    public string CloneName => IsVariablyModified ? string.Create(CultureInfo.InvariantCulture, $"{Name}__{Ordinal}") : EmittedName;

    /// <summary>Escaped, and a jump can enter its scope behind its declaration; set by EnteredScopes.</summary>
    public bool IsEntered { get; set; }

    /// <summary>How restore clones name the pointer to an escaped local's place.</summary>
    public string PlaceName => IsEntered ? $"{EmittedName}_at{Ordinal}" : CloneName + "_at";

    /// <summary>How restore clones name an escaped local at its place.</summary>
    public string AtPlace => IsEntered ? $"*(__typeof__ ({EmittedName}) *) {PlaceName}" : "*" + PlaceName;
}
