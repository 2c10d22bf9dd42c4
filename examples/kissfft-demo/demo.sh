#!/bin/bash
# demo.sh - updates KissFFT's streaming filter while samples stream through it, and proves what came out.
#
# In:  artifacts/bin (or UPSTARE_BIN): upstare-cc, upstare-diff, upstare.  Debian's KissFFT source, downloaded once.
# Out: a short story on standard output; exit 0 only if every check held.
# SAMPLES sets the length of the stream (default 100 million, 400 MB), DEMO_DIR where things are built.
#
# Three filters run on the same samples: the one that is updated, and version 1 and version 2 alone, undisturbed.
# check.c compares their outputs while they stream.
set -u
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
bin=${UPSTARE_BIN:-$root/artifacts/bin}
work=${DEMO_DIR:-$root/artifacts/demo/kissfft}
samples=${SAMPLES:-100000000}
taps=101 fft=2048
block=$((5 * (fft - taps + 1))) # what the filter writes at once

started=()
step=0
tell() { printf '\n%d. %s\n' $((++step)) "$*"; }
note() { printf '   %s\n' "$*"; }
show() { sed 's/^/   | /' "$@"; }
fail() {
  printf '\nFAILED: %s\n' "$*"
  [ ! -s "$work/filter.log" ] || { echo "What the filter said:"; show "$work/filter.log"; }
  [ ! -s "$work/check.log" ] || { echo "What the checker said:"; show "$work/check.log"; }
  exit 1
}
cleanup() { # what is still running after a failure; each by its own number
  local pid
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null; done
  wait 2>/dev/null
}
trap cleanup EXIT

for tool in upstare-cc upstare-diff upstare; do
  [ -x "$bin/$tool" ] || fail "$bin/$tool is missing: run ./build.sh first"
done

echo "UpStare demo: a running program gets its next version, and nobody who listens to it notices."

# ---- build

kissfft=$("$root/tests/thirdparty/debian-source.sh" kissfft) || fail "no KissFFT source"
rm -rf "$work"
mkdir -p "$work/v1" "$work/v2" || fail "cannot create $work"
cd "$work" || exit 1
for v in v1 v2; do
  cp "$kissfft"/{kiss_fft.c,kiss_fftr.c,kiss_fft.h,kiss_fftr.h,kiss_fft_log.h,_kiss_fft_guts.h} $v/
done
cp "$kissfft/tools/kiss_fastfir.c" v1/
cp "$here/gain.h" v2/
sed -f "$here/v2.sed" v1/kiss_fastfir.c >v2/kiss_fastfir.c
[ "$(grep -c 'apply_gain\|gain\.h' v2/kiss_fastfir.c)" = 2 ] || fail "v2.sed does not fit this KissFFT: $kissfft"

compile() { # FOLDER
  (cd "$1" && "$bin/upstare-cc" -O2 -DREAL_FASTFIR -DFAST_FILT_UTIL -o fastfir kiss_fastfir.c kiss_fft.c kiss_fftr.c -lm) ||
    fail "cannot build $1"
}
tell "Version 1 is Debian's $(basename "$kissfft" | tr _ ' ' | cut -d' ' -f1,2): its streaming filter, built as always, but with CC=upstare-cc."
compile v1
tell "Version 2 is the same with a gain stage on the output:"
diff -u v1/kiss_fastfir.c v2/kiss_fastfir.c | grep '^[+-] *[^+-]' | show
compile v2
gcc -O2 -o samples "$here/samples.c" -lm && gcc -O2 -o check "$here/check.c" || fail "cannot build the helpers"
./samples filter $taps >taps || fail "cannot make the filter's coefficients"

tell "upstare-diff makes a patch from the two executables, and one for the way back."
"$bin/upstare-diff" v1/fastfir v2/fastfir -o v1-v2.upd >diff.log 2>&1 || { show diff.log; fail "upstare-diff, v1 to v2"; }
"$bin/upstare-diff" v2/fastfir v1/fastfir -o v2-v1.upd >diff.log 2>&1 || { show diff.log; fail "upstare-diff, v2 to v1"; }
note "v1-v2.upd: $(stat -c %s v1-v2.upd) bytes; v2-v1.upd: $(stat -c %s v2-v1.upd) bytes"

# ---- stream

run() { # runs a command in the background and remembers it
  "$@" &
  started+=($!)
}
source_into() { ./samples stream "$samples" >"$1"; }
filter() { exec "$1/fastfir" -n $fft -h taps <"$2" >"$3" 2>"$4"; }

mkfifo in in1 in2 out out1 out2 || fail "cannot make pipes"
tell "Version 1 starts. $((samples * 4 / 1000000)) MB of samples stream through it, from pipe to pipe."
begin=${EPOCHREALTIME/./}
run source_into in
run source_into in1
run source_into in2
run filter v1 in1 out1 reference1.log
run filter v2 in2 out2 reference2.log
run filter v1 in out filter.log
filter_pid=$!
run ./check 121 $block progress out out1 out2 >check.log
check_pid=$!
note "It is process $filter_pid. At its side both versions run undisturbed, to compare with."

# Waits until the stream has come to a point (and the output to a version).
wait_for() { # SAMPLES VERSION WHAT
  local at=0 version=0 limit=$((SECONDS + 60))
  while :; do
    if [ -s progress ]; then read -r at version <progress || true; fi
    [ "${at:-0}" -lt "$1" ] || [ "$version" != "$2" ] || return 0
    kill -0 "$check_pid" 2>/dev/null || fail "the stream has ended before $3"
    [ $SECONDS -lt $limit ] || fail "$3 has not come within a minute"
    sleep 0.02
  done
}

apply() { # PATCH
  "$bin/upstare" apply "$filter_pid" "$1" >apply.log 2>&1 || { show apply.log; fail "upstare apply $1"; }
  show apply.log
  grep -oE '[0-9]+([.][0-9]+)? ?(us|µs)' apply.log | head -n 1 >>pauses
}

wait_for $((samples * 3 / 10)) 1 "three tenths of the stream"
tell "In mid-stream: upstare apply $filter_pid v1-v2.upd"
apply v1-v2.upd
wait_for $((samples * 6 / 10)) 2 "version 2's output"
note "$(grep -m 1 'version 2' check.log)"
[ "$(grep -c 'I am version 2 now' filter.log)" = 1 ] || fail "version 2 did not say its line just once"
grep -m 1 'I am version 2 now' filter.log | show

tell "And back: upstare apply $filter_pid v2-v1.upd"
apply v2-v1.upd

# ---- check

wait "$check_pid" || fail "the output is not what it must be"
for pid in "${started[@]}"; do wait "$pid" || fail "process $pid ended with status $?"; done
started=()
note "$(grep -m 1 'version 1' check.log)"
tell "The stream is over; every sample was compared with what the two versions give alone."
note "$(tail -n 1 check.log)"
note "(A filter of $taps coefficients gives $((taps - 1)) samples less than it gets.)"
note "Before the first update the output is version 1's bit for bit, then version 2's, then version 1's again;"
note "both changes are at a block's first sample; no sample was lost or doubled; it was one process all the time."
[ "$(wc -l <pauses)" = 2 ] || fail "upstare apply did not report the pauses"
note "The program stood still for $(sed -n 1p pauses) and $(sed -n 2p pauses)."
note "($(((${EPOCHREALTIME/./} - begin) / 1000)) ms for the whole stream.)"
echo
echo "All checks held."
