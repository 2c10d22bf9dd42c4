# got-operands.sh - a pointer that holds nothing but the address of another unit's function: gcc keeps it in the global offset table, to which
# records cannot refer.  Such a unit is compiled with its operands in registers, links, and can be updated; be they few or many.
. "$(dirname "$0")/lib.sh"
cat >other.c <<'C'
#include <stdio.h>
int handler (int x) { return x + 1; }
int g (int x) { if (x > 100) puts ("big"); return x; }
int use (int (*h) (int)) { return h (g (1)); }
C
cat >few.c <<'C'
#include <stdio.h>
int handler (int), g (int), use (int (*) (int));
int work (int a) { int (*h) (int) = handler; use (h); g (a); g (a + 1); return use (h) + a; }
int main (int argc, char **argv) { for (int i = 0; i < argc + 2; i++) printf ("%d\n", work (i)); return 0; }
C
{ # the same with so many operands in one function that they prefer memory
  sed '/^int work/,$d' few.c
  echo 'int work (int a) { int (*h) (int) = handler; int b = use (h), c = b + a;'
  for i in $(seq 40); do echo "  g (a + $i); if (a > 100) b += c;"; done
  echo '  return use (h) + a + b + c; }'
  sed -n '/^int main/p' few.c
} >many.c

# gcc's text of a record that refers to the table, as it would be without that: the case is still one
refers() { "$CC" $2 -save-temps -c "$1.c" -o "$1.o" && cp "$1.upstare.c" "$1.first.i" && gcc $2 -w -fpreprocessed -fdirectives-only -S "$1.first.i" -o - | grep -q 'pushq.*@GOTPCREL'; }

for unit in few many; do
  refers $unit '-O1 -fPIC' || fail "$unit.c is no case of this: gcc has no record that refers to the table"
  for options in '-O1 -fPIC' '-O2 -fPIC' '-O2 -fPIE' '-O3 -fPIC -fupstare-poll=flag' '-Os -fPIC' -O0; do
    "$CC" $options -c $unit.c -o $unit.o 2>err || { cat err >&2; fail "$unit.c $options: does not compile"; }
    [ ! -s err ] || { cat err >&2; fail "$unit.c $options: a warning"; }
    is_instrumented $unit.o || fail "$unit.c $options: not instrumented"
    "$CC" $options -c other.c -o other.o
    "$CC" $unit.o other.o -o $unit
    "$diff" --identity $unit $unit -o $unit.upd
    updates ./$unit $unit.upd
  done
done
