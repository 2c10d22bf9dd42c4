# vsftpd with Debian's patches: make; sessions of curl and lftp with it on this machine.
SUITE='FTP sessions'

source() {
  [ -e /usr/include/sys/capability.h ] || need_package libcap-dev
  [ -e /usr/include/security/pam_appl.h ] || need_package libpam0g-dev
  [ -e /usr/include/openssl/ssl.h ] || need_package libssl-dev
  [ -e /usr/include/tcpd.h ] || need_package libwrap0-dev
  need curl curl && need lftp lftp && UPSTARE_DEBIAN_SUITES=${UPSTARE_DEBIAN_SUITES-trixie} "$debian_source" vsftpd 3.0.5
}

# Its script that finds libraries looks where they were before multiarch: they are named here.
build() { make -j"$jobs" CC="$CC" LIBS='-lwrap -lpam -lcap -lssl -lcrypto -lcrypt -ldl -lnsl -lresolv -lutil'; }

# Anonymous users in a folder of our own; vsftpd stays one process tree in the foreground.
suite() {
  local files port pid n
  files=$(mktemp -d /tmp/vsftpd.XXXXXX) || return 1
  mkdir -p "$files/pub" "$files/empty" "$files/pub/in" && chmod 755 "$files" "$files/pub" && chmod 777 "$files/pub/in"
  head -c 3000000 /dev/urandom >"$files/pub/big" && echo hello >"$files/pub/small" && chmod 644 "$files"/pub/big "$files"/pub/small
  port=$(free_port)
  printf '%s\n' listen=YES background=NO listen_port="$port" listen_address=127.0.0.1 anonymous_enable=YES no_anon_password=YES anon_root="$files/pub" write_enable=YES \
    anon_upload_enable=YES anon_mkdir_write_enable=YES anon_other_write_enable=YES secure_chroot_dir="$files/empty" seccomp_sandbox=NO ftp_username=nobody nopriv_user=nobody \
    xferlog_enable=NO local_enable=NO >"$files/conf"
  ./vsftpd "$files/conf" >"$files/log" 2>&1 &
  pid=$!
  for n in 1 2 3 4 5 6 7 8 9 10; do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.5; done
  check() { if "${@:2}"; then echo "ok $1"; else echo "FAILED $1"; fi; }
  check list bash -c "curl -sS ftp://127.0.0.1:$port/ | grep -q small"
  check download bash -c "curl -sS ftp://127.0.0.1:$port/big | cmp -s - '$files/pub/big'"
  check resume bash -c "curl -sS -r 1000-2999999 ftp://127.0.0.1:$port/big | cmp -s - <(tail -c +1001 '$files/pub/big')"
  check 'active mode' bash -c "curl -sS -P - ftp://127.0.0.1:$port/small | grep -qx hello"
  check upload bash -c "curl -sS -T '$files/pub/big' ftp://127.0.0.1:$port/in/copy && cmp -s '$files/pub/in/copy' '$files/pub/big'"
  check 'commands of lftp' bash -c "lftp -e 'set net:timeout 20; cd in; mkdir d; mv copy d/moved; ls d; rm d/moved; rmdir d; pwd; quit' ftp://127.0.0.1:$port 2>/dev/null | grep -q moved"
  check 'no such file' bash -c "! curl -sS ftp://127.0.0.1:$port/nothing 2>/dev/null"
  check 'parallel' bash -c "for i in 1 2 3 4; do curl -sS ftp://127.0.0.1:$port/big >'$files'/p\$i & done; wait; for i in 1 2 3 4; do cmp -s '$files'/p\$i '$files/pub/big' || exit 1; done"
  kill "$pid"
  wait "$pid" 2>/dev/null
  rm -rf "$files"
}
