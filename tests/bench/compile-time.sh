#!/bin/bash
# compile-time.sh [ROUNDS [lua]] - how long upstare-cc takes against gcc -O2, file by file, on Lua's sources and SQLite in one file;
# with "lua" on Lua's sources alone.
#
# Each file is compiled by both in turn, ROUNDS times (default 3); the smallest processor time (user and system) of each counts, so that
# what else the machine does matters little.  Prints a line per program: gcc, upstare-cc, their ratio, and wall clock likewise.
# Environment: UPSTARE_CC (default artifacts/bin/upstare-cc).
set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
. "$here/programs.sh"
rounds=${1:-3}
upstare_cc=${UPSTARE_CC:-$here/../../artifacts/bin/upstare-cc}
in=$(mktemp -d "${TMPDIR:-/tmp}/upstare-compile.XXXXXX") || exit 1
trap 'rm -rf "$in"' EXIT
need() { command -v "$1" >/dev/null || { echo "compile-time: $1 is missing; install the Debian package $2" >&2; return 1; }; }

# once COMPILER ARGUMENTS...: processor and wall-clock time in milliseconds
once() {
  local TIMEFORMAT='%U %S %R'
  { time "$@" -o "$in/object.o" >"$in/log" 2>&1 || { cat "$in/log" >&2; exit 1; }; } 2>&1 |
    awk '{ printf "%d %d\n", ($1 + $2) * 1000, $3 * 1000 }'
}

# measure NAME OPTIONS... -- FILES...
measure() {
  local name=$1 options=() sums=(0 0 0 0) file round result i
  shift
  while [ "$1" != -- ]; do options+=("$1"); shift; done
  shift
  for file in "$@"; do
    local best=()
    for ((round = 0; round < rounds; round++)); do
      result=($(once gcc -O2 "${options[@]}" -c "$file") $(once "$upstare_cc" -O2 "${options[@]}" -c "$file"))
      [ ${#result[@]} = 4 ] || { echo "compile-time: $file does not compile" >&2; return 1; }
      for i in 0 1 2 3; do
        if [ -z "${best[i]-}" ] || ((result[i] < best[i])); then best[i]=${result[i]}; fi
      done
    done
    for i in 0 1 2 3; do ((sums[i] += best[i])); done
  done
  awk -v name="$name" -v files=$# -v gcc="${sums[0]}" -v ours="${sums[2]}" -v wall="${sums[1]}" -v our_wall="${sums[3]}" 'BEGIN {
    printf "%s (%d files): processor time gcc %.2f s, upstare-cc %.2f s, ratio %.2f; wall clock %.2f s, %.2f s, ratio %.2f\n",
      name, files, gcc / 1000, ours / 1000, ours / gcc, wall / 1000, our_wall / 1000, our_wall / wall }'
}

lua_prepare || exit 1
mapfile -t files < <(ls "$lua"/src/*.c | grep -v '/luac\.c$')
measure Lua -I"$in" -DLUA_COMPAT_5_3 -DLUA_USE_LINUX -- "${files[@]}" || exit 1
[ "${2-}" != lua ] || exit 0
sqlite_prepare || exit 1
measure SQLite -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -- "$in/sqlite/sqlite3.c"
