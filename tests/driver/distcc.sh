# distcc behind upstare-cc: UPSTARE_GCC is distcc under gcc's name, and what travels is the instrumented unit.
. "$(dirname "$0")/lib.sh"
need distccd
[ -x /usr/lib/distcc/gcc ] || { echo "distcc has no link called gcc" >&2; exit 77; }
there=$(mktemp -d /tmp/upstare-distcc.XXXXXX)
chmod 755 "$there" && : >"$there/log" && chmod 666 "$there/log" && mkdir -m 777 "$there/state"
port=$(shuf -i 20000-30000 -n 1)
distccd --daemon --no-detach --allow 127.0.0.1 --listen 127.0.0.1 -p "$port" --user nobody -j 2 --log-file "$there/log" --log-level info --enable-tcp-insecure >/dev/null 2>&1 &
server=$!
trap 'kill $server; rm -rf "$there"' EXIT
for ((i = 0; i < 50; i++)); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
export DISTCC_HOSTS=127.0.0.1:$port/2 DISTCC_DIR=$there/state DISTCC_FALLBACK=0
UPSTARE_GCC=/usr/lib/distcc/gcc "$CC" -O2 a.c b.c -o prog
./prog | cmp - expected
[ "$(grep -c 'COMPILE_OK.*unit\.upstare\.i' "$there/log")" = 2 ] || { cat "$there/log" >&2; fail "the units were not compiled by the server"; }
"$diff" --identity prog prog -o prog.upd
updates ./prog prog.upd
