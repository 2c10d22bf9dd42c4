# PostgreSQL 15: configure, make, make check (its regression tests: a server of its own, twenty clients at once).  Updates: the server in single-user mode,
# which is one process, at points all over a session; and each process of a cluster with four clients at work.
SUITE='make check'
CONFIG=src/include/pg_config.h

source() {
  local package
  for package in libreadline-dev zlib1g-dev libssl-dev libxml2-dev bison flex; do dpkg -s "$package" >/dev/null 2>&1 || need_package "$package" || return 1; done
  "$debian_source" postgresql-15
}

build() {
  ./configure --enable-debug --with-openssl --with-libxml CC="$CC" && make -j"$jobs" && make -j"$jobs" -C src/test/regress all && make -j"$jobs" -C contrib/spi all
}

# The server does not run as root.
suite() {
  unprivileged timeout 3600 make -s check MAX_CONNECTIONS=10 >check.log 2>&1
  sed -n -E 's/^(test)? +([a-z0-9_.]+) +\.\.\. ok .*$/ok \2/p; s/^(test)? +([a-z0-9_.]+) +\.\.\. FAILED.*$/FAILED \2/p' check.log | sort
  [ ! -s src/test/regress/regression.diffs ] || cat src/test/regress/regression.diffs >&2
}

# Where `make check` has installed the server; it looks for its files beside itself.
installed() { local program; program=$(find "$PWD/tmp_install" -name postgres -type f | head -n 1); printf '%s' "${program%/*}"; }

# One session in single-user mode, in a copy of a fresh cluster.  What it prints is its result.
session() { # [VARIABLE=VALUE...]
  rm -rf data.now && cp -a data data.now &&
    unprivileged env LD_LIBRARY_PATH="$(installed)/../lib" "$@" "$(installed)/postgres" --single -D "$PWD/data.now" -c fsync=off postgres <"$here/programs/postgresql.sql" 2>session.log
}

updates() {
  local how
  upd_identity "$(installed)/postgres" "$PWD/identity.upd" && chmod 644 identity.upd || { echo "FAILED identity patch"; return; }
  rm -rf data && mkdir data && unprivileged env LD_LIBRARY_PATH="$(installed)/../lib" "$(installed)/initdb" -A trust -N -D "$PWD/data" >initdb.log 2>&1 || { echo "FAILED initdb"; return; }
  session PLAIN=1 >plain.out && grep -q '"120000"' plain.out || { echo "FAILED plain session"; return; }
  for how in APPLY_AT=1+500009 APPLY_AT=20000+1000003 APPLY_AT=3000000+700001 ROLLBACK_EVERY=2000003; do
    check "session $how" session_is_the_same "UPSTARE_$how:$PWD/identity.upd"
  done
  cluster_updates
}
session_is_the_same() { session "$1" UPSTARE_VERBOSE=1 >updated.out && cmp plain.out updated.out && grep -E -q 'updated|roll-backs [1-9]' session.log; }

# A program of the server's, as nobody.
server_program() { unprivileged env LD_LIBRARY_PATH="$(installed)/../lib" "$(installed)/$1" "${@:2}"; }

# pgbench transfers money between accounts, with four connections.  Meanwhile the server and each of its children are updated, one after the other, and again.
cluster_updates() {
  local port client server pid bench
  port=$(free_port) && rm -rf data.now && cp -a data data.now || { echo "FAILED cluster"; return; }
  client="-h 127.0.0.1 -p $port"
  server_program pg_ctl -D "$PWD/data.now" -l "$PWD/cluster.log" -w -o "-p $port -k '' -c listen_addresses=127.0.0.1 -c fsync=off" start >/dev/null || { echo "FAILED cluster starts"; return; }
  server_program createdb $client bench && server_program pgbench $client -i -s 2 -q bench >&2 || echo "FAILED tables"
  server_program pgbench $client -c 4 -j 2 -T 60 bench >bench.out 2>&1 &
  bench=$!
  sleep 5
  server=$(head -n 1 data.now/postmaster.pid)
  for pid in "$server" $(pgrep -P "$server") "$server" $(pgrep -P "$server"); do
    check "update of $(name_of_server "$pid")" "$artifacts/bin/upstare" apply --timeout 20 "$pid" "$PWD/identity.upd"
  done
  wait "$bench"
  cat bench.out >&2
  check "every transaction" grep -q 'failed transactions: 0 ' bench.out
  check "sums of accounts" test "$(server_program psql $client -At -c 'select sum(abalance) = (select sum(delta) from pgbench_history) from pgbench_accounts' bench)" = t
  server_program pg_ctl -D "$PWD/data.now" -m fast -w stop >/dev/null
}

# postgres: checkpointer; postgres: nobody bench 127.0.0.1(40000) UPDATE: what is the same in each run
name_of_server() { ps -o args= -p "$1" | sed -E 's/^postgres: //; s/^nobody bench .*/client/; s/^[^ ]*postgres .*/server/; s/ +$//'; }
