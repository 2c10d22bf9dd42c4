#!/bin/bash
# gcc-tests.sh - unpack the C torture tests of gcc 12 and print the folder that holds gcc.c-torture and gcc.dg.
#
# Out: on standard output one line, a folder with gcc.c-torture/execute (ieee and builtins in it) and gcc.dg/torture;
#      all else on standard error.  Exit 0, or 1 with the reason.
#
# The source package is a tarball of tarballs; only the tests are unpacked, beside it in the cache, once.
# Environment: as for debian-source.sh.
set -u
umask 022
say() { printf 'gcc-tests: %s\n' "$*" >&2; }
package=$("$(dirname "$0")/debian-source.sh" gcc-12) || exit 1
folder=$package.tests
exec 9>"$package.lock" && flock 9 || { say "cannot lock $package.lock"; exit 1; }
if [ ! -d "$folder" ]; then
  archive=$(find "$package" -maxdepth 1 -name 'gcc-12*.tar.*' | head -n 1)
  [ -n "$archive" ] || { say "there is no gcc-12*.tar in $package"; exit 1; }
  say "unpacking the tests of $(basename "$archive")"
  work=$folder.new
  rm -rf "$work"
  mkdir "$work" || exit 1
  tar -xf "$archive" -C "$work" --strip-components=3 --wildcards \
    '*/gcc/testsuite/gcc.c-torture/execute/*' '*/gcc/testsuite/gcc.dg/torture/*' '*/gcc/testsuite/gcc.dg/*.h' \
    '*/gcc/testsuite/c-c++-common/torture/*' || { say "cannot unpack $archive"; exit 1; }
  mv "$work" "$folder" || exit 1
fi
printf '%s\n' "$folder"
