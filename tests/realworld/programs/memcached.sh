# memcached: configure, make; its testapp (C) is the part of its suite that needs nothing but itself.  Its loop is libevent's, which is built by the same
# compiler and linked statically: a thread that never leaves a library of gcc's could not be updated.
SUITE=testapp
CONFIG=config.h

source() { need autoreconf autoconf >/dev/null && need libtoolize libtool >/dev/null && "$debian_source" libevent >/dev/null && "$debian_source" memcached; }

build() {
  local libevent; libevent=$("$debian_source" libevent) && rm -rf libevent.build && cp -a "$libevent" libevent.build &&
    (cd libevent.build && autoreconf -fi && ./configure --disable-shared --disable-openssl --disable-samples --disable-libevent-regress --prefix="$PWD/installed" CC="$CC" &&
      make -j"$jobs" && make install) &&
    ./configure --disable-docs --with-libevent="$PWD/libevent.build/installed" CC="$CC" && make -j"$jobs" memcached testapp sizes
}

suite() {
  local user=()
  # It does not run as root.
  [ "$(id -u)" != 0 ] || { chmod -R a+rwX . && user=(setpriv --reuid=nobody --regid=nogroup --clear-groups); }
  # The sockets and pid files go to /tmp; the source must be reachable for nobody.
  local copy; copy=$(mktemp -d /tmp/memcached.XXXXXX) && cp memcached memcached-debug testapp timedrun "$copy" 2>/dev/null || cp memcached testapp "$copy"
  chmod -R a+rX "$copy" && chmod a+w "$copy"
  (cd "$copy" && timeout 600 "${user[@]}" ./testapp) | sed -E -n 's/^ok [0-9]+ - (.*)$/ok \1/p; s/^not ok [0-9]+ - (.*)$/FAILED \1/p'
  rm -rf "$copy"
}

# Twenty updates while four clients count, each command answered; afterwards the number is what so many commands make.
updates() {
  local port server clients=() n user=()
  [ "$(id -u)" != 0 ] || user=(-u root) # with less rights it could not read what root puts there
  upd_identity ./memcached "$PWD/identity.upd" || { echo "FAILED identity patch"; return; }
  port=$(free_port)
  ./memcached -l 127.0.0.1 -p "$port" -t 4 "${user[@]}" >server.log 2>&1 &
  server=$!
  until_open "$port" || { echo "FAILED start"; return; }
  talk 'set n 0 0 1\r\n0\r\n' >/dev/null
  for n in 1 2 3 4; do counting >"client.$n" & clients+=($!); done
  updated_often "$server" 20 "$PWD/identity.upd"
  wait "${clients[@]}"
  check 'answers' bash -c "[ \"\$(cat client.? | tr -d '\r' | grep -c '^[0-9][0-9]*\$')\" = 200000 ]"
  check 'every answer once' bash -c "cat client.? | tr -d '\r' | grep '^[0-9]' | sort -n | uniq | tail -n 1 | grep -qx 200000 && [ \"\$(cat client.? | grep '^[0-9]' | sort -u | wc -l)\" = 200000 ]"
  check 'number' bash -c "grep -qx 200000 <<<'$(talk 'get n\r\n' | tr -d '\r')'"
  kill "$server"
  wait "$server"
}

# What the server answers to a text, and to 'quit'.
talk() { exec 3<>"/dev/tcp/127.0.0.1/$port" && printf "$1quit\r\n" >&3 && cat <&3; }
counting() { exec 3<>"/dev/tcp/127.0.0.1/$port"; { yes $'incr n 1\r' | head -n 50000; printf 'quit\r\n'; } >&3 & cat <&3; }
