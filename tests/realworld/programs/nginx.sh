# nginx: configure, make; requests of curl to a master with two workers that have given their rights up (its own test suite is not in its source).
SUITE='HTTP sessions'

source() { need curl curl && "$debian_source" nginx; }

# Without what needs libraries that may not be here.  Its -Werror stays.
build() { ./configure --with-cc="$CC" --prefix="$PWD/run" --without-pcre --without-http_rewrite_module --without-http_gzip_module --with-threads --with-debug && make -j"$jobs"; }

# In a folder that the workers, which are nobody's, can get into.
configuration() {
  run=$(mktemp -d /tmp/nginx.XXXXXX) && chmod 755 "$run" || return 1
  mkdir -p "$run"/logs "$run"/html/open "$run"/html/closed && head -c 3000000 /dev/urandom >"$run"/html/big && echo hello >"$run"/html/small.txt && echo '<!--#echo var="query_string" -->' >"$run"/html/included.html &&
    echo "user:$(openssl passwd -1 secret)" >"$run"/users && chmod -R a+rX "$run" || return 1
  printf '%s\n' "error_log $run/logs/error.log info; pid $run/pid; daemon off; worker_processes 2;" 'events { worker_connections 256; }' "http { access_log $run/logs/access.log; client_body_temp_path $run/body; proxy_temp_path $run/proxy;" \
    'types { text/html html; text/plain txt; }' "server { listen 127.0.0.1:$port; root $run/html; aio threads;" 'location /open/ { autoindex on; }' 'location /closed/ { deny all; }' "location /secret/ { auth_basic here; auth_basic_user_file $run/users; alias $run/html/; }" \
    "location /again/ { proxy_pass http://127.0.0.1:$port/; }" 'location /included { ssi on; default_type text/html; }' 'location /numbered { add_header X-Number $arg_n always; }' '} }' >"$run"/conf
}

# Starts it; $server is the master's process.
served() {
  port=$(free_port)
  at=http://127.0.0.1:$port
  configuration || return 1
  objs/nginx -p "$run" -c "$run/conf" >server.log 2>&1 &
  server=$!
  until_open "$port"
}

status_is() { [ "$(curl -sS -o answer -w '%{http_code}' "${@:2}")" = "$1" ]; }
answers() { [ "$(curl -sS "${@:2}")" = "$1" ]; }
whole() { curl -sS "$@" | cmp - "$run/html/big"; }
part() { curl -sS -r 1000-1999 "$at/big" | cmp - <(tail -c +1001 "$run/html/big" | head -c 1000); }

sessions() {
  check 'a file' whole "$at/big"
  check 'part of a file' part
  check 'a small file' answers hello "$at/small.txt"
  check 'many in one connection' answers "$(printf 'hello\n%.0s' {1..40})" "$at/small.txt?[1-40]"
  check 'only the head' bash -c "curl -sS -I $at/small.txt | grep -q '^Content-Type: text/plain'"
  check 'not modified' status_is 304 -z "$(date -d tomorrow -R)" "$at/small.txt"
  check 'not found' status_is 404 "$at/nothing"
  check 'not allowed' status_is 405 -d x=y "$at/small.txt"
  check 'forbidden' status_is 403 "$at/closed/"
  check 'index' bash -c "curl -sS $at/open/ | grep -q 'Index of /open/'"
  check 'without a password' status_is 401 "$at/secret/small.txt"
  check 'with a wrong one' status_is 401 -u user:other "$at/secret/small.txt"
  check 'with a password' answers hello -u user:secret "$at/secret/small.txt"
  check 'by way of itself' whole "$at/again/big"
  check 'twice so' whole "$at/again/again/big"
  check 'included' answers n=7 "$at/included.html?n=7"
  check 'header' bash -c "curl -sS -D - -o /dev/null '$at/numbered?n=42' | grep -q '^X-Number: 42'"
}

ended() { kill -QUIT "$server" && wait "$server" && rm -rf "$run"; }

suite() {
  served || { echo "FAILED start"; return; }
  sessions
  check end ended
}

# The master, which is root's, and the workers, which are nobody's, ten times each, while four clients compare what they get.
updates() {
  local server clients=() workers n process
  upd_identity objs/nginx "$PWD/identity.upd" || { echo "FAILED identity patch"; return; }
  served || { echo "FAILED start"; return; }
  mapfile -t workers < <(pgrep -P "$server")
  for n in 1 2 3 4; do fetching "$n" >"client.$n" 2>&1 & clients+=($!); done
  for process in "$server" "${workers[@]}"; do updated_often "$process" 10 "$PWD/identity.upd" | sed "s/\$/ of $([ "$process" = "$server" ] && echo the master || echo a worker)/"; done
  touch stop
  wait "${clients[@]}"
  rm -f stop
  check 'no wrong answer' bash -c "cat client.? >&2; ! grep -q WRONG client.? && [ \"\$(cat client.? | grep -c round)\" -ge 8 ]"
  sessions
  check end ended
}

fetching() { # NUMBER
  local round
  for ((round = 0; ; round++)); do
    whole "$at/again/big" || echo "WRONG big"
    answers "n=$1-$round" "$at/included.html?n=$1-$round" || echo "WRONG included"
    answers "$(printf 'hello\n%.0s' {1..5})" "$at/small.txt?[1-5]" || echo "WRONG small"
    status_is 404 "$at/nothing$1" || echo "WRONG error"
    echo "round $round"
    [ ! -e stop ] || return 0
  done
}
