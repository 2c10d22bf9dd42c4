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
