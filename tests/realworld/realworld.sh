#!/bin/bash
# realworld.sh [-o DIR] [--only=NAME,...] [--rebuild] [--reference] [--list] - real programs, built by their own build systems with gcc and with upstare-cc.
#
# In:  programs/NAME.sh, one for each program; Debian's sources (tests/thirdparty/debian-source.sh).
# Out: in DIR (default artifacts/realworld): README.md, a table with a row for each program; NAME/{gcc,upstare}.{build,suite,results},
#      NAME/updates.  Exit 0 if everything is equal, 1 if not, 2 for a wrong call.
#
# The one idea: the same commands run twice, each in a copy of the source of its own, with nothing different but CC.  A program's own
# suite gives a list of results, one line a test; the two lists must be equal.  A failure with gcc is no reason against upstare-cc.
#
# A program is a file of shell functions, run in its copy, with CC set:
#   source      prints the folder of its source (NAME says which package)
#   build       builds it
#   suite       runs its suite; prints a line per test ("ok NAME", "FAILED NAME"); what differs from run to run is left out
#   updates     optional, upstare-cc only: identity updates under load; prints a line per check, "ok ..." or "FAILED ..."
#   versions    optional: prints the folders of two versions of its source, the older one first.  Both are built by upstare-cc with PAIR_OPTIONS, and a patch
#               is made of their PAIR_PROGRAM with maps/PAIR_MAP;
#   pair        then runs the older one and updates it to the newer while it works: OLD, NEW are their folders, PATCH is the patch; prints lines as updates does
# and VERSION, set by source's caller from the folder's name; SUITE says in a word or two what suite runs; CONFIG may name headers that configure
# writes, which must be equal as well.
#
# gcc's builds and results are kept (--rebuild makes them again); --reference makes only these.
#
# Environment: UPSTARE_CACHE (copies and builds are kept in its realworld/), JOBS (of make, default 2), UPSTARE_CC.
set -u
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
debian_source=$root/tests/thirdparty/debian-source.sh
cache=${UPSTARE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/upstare}/realworld
artifacts=$root/artifacts
upstare_cc=${UPSTARE_CC:-$artifacts/bin/upstare-cc}
out=$artifacts/realworld only= rebuild= reference=
jobs=${JOBS:-2}

