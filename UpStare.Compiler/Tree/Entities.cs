// Entities: what a version shares with the next one by identity rather than by value.

namespace UpStare.Compiler.Tree;

/// <summary>Kinds of entities; the numbers are those of enum upstare_entity_kind, where labels have one of their own.</summary>
public enum EntityKind
{
    /// <summary>A variable with static storage.</summary>
    Variable = 0,

    /// <summary>A thread-local variable.</summary>
    ThreadLocal = 1,

    /// <summary>A function, or a label whose address is used as a value: a place in code that is known by its address.</summary>
    Function = 2,
}

/// <summary>One declaration of a variable with static storage, as far as edits need to know it.</summary>
/// <param name="Specifiers">From the declaration's start to its first declarator.</param>
/// <param name="NameSpan">The declared name.</param>
/// <param name="DeclaratorEnd">Where the declarator ends: before <c>=</c>, attributes, comma or semicolon.</param>
/// <param name="Initialiser">The initialiser or null.</param>
/// <param name="Statement">The whole declaration, semicolon included.</param>
public sealed record VariableSite(TextSpan Specifiers, TextSpan NameSpan, int DeclaratorEnd, TextSpan? Initialiser, TextSpan Statement);

/// <summary>A variable or function that the unit defines.</summary>
public sealed class Entity
{
    /// <summary>Number in the unit, in order of first declaration.</summary>
    public required int Ordinal { get; init; }

    /// <summary>What it is.</summary>
    public required EntityKind Kind { get; init; }

    /// <summary>Name in the source.</summary>
    public required string Name { get; init; }

    /// <summary>Internal linkage, or local to a function.</summary>
    public required bool IsStatic { get; init; }

    /// <summary>The function a static local or a label lives in; null at file scope.</summary>
    public FunctionDefinition? Function { get; init; }

    /// <summary>Its type; for arrays of unknown size that of the completed definition.</summary>
    public required CType Type { get; set; }

    /// <summary>Declarations at file scope, or the one of a static local.</summary>
    public List<VariableSite> Sites { get; } = [];

    /// <summary>The definition, for functions.</summary>
    public FunctionDefinition? Definition { get; init; }

    /// <summary>It is a label of <see cref="Function"/>.</summary>
    public bool IsLabel => Kind == EntityKind.Function && Definition is null;

    /// <summary>Its initialiser holds addresses of labels: each copy of the function has its own.</summary>
    public bool HoldsLabels { get; set; }

    /// <summary>Its initialiser holds addresses of labels with an identity.</summary>
    public bool HoldsIdentities { get; set; }

    /// <summary>A static local whose declaration names a type or constant of its function: it means nothing outside.</summary>
    public bool HasLocalType { get; set; }

    /// <summary>Its address is used, or it is an array.</summary>
    public bool IsAddressTaken { get; set; }

    /// <summary>Some declaration carries a user's asm label or attributes that tie it to a symbol name (alias).</summary>
    public bool IsTied { get; set; }

    /// <summary>How messages name it: <c>counter</c>, or <c>f.counter</c> for a static local.</summary>
    public string QualifiedName => Function is null ? Name : $"{Function.Declaration.Name}.{Name}";
}

/// <summary>A variable that the unit declares extern and does not define.</summary>
public sealed class ExternalVariable
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Thread-local.</summary>
    public bool IsThreadLocal { get; init; }

    /// <summary>Declared only in system headers.</summary>
    public bool IsSystem { get; set; }

    /// <summary>Its declarations.</summary>
    public List<VariableSite> Sites { get; } = [];
}

/// <summary>A use of a function's name other than calling it.</summary>
public sealed record FunctionAddress(TextSpan Span, FunctionDeclaration Function);

/// <summary>A place where the address of a label is taken: <c>&amp;&amp;label</c>.</summary>
public sealed record LabelAddress(TextSpan Span, string Label, FunctionDefinition? Function);

/// <summary>A unit as the frontend understands it.</summary>
public sealed class UnitTree
{
    /// <summary>The functions it defines, in source order.</summary>
    public List<FunctionDefinition> Functions { get; } = [];

    /// <summary>All functions it declares, by name.</summary>
    public Dictionary<string, FunctionDeclaration> Declarations { get; } = [];

    /// <summary>Its entities by ordinal.</summary>
    public List<Entity> Entities { get; } = [];

    /// <summary>The entity of each variable with static storage that it defines.</summary>
    public Dictionary<Declaration, Entity> EntityOf { get; } = [];

    /// <summary>Variables that other units define.</summary>
    public Dictionary<string, ExternalVariable> Externals { get; } = [];

    /// <summary>Where addresses of functions are used.</summary>
    public List<FunctionAddress> FunctionAddresses { get; } = [];

    /// <summary>Calls by name in inline functions of system headers, with the names' places.</summary>
    public List<(FunctionDefinition Function, FunctionAddress Call)> InlineCalls { get; } = [];

    /// <summary>Where addresses of labels are taken, in initialisers of static variables, too.</summary>
    public List<LabelAddress> LabelAddresses { get; } = [];

    /// <summary>Uses of variables with static storage, by declaration, for renaming static locals.</summary>
    public List<(TextSpan Span, StaticVariable Variable)> StaticUses { get; } = [];

    /// <summary>Names of types at file scope; null until somebody asked for them.</summary>
    public HashSet<string>? TypeNames { get; set; }

    /// <summary>Structs, unions and enumerations outside system headers; empty when nobody asked for descriptions of data.</summary>
    public List<DataType> DataDefinitions { get; } = [];

    /// <summary>Attributes that make a function run at start or exit; a patch has none of them (rule V6).</summary>
    public List<TextSpan> StartAttributes { get; } = [];

    /// <summary>Spans of words that must go: attributes that program functions lose (rule C2), with what replaces them.</summary>
    public List<(TextSpan Span, string Text)> DroppedAttributes { get; } = [];
}
