# What build systems ask compilers, and how they call them: the answers are gcc's.
. "$(dirname "$0")/lib.sh"
ask() { # COMPILER WORDS...: its answer
  "$@" 2>&1 || echo "exit status $?"
}
while read -r words; do
  eval "ask gcc $words" >gcc.out
  eval "ask '$CC' $words" >ours.out
  same gcc.out ours.out "$words"
done <<'L'
-dumpversion
-dumpfullversion
-dumpmachine
-print-libgcc-file-name
-print-search-dirs
-print-prog-name=ld
-print-file-name=libc.so
-print-multi-os-directory
-print-multiarch
--help=warnings
nothing.c
-c a.c b.c -o x
-fnonsense -c a.c

L
[ "$("$CC" --version | head -n 1)" = "$(gcc --version | head -n 1)" ] || fail "--version"
[ "$("$CC" -v 2>&1 | tail -n 1)" = "$(gcc -v 2>&1 | tail -n 1)" ] || fail "-v"
"$CC" -### -c a.c 2>&1 | grep -q cc1 || fail "-###"
"$CC" -E a.c | grep -q 'int work' || fail "-E"
echo 'int main (void) { return 3; }' | "$CC" -x c - -o from-stdin
./from-stdin && fail "the program from standard input" || [ $? = 3 ]
mkdir 'with space' && cp a.c b.c h.h 'with space'
echo '-O2 "with space/a.c" with\ space/b.c -o "with space/out prog"' >words
"$CC" @words
'with space/out prog' | cmp - expected
mkdir out && (cd out && "$CC" -O2 -save-temps ../a.c ../b.c -o prog && ./prog | cmp - ../expected && ls | grep -q 'upstare.c$') || fail "-save-temps, out of tree"
"$CC" -O2 -flto a.c b.c -o lto 2>log && ./lto | cmp - expected && grep -q 'compiled without -flto' log || fail "-flto"
# What instrumentation adds is no reason for warnings: calls between declarations, values that are computed before others.
cat >warned.c <<'C'
int next (int);
int sum (int n)
{
  int total = 0;
  while (n > 0 && next (n) > 0)
    { int one = next (n--) + next (n) * next (total); total += one; if (next (one) && next (total)) total--; }
  return total;
}
C
"$CC" -O2 -Wall -Wextra -Wdeclaration-after-statement -Werror -c warned.c 2>log && [ ! -s log ] && is_instrumented warned.o || fail "warnings: $(cat log)"
[ "$("$CC" -O2 -Wdeclaration-after-statement -c warned.c 2>&1)" = '' ] || fail "a warning about instrumented code"
# The runtime's own free and realloc are linked only into programs that remember allocations.
echo '#include <stdlib.h>
int main (void) { void *p = malloc (7); free (p); return p == 0; }' >freeing.c
"$CC" -O2 freeing.c -o freeing && ./freeing && ! nm freeing | grep -q ' [TW] free$' || fail "a free of ours in a program that has not asked for it"
"$CC" -O2 -fupstare-heap=types freeing.c -o remembering && ./remembering && nm remembering | grep -q ' W free$' || fail "no free of ours in a program that remembers allocations"
