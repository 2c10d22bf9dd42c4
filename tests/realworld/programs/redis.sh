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
