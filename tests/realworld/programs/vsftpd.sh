# vsftpd with Debian's patches: make; sessions of curl and lftp with it on this machine, anonymous ones and those of a user with a password.
SUITE='FTP sessions'

source() {
  [ -e /usr/include/sys/capability.h ] || need_package libcap-dev
  [ -e /usr/include/security/pam_appl.h ] || need_package libpam0g-dev
  [ -e /usr/include/openssl/ssl.h ] || need_package libssl-dev
  [ -e /usr/include/tcpd.h ] || need_package libwrap0-dev
  need curl curl && need lftp lftp && UPSTARE_DEBIAN_SUITES=${UPSTARE_DEBIAN_SUITES-trixie} "$debian_source" vsftpd 3.0.5
}

# Its script that finds libraries looks where they were before multiarch: they are named here.  As in Debian's build, the linker does not strip.
build() { make -j"$jobs" CC="$CC" CFLAGS='-O2 -g' LINK= LIBS='-lwrap -lpam -lcap -lssl -lcrypto -lcrypt -ldl -lnsl -lresolv -lutil'; }

suite() { on_a_machine_of_its_own sessions; }
updates() { upd_identity ./vsftpd "$PWD/identity.upd" && on_a_machine_of_its_own updated_sessions || echo "FAILED identity patch"; }

# vsftpd wants to be root, knows users by the machine's files, and leaves its root folder: FUNCTION runs where these files are copies with two users more
# (a mount namespace; nobody else sees them).  Then the server is at $ftp, its folders are in $files.
on_a_machine_of_its_own() { # FUNCTION
  [ "$(id -u)" = 0 ] || { say 'vsftpd must be started by root'; return 1; }
  files=$(mktemp -d /tmp/vsftpd.XXXXXX) || return 1
  port=$(free_port)
  unshare --mount bash -c "$(declare -f check users_and_folders configuration served sessions_of_anonymous sessions_of_user sessions updated_sessions eventually)
    files=$files port=$port artifacts='$artifacts'; $1"
  rm -rf "$files"
}

