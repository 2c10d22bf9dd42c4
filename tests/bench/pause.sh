# pause.sh - how long updates take (sourced by bench.sh): of each program, idle and loaded, and against the depth of the stack.
#
# Two numbers of each update: the pause, during which the program stands still (what it says itself), and the latency, from the request to the reply that
# all goes on, in which the patch is read and checked.  The build is the first after plain gcc's, "trap" by default.

measured() { printf %s "${names[1]}"; } # the build that is updated

# count_updates: how many each time
count_updates() { if [ -n "$quick" ]; then echo 20; else echo 100; fi; }

# Updates a process again and again, 20 ms apart.
update_often() { # PROGRAM STATE PROCESS
  "$work/updates" "$3" "$patch" "$(count_updates)" 20000 >"$work/updates.log" || { say "$1, $2: an update was not made"; return 1; }
  cut -d' ' -f1 "$work/updates.log" | rows latency_us "$1" "$2" "$(measured)"
  cut -d' ' -f2 "$work/updates.log" | rows pause_us "$1" "$2" "$(measured)"
}

# A program that reads a pipe to which nobody writes.
pause_of_batch() { # PROGRAM idle|loaded
  local words environment pid status
  command_words "$1" "$(measured)" "$(SIZE=full "$1_$2")" && identity "${words[0]}" || return 1
  rm -f "$work/pipe" && mkfifo "$work/pipe"
  "${words[@]}" <"$work/pipe" >/dev/null 2>"$work/errors" & pid=$!
  exec 8>"$work/pipe"
  sleep 0.5
  update_often "$1" "$2" $pid
  status=$?
  kill $pid
  exec 8>&-
  wait $pid 2>/dev/null
  return $status
}

# A server that nobody asks, or one that is asked all the time: by its loads in turn.
pause_of_server() { # PROGRAM idle|loaded
  local status client=
  identity "$(folder_of "$1" "$(measured)")/$("$1_executable")" && start_server "$1" "$(measured)" && warm_up "$1" "$port" || return 1
  rm -f "$work/enough"
  if [ "$2" = loaded ]; then
    (while [ ! -e "$work/enough" ]; do "${1}_load" "$port" "$("$1_loads" | shuf -n 1)" 1 >/dev/null </dev/null || exit 1; done) & client=$!
    sleep 0.5
  fi
  update_often "$1" "$2" "$server"
  status=$?
  touch "$work/enough"
  [ -z "$client" ] || wait "$client" || { say "$1: a load failed while it was updated"; status=1; }
  stop_server "$1" "$server" "$port"
  return $status
}

# How long upstare-diff takes is measured anew, if the patch was not made in this run and does not take too long (NAME_patch_is_kept).
measure_diff() { # PROGRAM
  local executable cpu wall kb is_kept=${1}_patch_is_kept
  [ ${#names[@]} -gt 1 ] || return 0
  executable=$(folder_of "$1" "$(measured)")/$("$1_executable")
  [ "$executable.upd" -nt "$work/begun" ] || [ -n "${!is_kept-}" ] || { say "the patch of $1"; rm -f "$executable.upd"; }
  identity "$executable" && read -r cpu wall kb <"$executable.diff" || return 1
  row diff_cpu_us "$1" all "$(measured)" 1 "$cpu"
  row diff_wall_us "$1" all "$(measured)" 1 "$wall"
  row diff_kb "$1" all "$(measured)" 1 "$kb"
  row patch_bytes "$1" all "$(measured)" 1 "$(stat -c %s "$patch")"
}

measure_pauses() { # PROGRAM
  local state kind=batch
  [ ${#names[@]} -gt 1 ] || return 0
  say "pauses of $1"
  ! is_server "$1" || kind=server
  for state in idle loaded; do "pause_of_$kind" "$1" $state || return 1; done
}

# A program with so many frames on its stack is updated every 500 continuation points; its output must be what it prints when nobody updates it.
measure_depth() {
  local frames n folder=$work/pause
  n=$(count_updates)
  [ ${#names[@]} -gt 1 ] || return 0
  mkdir -p "$folder"
  # shellcheck disable=SC2046
  $(command_of "$(measured)") -O2 -o "$folder/pause" "$here/pause.c" || { say "pause.c does not build"; return 1; }
  identity "$folder/pause" || return 1
  for frames in 3 10 30 100 300 1000; do
    say "pauses with $frames frames"
    UPSTARE_VERBOSE=1 UPSTARE_APPLY_AT="2000+500x$n:$patch" "$folder/pause" $((500 * (n + 2) + 2000)) $frames >"$folder/result" 2>"$folder/log" || { tail -n 5 "$folder/log" >&2; say "pause fails"; return 1; }
    "$folder/pause" $((500 * (n + 2) + 2000)) $frames | cmp - "$folder/result" >&2 || { say "the updated program's output differs"; return 1; }
    # "upstare: updated: pause 79 us, 10 frames"
    sed -n "s/^upstare: updated: pause \([0-9]*\) us, $frames frames\$/\1/p" "$folder/log" >"$folder/times"
    [ "$(wc -l <"$folder/times")" = "$n" ] || { say "$(wc -l <"$folder/times") updates of $frames frames instead of $n"; return 1; }
    rows pause_us depth $frames "$(measured)" <"$folder/times"
  done
}
