// What the lowering passes of one function share: its temporaries, its points, its synthesised labels.

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Lowering;

/// <summary>Thrown when a function cannot be lowered; the reason becomes a warning and the function stays as it is.</summary>
public sealed class NotLoweredException(int offset, string reason) : Exception(reason)
{
    /// <summary>Where in the preprocessed text.</summary>
    public int Offset { get; } = offset;
}

/// <summary>State of lowering one function.</summary>
public sealed class LoweringContext(FunctionDefinition function, Frontend.SourceText source)
{
    private int _temporaries;
    private int _labels;

    /// <summary>The function.</summary>
    public FunctionDefinition Function { get; } = function;

    /// <summary>The unit's text.</summary>
    public Frontend.SourceText Source => source;

    /// <summary>Calls of setjmp so far.</summary>
    public int SetjmpCount { get; set; }

    /// <summary>A new temporary; its name tells nothing but that it is one.</summary>
    public Local NewTemporary(CType type, string prefix = "upstare_t")
    {
        if (type.Class == TypeClass.VariablyModified) throw new NotLoweredException(Function.NameOffset, "a temporary of a size that is computed at run time");
        var temporary = new Local($"{prefix}{++_temporaries}", type) { IsTemporary = true, Scope = Function.BodySpan };
        temporary.Ordinal = Function.Locals.Count;
        Function.Locals.Add(temporary);
        return temporary;
    }

    /// <summary>The type that a declaration defines as well, taken out of it; null when it defines none.</summary>
    public (string Definition, string Reference)? SplitType(DeclarationStatement declaration) => TypeDefinitions.Split(source, declaration.Specifiers);

    /// <summary>A new label.</summary>
    public string NewLabel(string prefix) => $"{prefix}{++_labels}";

    /// <summary>A new continuation point; it gets its number when the whole unit is lowered.</summary>
    public ContinuationPoint NewPoint(TextSpan place, CallExpression? call)
    {
        var point = new ContinuationPoint
        {
            Function = Function,
            Offset = place.Start,
            End = call is null ? place.Start + 1 : place.End,
            Callee = call is null ? null : call.Callee?.Name ?? "*",
            ResultType = call?.Type,
        };
        Function.Points.Add(point);
        return point;
    }
}
