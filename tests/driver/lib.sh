# lib.sh - what the scenarios of this folder share; each is a script that is run in an empty folder of its own, exits with 0 if all
# is well, with 77 if a tool is not installed, and else says what is wrong.  DriverScenarioTests runs them all.
#
# Out: $CC is upstare-cc; a.c and b.c with h.h are a program with a call from one to the other, that prints 0, 3, 6, 9.
set -eu
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
CC=${UPSTARE_CC:-$root/artifacts/bin/upstare-cc}
diff=$root/artifacts/bin/upstare-diff
unset UPSTARE_GCC || true

fail() { echo "$*" >&2; exit 1; }
need() { command -v "$1" >/dev/null || { echo "$1 is not installed" >&2; exit 77; }; }
same() { cmp "$1" "$2" >&2 || { diff_of "$1" "$2" >&2; fail "$3"; }; }
diff_of() { command diff "$1" "$2" || true; }
is_instrumented() { readelf -SW "$1" | grep -q ' \.debug\.upstare '; }

# updates EXECUTABLE PATCH [ARGUMENTS...]: runs it, updated to its own version at every point; its output must stay
updates() {
  local executable=$1 patch=$2 points
  shift 2
  "$executable" "$@" >plain.out
  UPSTARE_APPLY_AT=1+1:$(realpath "$patch") UPSTARE_VERBOSE=1 "$executable" "$@" >updated.out 2>updated.err || { cat updated.err >&2; fail "$executable fails when it is updated"; }
  same plain.out updated.out "$executable prints something else when it is updated"
  points=$(sed -n 's/^upstare: \([0-9]*\) updates at .*/\1/p' updated.err)
  [ "${points:-0}" -gt 0 ] || { cat updated.err >&2; fail "$executable was not updated"; }
}

cat >a.c <<'C'
#include <stdio.h>
#include "h.h"
int work (int);
int main (int argc, char **argv) { for (int i = 0; i < argc + N; i++) printf ("%d\n", work (i)); return 0; }
C
cat >b.c <<'C'
#include <stdio.h>
#include "h.h"
int work (int x) { if (x > 100) puts ("big"); return x * N; }
C
echo '#define N 3' >h.h
printf '0\n3\n6\n9\n' >expected
