# ccache in front of upstare-cc: what is the same is found again, what differs in an option or a header (also one that is only included
# under upstare-cc) is not; gcc's objects are not taken for ours.
. "$(dirname "$0")/lib.sh"
need ccache
export CCACHE_DIR=$PWD/cache
hits() { ccache --print-stats | awk '/^(direct|preprocessed)_cache_hit/ { n += $2 } END { print n + 0 }'; }
compile() { # EXPECTED-HITS OUTPUT WORDS...
  local expected=$1 output=$2 before
  before=$(hits)
  shift 2
  ccache "$@" -c -o "$output"
  [ $(($(hits) - before)) = "$expected" ] || fail "$*: $(($(hits) - before)) hits, not $expected"
}
compile 0 1.o "$CC" -O2 b.c
compile 1 2.o "$CC" -O2 b.c
same 1.o 2.o "the object from the cache differs"
is_instrumented 2.o || fail "the object from the cache is not instrumented"
compile 0 3.o "$CC" -O2 -fupstare-poll=flag b.c
compile 0 4.o "$CC" -O2 -fno-upstare b.c
is_instrumented 4.o && fail "-fno-upstare is instrumented"
compile 0 5.o gcc -O2 b.c
is_instrumented 5.o && fail "gcc's object is ours"
printf '#include <upstare.h>\n#ifdef __UPSTARE__\n#include "h.h"\n#endif\nint f (void) { UPSTARE_UPDATE_POINT (); return N; }\n' >u.c
compile 0 6.o "$CC" u.c
compile 1 6.o "$CC" u.c
echo '#define N 4' >h.h
compile 0 6.o "$CC" u.c
