# way-out.sh - the way out of a function runs once, when its stack is unrolled: gcc knows that, and puts it among the cold code; what tells it
# so (a call of a cold function) is gone from all that is optimised, and never was in what is not.
. "$(dirname "$0")/lib.sh"
cat >unit.c <<'C'
#include <stdio.h>
int g (int x) { if (x > 100) puts ("big"); return x; }
int sum (int n) { int s = 0; for (int i = 0; i < n; i++) { s += g (i); if (s > 10) g (s); g (s + 1); } g (n); return s; }
double half (int n) { g (n); return n / 2.0; }
char *text (char *s) { g (*s); return s + 1; }
void nothing (int *p) { g (*p); *p = 1; }
struct three { long a, b, c; } many (int n) { struct three t = { n, g (n), n }; g (n + 1); return t; }
SLOW int slow (int n) { int s = g (n); return s + n; }
int (*volatile taken) (int) = sum;
int main (int argc, char **argv) { int x = 0; for (int i = 0; i < argc + 2; i++) { nothing (&x); printf ("%d %g %s %ld %d\n", taken (i), half (i), text ("abc"), many (i).b, slow (i)); } return x - 1; }
C
calls='call.*upstare_never'

for options in '-O1' '-O2' '-O2 -fPIC -fno-plt' '-O3' '-Os' '-Og' '-O2 -fno-tree-dce' '-O2 -ffunction-sections' '-O2 -fupstare-poll=flag' '-O2 -fprofile-generate' '-O2 -g -DSLOW=__attribute__((noinline))'; do
  case $options in *SLOW*) ;; *) options="$options -DSLOW=" ;; esac
  "$CC" $options -Wall -Wextra -pedantic -S unit.c -o unit.s 2>err || fail "$options: does not compile"
  grep -q warning err && grep -q upstare err && { cat err >&2; fail "$options: a warning about what is ours"; }
  ! grep -q "$calls" unit.s || fail "$options: the call is still there"
done

"$CC" -O2 -DSLOW= -S unit.c -o unit.s
grep -q '^sum\.cold:' unit.s || fail "the way out is not among the cold code"

for options in '-O2 -DSLOW=' '-Os -DSLOW=' '-O0 -DSLOW=' '-O2 -DSLOW=__attribute__((optimize("O0")))' '-O2 -fPIC -fno-plt -DSLOW=__attribute__((optimize("O0")))'; do
  "$CC" $options unit.c -o unit || fail "$options: does not link"
  "$diff" --identity unit unit -o unit.upd
  updates ./unit unit.upd
  # also in a patch, where a function has several names: its cold part is named after one of them
  made=$(sed -n 's/^upstare: \([0-9]*\) updates at .*/\1/p' updated.err)
  [ "$made" = "${first:=$made}" ] || fail "$options: $made updates, and $first with other options: not every point is one"
done
{ echo '#pragma GCC optimize ("O0")'; cat unit.c; } >pragma.c
unoptimised() { "$CC" "$@" -S -o unit.s || fail "$*: does not compile"; grep -q 'call.*g' unit.s && ! grep -q "$calls" unit.s || fail "$*: a call is left where nothing is optimised"; }
unoptimised -O2 -DSLOW= pragma.c
unoptimised -DSLOW= unit.c
unoptimised -O2 -O0 -DSLOW= unit.c
for level in '"O0"' 0; do unoptimised -O2 "-DSLOW=__attribute__((__optimize__($level)))" unit.c; done
