// Continuation points: the site of each, and in a clone what resumes there.

using UpStare.Compiler.Lowering;
using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Emit;

public sealed partial class FunctionPrinter
{
    private void PrintCallPoint(CallPointStatement s, int depth)
    {
        _out.Sync(s.Span.Start, depth);
        if (s.DeclaresTarget) DeclareTemporary(s.Target!, s.Call);
        else if (s.Target is not null) _out.Write(s.Target.EmittedName);
        if (s.Target is not null) _out.Write(" = ");
        Write(s.Call, "; ");
        if (_isClone && s.Target is { IsEscaped: true }) DeclarePlace(s.Target);
        _sites.Write(s.Point);
        if (!_isClone) return;
        WriteResume(s.Point, s.Target);
        var type = ResultType((CallExpression)s.Call, s.Target);
        _out.Write($" if ({FrameName}->in_call) {{ ");
        if (s.Target is { Type.HasConstMember: true }) // it cannot be assigned
            _out.Write($"{type} upstare_result = UPSTARE_NEXT ({type}) (); __builtin_memcpy ((void *) &{s.Target.EmittedName}, &upstare_result, sizeof upstare_result); ");
        else
            _out.Write($"{(s.Target is null ? "" : s.Target.EmittedName + " = ")}UPSTARE_NEXT ({type}) (); ");
        _sites.Write(s.Point);
        _out.Write(" }");
        if (s.Target is { IsEscaped: false } && s.Point.Variables.Contains(s.Target)) _out.Write($" else{Load(s.Target)}");
        _out.Write(" }");
    }

    // user *user = find ();    ---->    UPSTARE_NEXT (void *) (), as the name of a type without a tag means the variable there, and all pointers are returned alike;
    // a struct is what is returned into.
    private string ResultType(CallExpression call, Local? target)
    {
        var type = CallType(call);
        if (!call.Type.IsSpellable || !IsHidden(type)) return type;
        return call.Type.IsPointer ? "void *" : target is null ? type : $"__typeof__ ({target.EmittedName})";
    }

    private string CallType(CallExpression call)
    {
        if (call.Type.IsSpellable) return call.Type.IsVoid ? "void" : SpellInside(call.Type);
        throw new NotLoweredException(call.Span.Start, "the type of a call's result has no name");
    }

    private void PrintLoopPoint(LoopPointStatement s)
    {
        _out.Write(" ");
        _sites.Write(s.Point);
        if (!_isClone) return;
        WriteResume(s.Point, null);
        _out.Write(" }");
    }

    // Everything visible at the point gets back its value or its place.
    private void WriteResume(ContinuationPoint point, Local? target)
    {
        _out.Write($" if (0) {{ upstare_resume_{point.Number}:;");
        foreach (var local in _scope.Where(local => local.IsEscaped && !local.IsVariableArray && !point.Variables.Contains(local)).Reverse().DistinctBy(local => local.EmittedName))
        {
            if (!IsShadowed(local)) _out.Write($" {local.PlaceName} = {(local.IsEntered ? "(void *) " : "")}&{local.CloneName};");
        }

        // Those in registers of their own last: nothing that gcc makes of the other loads can come between.
        foreach (var local in point.Variables.OrderBy(local => local.IsRegister))
        {
            if (local.IsEscaped) _out.Write($" UPSTARE_PLACE ({local.PlaceName}, {local.FrameOffset});");
            else if (local != target) _out.Write(Load(local));
        }

        foreach (var setjmp in _setjmps.Where(setjmp => point.Variables.Contains(setjmp.Buffer)))
        {
            _out.Write($" if ({setjmp.Buffer.Name} && {Rearm(setjmp)}) goto upstare_landed_{setjmp.Number};");
            // setjmp (b) + f ()    The result may be in use, and setjmp has just returned once more.
            if (point.Variables.Contains(setjmp.Result)) _out.Write(Load(setjmp.Result));
        }
    }

    // What is bound to a register has no address to load through.
    private static string Load(Local local) => local.IsRegister
        ? $" {{ __typeof__ ({local.EmittedName}) upstare_value; UPSTARE_LOAD (upstare_value, {local.FrameOffset}); {local.EmittedName} = upstare_value; }}"
        : $" UPSTARE_LOAD ({local.CloneName}, {local.FrameOffset});";

    private bool IsShadowed(Local local) => _scope.LastOrDefault(other => other.EmittedName == local.EmittedName) != local;

    // r = setjmp (b)    ---->    j = b; r = setjmp (j); landed:
    private void PrintSetjmp(SetjmpStatement s, int depth)
    {
        _out.Sync(s.Span.Start, depth);
        Write($"{s.Buffer.Name} = (void *) (", s.Call[1], ");");
        foreach (var other in _setjmps.Where(other => other != s)) _out.Write($" if ({other.Buffer.Name} == {s.Buffer.Name}) {other.Buffer.Name} = 0;");
        if (s.Mask is not null) Write($" {s.Mask.Name} = ", s.Call[2], ";");
        _out.Write($" {s.Result.Name} = {s.Call.Callee!.Name} ({s.Buffer.Name}{(s.Mask is null ? "" : ", " + s.Mask.Name)});");
        if (_isClone) _out.Write($" upstare_landed_{s.Number}:;");
        PlaceEntered(s.Call.Span.Start);
    }

    // Signals are blocked while frames are restored: the mask that the buffer holds already is the one to keep, so glibc
    // must not save it again.
    private static string Rearm(SetjmpStatement s)
    {
        var (name, result, buffer) = (s.Call.Callee!.Name, s.Result.Name, s.Buffer.Name);
        return name == "__sigsetjmp" && s.Mask is { } mask
            ? $"(({result} = {name} ({buffer}, 0)) != 0 || (((struct __jmp_buf_tag *) {buffer})->__mask_was_saved = {mask.Name} != 0, 0))"
            : $"({result} = {name} ({buffer}{(s.Mask is null ? "" : ", " + s.Mask.Name)})) != 0";
    }
}
