# A header is precompiled as by gcc. Our preprocessing reads the header itself, so units that include it are instrumented; where only the
# precompiled one is there, the unit is compiled by gcc, with a warning.
. "$(dirname "$0")/lib.sh"
printf '#include <stdio.h>\n#define N 3\n' >pre.h
printf '#include "pre.h"\nint main (void) { printf ("%%d\\n", N); return 0; }\n' >p.c
"$CC" -O2 pre.h
[ -s pre.h.gch ] || fail "nothing was precompiled"
"$CC" -O2 p.c -o p 2>log
[ "$(./p)" = 3 ] && [ ! -s log ] && is_instrumented p || fail "$(cat log)"
mv pre.h away.h
"$CC" -O2 p.c -o p2 2>log
[ "$(./p2)" = 3 ] && grep -q 'p\.c: not instrumented: it cannot be preprocessed by itself' log || fail "$(cat log)"
