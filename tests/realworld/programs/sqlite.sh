# SQLite: configure, the amalgamation, its shell and speedtest1.  The suite is speedtest1: its verification hash of everything read.
SUITE='speedtest1 --verify'

source() { need tclsh tcl >/dev/null && "$debian_source" sqlite3; }

# The options of the benchmark's SQLite; configure finds what it finds.
build() {
  mkdir -p build && cd build && ../configure --disable-tcl --disable-readline --disable-load-extension --disable-threadsafe &&
    make sqlite3.c && make -j"$jobs" sqlite3 speedtest1 && grep -v '^#\( define\|define\) PACKAGE\|/\* Gener' config.log >/dev/null
}

speedtest() { build/speedtest1 --size "$1" --verify --testset "$2" ":memory:" | grep -i 'hash'; }

suite() {
  local set
  for set in main cte fp; do
    if speedtest 5 "$set" >"$set.out"; then echo "ok $set $(cat "$set.out")"; else echo "FAILED $set"; fi
  done
  build/sqlite3 :memory: 'create table t(a, b); insert into t values (1, 2), (3, 4); select sum(a * b) from t;' | grep -qx 14 && echo "ok shell" || echo "FAILED shell"
}

updates() {
  local set how
  upd_identity build/speedtest1 "$PWD/identity.upd" || { echo "FAILED identity patch"; return; }
  for set in main cte; do
    for how in APPLY_AT=1+20011 APPLY_AT=5000+30011 ROLLBACK_EVERY=400009; do
      export "UPSTARE_$how:$PWD/identity.upd"
      if speedtest 3 "$set" >updated.out 2>updated.err && UPSTARE_APPLY_AT= UPSTARE_ROLLBACK_EVERY= speedtest 3 "$set" | cmp -s - updated.out; then echo "ok $set $how"; else echo "FAILED $set $how"; fi
      unset "UPSTARE_${how%%=*}"
    done
  done
}
