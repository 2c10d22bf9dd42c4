"""liveness.py - which variables are live at each continuation point of a preprocessed C unit.

In:  the unit's text.  Out: Unit.functions, each with its variables, calls and loops; Function.analyse() puts the live
set into `live` of its calls (after the call) and loops (at the start of a round).

A backward data flow over the syntax tree: the live set before a statement is a function of the one after it; loops,
labels and cases are iterated to the fixpoint.  Sets are bits of an integer.  Structs that nobody points to count field
by field.  Needs Debian's python3-clang-19.
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
    quiet = False  # no site in any innermost loop without calls, whether it counts or not

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
    """(constraint and expression, how the record says it).  The * keeps the register allocator from preferring a
    register for the operand: a record is no use, and hot variables need the registers."""
    star = '' if Variable.eager else '*'
    if type.kind in SCALARS:
        return '"%srme"(%s)' % (star, place), 'push'
    if type.kind in (T.DOUBLE, T.FLOAT):
        return '"%sxm"(%s)' % (star, place), 'movups'
    return '"m"(%s)' % place, 'push'


class Variable:
    """A local.  A struct that nobody points to is followed field by field: an "m" operand of the whole would keep
    gcc from holding its fields in registers, everywhere in the function."""
    FIELDS = 8
    split = True
    eager = False  # let records compete for registers

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
        if self.unit.quiet:
            return True
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
