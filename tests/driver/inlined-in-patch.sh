# inlined-in-patch.sh - a static function that gcc inlines because it is called once is called twice in a patch, by the restore clone as well: it is
# inlined there nevertheless.  Where gcc cannot do that the unit is compiled without, and so is what has no symbols that tell.
. "$(dirname "$0")/lib.sh"
unit() { # PARAMETERS DECLARATION START: of the function `once`, which is too long to be inlined if it is called twice
  cat <<C
#include <stdarg.h>
#include <stdio.h>
${2-}
static int once ($1)
{
  int s = 0;
  ${3-}
$(for i in $(seq 40); do echo "  for (int i = $i; i < n; i++) { s += a[i] * $i; a[i] ^= s; if (s & $i) a[n - 1] += i; }"; done)
  return s;
}
int work (int *a, int n) { int s = 0; for (int i = 0; i < n; i++) { printf ("%d\n", i); s += once (a, i + 1); } return s; }
int main (int argc, char **argv) { int a[9] = { 1, 2, 3, argc }; printf ("%d\n", work (a, 5)); return 0; }
C
}
has_once() { nm "$1" | grep -q ' t once$'; }
sources() { sed -n "s/.*the patch's sources are in //p" "$1"; }

unit 'int *a, int n' >unit.c
"$CC" -O2 unit.c -o unit
! has_once unit || fail "gcc does not inline it: this is no case"
"$diff" --identity --keep unit unit -o unit.upd 2>log
! has_once "$(sources log)/unit0.o" || fail "it is not inlined in the patch"
rm -r "$(sources log)"
updates ./unit unit.upd

"$CC" -O2 -Wl,--discard-all unit.c -o bare
"$diff" --identity --keep bare bare -o bare.upd 2>log || { cat log >&2; fail "no patch without local symbols"; }
has_once "$(sources log)/unit0.o" || fail "without symbols it is inlined all the same"
rm -r "$(sources log)"
updates ./bare bare.upd

# by another name, and with variable arguments: it looks as if it had been inlined, and cannot be
unit 'int *a, int n, ...' 'static int once (int *, int, ...) __asm__ ("under_another_name");' 'va_list list; va_start (list, n); va_end (list);' >unit.c
"$CC" -O2 unit.c -o unit
"$diff" --identity --keep unit unit -o unit.upd 2>log || { cat log >&2; fail "no patch of what cannot be inlined"; }
! grep -q "__always_inline__.* static int once" "$(sources log)/unit0.upstare.i" || fail "the unit was not compiled again"
rm -r "$(sources log)"
updates ./unit unit.upd
