#!/usr/bin/python3
"""instrument.py IN.i OUT.c MODE - puts sites into preprocessed C, to measure what they cost.

An experiment, not part of the product: docs/measurements.md says what it found.  It edits the text, so an operand
that an expression has computed before a call is not in the record (the compiler proper spills it to a temporary).

MODE  floor    a one-nop site at each continuation point, nothing saved
      operands the live variables as recorded operands (no code)
      save     the live variables saved by code on a cold path, one a site
      all      every variable in scope as a recorded operand
A mode may carry "+flag" (test a hidden flag instead of a nop), "+nomem" (no "memory" clobber), "+whole" (structs
are not followed field by field), "+quiet" (no site in any innermost loop without calls) and "+eager" (operands compete
for registers: constraint "rme" instead of "*rme").
"""
import collections
import sys

from liveness import ARRAYS, K, T, Unit, Variable, operand, strip, unevaluated

MAX_OPERANDS = 28  # an asm takes 30, with the label; leave one


class Instrumenter:
    def __init__(self, unit, mode):
        self.unit, self.mode = unit, mode.split('+')[0]
        self.flag, self.memory = '+flag' in mode, '' if '+nomem' in mode else '"memory"'
        self.edits, self.points = [], 0
        self.statistics = collections.Counter()

    def site(self, operands, label):
        """The statement that is the site: chained if there are more operands than an asm can hold."""
        out = ''
        while True:
            part, operands = operands[:MAX_OPERANDS], operands[MAX_OPERANDS:]
            last = not operands
            code = ''.join('\\t%s\\n' % (('movups %%%d,%%%%xmm0' if how == 'movups' else 'pushq %%q%d') % i)
                           for i, (_, how) in enumerate(part))
            poll = '.Lup%=: nop'
            if last and self.flag:
                poll = 'cmpb $0,__upstare_flag(%%rip)\\n\\tjne .Lup%=\\n.Lub%=:\\n\\t.subsection 1\\n' \
                       '.Lup%=: int3\\n\\tjmp .Lub%=\\n\\t.previous'
            record = '\\n\\t.pushsection .debug.upstare.sites,\\"\\",@progbits\\n\\t.quad 0,.Lup%=,{0}\\n\\t.long {1}\\n\\t' \
                     '.byte {2},{3}\\n\\t.short .Lue%=-.Lud%=\\n.Lud%=:\\n{4}.Lue%=:\\n\\t.popsection'
            target = '%%l%d' % len(part) if last else '0'
            text = poll + record.format(target, self.points, 0 if last else 1, len(part), code)
            constraints = ', '.join(c for c, _ in part)
            if last:
                return out + '__asm__ __inline__ goto("%s" :: %s : %s : %s);' % (text, constraints, self.memory, label)
            out += '__asm__ __inline__ __volatile__("%s" :: %s : %s); ' % (text, constraints, self.memory)

    def dummy(self, f):
        if f.void:
            return 'return;'
        if f.result.get_canonical().kind == T.RECORD:
            return 'return (%s){0};' % f.result.spelling
        return 'return 0;'

    def wanted(self, f, live, scope, offset):
        """The variables to record at a point, by their visible names."""
        seen, out = set(), []
        for ref, v in reversed(scope):
            if v.name in seen:
                self.statistics['shadowed'] += bool(live & v.bit)
                continue
            seen.add(v.name)
            pointed = v.escaped is not None and (f.backward or v.escaped < offset or any(
                l.start <= offset < l.end and l.start <= v.escaped < l.end for l in f.loops))
            if self.mode == 'all' or live & v.bit or pointed:
                out.append(v)
        return out

    def point(self, f, live, scope, offset, result):
        """Text of a site; `result`: (name, type) of the call's own value, which is live as well."""
        self.points += 1
        f.sites += 1
        if self.mode == 'floor':
            return self.site([], '__up_out')
        variables = self.wanted(f, live, scope, offset)
        operands = [o for v in variables for o in v.operands(-1 if self.mode == 'all' else live)]
        if result:
            operands.insert(0, result)
        n = len(operands)
        self.statistics['operands'] += n
        self.statistics['sites over %d' % MAX_OPERANDS] += n > MAX_OPERANDS
        self.histogram[n] += 1
        if self.mode != 'save':
            return self.site(operands, '__up_out')
        label = '__up_c%d' % self.points
        save = 'char*__up_at=__up_save(%d);' % self.points
        for v in variables:
            if v.leaves:
                for path, _ in v.leaves:
                    if live & v.bits[path]:
                        place = '.'.join((v.name,) + path)
                        save += ' *(__typeof__(%s)*)__up_at=%s; __up_at+=sizeof %s;' % ((place,) * 3)
            elif v.escaped is not None or v.type.kind in ARRAYS:
                save += ' *(const volatile void**)__up_at=&%s; __up_at+=8;' % v.name
            else:
                save += ' __builtin_memcpy(__up_at,(const void*)&%s,sizeof %s); __up_at+=sizeof %s;' % ((v.name,) * 3)
        if result:
            save += ' __builtin_memcpy(__up_at,&__r%d,sizeof __r%d);' % (self.points, self.points)
        self.local.append(label)
        return '%s if(0) { %s: __attribute__((cold)); %s %s }' % (self.site([], label), label, save, self.dummy(f))

    histogram = collections.Counter()

    def insert(self, offset, order, text):
        self.edits.append((offset, order, text))

    def tails(self, f):
        out = set()
        if any(v.escaped is not None for v in f.variables.values()):
            return out

        def walk(s, last):
            if s.kind == K.RETURN_STMT and s.children:
                c = strip(s.children[0])
                if c.kind == K.CALL_EXPR and c.cursor.type.get_canonical() == f.result.get_canonical():
                    out.add(c.start)
            elif s.kind == K.COMPOUND_STMT:
                for i, e in enumerate(s.children):
                    end = i + 1 == len(s.children)
                    walk(e, last if end else f.void and s.children[i + 1].kind == K.RETURN_STMT)
            elif s.kind == K.IF_STMT:
                for e in s.children[1:]:
                    walk(e, last)
            elif s.kind in (K.WHILE_STMT, K.FOR_STMT, K.DO_STMT, K.SWITCH_STMT, K.CASE_STMT, K.DEFAULT_STMT, K.LABEL_STMT):
                for e in s.children:
                    walk(e, False)
            elif f.void and last:
                c = strip(s)
                if c.kind == K.CALL_EXPR:
                    out.add(c.start)
        walk(f.body, f.void)
        return out

    def function(self, f):
        f.analyse()
        f.sites = 0
        self.local = []
        tails = self.tails(f)
        statements, done = set(), set()
        scope = [(None, v) for v in f.parameters]
        entry = any(c.start in tails and self.unit.callee(c) in (None, f.name) for c in f.calls)

        def mark(n):  # calls whose value nobody uses
            if n.kind in (K.COMPOUND_STMT, K.IF_STMT, K.FOR_STMT, K.WHILE_STMT, K.DO_STMT, K.SWITCH_STMT, K.CASE_STMT,
                          K.DEFAULT_STMT, K.LABEL_STMT):
                for k in n.children:
                    if strip(k).kind == K.CALL_EXPR and k.cursor.kind.is_expression():
                        condition = n.kind in (K.IF_STMT, K.WHILE_STMT, K.SWITCH_STMT) and k is n.children[0] or \
                            n.kind == K.DO_STMT and k is n.children[1] or n.kind == K.FOR_STMT and \
                            k is f.parts[id(n)][1]
                        if not condition:
                            statements.add(strip(k).start)
            for k in n.children:
                mark(k)

        def visit(n, scope, in_value):
            if unevaluated(n):
                return
            if n.kind == K.VAR_DECL:
                for k in n.children:
                    visit(k, scope, True)
                if n.ref in f.variables:
                    scope.append((n.ref, f.variables[n.ref]))
                return
            inner = list(scope) if n.kind in (K.COMPOUND_STMT, K.FOR_STMT) else scope
            for k in n.children:
                visit(k, inner, in_value)
            if n.kind == K.CALL_EXPR and n.start not in tails and (n.start, n.end) not in done and self.unit.is_point(n):
                done.add((n.start, n.end))
                void = n.cursor.type.get_canonical().kind == T.VOID or n.start in statements
                if void:
                    s = self.point(f, n.live, scope, n.start, None)
                    self.insert(n.start, -n.end, '({ ')
                    self.insert(n.end, n.start - 10**9, '; %s })' % s)
                else:
                    name = '__r%d' % (self.points + 1)
                    s = self.point(f, n.live, scope, n.start, operand(name, n.cursor.type.get_canonical()))
                    self.insert(n.start, -n.end, '({ __auto_type %s = ' % name)
                    self.insert(n.end, n.start - 10**9, '; %s %s; })' % (s, name))
            if n in points:
                body = f.parts[id(n)][3]
                if body.kind == K.COMPOUND_STMT:
                    self.insert(body.start + 1, 0, ' %s ' % self.point(f, n.live, inner, n.start, None))
                else:
                    self.insert(body.start, -10**9, '{ %s ' % self.point(f, n.live, inner, n.start, None))
                    self.insert(self.statement_end(body), 10**8, ' }')

        points = [l for l in f.loops if not any(
            l.start <= c.start < l.end and c.start not in tails and self.unit.is_point(c) for c in f.calls) and
            l in f.loop_points and not any(l.start < o.start < l.end and o in f.loop_points for o in f.loops)]
        mark(f.body)
        if entry:
            live = 0
            for v in f.parameters:
                live |= v.bit
            self.insert(f.body.start + 1, -2, ' %s ' % self.point(f, live, scope, f.body.start, None))
        for k in f.body.children:
            visit(k, scope, False)
        if f.sites:
            if self.local:
                self.insert(f.body.start + 1, -3, ' __label__ %s;' % ', '.join(self.local))
            else:
                self.insert(f.body.end - 1, 10**9, ' if(0) { __up_out: __attribute__((cold)); %s } ' % self.dummy(f))

    def statement_end(self, n):
        """Where a statement ends: the binding leaves the semicolon of an expression statement out."""
        while n.kind in (K.IF_STMT, K.FOR_STMT, K.WHILE_STMT, K.SWITCH_STMT, K.LABEL_STMT, K.CASE_STMT, K.DEFAULT_STMT):
            n = n.children[-1]
        return n.end if n.kind == K.COMPOUND_STMT else self.unit.text.index(b';', n.end - 1) + 1

    def run(self, out):
        self.unit.reaches_point()
        for f in self.unit.functions.values():
            if f.needed:
                self.function(f)
        self.edits.sort(key=lambda e: (e[0], e[1]))
        pieces, at = [b'extern char __upstare_flag __attribute__((visibility("hidden")));'
                      b'char *__up_save(int) __attribute__((cold,noinline));\n'], 0
        for offset, _, text in self.edits:
            pieces += [self.unit.text[at:offset], text.encode()]
            at = offset
        open(out, 'wb').write(b''.join(pieces) + self.unit.text[at:])
        needed = [f for f in self.unit.functions.values() if f.needed]
        print(out, 'functions', len(self.unit.functions), 'instrumented', len(needed), 'points', self.points,
              dict(self.statistics), 'histogram', sorted(self.histogram.items()))


if __name__ == '__main__':
    sys.setrecursionlimit(100000)
    Variable.eager = '+eager' in sys.argv[3]
    Unit.quiet = '+quiet' in sys.argv[3]
    Variable.split = '+whole' not in sys.argv[3]
    Instrumenter(Unit(sys.argv[1]), sys.argv[3]).run(sys.argv[2])
