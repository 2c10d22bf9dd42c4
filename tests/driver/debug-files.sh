# What stays with the executable when debug information is taken away (rule D1): nothing of ours; and the file that has the debug
# information is enough for upstare-diff, whose patch then fits the stripped process.
. "$(dirname "$0")/lib.sh"
"$CC" -O2 -g a.c b.c -o full
count() { readelf -SW "$1" | grep -c ' \.debug\.upstare' || true; }
[ "$(count full)" = 3 ] || fail "an executable has not its three sections"
cp full stripped && strip stripped
cp full without-g && strip -g without-g
objcopy --only-keep-debug full full.debug
for file in stripped without-g; do [ "$(count $file)" = 0 ] || fail "$file: sections of ours are left"; done
[ "$(count full.debug)" = 3 ] || fail "the debug file has not our sections"
if command -v eu-strip >/dev/null; then
  cp full eu && eu-strip -f eu.debug eu
  [ "$(count eu)" = 0 ] && [ "$(count eu.debug)" = 3 ] || fail "eu-strip"
  "$diff" --identity eu.debug eu.debug -o eu.upd
  updates ./eu eu.upd
fi
if command -v dwz >/dev/null; then
  cp full dwz && command dwz dwz && [ "$(count dwz)" = 3 ] || fail "dwz"
  "$diff" --identity dwz dwz -o dwz.upd
  updates ./dwz dwz.upd
fi
"$diff" --identity full full -o full.upd
updates ./stripped full.upd
updates ./without-g full.upd
