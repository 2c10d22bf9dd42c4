# servers.sh - the servers that are measured: how to build, start and load each (sourced by bench.sh, after programs.sh).
#
# A server NAME has
#   NAME_prepare, NAME_build OUT COMPILER...   as programs have
#   NAME_configure, NAME_compile OUT COMPILER... optional: the build's two parts, of which only the second is timed when compile times are taken
#   NAME_executable                            the server's, in OUT
#   NAME_start_command                         EXECUTABLE ARGUMENTS: something that starts and ends at once
#   NAME_start FOLDER PORT DIR                 starts FOLDER's server in the background, with DIR for its files; its process is `server`
#   NAME_fill PORT                             makes the data that all loads work on
#   NAME_loads                                 labels of loads, one a line
#   NAME_load PORT LABEL SHARE                 runs one; prints "operations seconds"; SHARE is how much of the full number, such as 0.1
#   NAME_compilations                          optional, a variable: how often it is compiled then; the best counts
#   NAME_patch_is_kept                         optional, a variable: its patch is not made again to measure how long that takes
# $plain is the folder of plain gcc's build: clients are always those.

SERVERS='redis memcached vsftpd postgresql'

make_quiet() { make -s -j"${JOBS:-2}" "$@"; }
share_of() { awk -v n="$1" -v share="$2" 'BEGIN { printf "%.0f", n * share }'; } # NUMBER SHARE
until_open() { local n; for n in {1..100}; do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0; sleep 0.1; done; return 1; } # PORT

# ---- Redis 7.0: libc's allocator, as jemalloc is another project; nothing is saved.  Its own benchmark, fifty clients, one command at a time and
# sixteen on the way at once.

redis_prepare() { redis=$("$debian_source" redis 7.0.15); }

redis_compilations=2
redis_configure() { rm -rf "$1" && cp -a "$redis" "$1"; }
redis_compile() { make_quiet -C "$1" MALLOC=libc BUILD_TLS=no OPTIMIZATION=-O2 CC="${*:2}"; }
redis_build() { redis_configure "$@" && redis_compile "$@"; }

redis_executable() { echo src/redis-server; }
redis_objects() { echo "$1/src"; }
redis_start_command() { echo "src/redis-server --version"; }
redis_start() {
  "$1/src/redis-server" --port "$2" --save '' --appendonly no --dir "$3" >"$3/log" 2>&1 & server=$!
  until_open "$2"
}
redis_fill() { "$plain/src/redis-cli" -p "$1" flushall >/dev/null; }
redis_loads() { printf '%s\n' get set lpush 'get, 16 at once' 'set, 16 at once' 'incr, 16 at once' 'lpush, 16 at once' 'hset, 16 at once' 'zadd, 16 at once' 'lrange_100, 16 at once'; }
redis_load() {
  local count=30000 pipeline=1
  case $2 in lrange*) count=30000 pipeline=16 ;; *16*) count=300000 pipeline=16 ;; esac
  count=$(share_of $count "$3")
  redis_fill "$1" # lists do not grow from one load to the next
  # "test","rps",...: lrange_100 fills its list before
  "$plain/src/redis-benchmark" -p "$1" --csv -n "$count" -P $pipeline -t "${2%%,*}" | tail -n 1 |
    awk -F'","' -v n="$count" '$2 > 0 { print n, n / $2 } $2 <= 0 { exit 1 }'
}

# ---- memcached: its loop is libevent's, which is built by the same compiler and linked statically.  Two worker threads; memload.c is the client.

memcached_prepare() {
  need autoreconf autoconf && need automake automake && need libtoolize libtool && libevent=$("$debian_source" libevent) && memcached=$("$debian_source" memcached)
}

