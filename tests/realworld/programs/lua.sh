# Lua 5.4: Debian's Makefile with libtool.  The package has no tests; the suite is the interpreter on the benchmark's scripts and on its own compiler's
# output (luac, strip, load again).
SUITE='scripts, luac'

source() { "$debian_source" lua5.4 5.4.4; }

# As debian/rules does it: libtool makes a static and a shared library, the interpreter is linked with the static one.
build() {
  need libtoolize libtool && need autoreconf autoconf && need automake automake || return 1
  mkdir -p debian/libtool && cp debian/configure.ac debian/libtool/ &&
    (cd debian/libtool && LIBTOOLIZE='libtoolize -i' autoreconf -f -i && ./configure CC="$CC") || return 1
  echo "#define DEB_HOST_MULTIARCH \"$(gcc -dumpmachine)\"" >src/lua5.4-deb-multiarch.h
  # One at a time: the rule for two libraries runs twice under -j, with gcc as well, and the two take each other's files away.
  make linux MYLIBS=-ldl LIBTOOL="$PWD/debian/libtool/libtool" CC="$CC -std=gnu99" CXX=g++ && cp src/lua5.4 src/lua && cp src/luac5.4 src/luac
}

scripts='fib 24
nbody 20000
tables 20000
strings 6000
closures 30000'

suite() {
  local name size
  while read -r name size; do
    if src/lua "$root/tests/bench/lua/$name.lua" "$size" >"$name.out" 2>&1; then echo "ok $name $(cksum <"$name.out")"; else echo "FAILED $name"; fi
    if src/luac -s -o "$name.luac" "$root/tests/bench/lua/$name.lua" && src/lua "$name.luac" "$size" 2>&1 | cmp -s - "$name.out"; then echo "ok $name, compiled"; else echo "FAILED $name, compiled"; fi
  done <<<"$scripts"
}

# Every M-th point from the N-th on; and K-fold roll-backs.
updates() {
  local name size how
  upd_identity src/lua "$PWD/identity.upd" || { echo "FAILED identity patch"; return; }
  while read -r name size; do
    for how in APPLY_AT=1+997 APPLY_AT=1000+1009 APPLY_AT=50000+10007 ROLLBACK_EVERY=200003; do
      if env "UPSTARE_$how:$PWD/identity.upd" UPSTARE_VERBOSE=1 src/lua "$root/tests/bench/lua/$name.lua" "$size" >updated.out 2>updated.err && cmp -s updated.out "$name.out"; then echo "ok $name $how"; else echo "FAILED $name $how"; fi
    done
  done <<<"$scripts"
}

# 5.4.4 to 5.4.7: an interpreter in the middle of a script.
PAIR_OPTIONS=-fupstare-heap=types PAIR_PROGRAM=src/lua PAIR_MAP=lua-5.4.4-5.4.7.map

versions() { "$debian_source" lua5.4 5.4.4 && UPSTARE_DEBIAN_SUITES=${UPSTARE_DEBIAN_SUITES-trixie} "$debian_source" lua5.4 5.4.7; }

# Each script is long enough to be updated after a third of a second, says so at its end, and prints what it prints without an update.
pair() {
  local name size process
  while read -r name size; do
    "$OLD/src/lua" "$root/tests/bench/lua/$name.lua" "$size" >plain.out
    "$OLD/src/lua" "$root/tests/bench/lua/$name.lua" "$size" >updated.out &
    process=$!
    sleep 0.3
    check "$name, update" "$artifacts/bin/upstare" apply "$process" "$PATCH"
    check "$name, version" runs "$process" "$NEW/src/lua"
    check "$name, end" wait "$process"
    check "$name, output" cmp plain.out updated.out
  done <<<"$long_scripts"
}
long_scripts='fib 36
nbody 1000000
tables 1500000
strings 400000
closures 1500000'
