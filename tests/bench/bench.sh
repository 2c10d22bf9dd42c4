#!/bin/bash
# bench.sh - what updatability costs: programs built with other compilers against the same with plain gcc, and what an update costs.
#
#   bench.sh [-o DIR] [-p PROGRAMS] [-r ROUNDS] [--only STAGES] [--base COMMAND] [--cc NAME=COMMAND]... [--keep] [--quick] [--build-only] [--record]
#
# In:  compiler commands that take gcc's options.  Default: "trap" and "flag", artifacts/bin/upstare-cc in its two poll modes, against gcc.
#      PROGRAMS is a comma list out of programs.sh (kissfft, lua, sqlite) and servers.sh (redis, memcached, vsftpd, postgresql); default: all.
#      STAGES is a comma list, default all: counts (instructions), times, servers, sizes, diffs, pause, threads, heap, calls, compile.
# Out: in DIR (default artifacts/bench): samples.csv, every single number that was measured, and run.csv, where and when; the page and the plots are made from
#      them by upstare-plots (tests/UpStare.Plots).  --record puts all of that into docs/, as the run that the documents show.
#      Exit 0 also when a target is missed (the page says so); 1 when something does not build or run, when a program's output differs from
#      plain gcc's, or an update is not made; 2 for a wrong call.
#
# The one idea: everything is compared in pairs within one run.  Instructions are callgrind's count; times are those of interleaved runs (plain, again, trap,
# flag, trap+1, trap+10, plain, ...), so a busy minute of the machine hits all of them alike.  A configuration is a build, and a number of identity updates that
# its process gets before it is measured; "again" is plain gcc's build once more: what it differs by is the noise.
#
# Builds are kept (UPSTARE_CACHE, default ~/.cache/upstare, in its bench/) and made again when the compiler is another; --keep takes them as they are.
# --build-only makes them all and measures nothing; --quick does fewer rounds.
set -u
export LC_ALL=C
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/tests/bench
cache=${UPSTARE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/upstare}/bench
in=$cache/in
bin=$root/artifacts/bin
. "$here/programs.sh"
. "$here/servers.sh"

say() { printf 'bench: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }
usage() { sed -n '2,/^set -u/{/^set -u/d;s/^# \{0,1\}//;p}' "$0" >&2; exit 2; }

# need COMMAND PACKAGE: installs it when we may
need() {
  command -v "$1" >/dev/null && return 0
  [ "$(id -u)" = 0 ] || { say "$1 is missing; run as root: apt-get install $2"; return 1; }
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >&2 ||
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2"; } >&2
}

out=$root/artifacts/bench programs="$NAMES $SERVERS" stages='counts times servers sizes diffs pause threads heap calls compile'
rounds=11 keep= quick= build_only= record= given=
names=(plain) commands=(gcc)
while [ $# -gt 0 ]; do
  case $1 in
    -o) out=${2:?}; shift ;;
    -p) programs=${2:?}; shift ;;
    -r) rounds=${2:?}; shift ;;
    --only) stages=${2:?}; shift ;;
    --base) commands[0]=${2:?}; shift ;;
    --cc)
      case ${2-} in *?=?*) ;; *) usage ;; esac
      names+=("${2%%=*}") commands+=("${2#*=}") given=1
      shift ;;
    --keep) keep=1 ;;
    --quick) quick=1 rounds=3 ;;
    --build-only) build_only=1 ;;
    --record) record=1 ;;
    *) usage ;;
  esac
  shift
done
programs=${programs//,/ } stages=${stages//,/ }
if [ -z "$given" ]; then
  names+=(trap flag)
  commands+=("$bin/upstare-cc" "$bin/upstare-cc -fupstare-poll=flag")
  [ -x "$bin/upstare-cc" ] || die "no artifacts/bin/upstare-cc: run ./build.sh first"
fi
for program in $programs; do
  case " $NAMES $SERVERS " in *" $program "*) ;; *) die "no program $program (there are: $NAMES $SERVERS)" ;; esac
