# heap.sh - objects on the heap (sourced by bench.sh): what it costs to remember their types (-fupstare-heap=types), and how long an update takes that
# converts a million of them.  heap.c is the program; it checks what it holds after the update.

CUSTOMERS=1000000

# Builds heap.c by the measured compiler ("NAME") and with types ("types"), which it is updated with, and by plain gcc.
build_heap() { # FOLDER
  local name
  mkdir -p "$1"
  for name in plain "$(measured)"; do
    # shellcheck disable=SC2046
    $(command_of "$name") -O2 -o "$1/$name" "$here/heap.c" || { say "heap.c does not build"; return 1; }
  done
  for name in 1 2; do
    # shellcheck disable=SC2046
    $(command_of "$(measured)") -fupstare-heap=types -DVERSION=$name -O2 -o "$1/types$name" "$here/heap.c" || { say "heap.c does not build"; return 1; }
  done
  ln -f "$1/types1" "$1/types"
  "$bin/upstare-diff" "$1/types1" "$1/types2" -o "$1/types.upd" >&2 || { say "no patch of heap.c"; return 1; }
}

convert_customers() { # FOLDER ROUND
  local pid status
  rm -f "$1/input" "$1/list.log" # an older log is ready already
  mkfifo "$1/input"
  "$1/types1" list $CUSTOMERS <"$1/input" >"$1/list.log" 2>&1 & pid=$!
  exec 8>"$1/input"
  until grep -q ready "$1/list.log" 2>/dev/null; do sleep 0.1; done
  "$work/updates" $pid "$1/types.upd" 1 >"$1/list.times"
  status=$?
  exec 8>&-
  wait $pid || { tail -n 5 "$1/list.log" >&2; say "heap: the list is not what it was"; return 1; }
  [ $status = 0 ] || { say "heap: the update was not made"; return 1; }
  row latency_us heap $CUSTOMERS types "$2" "$(cut -d' ' -f1 "$1/list.times")"
  row pause_us heap $CUSTOMERS types "$2" "$(cut -d' ' -f2 "$1/list.times")"
}

measure_heap() {
  local folder=$work/heap round name ns bytes
  [ ${#names[@]} -gt 1 ] || return 0
  say "objects on the heap"
  build_heap "$folder" || return 1
  for ((round = 1; round <= rounds; round++)); do
    for name in plain "$(measured)" types; do
      read -r ns bytes < <("$folder/$name" cost $CUSTOMERS) || return 1
      row heap_ns heap $CUSTOMERS "$name" $round "$ns"
      row heap_bytes heap $CUSTOMERS "$name" $round "$bytes"
    done
    convert_customers "$folder" $round || return 1
  done
}
