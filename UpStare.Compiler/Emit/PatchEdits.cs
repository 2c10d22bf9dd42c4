// Edits that turn a unit's text into that of a patch: variables that stay in place become extern, new ones get the name
// of their entity, static locals move to file scope (fast path and clone share them), and the address of a function is
// the address that the running program knows it by (design section 6, "Functions").
//
//     static int count = 3;      ---->    extern int count __asm__ ("__upstare_e5") __attribute__ ((visibility ("hidden")));
//     p = handler;               ---->    p = upstare_id_handler;
//     void f () { static int n = 1; n++; }
//                                ---->    extern int n__e7 __asm__ ("__upstare_e7") ...;  void f () { ; n__e7++; }
//     void f () { struct s { int a; }; static struct s x; x.a++; }
//                                ---->    extern char x__e8[] ...;  void f () { struct s { int a; }; ; (*(__typeof__ (struct s) *) x__e8).a++; }

using System.Buffers;
using System.Globalization;
using System.Text;
using UpStare.Compiler.Frontend;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

/// <summary>Prepares a unit's edits for a patch.</summary>
public sealed class PatchEdits
{
    private readonly AnalysedUnit _unit;
    private readonly PatchPlan _plan;
    private readonly EditList _edits;
    private readonly Dictionary<int, StringBuilder> _before = [];
    private readonly HashSet<(int, string)> _identities = [];

    private const string BuiltinName = "__builtin_FUNCTION";

    private static readonly SearchValues<string> OwnNames = SearchValues.Create(["__func__", "__FUNCTION__", "__PRETTY_FUNCTION__", BuiltinName], StringComparison.Ordinal);

    private PatchEdits(AnalysedUnit unit, PatchPlan plan, EditList edits) => (_unit, _plan, _edits) = (unit, plan, edits);

    private string Text => _unit.Source.Text;

    /// <summary>Adds the edits; returns texts to write in front of top-level declarations, by their offset, after the <paramref name="declarations"/> that are to stand there.</summary>
    public static IReadOnlyDictionary<int, string> Run(AnalysedUnit unit, PatchPlan plan, EditList edits, IReadOnlyDictionary<int, string> declarations)
    {
        var pass = new PatchEdits(unit, plan, edits);
        foreach (var (place, text) in declarations) pass.Before(place).Append(text).Append('\n');
        foreach (var address in unit.Tree.FunctionAddresses) pass.EditAddress(address); // before initialisers are copied
        pass.EditLabels();
        foreach (var function in unit.Tree.Functions.Where(function => function.Body is not null)) pass.EditOwnName(function);
        foreach (var entity in unit.Tree.Entities.Where(entity => entity.Kind != EntityKind.Function)) pass.EditVariable(entity);
        foreach (var external in unit.Tree.Externals.Values)
        {
            if (plan.External.TryGetValue(external.Name, out var number)) pass.LabelSites(external.Sites, number);
        }

        pass.DropRegister();
        return pass._before.ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
    }

    private void EditLabels()
    {
        foreach (var function in _unit.Tree.Functions.Where(function => function.Labels.Count > 0)) Before(function.Span.Start).Append(LabelEdits.Declarations(function, _plan));
        foreach (var address in _unit.Tree.LabelAddresses.Where(address => address.Function?.Labels.Count > 0)) _edits.Replace(address.Span, LabelEdits.Value(address.Function!, address.Label));
    }