say() { printf 'realworld: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

names() { for file in "$here"/programs/*.sh; do basename "$file" .sh; done; }

while [ $# -gt 0 ]; do
  case $1 in
    -o) out=${2:?}; shift ;;
    --only=*) only=${1#--only=} ;;
    --rebuild) rebuild=1 ;;
    --reference) reference=1 ;;
    --list) names; exit 0 ;;
    *) sed -n '2,/^set -u/{/^set -u/d;s/^# \{0,1\}//;p}' "$0" >&2; exit 2 ;;
  esac
  shift
done
[ -x "$upstare_cc" ] || die "no $upstare_cc: run ./build.sh first"
programs=$(names)
if [ -n "$only" ]; then
  programs=${only//,/ }
  for program in $programs; do [ -f "$here/programs/$program.sh" ] || die "no program $program (there are: $(names | tr '\n' ' '))"; done
fi

# need COMMAND PACKAGE: installs it when we may
need() {
  command -v "$1" >/dev/null && return 0
  [ "$(id -u)" = 0 ] || { say "$1 is missing; run as root: apt-get install $2"; return 1; }
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >&2
}

# need_package PACKAGE: the same for what is no command
need_package() {
  [ "$(id -u)" = 0 ] || { say "run as root: apt-get install $1"; return 1; }
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >&2
}

# Runs a command as nobody, to whom all files here then belong: some programs refuse to be root.  Where nobody may not pass the folders above, these are
# empty ones that everybody may pass (in a mount namespace: no other process sees them).
unprivileged() {
  [ "$(id -u)" = 0 ] || { "$@"; return; }
  chown -R nobody:nogroup .
  local become=(setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME="$PWD")
  if "${become[@]}" test -x "$PWD"; then "${become[@]}" "$@"; return; fi
  unshare --mount bash -c 'top=/$(cut -d/ -f2 <<<"$PWD")
    mount --bind . /mnt && mount -t tmpfs -o mode=755 tmpfs "$top" && mkdir -p "$PWD" && mount --bind /mnt "$PWD" && cd "$PWD" && exec "$@"' unprivileged "${become[@]}" "$@"
}

# A port that nobody listens on.
free_port() {
  local port
  for port in $(shuf -i 20000-30000 -n 50); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return 0; }
  done
  return 1
}

# check NAME COMMAND...: the line of one result; what the command says goes to the log
check() { if "${@:2}" >&2; then echo "ok $1"; else echo "FAILED $1"; fi; }

# upd_identity EXECUTABLE PATCH: the patch from a version to itself
upd_identity() { "$artifacts/bin/upstare-diff" --identity "$1" "$1" -o "$2" >"$2.log" 2>&1 || { sed 's/^/  /' "$2.log" >&2; return 1; }; }

# updated_often PROCESS TIMES PATCH: updates a process again and again, and prints a result for each time
updated_often() {
  local n
  for ((n = 1; n <= $2; n++)); do
    check "update $n" "$artifacts/bin/upstare" apply "$1" "$3"
    sleep 0.2
  done
}

# runs PROCESS EXECUTABLE: the process says that this is the version that it runs
runs() { "$artifacts/bin/upstare" status "$1" | grep "$(readelf -n "$2" | sed -n 's/.*Build ID: //p')"; }

# until_open PORT: waits for a server
until_open() { local n; for n in {1..100}; do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0; sleep 0.1; done; return 1; }

# copy_of COMPILER: the folder of a program's copy for it
copy_of() { printf '%s/%s/%s' "$cache" "$program" "$1"; }

# Runs one of a program's functions in its copy. in_copy COMPILER FUNCTION
in_copy() {
  local compiler=$1
  (
    cd "$(copy_of "$compiler")" || exit 1
    case $compiler in gcc) export CC=gcc ;; *) export CC=$upstare_cc ;; esac
    "$2"
  )
}

# A build is kept for a compiler that has not changed.
is_built() { [ -z "$rebuild" ] && [ "$(cat "$(copy_of "$1").built" 2>/dev/null)" = "$(stamp_of "$1")" ]; }
stamp_of() { case $1 in gcc) echo "$VERSION $(gcc -dumpfullversion)" ;; *) echo "$VERSION $(cat "$upstare_cc" "$artifacts/lib/upstare/libupstare.a" | sha1sum)" ;; esac; }

build_with() { # COMPILER
  local copy start status
  copy=$(copy_of "$1")
  is_built "$1" && return 0
  rm -rf "$copy" "$copy.built"
  mkdir -p "$(dirname "$copy")" && cp -a "$folder" "$copy" || return 1
  start=$SECONDS
  in_copy "$1" build >"$results/$1.build" 2>&1
  status=$?
  echo "$((SECONDS - start))" >"$results/$1.seconds"
  [ $status = 0 ] || { say "$program does not build with $1:"; tail -n 15 "$results/$1.build" >&2; return 1; }
  stamp_of "$1" >"$copy.built"
}

# What upstare-cc left alone, as "UNITS/FUNCTIONS".
left_alone() {
  printf '%d/%d' "$(grep -c ': not instrumented: ' "$results/upstare.build" 2>/dev/null)" "$(grep -c "' is not instrumented: " "$results/upstare.build" 2>/dev/null)"
}

row() { printf '| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n' "$program" "$VERSION" "$(cat "$results/gcc.seconds" 2>/dev/null) s / $(cat "$results/upstare.seconds" 2>/dev/null) s" "$(left_alone)" "$SUITE" "$1" "$2" "$paired" "$3" >>"$table"; }

# The suite; gcc's results are those of last time if it and the program's file have not changed.
suite_with() { # COMPILER
  local kept stamp
  kept=$(copy_of gcc).results stamp="$(stamp_of gcc) $(sha1sum <"$here/programs/$program.sh")"
  if [ "$1" = gcc ] && [ -z "$rebuild" ] && [ "$(cat "$kept.stamp" 2>/dev/null)" = "$stamp" ]; then cp "$kept" "$results/gcc.results"; return; fi
  say "$program $VERSION: its suite with $1"
  in_copy "$1" suite >"$results/$1.results" 2>"$results/$1.suite" || say "the suite with $1 ended with status $?"
  [ "$1" != gcc ] || { cp "$results/gcc.results" "$kept" && echo "$stamp" >"$kept.stamp"; }
}

# Do configure's headers differ in more than the compiler's name?
configs_are_equal() {
  local header
  for header in ${CONFIG-}; do
    diff "$(copy_of gcc)/$header" <(sed "s|$upstare_cc|gcc|g" "$(copy_of upstare)/$header") || return 1
  done
}

# An update from one version to another, as in "5.4.4 -> 5.4.7: 10 ok, 0 wrong".
a_pair() {
  local OLD= NEW= PATCH=
  say "$program: from one version to another"
  pair_versions >"$results/pair.build" 2>&1 || { tail -n 15 "$results/pair.build" >&2; paired="does not build"; return 1; }
  (cd "$NEW" && CC=$upstare_cc pair) >"$results/pair" 2>"$results/pair.log"
  paired="$(<"$OLD.version") -> $(<"$NEW.version"): $(grep -c '^ok' "$results/pair") ok, $(grep -c '^FAILED' "$results/pair") wrong"
  grep '^FAILED' "$results/pair" >&2
  grep -q '^ok' "$results/pair" && ! grep -q '^FAILED' "$results/pair"
}

# Builds the two versions where they have changed, and makes the patch; sets OLD, NEW, PATCH.
pair_versions() {
  local folders which stamp
  mapfile -t folders < <(versions)
  [ ${#folders[@]} = 2 ] || return 1
  for which in 0 1; do
    OLD=$NEW NEW=$cache/$program/version$((which + 1))
    stamp="$(cat "${folders[which]}.version") $PAIR_OPTIONS $(cat "$upstare_cc" "$artifacts/lib/upstare/libupstare.a" | sha1sum)"
    [ -z "$rebuild" ] && [ "$(cat "$NEW.built" 2>/dev/null)" = "$stamp" ] && continue
    rm -rf "$NEW" "$NEW.built"
    mkdir -p "$cache/$program" && cp -a "${folders[which]}" "$NEW" && cp "${folders[which]}.version" "$NEW.version" || return 1
    (cd "$NEW" && CC="$upstare_cc $PAIR_OPTIONS" build) || return 1
    echo "$stamp" >"$NEW.built"
  done
  PATCH=$NEW.upd
  "$artifacts/bin/upstare-diff" "$OLD/$PAIR_PROGRAM" "$NEW/$PAIR_PROGRAM" -o "$PATCH" -m "$here/maps/$PAIR_MAP"
}

one_program() {
  local folder compiler passed failed verdict=equal updated=- paired=-
  results=$out/$program
  mkdir -p "$results"
  . "$here/programs/$program.sh"
  folder=$(source) && [ -d "$folder" ] || { say "no source for $program"; VERSION=?; row "-" "-" "no source"; return 1; }
  VERSION=$(cat "$folder.version" 2>/dev/null || basename "$folder")
  for compiler in gcc upstare; do
    say "$program $VERSION: building with $compiler"
    build_with "$compiler" || { row - - "does not build with $compiler"; return 1; }
    suite_with "$compiler"
    [ -z "$reference" ] || { row "$(grep -c '^ok' "$results/gcc.results") passed with gcc" - reference; return 0; }
  done
  passed=$(grep -c '^ok' "$results/upstare.results")
  failed=$(grep -c '^FAILED' "$results/upstare.results")
  if ! diff "$results/gcc.results" "$results/upstare.results" >"$results/difference"; then verdict="**different**"; cat "$results/difference" >&2; fi
  [ "$passed" -gt 0 ] || verdict="**nothing ran**"
  configs_are_equal >>"$results/difference" || verdict+=" **$CONFIG**"
  if declare -F updates >/dev/null; then
    say "$program $VERSION: identity updates"
    in_copy upstare updates >"$results/updates" 2>"$results/updates.log"
    updated="$(grep -c '^ok' "$results/updates") ok, $(grep -c '^FAILED' "$results/updates") wrong"
    if grep -q '^FAILED' "$results/updates" || ! grep -q '^ok' "$results/updates"; then verdict+=" **updates**"; grep '^FAILED' "$results/updates" >&2; fi
  fi
  if declare -F pair >/dev/null; then
    a_pair || verdict+=" **pair**"
  fi
  row "$passed passed, $failed failed" "$updated" "$verdict"
  [ "$verdict" = equal ]
}

mkdir -p "$out" || exit 1
out=$(cd "$out" && pwd)
table=$out/README.md
{
  echo '| program | version | build (gcc / upstare-cc) | not instrumented (units/functions) | suite | with upstare-cc | identity updates | from one version to another | against gcc |'
  echo '| --- | --- | --- | --- | --- | --- | --- | --- | --- |'
} >"$table"
status=0
for program in $programs; do
  # A shell of its own: no function of one program is left for the next.
  (one_program) || status=1
done
cat "$table"
exit $status
