# memcached: configure, make; its testapp (C) is the part of its suite that needs nothing but itself.
SUITE=testapp

source() { [ -e /usr/include/event2/event.h ] || need_package libevent-dev; "$debian_source" memcached; }

build() { ./configure --disable-docs CC="$CC" && make -j"$jobs" memcached testapp sizes; }

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
