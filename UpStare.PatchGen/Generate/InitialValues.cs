// Rule of initial values (design section 6, "Variables"): a variable that stays in place and whose initialiser changed
// takes the new initial value if it still holds the old one; a const object takes it always.
//
// The bytes come from the two executables.  Where an initialiser holds addresses, the bytes alone say nothing; then a
// const object becomes the patch's own (new code uses the new table), and for a variable the running value is kept.
// Either is said in the report.

using UpStare.Compiler.Emit;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Build;
using UpStare.PatchGen.Image;
using UpStare.PatchGen.Match;

namespace UpStare.PatchGen.Generate;

/// <summary>An initial value that changes.</summary>
public sealed record InitialValue(EntityBinding Binding, byte[] OldBytes, byte[] NewBytes, bool IsConst);

/// <summary>Finds changed initial values.</summary>
public static class InitialValues
{
    /// <summary>The changes, and the bindings with tables of addresses made the patch's own; notes go to the report.</summary>
    public static (IReadOnlyList<EntityBinding> Bindings, IReadOnlyList<InitialValue> Values) Run(ProgramMatch match, IReadOnlyList<EntityBinding> bindings, List<string> notes)
    {
        var (result, values) = (new List<EntityBinding>(), new List<InitialValue>());
        foreach (var binding in bindings)
        {
            var updated = binding;
            if (binding.Variable == VariableBinding.Shared && binding.Old is { } old && binding.Number == binding.Entity.Number && !match.Names.Kept.Contains(binding.Number) && (BecomesConst(binding, old) || !HaveSameInitialiser(old, binding.Entity)))
            {
                updated = Change(match, binding, old, values, notes);
            }

            result.Add(updated);
        }

        return (result, values);
    }

    private static EntityBinding Change(ProgramMatch match, EntityBinding binding, VersionEntity old, List<InitialValue> values, List<string> notes)
    {
        var (name, isConst) = (binding.Entity.Entity.QualifiedName, binding.Entity.Entity.Type.IsConst);
        var (before, after) = (Bytes(match.Old, old), Bytes(match.New, binding.Entity));
        if (before is null || after is null || HoldsAddresses(match.Old, old) || HoldsAddresses(match.New, binding.Entity))
        {
            if (isConst)
            {
                notes.Add($"{binding.Entity.Place}: '{name}' is constant and holds addresses: new code has its own, old pointers to it see the old one");
                return binding with { Variable = VariableBinding.Own, Old = null };
            }

            notes.Add($"{binding.Entity.Place}: the initial value of '{name}' changed and holds addresses: the running value is kept");
            return binding;
        }

        if (before.AsSpan().SequenceEqual(after) && !BecomesConst(binding, old)) return binding;
        values.Add(new InitialValue(binding, before, after, isConst));
        notes.Add(isConst
            ? $"{binding.Entity.Place}: the constant '{name}' takes its new value"
            : $"{binding.Entity.Place}: '{name}' takes its new initial value if it still holds the old one; a value that the program has changed is kept");
        return binding;
    }

    // The program may have changed it while it could.
    private static bool BecomesConst(EntityBinding binding, VersionEntity old) => binding.Entity.Entity.Type.IsConst && !old.Entity.Type.IsConst;

    /// <summary>Whether two variables are initialised in the same words.</summary>
    public static bool HaveSameInitialiser(VersionEntity old, VersionEntity @new) => old == @new || Initialiser(old) == Initialiser(@new);

    private static string Initialiser(VersionEntity entity) =>
        entity.Entity.Sites.Select(site => site.Initialiser).FirstOrDefault(span => span is not null) is { } initialiser ? SourceWords.Of(entity.Unit.Analysed.Source, initialiser) : "";

    private static byte[]? Bytes(ProgramVersion version, VersionEntity entity)
    {
        if (entity.Record is not { Kind: Build.EntityKind.Variable } record || entity.Entity.Type.Size <= 0 || ObjectSizes.Of(version, entity) is not { } size) return null;
        var bytes = new byte[size];
        return version.File.Code.TryRead(record.Address, bytes) ? bytes : null;
    }

    // A position-independent executable says by its relocations where addresses are; in others the text must do.
    private static bool HoldsAddresses(ProgramVersion version, VersionEntity entity)
    {
        var (start, end) = (entity.Record!.Address, entity.Record.Address + (ulong)(ObjectSizes.Of(version, entity) ?? entity.Entity.Type.Size));
        if (version.File.Code.DynamicRelocations().Any(r => r.Relocation.Offset >= start && r.Relocation.Offset < end)) return true;
        if (version.File.Code.Type == ElfType.Dynamic) return false;
        if (entity.Entity.Type.Canonical.Contains('*', StringComparison.Ordinal)) return true;
        var initialiser = entity.Entity.Sites.Select(site => site.Initialiser).FirstOrDefault(span => span is not null);
        if (initialiser is not { } span) return false;
        var lexer = new Lexer(entity.Unit.Analysed.Source.Text, span.Start, span.End);
        var isCharacters = entity.Entity.Type.Canonical.Contains("char", StringComparison.Ordinal);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            var text = entity.Unit.Analysed.Source[token.Span];
            if (text == "&" || (token.Kind == TokenKind.Text && !isCharacters) || (token.Kind == TokenKind.Identifier && entity.Unit.Analysed.Tree.Declarations.ContainsKey(text))) return true;
        }

        return false;
    }
}
