#!/bin/bash
# bench.sh - what updatability costs: programs built with other compilers against the same with plain gcc.
#
#   bench.sh [-o DIR] [-p PROGRAMS] [-r ROUNDS] [--base COMMAND] [--cc NAME=COMMAND]... [--keep] [--quick] [--no-pause] [--no-threads]
#
# In:  compiler commands that take gcc's options.  Default: "trap" and "flag", artifacts/bin/upstare-cc in its two
#      poll modes, against gcc.  PROGRAMS is a comma list out of programs.sh (default kissfft,lua; also sqlite).
# Out: in DIR (default artifacts/bench): overhead.csv, build.csv, pause.csv, threads.csv, histogram.csv, calls.csv and README.md with the
#      tables.
#      Exit 0 also when a target is missed (the table says so); 1 when something does not build or run, or when a
#      program's output differs from plain gcc's; 2 for a wrong call.
#
# The one idea: everything is compared in pairs within one run.  Instructions are callgrind's count, exact up to a few
# thousand; times are the medians of interleaved runs (plain, trap, flag, plain, trap, ...), so a busy minute of the
# machine hits all of them alike.  --keep uses what an earlier run has built in DIR; --quick does fewer rounds.
set -u
export LC_ALL=C
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$root/tests/bench/programs.sh"

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

out=$root/artifacts/bench programs=kissfft,lua rounds=11 keep= quick= pause=1 threads=1
names=(plain) commands=(gcc) given=
while [ $# -gt 0 ]; do
  case $1 in
    -o) out=${2:?}; shift ;;
    -p) programs=${2:?}; shift ;;
    -r) rounds=${2:?}; shift ;;
    --base) commands[0]=${2:?}; shift ;;
    --cc)
      case ${2-} in *?=?*) ;; *) usage ;; esac
      names+=("${2%%=*}") commands+=("${2#*=}") given=1
      shift ;;
    --keep) keep=1 ;;
    --quick) quick=1 rounds=3 ;;
    --no-pause) pause= ;;
    --no-threads) threads= ;;
    *) usage ;;
  esac
  shift
done
if [ -z "$given" ]; then
  names+=(trap flag)
  commands+=("$root/artifacts/bin/upstare-cc" "$root/artifacts/bin/upstare-cc -fupstare-poll=flag")
  [ -x "$root/artifacts/bin/upstare-cc" ] || die "no artifacts/bin/upstare-cc: run ./build.sh first"
fi
IFS=, read -ra programs <<<"$programs"
for program in "${programs[@]}"; do
  case " $NAMES " in *" $program "*) ;; *) die "no program $program (there are: $NAMES)" ;; esac
done

need valgrind valgrind || exit 1
mkdir -p "$out/build/in" || exit 1
out=$(cd "$out" && pwd)
build=$out/build in=$out/build/in
gcc -O2 -Wall -o "$build/stopwatch" "$root/tests/bench/stopwatch.c" || exit 1

median() { sort -n | awk '{ v[NR] = $1 } END { m = int((NR + 1) / 2); print NR % 2 ? v[m] : int((v[m] + v[m + 1]) / 2) }'; }
percent() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%+.2f", (b / a - 1) * 100 }'; } # BASE VALUE

# Bytes of code in all objects of a build, and in all its executables (which have the runtime too).
text_bytes() {
  find "$1" -name '*.o' -exec size -A {} + | awk '$1 ~ /^\.text/ { n += $2 } END { print n + 0 }'
}
linked_bytes() {
  find "$1" -type f -perm -u+x -exec size -A {} + | awk '$1 == ".text" { n += $2 } END { print n + 0 }'
}

# ---- build: twice, the faster counts (the first may read the sources from the disk)

build_all() { # PROGRAM
  local i round before after us best=()
  for round in 1 2; do
    [ $round = 1 ] || [ -z "$quick$keep" ] || break
    for i in "${!names[@]}"; do
      local folder=$build/$1/${names[i]}
      if [ -n "$keep" ] && [ -f "$folder/built" ]; then best[i]=$(cat "$folder/built"); continue; fi
      say "building $1 with ${commands[i]}"
      rm -rf "$folder"
      before=${EPOCHREALTIME/./}
      # shellcheck disable=SC2086  # a compiler command is words
      "$1_build" "$folder" ${commands[i]} || die "$1 does not build with ${commands[i]}"
      after=${EPOCHREALTIME/./}
      us=$((after - before))
      [ -n "${best[i]-}" ] && [ "${best[i]}" -le $us ] || best[i]=$us
      echo "${best[i]}" >"$folder/built"
    done
  done
  local base text linked base_text base_linked
  base=${best[0]} base_text=$(text_bytes "$build/$1/plain") base_linked=$(linked_bytes "$build/$1/plain")
  for i in "${!names[@]}"; do
    text=$(text_bytes "$build/$1/${names[i]}") linked=$(linked_bytes "$build/$1/${names[i]}")
    echo "$1,${names[i]},$text,$(percent "$base_text" "$text"),$linked,$(percent "$base_linked" "$linked"),$((best[i] / 1000)),$(percent "$base" "${best[i]}")" \
      >>"$out/build.csv"
  done
}

