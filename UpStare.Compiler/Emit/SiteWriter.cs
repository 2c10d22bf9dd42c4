// Sites: the macro call that stands at a continuation point, with an operand for each value that is live there.
//
//     UPSTARE_SITE (3, 2, "...", "g" (n), "m" (buffer));

using System.Globalization;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

/// <summary>Writes sites of one function.</summary>
/// <param name="output">Where to.</param>
/// <param name="function">The function.</param>
/// <param name="isClone">For its restore clone, in which escaped locals are behind pointers to their places.</param>
internal sealed class SiteWriter(LineTrackingWriter output, FunctionDefinition function, bool isClone)
{
    // gcc's allocator takes a record for a use. Where there are many, in an interpreter's loop for example, they outbid the
    // uses, and what is only recorded gets the registers. From this many on they are asked to prefer memory (measurements.md).
    private const int ManyOperands = 40;

    private readonly bool _prefersMemory = function.Points.Sum(point => point.Operands.Count()) >= ManyOperands;

    /// <summary>Writes the site of a point, as many as its operands need.</summary>
    public void Write(ContinuationPoint point)
    {
        ReadOnlySpan<Operand> rest = point.Operands.ToArray();
        for (var count = PartOf(rest); count < rest.Length; count = PartOf(rest))
        {
            Write(point, rest[..count], isPartial: true);
            output.Write(" ");
            rest = rest[count..];
        }

        Write(point, rest, isPartial: false);
    }

    // How many of the operands one site takes.  Memory behind a pointer wants the pointer in a register, and gcc gives up
    // ("impossible constraints", or never ends) when they run out.
    private int PartOf(ReadOnlySpan<Operand> operands)
    {
        var (count, pointers) = (0, 0);
        while (count < operands.Length && count < SiteMacros.MaximumOperands)
        {
            if (IsBehindPointer(operands[count].Local) && ++pointers > SiteMacros.MaximumPointers) break;
            count++;
        }

        return count;
    }

    private bool IsBehindPointer(Local local) => isClone && local.IsEscaped && !local.IsVariableArray;

    private void Write(ContinuationPoint point, ReadOnlySpan<Operand> operands, bool isPartial)
    {
        output.Write(string.Create(CultureInfo.InvariantCulture, $"{SiteMacros.Name(isPartial)} ({point.Number}, {operands.Length}, \""));
        for (var i = 0; i < operands.Length; i++) output.Write(SiteMacros.Instruction(RecordedAs(operands[i]), i));
        output.Write("\"");
        foreach (var operand in operands) output.Write($", {SiteMacros.Constraint(RecordedAs(operand), _prefersMemory)} ({ValueOf(operand)})");
        output.Write(");");
    }

    private static TypeClass RecordedAs(Operand operand)
    {
        if (operand.Local.IsEscaped && !operand.Local.IsVariableArray) return TypeClass.Memory;
        return operand.Type.Class == TypeClass.VariablyModified ? TypeClass.Integer : operand.Type.Class;
    }

    private string ValueOf(Operand operand)
    {
        var local = operand.Local;
        if (local.IsVariableArray) return isClone ? local.PlaceName : $"(unsigned long) {local.EmittedName}";
        if (isClone) return local.IsEscaped ? local.AtPlace : local.CloneName + operand.Path;
        return local.EmittedName + operand.Path;
    }
}
