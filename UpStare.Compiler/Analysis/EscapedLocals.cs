// Which locals keep their address (design section 4): those whose address is used other than to reach a member or an
// element at once, arrays, and those whose accesses are counted (volatile, atomic).

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>Marks escaped locals and functions whose frames hold unnamed memory.</summary>
public static class EscapedLocals
{
    private static readonly HashSet<string> StackAllocators = ["alloca", "__builtin_alloca", "__builtin_alloca_with_align"];

    /// <summary>Sets <see cref="Local.IsEscaped"/> and <see cref="FunctionDefinition.KeepsFrame"/>.</summary>
    public static void Run(FunctionDefinition function)
    {
        function.KeepsFrame |= function.IsVariadic || function.Locals.Any(local => local.IsVariableArray);
        foreach (var local in function.Locals.Where(local => !local.IsRegister && (local.Type.IsArray || local.IsVariableArray || local.Type.IsVolatile))) local.IsEscaped = true;
        foreach (var expression in function.Expressions)
        {
            switch (expression)
            {
                case UnaryExpression { Operator: Operator.AddressOf }:
                    Mark(expression[0], function);
                    break;
                case CallExpression { Callee: { } callee } when StackAllocators.Contains(callee.Name):
                    function.KeepsFrame = true;
                    break;
                case MemberExpression or SubscriptExpression when expression.Type.IsArray:
                    Mark(expression, function); // s.buffer decays to the address of a part of s
                    break;
                case CompoundLiteralExpression when expression.Type.IsArray:
                    function.KeepsFrame = true;
                    break;
            }
        }
    }

    /// <summary>The local inside which a place lies; null when it is reached through a pointer.</summary>
    public static Local? RootOf(Expression place) => place switch
    {
        NameExpression name => name.Declaration as Local,
        ParenthesisedExpression or MemberExpression { IsArrow: false } or ConversionExpression { IsExplicit: false } => RootOf(place[0]),
        UnaryExpression { Operator: Operator.None } => RootOf(place[0]), // __real__ z and __imag__ z are parts of z
        SubscriptExpression => place.Operands.FirstOrDefault(operand => operand.Stripped.Type.IsArray) is { } array ? RootOf(array) : null,
        _ => null,
    };

    private static void Mark(Expression place, FunctionDefinition function)
    {
        if (RootOf(place) is { } local) local.IsEscaped = true;
        if (IsInValue(place) || place.Descendants().Any(e => e is CompoundLiteralExpression)) function.KeepsFrame = true;
    }

    // f ().buffer is the address of memory that has no name, be it gcc's or a temporary's.
    private static bool IsInValue(Expression place) => place switch
    {
        NameExpression or MemberExpression { IsArrow: true } or UnaryExpression { Operator: Operator.Dereference } => false,
        ParenthesisedExpression or MemberExpression or ConversionExpression { IsExplicit: false } or UnaryExpression { Operator: Operator.None } => IsInValue(place[0]),
        SubscriptExpression => place.Operands.FirstOrDefault(operand => operand.Stripped.Type.IsArray) is { } array && IsInValue(array),
        _ => true,
    };
}