# ---- run

# The words of a workload's command in the array `words`, the executable taken from COMPILER's folder.
command_of() { # PROGRAM COMPILER "EXECUTABLE ARGUMENTS"
  read -ra words <<<"${3//'{in}'/$in}"
  words[0]=$build/$1/$2/${words[0]}
}

# What must be equal: all output but the lines that report times.
same_output() { sed '/[0-9]s$/d;/^system time/d;/^user time/d;/^total time/d' "$1"; }

instructions_of() { # runs `words`; prints the count, leaves its output in $build/result
  valgrind --tool=callgrind --callgrind-out-file=/dev/null --log-file="$build/valgrind.log" "${words[@]}" \
    >"$build/result" 2>"$build/errors" </dev/null || { cat "$build/errors" "$build/valgrind.log" >&2; return 1; }
  awk '/Collected :/ { print $NF }' "$build/valgrind.log"
}

measure_all() { # PROGRAM
  local i round line
  declare -A count
  while IFS= read -r line <&3; do
    local label=${line%% | *} command=${line#* | }
    for i in "${!names[@]}"; do
      command_of "$1" "${names[i]}" "$command"
      say "counting $1, $label, ${names[i]}"
      count[$label,$i]=$(instructions_of) || die "$1, $label fails under valgrind with ${names[i]}"
      same_output "$build/result" >"$build/result.$i"
      cmp "$build/result.0" "$build/result.$i" >&2 || die "$1, $label: the output with ${names[i]} differs from plain gcc's"
    done
  done 3< <(SMALL=1 "$1_workloads")

  while IFS= read -r line <&3; do
    local label=${line%% | *} command=${line#* | } base time_base
    say "timing $1, $label"
    rm -f "$build"/times.*
    for ((round = 0; round < rounds; round++)); do
      for i in "${!names[@]}"; do
        command_of "$1" "${names[i]}" "$command"
        "$build/stopwatch" "$build/time" "${words[@]}" >"$build/result" 2>"$build/errors" </dev/null ||
          { cat "$build/errors" >&2; die "$1, $label fails with ${names[i]}"; }
        same_output "$build/result" >"$build/result.$i"
        cmp "$build/result.0" "$build/result.$i" >&2 || die "$1, $label: the output with ${names[i]} differs from plain gcc's"
        cut -d' ' -f1 "$build/time" >>"$build/times.$i"
      done
    done
    base=${count[$label,0]} time_base=$(median <"$build/times.0")
    for i in "${!names[@]}"; do
      local time
      time=$(median <"$build/times.$i")
      echo "$1,$label,${names[i]},${count[$label,$i]},$(percent "$base" "${count[$label,$i]}"),$time,$(percent "$time_base" "$time")" >>"$out/overhead.csv"
    done
  done 3< <(SMALL=0 "$1_workloads")
}

echo "program,workload,compiler,instructions,instructions_percent,time_us,time_percent" >"$out/overhead.csv"
echo "program,compiler,text_bytes,text_percent,linked_text_bytes,linked_text_percent,build_ms,build_percent" >"$out/build.csv"
for program in "${programs[@]}"; do
  "${program}_prepare" || die "cannot prepare $program"
  build_all "$program"
  measure_all "$program"
done
rm -f "$out/pause.csv"
if [ -n "$pause" ]; then . "$root/tests/bench/pause.sh"; measure_pause || exit 1; fi
rm -f "$out/threads.csv" "$out/histogram.csv"
if [ -n "$threads" ]; then . "$root/tests/bench/threads.sh"; measure_threads || exit 1; fi
. "$root/tests/bench/calls.sh"
measure_calls || exit 1
. "$root/tests/bench/report.sh"
report >"$out/README.md" || exit 1
cat "$out/README.md"