users_and_folders() {
  local name
  mkdir -p "$files"/{etc,pub/in,home,empty} && chmod 755 "$files" "$files/pub" "$files/home" && chmod 777 "$files/pub/in" && chown 9001:65534 "$files/home" &&
    head -c 3000000 /dev/urandom >"$files/pub/big" && echo hello >"$files/pub/small" && cp "$files/pub/big" "$files/home/big" && chmod 644 "$files"/*/big "$files/pub/small" || return 1
  cp /etc/passwd /etc/shadow "$files/etc/" &&
    printf '%s\n' "ftp:x:9000:65534::$files/pub:/bin/sh" "ftpuser:x:9001:65534::$files/home:/bin/sh" >>"$files/etc/passwd" &&
    printf '%s\n' 'ftp:*:19000::::::' "ftpuser:$(openssl passwd -6 secret):19000::::::" >>"$files/etc/shadow" || return 1
  for name in passwd shadow; do mount --bind "$files/etc/$name" "/etc/$name" || return 1; done
}

configuration() {
  printf '%s\n' listen=YES listen_ipv6=NO background=NO listen_port="$port" listen_address=127.0.0.1 secure_chroot_dir="$files/empty" nopriv_user=nobody ftp_username=ftp \
    anonymous_enable=YES no_anon_password=YES anon_root="$files/pub" write_enable=YES anon_upload_enable=YES anon_mkdir_write_enable=YES anon_other_write_enable=YES \
    anon_umask=022 local_enable=YES pam_service_name=other xferlog_enable=YES xferlog_std_format=YES xferlog_file="$files/log" seccomp_sandbox=NO
}

# Starts the server; $server is its process.
served() {
  users_and_folders && configuration >"$files/conf" || return 1
  ftp=ftp://127.0.0.1:$port
  ./vsftpd "$files/conf" >"$files/out" 2>&1 &
  server=$!
  eventually curl -sS -o /dev/null "$ftp/" 2>/dev/null
}

eventually() { local n; for n in {1..40}; do "$@" && return 0; sleep 0.25; done; return 1; }

sessions_of_anonymous() {
  check 'anonymous: list' bash -c "curl -sS $ftp/ | grep -q small"
  check 'anonymous: download' bash -c "curl -sS $ftp/big | cmp -s - '$files/pub/big'"
  check 'anonymous: resume' bash -c "curl -sS -r 1000-2999999 $ftp/big | cmp -s - <(tail -c +1001 '$files/pub/big')"
  check 'anonymous: active mode' bash -c "curl -sS -P - $ftp/small | grep -qx hello"
  check 'anonymous: no such file' bash -c "curl -sS $ftp/nothing 2>/dev/null; [ \$? = 78 ]"
  check 'anonymous: upload' bash -c "curl -sS -T '$files/pub/big' $ftp/in/copy && cmp -s '$files/pub/in/copy' '$files/pub/big'"
  check 'anonymous: folder, rename, delete' bash -c "lftp -e 'set net:timeout 20; set cmd:fail-exit yes; cd in; mkdir d; mv copy d/moved; cls d; rm d/moved; rmdir d; quit' $ftp | grep -q moved && [ -z \"\$(ls '$files/pub/in')\" ]"
  check 'anonymous: four at once' bash -c "for i in 1 2 3 4; do curl -sS $ftp/big >'$files'/p\$i & done; wait; for i in 1 2 3 4; do cmp -s '$files'/p\$i '$files/pub/big' || exit 1; done"
}

sessions_of_user() {
  local user=ftp://ftpuser:secret@127.0.0.1:$port
  check 'user: wrong password' bash -c "curl -sS ftp://ftpuser:wrong@127.0.0.1:$port/ 2>/dev/null; [ \$? = 67 ]"
  check 'user: list' bash -c "curl -sS $user/ | grep -q big"
  check 'user: download' bash -c "curl -sS $user/big | cmp -s - '$files/home/big'"
  check 'user: upload' bash -c "curl -sS -T '$files/home/big' $user/copy && cmp -s '$files/home/copy' '$files/home/big' && [ \"\$(stat -c %u '$files/home/copy')\" = 9001 ]"
  check 'user: append' bash -c "echo more | curl -sS -a -T - $user/copy && tail -n 1 '$files/home/copy' | grep -q 'more'"
  check 'user: folder, rename, mode, delete' bash -c "lftp -e 'set net:timeout 20; set cmd:fail-exit yes; mkdir d; mv copy d/moved; chmod 600 d/moved; cls -l d; rm d/moved; rmdir d; quit' $user | grep -q -- '-rw-------.*moved' && [ \"\$(ls '$files/home')\" = big ]"
  check 'user: text mode' bash -c "printf 'a\nb\n' | curl -sS -B -T - $user/text && curl -sS -B $user/text | grep -q '^b' && curl -sS $user/ -X 'NLST' | grep -q text; rm -f '$files/home/text'"
}

sessions() {
  served || { echo 'FAILED start'; cat "$files/out" >&2; return 1; }
  sessions_of_anonymous
  sessions_of_user
  check 'log of transfers' grep -q 'ftpuser ftp 0 \* c$' "$files/log"
  kill "$server"
  wait "$server" 2>/dev/null
}

# The listening process is updated again and again, while others serve their clients; what it starts afterwards serves as before.
updated_sessions() {
  local round clients
  served || { echo 'FAILED start'; return 1; }
  for round in 1 2 3 4 5; do
    for _ in 1 2 3; do curl -sS --limit-rate 4M "$ftp/big" | cmp -s - "$files/pub/big" || echo "FAILED a client in round $round"; done &
    clients=$!
    check "update $round, with sessions under way" "$artifacts/bin/upstare" apply "$server" "$PWD/identity.upd"
    wait "$clients"
    check "update $round, idle" "$artifacts/bin/upstare" apply "$server" "$PWD/identity.upd"
  done
  sessions_of_anonymous
  sessions_of_user
  kill "$server"
}
