// A function's body as the diff of continuation points sees it: a sequence of what is done, in order, for each loop.
//
//     while (read_line (l)) {            loop  "while (read_line (l))"
//         if (*l == '#')                   point read_line
//             continue;                    text  "*l == '#'"
//         n += count (l);                  text  "continue;"               in branch "*l == '#'"
//     }                                    text  "n += count (l);"
//     report (n);                          point count
//                                        text  "report (n);"
//                                        point report
//
// Behind a label with an identity a section begins: whoever has the label's address comes there, wherever it stands.
// Loops nest, because a point in a loop is another thing than one outside of it; branches only say where an item stands, so
// that a statement around which somebody puts an `if` stays what it was.  A loop's condition and step are items of the loop.

using UpStare.Compiler.Tree;

namespace UpStare.PatchGen.Match;

/// <summary>Kinds of items.</summary>
public enum ItemKind
{
    /// <summary>A statement, or the condition of a branch.</summary>
    Text,

    /// <summary>A call that is a continuation point, or a point at the function's entry.</summary>
    Point,

    /// <summary>A loop.</summary>
    Loop,
}

/// <summary>Something a function does.</summary>
public sealed class BodyItem
{
    /// <summary>What it is.</summary>
    public required ItemKind Kind { get; init; }

    /// <summary>Its source; for a loop its head, for a point the call.</summary>
    public required CodeText Text { get; init; }

    /// <summary>The source of the statement that a point is in.</summary>
    public CodeText? Statement { get; init; }

    /// <summary>The point, or the one at a loop's head; null: none.</summary>
    public ContinuationPoint? Point { get; init; }

    /// <summary>What is in a loop.</summary>
    public IReadOnlyList<BodyItem> Inside { get; init; } = [];

    /// <summary>The branches that it is in, outermost first, since the loop around it.</summary>
    public required IReadOnlyList<int> Branches { get; init; }

    /// <summary>The label with an identity that it stands behind; 0: none.</summary>
    public int Section { get; init; }

    /// <summary>Where it is.</summary>
    public required TextSpan Span { get; init; }

    /// <summary>The item with all that is in it.</summary>
    public IEnumerable<BodyItem> All => Inside.SelectMany(item => item.All).Prepend(this);
}

/// <summary>Makes the sequence of a function.</summary>
public sealed class BodySequence
{
    private readonly Func<TextSpan, CodeText> _text;
    private readonly List<ContinuationPoint> _points;
    private readonly HashSet<ContinuationPoint> _taken = [];
    private readonly Stack<int> _branches = new();
    private readonly HashSet<string> _identities;
    private List<BodyItem> _items = [];
    private int _section;

    private BodySequence(FunctionDefinition function, Func<TextSpan, CodeText> text)
    {
        (_text, _points, _identities) = (text, [.. function.Points.OrderBy(point => point.Offset)], [.. function.Labels.Select(label => label.Name)]);
    }

    /// <summary>The items of a function, those outside of loops.</summary>
    public static IReadOnlyList<BodyItem> Of(FunctionDefinition function, Func<TextSpan, CodeText> text)
    {
        var sequence = new BodySequence(function, text);
        foreach (var entry in function.Points.Where(PointNames.IsEntry)) sequence.AddPoint(entry, function.BodySpan);
        sequence.Walk(function.Body!);
        sequence.TakePoints(function.BodySpan);
        return sequence._items;
    }

    private void Walk(Statement statement)
    {
        switch (statement)
        {
            case BlockStatement s:
                foreach (var child in s.Statements) Walk(child);
                TakePoints(s.Span, onlyAtEnd: true);
                break;
            case IfStatement s:
                AddText(s.Condition.Span);
                InBranch(s.Condition.Span, "then", s.Then);
                if (s.Else is not null) InBranch(s.Condition.Span, "else", s.Else);
                break;
            case SwitchStatement s:
                AddText(s.Value.Span);
                InBranch(s.Value.Span, "switch", s.Body);
                break;
            case CaseStatement s:
                AddText(s.Head);
                Walk(s.Body);
                break;
            case LabelStatement s:
                if (_identities.Contains(s.Label)) _section = _text(s.Head).Number + 1;
                AddText(s.Head);
                Walk(s.Body);
                break;
            case WhileStatement s:
                AddLoop(s, new TextSpan(s.Span.Start, s.Body.Span.Start), s.Body, [s.Condition], []);
                break;
            case DoStatement { IsOnce: true } s:
                Walk(s.Body);
                break;
            case DoStatement s:
                AddLoop(s, s.Condition.Span, s.Body, [], [s.Condition]);
                break;
            case ForStatement s:
                if (s.Initial is not null) Walk(s.Initial);
                AddLoop(s, new TextSpan(s.Span.Start, s.Body.Span.Start), s.Body, [s.Condition], [s.Step]);
                break;
            default:
                AddText(statement.Span);
                break;
        }
    }

    private void InBranch(TextSpan condition, string arm, Statement body)
    {
        _branches.Push(HashCode.Combine(_text(condition).Number, arm.Length));
        Walk(body);
        _branches.Pop();
    }

    private void AddLoop(Statement loop, TextSpan head, Statement body, Expression?[] before, Expression?[] after)
    {
        var (outer, branches, section) = (_items, _branches.Reverse().ToArray(), _section);
        _items = [];
        _branches.Clear();
        var point = _points.FirstOrDefault(p => p.IsLoop && p.Offset == body.Span.Start && !_taken.Contains(p));
        if (point is not null) _taken.Add(point);
        foreach (var expression in before.OfType<Expression>()) AddText(expression.Span);
        Walk(body);
        foreach (var expression in after.OfType<Expression>()) AddText(expression.Span);
        TakePoints(loop.Span);
        outer.Add(new BodyItem { Kind = ItemKind.Loop, Text = _text(head), Point = point, Inside = _items, Branches = branches, Section = section, Span = loop.Span });
        _items = outer;
        foreach (var branch in branches) _branches.Push(branch);
    }

    private void AddText(TextSpan span)
    {
        _items.Add(new BodyItem { Kind = ItemKind.Text, Text = _text(span), Branches = [.. _branches.Reverse()], Section = _section, Span = span });
        TakePoints(span);
    }

    // Calls that the source does not show (of cleanup functions) stand where scopes end.
    private void TakePoints(TextSpan span, bool onlyAtEnd = false)
    {
        foreach (var point in _points.Where(point => span.Contains(point.Offset) && !_taken.Contains(point) && (!onlyAtEnd || point.Offset >= span.End - 1)).ToList()) AddPoint(point, span);
    }

    private void AddPoint(ContinuationPoint point, TextSpan statement)
    {
        _taken.Add(point);
        var span = new TextSpan(point.Offset, Math.Max(point.End, point.Offset));
        _items.Add(new BodyItem { Kind = ItemKind.Point, Text = _text(span), Statement = _text(statement), Point = point, Branches = [.. _branches.Reverse()], Section = _section, Span = span });
    }
}