memcached_configure() {
  local CC=${*:2}
  rm -rf "$1" && cp -a "$memcached" "$1" && cp -a "$libevent" "$1/libevent.build" || return 1
  (cd "$1/libevent.build" && autoreconf -fi && ./configure --disable-shared --disable-openssl --disable-samples --disable-libevent-regress --prefix="$PWD/installed" CC="$CC" CFLAGS=-O2 &&
    make_quiet && make_quiet install) &&
    (cd "$1" && ./configure --disable-docs --with-libevent="$PWD/libevent.build/installed" CC="$CC" CFLAGS=-O2)
}
memcached_compile() { make_quiet -C "$1" memcached; }
memcached_build() { memcached_configure "$@" && memcached_compile "$@"; }

memcached_executable() { echo memcached; }
memcached_start_command() { echo "memcached -V"; }
memcached_start() {
  local user=()
  [ "$(id -u)" != 0 ] || user=(-u root) # with less rights it could not read what root puts there
  "$1/memcached" -l 127.0.0.1 -p "$2" -U 0 -t 2 -m 64 "${user[@]}" >"$3/log" 2>&1 & server=$!
  until_open "$2"
}
memcached_fill() { "$work/memload" "$1" set 20 10 10000 >/dev/null; }
memcached_loads() { printf '%s\n' get set 'get, 20 at once' 'set, 20 at once'; }
memcached_load() {
  case $2 in *20*) "$work/memload" "$1" "${2%%,*}" 20 20 "$(share_of 500000 "$3")" ;; *) "$work/memload" "$1" "$2" 20 1 "$(share_of 60000 "$3")" ;; esac
}

# ---- vsftpd: anonymous sessions of several clients at once, each with processes of its own, in which it logs in and gets a file.  It must be started by root, and is updated where
# it listens; sessions that begin later are of the new version.

vsftpd_prepare() {
  [ "$(id -u)" = 0 ] || { say "vsftpd must be started by root"; return 1; }
  local header package
  while read -r header package; do
    [ -e "/usr/include/$header" ] || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >&2 || return 1
  done <<<'sys/capability.h libcap-dev
security/pam_appl.h libpam0g-dev
openssl/ssl.h libssl-dev
tcpd.h libwrap0-dev'
  vsftpd=$(UPSTARE_DEBIAN_SUITES=${UPSTARE_DEBIAN_SUITES-trixie} "$debian_source" vsftpd 3.0.5)
}

vsftpd_configure() { rm -rf "$1" && cp -a "$vsftpd" "$1"; }
vsftpd_compile() { make_quiet -C "$1" CC="${*:2}" CFLAGS=-O2 LINK= LIBS='-lwrap -lpam -lcap -lssl -lcrypto -lcrypt -ldl -lnsl -lresolv -lutil'; }
vsftpd_build() { vsftpd_configure "$@" && vsftpd_compile "$@"; }
vsftpd_executable() { echo vsftpd; }
vsftpd_start_command() { echo "vsftpd -v"; }
vsftpd_start() {
  local at=/dev/shm/upstare-bench.$2
  rm -rf "$at" && mkdir -p "$at/pub" "$at/empty" && chmod 755 "$at" "$at/pub" "$at/empty" && head -c 32 /dev/zero >"$at/pub/small" && head -c 3000000 /dev/zero >"$at/pub/large" || return 1
  printf '%s\n' listen=YES listen_ipv6=NO background=NO listen_port="$2" listen_address=127.0.0.1 secure_chroot_dir="$at/empty" nopriv_user=nobody ftp_username=daemon \
    anonymous_enable=YES no_anon_password=YES anon_root="$at/pub" xferlog_enable=NO seccomp_sandbox=NO >"$3/conf"
  "$1/vsftpd" "$3/conf" >"$3/log" 2>&1 & server=$!
  until_open "$2"
}
vsftpd_stopped() { rm -rf "/dev/shm/upstare-bench.$1"; } # PORT
vsftpd_fill() { :; }
vsftpd_loads() { printf '%s\n' 'session, 32 bytes' 'session, 3 MB'; }
vsftpd_load() {
  case $2 in *MB) "$work/ftpload" "$1" large 3000000 4 "$(share_of 40 "$3")" ;; *) "$work/ftpload" "$1" small 32 8 "$(share_of 40 "$3")" ;; esac
}

