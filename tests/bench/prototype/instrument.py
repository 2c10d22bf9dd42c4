#!/usr/bin/python3
"""instrument.py IN.i OUT.c MODE - puts sites into preprocessed C, to measure what they cost.

An experiment, not part of the product: docs/measurements.md says what it found.  It edits the text, so an operand
that an expression has computed before a call is not in the record (the compiler proper spills it to a temporary).

MODE  floor    a one-nop site at each continuation point, nothing saved
      operands the live variables as recorded operands (no code)
      save     the live variables saved by code on a cold path, one a site
      all      every variable in scope as a recorded operand
A mode may carry "+flag" (test a hidden flag instead of a nop), "+nomem" (no "memory" clobber) and "+whole" (structs
are not followed field by field).

Needs Debian's python3-clang-19.  Liveness is a backward data flow over the syntax tree: the live set before a
statement is a function of the one after it; loops, labels and cases are iterated to the fixpoint.
"""
import collections
import ctypes
import sys

import clang.cindex as ci
from clang.cindex import CursorKind as K, TypeKind as T

ci.Config.set_library_file('/usr/lib/x86_64-linux-gnu/libclang-19.so.1')
LIB = ci.conf.lib
for query in (LIB.clang_getCursorUnaryOperatorKind, LIB.clang_getCursorBinaryOperatorKind):
    query.argtypes, query.restype = [ci.Cursor], ctypes.c_int
POST_INC, POST_DEC, PRE_INC, PRE_DEC, ADDRESS_OF = 1, 2, 3, 4, 5
L_AND, L_OR, ASSIGN = 20, 21, 22
MAX_OPERANDS = 28  # an asm takes 30, with the label; leave one

# Foreign functions (declared in a system header) that block or call back: continuation points.
FOREIGN_POINTS = set('''read write pread pwrite pread64 pwrite64 readv writev recv send recvfrom sendto recvmsg sendmsg
accept connect poll select nanosleep sleep usleep wait waitpid fsync fdatasync ftruncate fcntl fcntl64 open open64
fread fwrite fgets fgetc getc getchar fputs puts putc fputc printf fprintf vfprintf vprintf fflush fclose fscanf scanf
getline qsort bsearch system pclose popen pthread_mutex_lock pthread_cond_wait pthread_join dlopen dlclose exit
getdelim ungetc tmpfile fopen fopen64 freopen64'''.split())

SCALARS = (T.POINTER, T.INT, T.UINT, T.LONG, T.ULONG, T.SHORT, T.USHORT, T.CHAR_S, T.CHAR_U, T.SCHAR, T.UCHAR, T.ENUM,
           T.LONGLONG, T.ULONGLONG, T.BOOL)
ARRAYS = (T.CONSTANTARRAY, T.VARIABLEARRAY, T.INCOMPLETEARRAY)


class Node:
    """One cursor, read once: the binding is too slow to walk it in a fixpoint."""
    __slots__ = ('kind', 'start', 'end', 'children', 'op', 'name', 'ref', 'type', 'cursor', 'live', 'known')

    def __init__(self, c):
        self.cursor = c
        self.kind = c.kind
        self.start, self.end = c.extent.start.offset, c.extent.end.offset
        self.op = self.name = self.ref = self.type = None
        self.live = self.known = 0
        if self.kind == K.UNARY_OPERATOR:
            self.op = LIB.clang_getCursorUnaryOperatorKind(c)
        elif self.kind in (K.BINARY_OPERATOR, K.COMPOUND_ASSIGNMENT_OPERATOR):
            self.op = LIB.clang_getCursorBinaryOperatorKind(c)
        elif self.kind in (K.DECL_REF_EXPR, K.LABEL_REF):
            r = c.referenced
            self.name = c.spelling
            if self.kind == K.DECL_REF_EXPR and r is not None and r.kind in (K.VAR_DECL, K.PARM_DECL):
                self.ref = r.hash
        elif self.kind in (K.VAR_DECL, K.LABEL_STMT):
            self.name = c.spelling
            self.ref = c.hash
        self.children = [Node(k) for k in c.get_children() if not k.kind.is_declaration() or
                         k.kind == K.VAR_DECL and self.kind == K.DECL_STMT]


