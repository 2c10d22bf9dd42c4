# threads.sh - how long updates of programs with many threads take (sourced by bench.sh).
#
#   threads   64 threads in mixed states, updated to their own version 1,000 times in a row, 1 ms apart
#   echo      a server with a thread for each of 50 clients, busy and idle, updated 100 times
#
# The latency is that of one update, from the request to the reply which says that all threads go on, loading included.
# The programs check themselves: nothing may be lost, repeated or reordered.

THREADS=64 UPDATES=1000 CLIENTS=50

# percentiles FILE: count, p50, p90, p99, longest of its first column
percentiles() { sort -n "$1" | awk '{ v[NR] = $1 } END { print NR "," v[int((NR + 1) / 2)] "," v[int(NR * .9)] "," v[int(NR * .99)] "," v[NR] }'; }

# histogram FILE NAME: how many lie below 0.25, 0.5, 1, 2... ms
histogram() {
  awk -v name="$2" '{ for (limit = 250; limit < $1; limit *= 2) ; n[limit]++; if (limit > top) top = limit }
    END { for (limit = 250; limit <= top; limit *= 2) print name "," limit "," n[limit] + 0 }' "$1"
}

measure_mixed() { # NAME FOLDER
  local n=$UPDATES pid status
  [ -z "$quick" ] || n=100
  mkfifo "$2/input"
  "$2/threads" $THREADS <"$2/input" >"$2/threads.log" 2>&1 & pid=$!
  exec 8>"$2/input"
  until grep -q ready "$2/threads.log" 2>/dev/null; do sleep 0.1; done
  "$build/updates" $pid "$2/threads.upd" "$n" >"$2/threads.times"
  status=$?
  exec 8>&-
  wait $pid || { tail -n 5 "$2/threads.log" >&2; say "threads fails"; return 1; }
  [ $status = 0 ] || { say "threads: an update was not made"; return 1; }
  echo "$1,threads,$THREADS,$(percentiles "$2/threads.times")," >>"$out/threads.csv"
  histogram "$2/threads.times" "$1" >>"$out/histogram.csv"
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
  "$build/clients" "$port" $CLIENTS $idle <"$2/client.input" >"$2/clients.log" 2>&1 & client=$!
  exec 9>"$2/client.input"
  until grep -q . "$2/clients.log" 2>/dev/null; do sleep 0.1; done
  "$build/updates" $pid "$2/echo.upd" 100 20000 >"$2/echo.times"
  status=$?
  exec 9>&-
  wait $client || { cat "$2/clients.log" >&2; say "echo, $3: the clients found something wrong"; status=1; }
  exec 8>&-
  wait $pid
  [ $status = 0 ] || { say "echo, $3: an update was not made"; return 1; }
  echo "$1,echo $3,$CLIENTS,$(percentiles "$2/echo.times"),$(awk 'END { print $2 }' "$2/clients.log")" >>"$out/threads.csv"
}

measure_threads() {
  local i folder compiler diff
  echo "compiler,program,threads,updates,p50_us,p90_us,p99_us,longest_us,worst_request_us" >"$out/threads.csv"
  echo "compiler,below_us,updates" >"$out/histogram.csv"
  gcc -O2 -o "$build/updates" "$root/tests/bench/updates.c" && gcc -O2 -o "$build/clients" "$root/tests/bench/clients.c" || return 1
  for i in "${!names[@]}"; do
    [ "${names[i]}" != plain ] || continue
    folder=$build/threads/${names[i]}
    rm -rf "$folder"
    mkdir -p "$folder"
    compiler=${commands[i]%% *}
    diff=$(dirname "$(command -v "$compiler")")/upstare-diff
    [ -x "$diff" ] || { say "no upstare-diff for ${names[i]}: threads not measured"; continue; }
    say "threads with ${names[i]}"
    for program in threads echo; do
      # shellcheck disable=SC2086
      ${commands[i]} -O2 -pthread -o "$folder/$program" "$root/tests/bench/$program.c" || { say "$program.c does not build"; return 1; }
      "$diff" --identity "$folder/$program" "$folder/$program" -o "$folder/$program.upd" || { say "upstare-diff fails"; return 1; }
    done
    measure_mixed "${names[i]}" "$folder" && measure_echo "${names[i]}" "$folder" busy && measure_echo "${names[i]}" "$folder" idle || return 1
  done
}
