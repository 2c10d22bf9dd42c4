# Meson takes upstare-cc for the gcc it runs.
. "$(dirname "$0")/lib.sh"
need meson
cat >meson.build <<'C'
project('scenario', 'c')
compiler = meson.get_compiler('c')
message(compiler.get_id(), compiler.version(), compiler.has_function('epoll_wait'), compiler.has_argument('-fno-plt'), compiler.sizeof('long double'))
executable('prog', 'a.c', 'b.c')
C
for compiler in gcc "$CC"; do
  name=$(basename "$compiler")
  CC=$compiler meson setup "build.$name" >"$name.log" 2>&1 && ninja -C "build.$name" >>"$name.log" 2>&1 || { cat "$name.log" >&2; fail "$name"; }
  "build.$name/prog" | cmp - expected
  grep '^Message' "$name.log" >"$name.features"
done
same gcc.features upstare-cc.features "Meson finds other features"
is_instrumented build.upstare-cc/prog
