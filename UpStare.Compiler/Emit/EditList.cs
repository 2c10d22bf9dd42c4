// Replacements in the source text that hold wherever the text is printed: `static` that becomes `extern`, a name that
// stands for a function's identity, an asm label after a declarator.  One list a unit; every piece of verbatim text is
// copied through it.

using System.Text;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

/// <summary>Replacements by offset, non-overlapping.</summary>
public sealed class EditList
{
    private readonly SortedList<(int Start, int End), string> _edits = [];
    private int[]? _starts;

    /// <summary>How many there are.</summary>
    public int Count => _edits.Count;

    /// <summary>Replaces a span (empty: inserts before its start). The first edit of a span wins.</summary>
    public void Replace(TextSpan span, string text)
    {
        _edits.TryAdd((span.Start, span.End), text);
        _starts = null;
    }

    /// <summary>Inserts before an offset, after what is inserted there already.</summary>
    public void Append(int offset, string text)
    {
        _edits[(offset, offset)] = _edits.GetValueOrDefault((offset, offset)) + text;
        _starts = null;
    }

    /// <summary>Removes a span.</summary>
    public void Remove(TextSpan span) => Replace(span, "");

    /// <summary>Copies a span of the text with the edits that lie wholly in it.</summary>
    public void Copy(string text, TextSpan span, StringBuilder to)
    {
        if (_edits.Count == 0)
        {
            to.Append(text, span.Start, span.Length);
            return;
        }

        _starts ??= [.. _edits.Keys.Select(key => key.Start)];
        var index = Array.BinarySearch(_starts, span.Start);
        if (index < 0) index = ~index;
        while (index > 0 && _starts[index - 1] == span.Start) index--;
        var position = span.Start;
        for (; index < _edits.Count; index++)
        {
            var (start, end) = _edits.Keys[index];
            if (start >= span.End || end > span.End) break;
            if (start < position) continue;
            to.Append(text, position, start - position).Append(_edits.Values[index]);
            position = end;
        }

        to.Append(text, position, span.End - position);
    }
}