def strip(n):
    while n.kind in (K.UNEXPOSED_EXPR, K.PAREN_EXPR) and len(n.children) == 1:
        n = n.children[0]
    return n


def unevaluated(n):
    return n.kind in (K.CXX_UNARY_EXPR, K.GENERIC_SELECTION_EXPR)


class Unit:
    def __init__(self, path):
        self.text = open(path, 'rb').read()
        self.system = []  # by line: does it come from a system header?
        system = False
        for line in self.text.split(b'\n'):
            if line.startswith(b'# ') and b'"' in line:
                system = b'3' in line.rsplit(b'"', 1)[1].split()
            self.system.append(system)
        args = ['-xc', '-w', '-std=gnu11', '-D_Float32=float', '-D_Float64=double', '-D_Float32x=double',
                '-D_Float64x=long double', '-D_Float128=__float128', '-D__malloc__(...)=__malloc__']
        self.tu = ci.Index.create().parse('x.c', args=args, unsaved_files=[('x.c', self.text.decode('latin1'))])
        for d in self.tu.diagnostics:
            if d.severity >= 3:
                print('error:', d, file=sys.stderr)
        self.functions = {}
        for f in self.tu.cursor.get_children():
            if f.kind == K.FUNCTION_DECL and f.is_definition() and not self.is_system(f):
                self.functions[f.spelling] = Function(self, f)

    def is_system(self, cursor):
        line = cursor.location.line - 1
        return line < len(self.system) and self.system[line]

    def reaches_point(self):
        """Marks the functions that can reach a continuation point."""
        todo = [f for f in self.functions.values() if f.loop_points or any(self.outer(c) for c in f.calls)]
        callers = collections.defaultdict(list)
        for f in self.functions.values():
            for c in f.calls:
                callers[self.callee(c)].append(f)
        # recursion must have a point somewhere
        for f in self.functions.values():
            seen, work = set(), [f.name]
            while work:
                for c in self.functions[work.pop()].calls:
                    name = self.callee(c)
                    if name == f.name:
                        todo.append(f)
                    if name in self.functions and name not in seen:
                        seen.add(name)
                        work.append(name)
        while todo:
            f = todo.pop()
            if not f.needed:
                f.needed = True
                todo += callers[f.name]

    def callee(self, call):
        r = call.cursor.referenced
        return r.spelling if r is not None and r.kind == K.FUNCTION_DECL else None

    def outer(self, call):
        """Does the call leave this unit for code that may reach an update point?"""
        name = self.callee(call)
        if name is None:
            return True
        if name in self.functions or name.startswith('__builtin_'):
            return False
        return not self.is_system(call.cursor.referenced) or name in FOREIGN_POINTS

    def is_point(self, call):
        name = self.callee(call)
        return self.outer(call) or name in self.functions and self.functions[name].needed


def leaves(type, path=()):
    """The scalar fields of a struct as [(path, type)]; None if it has others (arrays, unions, bit-fields)."""
    type = type.get_canonical()
    if type.is_volatile_qualified():
        return None
    if type.kind in SCALARS or type.kind in (T.DOUBLE, T.FLOAT):
        return [(path, type)]
    declaration = type.get_declaration()
    if type.kind != T.RECORD or declaration.kind != K.STRUCT_DECL:
        return None
    out = []
    for field in type.get_fields():
        inner = None if field.is_bitfield() or not field.spelling else leaves(field.type, path + (field.spelling,))
        if inner is None:
            return None
        out += inner
    return out


def operand(place, type):
    if type.kind in SCALARS:
        return '"rme"(%s)' % place, 'push'
    if type.kind in (T.DOUBLE, T.FLOAT):
        return '"xm"(%s)' % place, 'movups'
    return '"m"(%s)' % place, 'push'


