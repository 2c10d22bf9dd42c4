# Redis 7.0: make; parts of its runtest.  libc's allocator, as jemalloc is another project.
SUITE='unit/type, unit/other, integration/aof'

source() { need tclsh tcl >/dev/null && "$debian_source" redis 7.0.15; }

build() { make -j"$jobs" MALLOC=libc BUILD_TLS=no OPTIMIZATION=-O2 CC="$CC" V=1; }

# Its servers take ports from a base that is free, so that two suites can run at once.
suite() {
  local port units=() unit
  for unit in string incr keyspace list list-2 list-3 set zset hash stream stream-cgroups; do
    case $unit in keyspace) units+=(--single unit/keyspace) ;; *) units+=(--single "unit/type/$unit") ;; esac
  done
  port=$(free_port)
  # Debian's own patches break one of the tests of stream-cgroups and dump: they fail with gcc, too.
  ./runtest --clients 1 --baseport "$port" "${units[@]}" --single unit/other --single integration/aof --timeout 3600 >runtest.log 2>&1
  sed 's/\x1b\[[0-9;]*m//g' runtest.log | sed -n -E 's/^\[ok\]: (.*) \([0-9]+ ms\)$/ok \1/p; s/^\[ok\]: (.*)$/ok \1/p; s/^\[err\]: (.*) in tests.*$/FAILED \1/p; s/^\[exception\].*/FAILED exception/p' |
    sed -E 's/ \([0-9]+ ms\)$//; s/[0-9]+\.[0-9]+ ?(sec|seconds|ms)//' | sort | uniq -c | sed -E 's/^ *([0-9]+) (ok|FAILED) (.*)/\2 \3 (\1)/'
}

# Twenty updates under redis-benchmark, one command at a time and pipelined; afterwards the data are what so many commands make.
updates() {
  local port server clients n=60000 pipeline
  upd_identity src/redis-server "$PWD/identity.upd" || { echo "FAILED identity patch"; return; }
  port=$(free_port)
  src/redis-server --port "$port" --save '' --dir "$PWD" >server.log 2>&1 &
  server=$!
  until_open "$port" || { echo "FAILED start"; return; }
  for pipeline in 1 16; do
    src/redis-cli -p "$port" flushall >/dev/null
    src/redis-benchmark -p "$port" -q -n "$n" -P "$pipeline" -t set,get,incr,lpush,rpush,lpop,sadd,hset,zadd,lrange_100 >benchmark.log 2>&1 &
    clients=$!
    updated_often "$server" 20 "$PWD/identity.upd" | sed "s/\$/, pipeline of $pipeline/"
    check "benchmark, pipeline of $pipeline" wait "$clients"
    check "counter, pipeline of $pipeline" holds "$n" get counter:__rand_int__
    # Each of LRANGE's benchmarks fills the list once more.
    check "list, pipeline of $pipeline" holds "$((2 * n))" llen mylist
  done
  src/redis-cli -p "$port" shutdown nosave
  wait "$server"
}
holds() { local value; value=$(src/redis-cli -p "$port" "${@:2}"); echo "$* $value"; [ "$value" = "$1" ]; }

# Debian's security updates: the older version is the same source with the patches taken back that came from 7.0.15-1~deb12u4 on; mirrors do not have it any more.
PAIR_OPTIONS= PAIR_PROGRAM=src/redis-server PAIR_MAP=redis-7.0.15.map

versions() {
  local new old patch
  new=$("$debian_source" redis 7.0.15) || return 1
  old=$cache/redis/source-older
  rm -rf "$old" && mkdir -p "$cache/redis" && cp -a "$new" "$old" || return 1
  for patch in $(sed -n '/^0001-Limiting-output-buffer/,$p' "$new/debian/patches/series" | tac); do
    patch -d "$old" -R -p1 -s -f <"$new/debian/patches/$patch" >&2 || return 1
  done
  echo 5:7.0.15-1~deb12u3 >"$old.version"
  printf '%s\n' "$old" "$new"
}

# A server is updated under redis-benchmark, pipelined and not.  Its keys are there afterwards, parameters that it is given take effect, and it has got the new one.
pair() {
  local port server clients n=60000
  port=$(free_port)
  "$OLD/src/redis-server" --port "$port" --save '' --dir "$PWD" --maxmemory 100mb >server.log 2>&1 &
  server=$!
  until_open "$port" || { echo "FAILED start"; return; }
  for ((i = 0; i < 20000; i++)); do echo "set key:$i value:$i"; done | src/redis-cli -p "$port" --pipe >/dev/null
  check "old version" is "" config get lua-enable-deprecated-api
  src/redis-benchmark -p "$port" -q -n "$n" -P 4 -t set,get,incr,lpush,rpush,lpop,sadd,hset,zadd,lrange_100 >benchmark.log 2>&1 &
  clients=$!
  sleep 1
  check update "$artifacts/bin/upstare" apply "$server" "$PATCH"
  check version runs "$server" "$NEW/src/redis-server"
  check "new parameter" is "lua-enable-deprecated-api no" config get lua-enable-deprecated-api
  check "old parameter" is "maxmemory 104857600" config get maxmemory
  check "parameter is set" is OK config set hz 77
  check "parameter takes effect" is "configured_hz:77" info server configured_hz
  check script is 42 eval 'return 6 * 7' 0
  check benchmark wait "$clients"
  check counter holds "$n" get counter:__rand_int__
  check list holds "$((2 * n))" llen mylist
  check keys all_keys
  src/redis-cli -p "$port" shutdown nosave
  wait "$server"
}
# is VALUE COMMAND...: what the server answers, on one line; of INFO's answer one line
is() {
  local answer
  if [ "$2" = info ]; then answer=$(src/redis-cli -p "$port" info "$3" | tr -d '\r' | grep "^$4:"); else answer=$(src/redis-cli -p "$port" "${@:2}" | paste -s -d ' '); fi
  echo "$* -> $answer"
  [ "$answer" = "$1" ]
}
all_keys() { diff <(for ((i = 0; i < 20000; i++)); do echo "value:$i"; done) <(for ((i = 0; i < 20000; i++)); do echo "get key:$i"; done | src/redis-cli -p "$port"); }