done
for stage in $stages; do case $stage in counts | times | servers | sizes | diffs | pause | threads | heap | calls | compile) ;; *) die "no stage $stage" ;; esac; done

# A configuration is a build, or "again" (plain's), with "+UPDATES".
configurations=(plain again)
for name in "${names[@]:1}"; do configurations+=("$name"); done
case " ${names[*]} " in *" trap "*) configurations+=(trap+1 trap+10) ;; esac
build_of() { local build=${1%+*}; [ "$build" != again ] || build=plain; printf %s "$build"; }
updates_of() { case $1 in *+*) printf %s "${1##*+}" ;; *) printf 0 ;; esac; }
command_of() { local i; for i in "${!names[@]}"; do [ "${names[i]}" != "$1" ] || printf %s "${commands[i]}"; done; }
chosen() { case " $stages " in *" $1 "*) return 0 ;; esac; return 1; } # STAGE
is_server() { case " $SERVERS " in *" $1 "*) return 0 ;; esac; return 1; }

need valgrind valgrind || exit 1
mkdir -p "$out" "$in" || exit 1
out=$(cd "$out" && pwd)
work=$out/work
rm -rf "$work" && mkdir -p "$work" && touch "$work/begun" || exit 1
for tool in stopwatch updates clients memload ftpload; do gcc -O2 -Wall -o "$work/$tool" "$here/$tool.c" || exit 1; done

# row KIND PROGRAM WORKLOAD CONFIGURATION ROUND VALUE: one number
row() { printf '%s,%s,%s,%s,%s,%s\n' "$@" >>"$out/samples.csv"; }
# rows KIND PROGRAM WORKLOAD CONFIGURATION: one for each number on standard input
rows() { awk -v p="$1,$2,$3,$4" '{ print p "," NR "," $1 }' >>"$out/samples.csv"; }

. "$here/build.sh"
. "$here/batch.sh"
. "$here/load.sh"
. "$here/pause.sh"
. "$here/threads.sh"
. "$here/heap.sh"
. "$here/calls.sh"

for program in $programs; do
  "${program}_prepare" || die "cannot prepare $program"
  for name in "${names[@]}"; do
    build "$program" "$name" || exit 1
  done
  patches "$program" || exit 1
done
[ -z "$build_only" ] || exit 0

trap 'kill $(jobs -p) 2>/dev/null' EXIT # no server is left when something fails
started=$SECONDS
echo "kind,program,workload,configuration,round,value" >"$out/samples.csv"
for program in $programs; do
  if is_server "$program"; then
    ! chosen servers || measure_server "$program" || exit 1
  else
    ! chosen counts || count_all "$program" || exit 1
    ! chosen times || time_all "$program" || exit 1
  fi
  ! chosen sizes || measure_sizes "$program" || exit 1
  ! chosen diffs || measure_diff "$program" || exit 1
  ! chosen pause || measure_pauses "$program" || exit 1
done
! chosen pause || measure_depth || exit 1
! chosen threads || measure_threads || exit 1
! chosen heap || measure_heap || exit 1
! chosen calls || measure_calls || exit 1
! chosen compile || measure_compile || exit 1

{
  echo "name,value"
  echo "date,$(date -u +%Y-%m-%d)"
  echo "compiler,$(gcc --version | head -n 1 | tr , ' ')"
  echo "processor,$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1 | tr , ' ')"
  echo "processors,$(nproc)"
  echo "kernel,$(uname -r)"
  echo "rounds,$rounds"
  echo "load,$(cut -d' ' -f1 /proc/loadavg)"
  echo "seconds,$((SECONDS - started))"
  for program in $programs; do echo "version $program,$(cat "${!program}.version")"; done
} >"$out/run.csv"
say "measured in $((SECONDS - started)) s"
[ -x "$root/artifacts/obj/upstare-plots/upstare-plots" ] || die "the numbers are in $out; ./build.sh bench makes the page of them"
"$root/artifacts/obj/upstare-plots/upstare-plots" "$out" ${record:+--record "$root/docs"} || exit 1
