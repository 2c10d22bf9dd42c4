# lighttpd: configure, make, make check (ctest's nine programs and its Perl driver of whole requests, as far as Perl is there).
SUITE='make check'

source() { "$debian_source" lighttpd; }

build() {
  [ -x configure ] || ./autogen.sh || return 1
  ./configure --without-pcre2 --without-pcre --without-zlib --without-bzip2 --without-zstd --without-brotli --disable-ipv6 CC="$CC" && make -j"$jobs"
}

suite() {
  timeout 1200 make check -j1 >check.log 2>&1
  sed -n -E 's/^PASS: (.*)$/ok \1/p; s/^(FAIL|ERROR): (.*)$/FAILED \2/p; s/^SKIP: (.*)$/skipped \1/p' check.log | sort
}

# Twenty updates while clients fetch files, a folder's index and what a CGI program prints; every answer is compared.
updates() {
  local port server clients=() n
  upd_identity src/lighttpd "$PWD/identity.upd" || { echo "FAILED identity patch"; return; }
  port=$(free_port)
  mkdir -p pages && head -c 2000000 /dev/urandom >pages/big && echo hello >pages/small.txt && printf '#!/bin/sh\nprintf "Content-Type: text/plain\\n\\n%%s" "$QUERY_STRING"\n' >pages/echo.cgi && chmod 755 pages/echo.cgi
  printf '%s\n' "server.document-root = \"$PWD/pages\"" "server.port = $port" 'server.bind = "127.0.0.1"' 'server.modules = ("mod_dirlisting", "mod_cgi", "mod_alias", "mod_setenv")' \
    'dir-listing.activate = "enable"' 'cgi.assign = (".cgi" => "/bin/sh")' "alias.url = (\"/moved/\" => \"$PWD/pages/\")" 'mimetype.assign = ("" => "text/plain")' 'setenv.add-response-header = ("X-Test" => "yes")' >updates.conf
  src/lighttpd -D -f updates.conf -m "$PWD/src/.libs" >server.log 2>&1 &
  server=$!
  until_open "$port" || { echo "FAILED start"; cat server.log >&2; return; }
  for n in 1 2 3 4; do fetching "$n" >"client.$n" 2>&1 & clients+=($!); done
  updated_often "$server" 20 "$PWD/identity.upd"
  touch stop
  wait "${clients[@]}"
  rm -f stop
  check 'no wrong answer' bash -c "cat client.? >&2; ! grep -q WRONG client.? && [ \"\$(cat client.? | grep -c round)\" -ge 8 ]"
  kill "$server"
  check 'end' wait "$server"
}

fetching() { # NUMBER
  local at=http://127.0.0.1:$port round
  for ((round = 0; ; round++)); do
    curl -sS "$at/big" | cmp - pages/big || echo "WRONG big"
    curl -sS "$at/moved/small.txt" "$at/small.txt" | cmp - <(echo hello; echo hello) || echo "WRONG small"
    [ "$(curl -sS "$at/echo.cgi?$1-$round")" = "$1-$round" ] || echo "WRONG cgi"
    curl -sS "$at/" | grep -q small.txt || echo "WRONG index"
    curl -sS -D - -o /dev/null "$at/nothing" | grep -q '404 Not Found' || echo "WRONG error"
    echo "round $round"
    [ ! -e stop ] || return 0
  done
}