# ---- PostgreSQL 15: its own pgbench, scale 5, two clients; all files are in memory and nothing is forced to a disk.  The server does not run as root, so what
# it needs is copied to where everybody may read.  It is updated where it listens: the processes that it makes for clients later are of the new version.

postgresql_patch_is_kept=yes # it takes many minutes
postgresql_prepare() { need bison bison && need flex flex && need perl perl && postgresql=$("$debian_source" postgresql-15); }

# The server, and what initdb and pgbench need; not its clients and languages.
postgresql_parts='backend timezone backend/snowball backend/utils/mb/conversion_procs pl/plpgsql interfaces/libpq bin/initdb bin/pgbench bin/psql include'
postgresql_configure() {
  rm -rf "$1" && mkdir -p "$1" && cp -a "$postgresql" "$1/source" || return 1
  (cd "$1/source" && ./configure --prefix="$1/installed" --without-readline --without-zlib --without-icu CC="${*:2}" && make_quiet -C src/backend generated-headers)
}
postgresql_compile() { local part; for part in $postgresql_parts; do make_quiet -C "$1/source/src/$part" all || return 1; done; }
postgresql_build() {
  local part
  postgresql_configure "$@" && postgresql_compile "$@" || return 1
  for part in $postgresql_parts; do make_quiet -C "$1/source/src/$part" install || return 1; done
}

postgresql_executable() { echo installed/bin/postgres; }
postgresql_objects() { echo "$1/source/src/backend"; }
postgresql_start_command() { echo "installed/bin/postgres --version"; }
# As whom it runs: the words before a command.  (A function that ran it would be another process, in the background, than the server.)
postgresql_user() { [ "$(id -u)" != 0 ] || echo setpriv --reuid=nobody --regid=nogroup --clear-groups; }
postgresql_start() {
  local at=/dev/shm/upstare-bench.$2
  rm -rf "$at" && mkdir -p "$at" && cp -a "$1/installed" "$at/installed" && mkdir "$at/data" && chmod -R a+rX "$at" || return 1
  [ "$(id -u)" != 0 ] || chown nobody:nogroup "$at/data"
  export LD_LIBRARY_PATH=$at/installed/lib
  $(postgresql_user) "$at/installed/bin/initdb" -A trust -U bench -N -D "$at/data" >"$3/initdb" 2>&1 || { tail -n 5 "$3/initdb" >&2; return 1; }
  $(postgresql_user) "$at/installed/bin/postgres" -D "$at/data" -p "$2" -k "$at/data" -c fsync=off -c full_page_writes=off -c autovacuum=off -c max_wal_size=4GB \
    -c checkpoint_timeout=1h -c shared_buffers=256MB >"$3/log" 2>&1 & server=$!
  unset LD_LIBRARY_PATH
  until_open "$2"
}
postgresql_stopped() { rm -rf "/dev/shm/upstare-bench.$1"; } # PORT
pgbench() { LD_LIBRARY_PATH=$plain/installed/lib "$plain/installed/bin/pgbench" -h 127.0.0.1 -p "$1" -U bench "${@:2}" postgres; }
postgresql_fill() { pgbench "$1" -i -q -s 5 >/dev/null 2>&1; }
postgresql_loads() { printf '%s\n' 'select only' 'TPC-B-like'; }
postgresql_load() {
  local kind=-S count=20000
  [ "$2" = 'select only' ] || { kind=--builtin=tpcb-like; count=3000; }
  count=$(share_of $count "$3")
  # Each client makes so many.
  pgbench "$1" -n -c 2 -j 1 -t "$count" $kind 2>&1 | awk -v n="$((2 * count))" '/^tps/ { tps = $3 } END { if (tps <= 0) exit 1; print n, n / tps }'
}
