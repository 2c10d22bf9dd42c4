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

# At chosen points of each set, again and again; then by the command, twenty times while a long one runs.
updates() {
  local set how
  upd_identity build/speedtest1 "$PWD/identity.upd" || { echo "FAILED identity patch"; return; }
  for set in main cte fp; do
    speedtest 3 "$set" >"$set.plain"
    for how in APPLY_AT=1+20011 APPLY_AT=5000+7001 APPLY_AT=60000+100003 ROLLBACK_EVERY=400009; do
      check "$set $how" speedtest_is_the_same "$set" "UPSTARE_$how:$PWD/identity.upd"
    done
  done
  check 'twenty updates of one run' updated_from_outside
}

# The same hash, and not because nothing happened.
speedtest_is_the_same() { # SET VARIABLE=VALUE
  UPSTARE_VERBOSE=1 env "$2" build/speedtest1 --size 3 --verify --testset "$1" ":memory:" >updated.out 2>updated.err
  grep -i hash updated.out | cmp - "$1.plain" && tail -n 1 updated.err | grep -E '[1-9][0-9]* updates at|roll-backs [1-9][0-9]* skipped 0 differences 0'
}

updated_from_outside() {
  local process n
  build/speedtest1 --size 200 --verify --testset main ":memory:" >updated.out 2>updated.err &
  process=$!
  for n in {1..20}; do sleep 0.1; "$artifacts/bin/upstare" apply "$process" "$PWD/identity.upd" || { kill "$process"; return 1; }; done
  wait "$process" && speedtest 200 main | cmp - <(grep -i hash updated.out)
}