class Variable:
    """A local.  A struct that nobody points to is followed field by field: an "m" operand of the whole would keep
    gcc from holding its fields in registers, everywhere in the function."""
    FIELDS = 8
    split = True

    def __init__(self, cursor, start):
        self.name, self.start = cursor.spelling, start
        self.type = cursor.type.get_canonical()
        self.escaped = None  # source offset of the first place where its address is taken
        self.bits = {}  # path -> bit of the leaf
        self.bit = 0  # of all leaves
        self.leaves = None

    def number(self, first):
        found = leaves(self.type) if self.type.kind == T.RECORD and self.split and self.escaped is None else None
        self.leaves = found if found and len(found) <= self.FIELDS else None
        for path, _ in self.leaves or [((), None)]:
            self.bits[path] = 1 << first
            self.bit |= 1 << first
            first += 1
        return first

    def bits_of(self, path):
        """The leaves at or below a path; a path below a leaf that was not split stands for all of it."""
        if not self.leaves:
            return self.bit
        return sum(b for p, b in self.bits.items() if p[:len(path)] == path)

    def operands(self, live):
        if self.leaves:
            return [operand('.'.join((self.name,) + p), t) for p, t in self.leaves if live & self.bits[p]]
        if self.type.kind == T.VARIABLEARRAY:
            return [('"m"(*(char*)%s)' % self.name, 'push')]
        if self.escaped is not None or self.type.is_volatile_qualified():
            return [('"m"(%s)' % self.name, 'push')]
        return [operand(self.name, self.type)]