    // A restore clone has another name, and an initialiser that has moved to file scope is in no function:
    //
    //     puts (__func__);    ---->    static const char upstare_name_3[] = "f";  ...  puts (upstare_name_3);
    private void EditOwnName(FunctionDefinition function)
    {
        if (Text.AsSpan(function.BodySpan.Start, function.BodySpan.Length).IndexOfAny(OwnNames) < 0) return;
        var name = string.Create(CultureInfo.InvariantCulture, $"upstare_name_{function.Ordinal}");
        var isUsed = false;
        var lexer = new Lexer(Text, function.BodySpan.Start, function.BodySpan.End);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (token.Kind != TokenKind.Identifier || _unit.Source[token.Span] is not ("__func__" or "__FUNCTION__" or "__PRETTY_FUNCTION__" or BuiltinName)) continue;
            var end = token.Span.End;
            if (_unit.Source[token.Span] == BuiltinName)
            {
                lexer.Next();
                end = lexer.Next().Span.End; // ( )
            }

            _edits.Replace(new TextSpan(token.Span.Start, end), name);
            isUsed = true;
        }

        if (isUsed) Before(function.Span.Start).Append($"static const char {name}[] = \"{function.Declaration.Name}\";\n");
    }

    private void EditVariable(Entity entity)
    {
        var binding = _plan.Bindings[entity.Ordinal];
        if (binding == VariableBinding.Kept) return;
        var number = _plan.Numbers[entity.Ordinal];
        if (entity.Function is { } function)
        {
            Hoist(entity, function, binding, number);
            return;
        }

        LabelSites(entity.Sites, number);
        foreach (var site in entity.Sites)
        {
            var isShared = binding == VariableBinding.Shared || IsGroupShared(site);
            SetStorage(site.Specifiers, isShared ? "extern" : "");
            if (binding == VariableBinding.Shared)
            {
                if (site.Initialiser is { } initialiser) _edits.Remove(new TextSpan(Text.LastIndexOf('=', initialiser.Start - 1), initialiser.End));
                CompleteArray(site, entity.Type);
            }
            else if (isShared && site.Initialiser is null)
            {
                _edits.Append(Declarators.End(Text, site.NameSpan.End), " = {0}"); // behind the label
            }
        }
    }

    // Variables declared in one declaration share its storage class.
    private bool IsGroupShared(VariableSite site) => _unit.Tree.Entities.Any(other =>
        other.Kind != EntityKind.Function && other.Function is null && _plan.Bindings[other.Ordinal] == VariableBinding.Shared
        && other.Sites.Any(o => o.Specifiers.Start == site.Specifiers.Start));

    private void LabelSites(IEnumerable<VariableSite> sites, int number)
    {
        foreach (var site in sites)
        {
            _edits.Replace(new TextSpan(site.DeclaratorEnd, site.DeclaratorEnd), Label(number));
            HideVisibility(site);
        }
    }

    // gcc refuses a second visibility that differs from the first, so the program's own word becomes that of the label:
    // __attribute__ ((visibility ("internal")))   ---->   __attribute__ ((visibility ("hidden")))
    private void HideVisibility(VariableSite site)
    {
        var lexer = new Lexer(Text, site.Statement.Start, site.Statement.End);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (_unit.Source[token.Span] is not ("visibility" or "__visibility__") || _unit.Source[lexer.Next().Span] != "(") continue;
            token = lexer.Next();
            if (token.Kind == TokenKind.Text) _edits.Replace(token.Span, "\"hidden\"");
        }
    }

    private static string Label(int number) => $" __asm__ (\"{PatchPlan.PlaceSymbol(number)}\") __attribute__ ((__visibility__ (\"hidden\")))";

    private void SetStorage(TextSpan specifiers, string storage)
    {
        var lexer = new Lexer(Text, specifiers.Start, specifiers.End);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (_unit.Source[token.Span] is not ("static" or "extern")) continue;
            _edits.Replace(token.Span, storage);
            return;
        }

        if (storage.Length > 0) _edits.Replace(new TextSpan(specifiers.Start, specifiers.Start), storage + " ");
    }

    // An extern array needs the size that its initialiser gave it.
    private void CompleteArray(VariableSite site, CType type)
    {
        if (ArraySize(site, type) is { } insertion) _edits.Replace(new TextSpan(insertion.Offset, insertion.Offset), insertion.Size);
    }

    private (int Offset, string Size)? ArraySize(VariableSite site, CType type)
    {
        if (!type.IsArray || type.Size < 0) return null;
        var open = Text.IndexOf('[', site.NameSpan.End);
        if (open < 0 || open >= site.DeclaratorEnd || Text[(open + 1)..Text.IndexOf(']', open)].Trim().Length > 0) return null;
        var first = type.Canonical.IndexOf('[', StringComparison.Ordinal);
        return (open + 1, type.Canonical[(first + 1)..type.Canonical.IndexOf(']', first)]);
    }

    private void Hoist(Entity entity, FunctionDefinition function, VariableBinding binding, int number)
    {
        var site = entity.Sites[0];
        var name = $"{entity.Name}__e{number}";
        var specifiers = OnOneLine(RemoveStatic(site.Specifiers));
        var declarator = OnOneLine(_unit.Source[new TextSpan(DeclaratorStart(site), site.NameSpan.Start)]);
        var rest = OnOneLine(WithSizes(site, entity.Type));
        var use = name;
        if (entity.HasLocalType)
        {
            // Checks refuses those that are new: what they are initialised with means nothing out here.
            Before(function.Span.Start).Append($"extern char {name}[]{Label(number)};\n");
            use = $"(*(__typeof__ ({specifiers} {declarator}{rest}) *) {name})";
        }
        else
        {
            var text = new StringBuilder(binding == VariableBinding.Shared ? "extern " : "").Append($"{specifiers} {declarator}{name}{rest}{Label(number)}");
            if (binding == VariableBinding.Own && site.Initialiser is { } initialiser)
            {
                text.Append(" = ");
                _edits.Copy(Text, initialiser, text);
            }

            Before(function.Span.Start).Append(text).Append(";\n");
        }

        _edits.Replace(site.Statement, ";");
        foreach (var span in function.Body is null ? NamesInScope(entity) : _unit.Tree.StaticUses.Where(u => _unit.Tree.EntityOf.GetValueOrDefault(u.Variable) == entity).Select(u => u.Span)) _edits.Replace(span, use);
    }

    // [sizeof names / sizeof *names][]    ---->    [3][4]    What a size is computed from may not be known out there.
    private string WithSizes(VariableSite site, CType type)
    {
        var declarator = _unit.Source[new TextSpan(site.NameSpan.End, site.DeclaratorEnd)];
        if (!type.IsArray || type.Size < 0) return declarator;
        var (written, known) = (Brackets(declarator), Brackets(type.Canonical));
        if (written.Count != known.Count) return ArraySize(site, type) is { } size ? declarator.Insert(size.Offset - site.NameSpan.End, size.Size) : declarator; // other brackets: in an attribute, of a parameter
        var text = new StringBuilder(declarator);
        for (var i = written.Count - 1; i >= 0; i--) text.Remove(written[i].Start, written[i].Length).Insert(written[i].Start, type.Canonical.AsSpan(known[i].Start, known[i].Length));
        return text.ToString();
    }

    // What stands inside the outermost square brackets of a text.
    private static List<TextSpan> Brackets(string text)
    {
        var spans = new List<TextSpan>();
        var (depth, start) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '[' && depth++ == 0) start = i + 1;
            else if (text[i] == ']' && --depth == 0) spans.Add(new TextSpan(start, i));
        }

        return spans;
    }

    // A macro of a system header (bool) leaves line markers, which mean something only where a line begins.
    private static string OnOneLine(string text) => !text.Contains('\n', StringComparison.Ordinal) ? text : string.Join(' ', text.Split('\n').Where(line => !line.StartsWith("# ", StringComparison.Ordinal)).Select(line => line.Trim()));

    // Of a body that libclang does not understand it may not show every use, so every word of that name is one, up to the
    // end of the block: locals that hide it are renamed as a whole, and a member would be an error of gcc's.
    private List<TextSpan> NamesInScope(Entity entity)
    {
        var names = new List<TextSpan>();
        var lexer = new Lexer(Text, entity.Sites[0].Statement.End, entity.Function!.BodySpan.End);
        var (depth, previous, beforePrevious) = (0, "", "");
        for (var token = lexer.Next(); token.Kind != TokenKind.End && depth >= 0; token = lexer.Next())
        {
            var word = _unit.Source[token.Span];
            depth += token.Kind != TokenKind.Punctuation ? 0 : word == "{" ? 1 : word == "}" ? -1 : 0;
            if (token.Kind == TokenKind.Identifier && word == entity.Name && previous != "." && !(previous == ">" && beforePrevious == "-")) names.Add(token.Span);
            (beforePrevious, previous) = (previous, word);
        }

        return names;
    }

    private int DeclaratorStart(VariableSite site)
    {
        var comma = Text.LastIndexOf(',', site.NameSpan.Start, site.NameSpan.Start - site.Specifiers.End);
        return comma > site.Specifiers.End ? comma + 1 : site.Specifiers.End;
    }

    private string RemoveStatic(TextSpan specifiers)
    {
        var edits = new EditList();
        var lexer = new Lexer(Text, specifiers.Start, specifiers.End);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (_unit.Source[token.Span] is "static") edits.Remove(token.Span);
        }

        var text = new StringBuilder();
        edits.Copy(Text, specifiers, text);
        return text.ToString().Trim();
    }

    private void EditAddress(FunctionAddress address)
    {
        var function = address.Function;
        int number;
        if (function.Definition is { } definition) number = _plan.Numbers[_unit.Tree.Entities.First(entity => entity.Definition == definition).Ordinal];
        else if (!_plan.External.TryGetValue(function.Name, out number)) return;
        var place = TopLevelStart(address.Span.Start);
        var name = $"upstare_id_{function.Name}";
        var prototype = "";
        if (function.FirstOffset >= place)
        {
            // The function itself uses its address before anything has declared it.
            if (function.Definition is not { } self || self.Span.Start != place) return;
            prototype = Prototype(self);
            if (prototype.Length == 0) return;
        }

        if (_identities.Add((place, function.Name)))
        {
            Before(place).Append($"{prototype}extern __typeof__ ({function.Name}) {name} __asm__ (\"{PatchPlan.PlaceSymbol(number)}\") __attribute__ ((__visibility__ (\"hidden\")));\n");
        }

        _edits.Replace(address.Span, name);
    }

    // A definition in the old style has no prototype.
    private string Prototype(FunctionDefinition function)
    {
        var head = _unit.Source[new TextSpan(function.Span.Start, function.BodySpan.Start)].TrimEnd();
        return head.EndsWith(';') ? "" : head + ";\n";
    }

    private int TopLevelStart(int offset)
    {
        if (_unit.Tree.Functions.FirstOrDefault(function => function.Span.Contains(offset)) is { } inside) return inside.Span.Start;
        var sites = _unit.Tree.Entities.SelectMany(entity => entity.Sites).Where(site => site.Statement.Contains(offset)).ToList();
        return sites.Count == 0 ? offset : sites.Min(site => site.Statement.Start);
    }

    private StringBuilder Before(int offset)
    {
        if (!_before.TryGetValue(offset, out var text)) _before.Add(offset, text = new StringBuilder());
        return text;
    }

    // Clones load variables through their address.
    private void DropRegister()
    {
        foreach (var declaration in _unit.Lowered.Keys.SelectMany(function => Analysis.ExpressionFacts.Descendants(function.Body!)).OfType<DeclarationStatement>())
        {
            if (declaration.Declarators.Any(d => d.Variable is Local { IsRegister: true })) continue;
            var lexer = new Lexer(Text, declaration.Specifiers.Start, declaration.Specifiers.End);
            for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
            {
                if (_unit.Source[token.Span] is "register") _edits.Replace(token.Span, "auto");
            }
        }
    }
}
