// Children of a cursor, collected by one call into a buffer that is used again and again: no delegate, no closure,
// no allocation per node. This is what makes a unit of 250,000 lines cheap to walk.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ClangSharp.Interop;

namespace UpStare.Compiler.Clang;

/// <summary>A stack of cursors that holds the children of nested nodes while a tree is walked.</summary>
/// <example><code>
/// using var children = new CursorChildren();
/// void Walk(CXCursor node)
/// {
///   var mark = children.Push(node);
///   for (int i = mark, end = children.Count; i &lt; end; i++)
///     Walk(children[i]);                             // copies the cursor: the stack may move
///   children.Pop(mark);
/// }
/// </code></example>
public sealed unsafe class CursorChildren : IDisposable
{
    private CXCursor[] cursors = new CXCursor[256];
    private GCHandle self;

    /// <summary>An empty stack.</summary>
    public CursorChildren() => self = GCHandle.Alloc(this, GCHandleType.Weak);

    // Those of threads that have ended: an ordinary handle would keep them, and a patch is made by a thread a unit.
    /// <inheritdoc cref="Dispose"/>
    ~CursorChildren() => Dispose();

    /// <summary>How many cursors are on the stack.</summary>
    public int Count { get; private set; }

    /// <summary>The i-th cursor from the bottom.</summary>
    public CXCursor this[int i] => cursors[i];

    /// <summary>Appends the children of a node in source order; returns the index of the first. They are the elements
    /// from there to <see cref="Count"/>.</summary>
    public int Push(in CXCursor node)
    {
        var mark = Count;
        clang.visitChildren(node, &Append, (void*)GCHandle.ToIntPtr(self));
        return mark;
    }

    /// <summary>Drops everything from the mark on.</summary>
    public void Pop(int mark) => Count = mark;

    /// <summary>The children of one node as an array of their own.</summary>
    public static CXCursor[] Of(in CXCursor node)
    {
        var stack = cached ??= new CursorChildren();
        var mark = stack.Push(node);
        var result = stack.cursors.AsSpan(mark, stack.Count - mark).ToArray();
        stack.Pop(mark);
        return result;
    }

    /// <summary>Those children of a node that are expressions.</summary>
    public static CXCursor[] ExpressionsOf(in CXCursor node)
    {
        var stack = cached ??= new CursorChildren();
        var mark = stack.Push(node);
        var end = mark;
        for (var i = mark; i < stack.Count; i++)
        {
            if (stack.cursors[i].IsExpression)
                stack.cursors[end++] = stack.cursors[i];
        }

        var result = stack.cursors.AsSpan(mark, end - mark).ToArray();
        stack.Pop(mark);
        return result;
    }

    [ThreadStatic] private static CursorChildren? cached;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static CXChildVisitResult Append(CXCursor cursor, CXCursor parent, void* data)
    {
        var stack = Unsafe.As<CursorChildren>(GCHandle.FromIntPtr((IntPtr)data).Target!);
        if (stack.Count == stack.cursors.Length)
            Array.Resize(ref stack.cursors, stack.Count * 2);
        stack.cursors[stack.Count++] = cursor;
        return CXChildVisitResult.CXChildVisit_Continue;
    }

    /// <summary>Lets go of the stack.</summary>
    public void Dispose()
    {
        if (self.IsAllocated)
            self.Free();
        GC.SuppressFinalize(this);
    }
}
