# threads.sh - how long updates of programs with many threads take (sourced by bench.sh).
#
#   threads   threads in mixed states, updated to their own version again and again, 1 ms apart: 64 of them 1,000 times
#   echo      a server with a thread for each of 50 clients, busy and idle, updated 100 times
#
# The latency is that of one update, from the request to the reply which says that all threads go on, loading included.
# The programs check themselves: nothing may be lost, repeated or reordered.

CLIENTS=50

measure_mixed() { # NAME FOLDER THREADS
  local n pid status
  n=$(count_updates)
  [ "$3" != 64 ] || n=$((10 * n))
  rm -f "$2/input" "$2/threads.log"
  mkfifo "$2/input"
  "$2/threads" "$3" <"$2/input" >"$2/threads.log" 2>&1 & pid=$!
  exec 8>"$2/input"
  until grep -q ready "$2/threads.log" 2>/dev/null; do sleep 0.1; done
  "$work/updates" $pid "$2/threads.upd" "$n" 1000 >"$2/threads.times"
  status=$?
  exec 8>&-
  wait $pid || { tail -n 5 "$2/threads.log" >&2; say "threads fails"; return 1; }
  [ $status = 0 ] || { say "threads: an update was not made"; return 1; }
  cut -d' ' -f1 "$2/threads.times" | rows latency_us threads "$3" "$1"
  cut -d' ' -f2 "$2/threads.times" | rows pause_us threads "$3" "$1"
}

measure_echo() { # NAME FOLDER busy|idle
  local pid client port idle= status
  [ "$3" = busy ] || idle=idle
  rm -f "$2/input" "$2/client.input" "$2/port" "$2/clients.log"
  mkfifo "$2/input" "$2/client.input"
  "$2/echo" <"$2/input" >"$2/port" & pid=$!
  exec 8>"$2/input"
  until grep -q . "$2/port" 2>/dev/null; do sleep 0.1; done
  port=$(cat "$2/port")
  "$work/clients" "$port" $CLIENTS $idle <"$2/client.input" >"$2/clients.log" 2>&1 & client=$!
  exec 9>"$2/client.input"
  until grep -q . "$2/clients.log" 2>/dev/null; do sleep 0.1; done
  "$work/updates" $pid "$2/echo.upd" "$(count_updates)" 20000 >"$2/echo.times"
  status=$?
  exec 9>&-
  wait $client || { cat "$2/clients.log" >&2; say "echo, $3: the clients found something wrong"; status=1; }
  exec 8>&-
  wait $pid
  [ $status = 0 ] || { say "echo, $3: an update was not made"; return 1; }
  cut -d' ' -f1 "$2/echo.times" | rows latency_us echo "$CLIENTS clients $3" "$1"
  cut -d' ' -f2 "$2/echo.times" | rows pause_us echo "$CLIENTS clients $3" "$1"
  row request_us echo "$CLIENTS clients $3" "$1" 1 "$(awk 'END { print $2 }' "$2/clients.log")"
}

measure_threads() {
  local name folder=$work/threads program n
  [ ${#names[@]} -gt 1 ] || return 0
  name=$(measured)
  mkdir -p "$folder"
  for program in threads echo; do
    # shellcheck disable=SC2046
    $(command_of "$name") -O2 -pthread -o "$folder/$program" "$here/$program.c" || { say "$program.c does not build"; return 1; }
    identity "$folder/$program" || return 1
  done
  for n in 2 8 16 32 64; do
    say "$n threads"
    measure_mixed "$name" "$folder" $n || return 1
  done
  say "a server with a thread for each client"
  measure_echo "$name" "$folder" busy && measure_echo "$name" "$folder" idle
}