class Function:
    def __init__(self, unit, cursor):
        self.unit, self.cursor, self.name = unit, cursor, cursor.spelling
        self.needed = False
        self.body = [Node(c) for c in cursor.get_children() if c.kind == K.COMPOUND_STMT][0]
        self.result = cursor.result_type
        self.void = self.result.get_canonical().kind == T.VOID
        self.variables = {}
        self.parameters = []
        for p in cursor.get_arguments():
            if p.spelling:
                self.parameters.append(self.declare(p, p.extent.start.offset))
        self.calls, self.loops, self.labels_taken, self.once = [], [], [], set()
        self.backward = False
        self.collect(self.body, False)
        self.loop_points = [n for n in self.loops if not self.ends_soon(n)]
        bits = 0
        for v in self.variables.values():
            bits = v.number(bits)

    def declare(self, cursor, start):
        v = Variable(cursor, start)
        self.variables[cursor.hash] = v
        return v

    def collect(self, n, address):
        """Finds variables, escapes, calls and loops.  address: the value of n is its address."""
        if unevaluated(n):
            return
        if n.kind == K.VAR_DECL:
            if n.cursor.storage_class not in (ci.StorageClass.STATIC, ci.StorageClass.EXTERN):
                self.declare(n.cursor, n.end)
        elif n.kind == K.DECL_REF_EXPR:
            v = self.variables.get(n.ref)
            if v and (address or v.type.kind in ARRAYS) and v.escaped is None:
                v.escaped = n.start
        elif n.kind == K.CALL_EXPR:
            self.calls.append(n)
        elif n.kind in (K.WHILE_STMT, K.FOR_STMT, K.DO_STMT):
            self.loops.append(n)
            zero = strip(n.children[-1])  # do { } while (0) of macros goes round once: no loop
            if n.kind == K.DO_STMT and self.unit.text[zero.start:zero.end] == b'0':
                self.once.add(n)
        elif n.kind == K.ADDR_LABEL_EXPR:
            self.labels_taken.append(n.children[0].name)
        elif n.kind in (K.GOTO_STMT, K.INDIRECT_GOTO_STMT):
            self.backward = True
        for k in n.children:
            inner = False
            if n.kind == K.UNARY_OPERATOR:
                inner = n.op == ADDRESS_OF
            elif n.kind == K.PAREN_EXPR:
                inner = address
            elif n.kind == K.MEMBER_REF_EXPR:
                dot = k.cursor.type.get_canonical().kind == T.RECORD
                inner = dot and (address or n.cursor.type.get_canonical().kind in ARRAYS)
            self.collect(k, inner)

    def ends_soon(self, loop):
        """An innermost loop without calls that counts a local variable up or down."""
        if loop in self.once:
            return True
        if any(loop.start <= c.start < loop.end for c in self.calls):
            return False
        if any(loop.start < l.start < loop.end for l in self.loops if l not in self.once):
            return False
        condition, step, body = self.loop_parts(loop)
        if condition is None:
            return False
        counters = set()
        for part in (condition, step):
            self.steps(part, counters)
        assigned = set()
        self.assigned(body, assigned)
        tested = set()
        self.tested(condition, tested)
        if counters & tested - assigned:
            return True
        inner = set()
        self.steps(body, inner)  # while (i < n) { ...; i++; }
        return bool(inner & tested) and loop.kind != K.FOR_STMT

    def steps(self, n, out):
        if n is None:
            return
        if n.kind == K.UNARY_OPERATOR and n.op in (POST_INC, POST_DEC, PRE_INC, PRE_DEC) or \
                n.kind == K.COMPOUND_ASSIGNMENT_OPERATOR:
            t = strip(n.children[0])
            if t.kind == K.DECL_REF_EXPR and t.ref in self.variables:
                out.add(t.ref)
        for k in n.children:
            self.steps(k, out)

    def assigned(self, n, out):
        self.steps(n, out)

        def plain(n):
            if n.kind == K.BINARY_OPERATOR and n.op == ASSIGN:
                t = strip(n.children[0])
                if t.kind == K.DECL_REF_EXPR:
                    out.add(t.ref)
            for k in n.children:
                plain(k)
        plain(n)

    def tested(self, n, out):
        """Variables compared as such; what is behind a pointer (while (*p++)) does not bound a loop."""
        n = strip(n)
        if n.kind == K.DECL_REF_EXPR:
            out.add(n.ref)
        elif n.kind == K.BINARY_OPERATOR or n.kind == K.UNARY_OPERATOR and n.op in (
                POST_INC, POST_DEC, PRE_INC, PRE_DEC):
            for k in n.children:
                self.tested(k, out)

    def loop_parts(self, n):
        """(condition or None, step or None, body)"""
        c = n.children
        if n.kind == K.WHILE_STMT:
            return c[0], None, c[1]
        if n.kind == K.DO_STMT:
            return c[1], None, c[0]
        text, depth, semicolons = self.unit.text, 0, []
        i = text.index(b'(', n.start)
        while i < c[-1].start:  # the binding leaves absent parts out: find the two semicolons
            ch = text[i:i + 1]
            if ch in b'\'"':
                q = ch
                i += 1
                while text[i:i + 1] != q:
                    i += 2 if text[i:i + 1] == b'\\' else 1
            elif ch in b'({':
                depth += 1
            elif ch in b')}':
                depth -= 1
            elif ch == b';' and depth == 1:
                semicolons.append(i)
            i += 1
        condition = [k for k in c[:-1] if semicolons[0] < k.start < semicolons[1]]
        step = [k for k in c[:-1] if k.start > semicolons[1]]
        return condition[0] if condition else None, step[0] if step else None, c[-1]

    def loop_init(self, n):
        if n.kind != K.FOR_STMT:
            return None
        condition, step, body = self.loop_parts(n)
        first = n.children[0]
        return first if first is not condition and first is not step and first is not body else None

    # ---- liveness -------------------------------------------------------------------------------------

    def analyse(self):
        self.at_label = collections.defaultdict(int)
        self.parts = {id(n): (self.loop_init(n),) + self.loop_parts(n) for n in self.loops}
        while True:
            before = dict(self.at_label)
            self.before(self.body, 0, 0, 0)
            if before == dict(self.at_label):
                return

    def place(self, n):
        """(variable, path) if n names a local or a field of one, else (None, ())"""
        path, n = (), strip(n)
        while n.kind == K.MEMBER_REF_EXPR and n.children and \
                n.children[0].cursor.type.get_canonical().kind == T.RECORD:
            path = (n.cursor.spelling,) + path
            n = strip(n.children[0])
        return (self.variables.get(n.ref), path) if n.kind == K.DECL_REF_EXPR else (None, ())

    def before(self, n, after, brk, cont):
        """The variables live before n, when `after` are live after it and brk, cont after break and continue."""
        k, c = n.kind, n.children
        if unevaluated(n):
            return after
        if k in (K.DECL_REF_EXPR, K.MEMBER_REF_EXPR):
            v, path = self.place(n)
            if v or k == K.DECL_REF_EXPR:
                return after | (v.bits_of(path) if v else 0)
        if k == K.CALL_EXPR:
            n.live |= after
            for e in reversed(c):
                after = self.before(e, after, brk, cont)
            return after
        if k == K.BINARY_OPERATOR and n.op == ASSIGN:
            v, path = self.place(c[0])
            if v:  # a field of a struct that is not split: neither needed nor wholly defined
                return self.before(c[1], after & ~(v.bits_of(path) if v.leaves or not path else 0), brk, cont)
            return self.before(c[0], self.before(c[1], after, brk, cont), brk, cont)
        if k == K.BINARY_OPERATOR and n.op in (L_AND, L_OR):
            return self.before(c[0], after | self.before(c[1], after, brk, cont), brk, cont)
        if k == K.CONDITIONAL_OPERATOR:
            return self.before(c[0], self.before(c[1], after, brk, cont) | self.before(c[2], after, brk, cont),
                               brk, cont)
        if k == K.VAR_DECL:
            if n.ref in self.variables:
                after &= ~self.variables[n.ref].bit
        elif k == K.IF_STMT:
            other = self.before(c[2], after, brk, cont) if len(c) > 2 else after
            return self.before(c[0], self.before(c[1], after, brk, cont) | other, brk, cont)
        elif k in (K.WHILE_STMT, K.FOR_STMT, K.DO_STMT):
            return self.before_loop(n, after)
        elif k == K.SWITCH_STMT:
            outer, self.cases = getattr(self, 'cases', 0), 0
            has_default = [False]
            self.find_default(c[1], has_default)
            self.before(c[1], after, after, cont)
            entry = self.cases | (0 if has_default[0] else after)
            self.cases = outer
            return self.before(c[0], entry, brk, cont)
        elif k in (K.CASE_STMT, K.DEFAULT_STMT):
            live = self.before(c[-1], after, brk, cont)
            self.cases |= live
            return live
        elif k == K.LABEL_STMT:
            live = self.before(c[0], after, brk, cont)
            self.at_label[n.name] |= live
            return live
        elif k == K.GOTO_STMT:
            return self.at_label[c[0].name]
        elif k == K.INDIRECT_GOTO_STMT:
            live = 0
            for label in self.labels_taken:
                live |= self.at_label[label]
            return self.before(c[0], live, brk, cont)
        elif k == K.BREAK_STMT:
            return brk
        elif k == K.CONTINUE_STMT:
            return cont
        elif k == K.RETURN_STMT:
            after = 0
        for e in reversed(c):
            after = self.before(e, after, brk, cont)
        return after

    def find_default(self, n, found):
        if n.kind == K.DEFAULT_STMT:
            found[0] = True
        if n.kind != K.SWITCH_STMT:
            for k in n.children:
                self.find_default(k, found)

    def before_loop(self, n, after):
        init, condition, step, body = self.parts[id(n)]
        while True:
            head = n.known  # live where the next round starts: before the condition (do: before the body)
            if n.kind == K.DO_STMT:
                test = self.before(condition, after | head, 0, 0)
                new = self.before(body, test, after, test)
                n.live |= new
            else:
                again = self.before(step, head, 0, 0) if step else head
                into = self.before(body, again, after, again)
                n.live |= into
                new = self.before(condition, into | after, 0, 0) if condition else into
            if new | head == head:
                break
            n.known = new | head
        return self.before(init, n.known, 0, 0) if init else n.known


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
                    kind = n.cursor.type.get_canonical().kind
                    how = ('"rme"(%s)' % name, 'push') if kind in SCALARS else \
                        ('"xm"(%s)' % name, 'movups') if kind in (T.DOUBLE, T.FLOAT) else ('"m"(%s)' % name, 'push')
                    s = self.point(f, n.live, scope, n.start, how)
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
    Variable.split = '+whole' not in sys.argv[3]
    Instrumenter(Unit(sys.argv[1]), sys.argv[3]).run(sys.argv[2])
