# prelinked.sh - upstare-cc with prelinked copies of libclang (UpStare.Compiler/Prelink), and where they cannot be used: it does the same, and
# never loads a copy that is not of the library that is installed, or whose addresses are taken.
. "$(dirname "$0")/lib.sh"
copies=$root/artifacts/lib/upstare/libclang
[ -e "$copies/origin" ] || { [ "$(uname -m)" = x86_64 ] || exit 77; fail "no copies in $copies: ./build.sh makes them"; }

# installation NAME: an installation of its own, whose copies are links
installation() {
  mkdir -p "$1/bin" "$1/lib/upstare/libclang"
  cp "$CC" "$1/bin/upstare-cc"
  ln -s "$root"/artifacts/lib/upstare/*.a "$1/lib/upstare/"
  ln -s "$copies"/* "$1/lib/upstare/libclang/"
}
# compiles NAME yes|no [ENVIRONMENT...]: a.c; are copies loaded?  The assembly text tells whether it is the same.
compiles() {
  local name=$1 copied=$2
  shift 2
  env LD_DEBUG=files "$@" "$name/bin/upstare-cc" -O2 -S a.c -o "$name.s" 2>"$name.err" || { tail -n 3 "$name.err" >&2; fail "$name: a.c does not compile"; }
  grep -q 'calling init.*/libclang-19' "$name.err" || fail "$name: libclang is not loaded"
  if grep -q "calling init: .*/$name/lib/upstare/libclang/" "$name.err"; then loaded=yes; else loaded=no; fi
  [ "$loaded" = "$copied" ] || { grep 'calling init' "$name.err" >&2; fail "$name: are copies loaded? $loaded, not $copied"; }
}

installation copied
compiles copied yes
grep -q '\.debug\.upstare' copied.s || fail "a.c is not instrumented"

installation none
rm -r none/lib/upstare/libclang
compiles none no
same copied.s none.s "a copy of libclang does something else than the library"

# the library was updated since: another size, another time, another place; or the file is none of ours
for change in 's/^\(lib[^ ]*\) [0-9]*/\1 4711/' 's/^\(lib[^ ]* [0-9]*\) [0-9]*/\1 4711/' 's,/lib,/nowhere,' 's/.*/?/' '1s/.*/1/' 'd'; do
  rm -rf changed
  installation changed
  rm changed/lib/upstare/libclang/origin
  sed "$change" "$copies/origin" >changed/lib/upstare/libclang/origin
  compiles changed no
  same copied.s changed.s "after $change"
done

# a copy is missing
installation half
rm half/lib/upstare/libclang/libclang-*
compiles half no
same copied.s half.s "where a copy is missing"

# something is where the copies belong
cat >taken.c <<'C'
#include <sys/mman.h>
__attribute__((constructor)) static void take (void) { mmap ((void *) 0x100000400000, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); }
C
gcc -shared -fPIC taken.c -o taken.so
installation taken
compiles taken no LD_PRELOAD="$PWD/taken.so"
same copied.s taken.s "where the addresses are taken"

# something has loaded libstdc++ already
installation early
compiles early no LD_PRELOAD="$(gcc -print-file-name=libstdc++.so.6)"
same copied.s early.s "where libstdc++ is loaded before"

# what libLLVM alone needs is not loaded with the copy
! grep -q 'calling init: .*/lib\(z3\|xml2\|icuuc\|edit\)' copied.err || fail "libLLVM's libraries are loaded: $(grep -c 'calling init' copied.err)"

# several threads want libclang at once
for i in $(seq 8); do
  echo "int w$i (int x) { __builtin_printf (\"\"); return x; } int v$i (int x) { int s = 0; for (int j = 0; j < x; j++) s += w$i (j); return s; }" >unit$i.c
  "$CC" -O2 -c unit$i.c
done
echo 'int v1 (int); int main (void) { return v1 (0); }' >main.c
"$CC" main.c unit*.o -o many
for i in $(seq 30); do "$diff" --identity many many -o many.upd || fail "upstare-diff, run $i, exits with $?"; done

# the tool: nothing is done twice, and what it cannot write it says
prelink=$root/artifacts/obj/prelink
mkdir own
"$prelink" own
touch -d '2001-01-01' own/libclang-*
"$prelink" own
[ "$(stat -c %Y own/libclang-*)" = "$(date -d 2001-01-01 +%s)" ] || fail "prelink has made its copies again"
if "$prelink" nowhere 2>err; then fail "prelink into a folder that does not exist"; fi
grep -q '^prelink: nowhere/' err || fail "prelink: $(cat err)"
rm -rf own
