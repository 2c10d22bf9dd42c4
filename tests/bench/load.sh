# load.sh - servers under load, all configurations side by side (sourced by bench.sh).
#
# A server for each configuration is started, filled and warmed up, and gets the updates that its configuration says.  Then they are loaded in turn, again and
# again; those that are not asked just then wait.  Two numbers each time: operations a second as the client sees them, and the server's processor
# time for each, which a client that is the bottleneck does not hide.  For each round all servers are started anew: two of one build differ by some per cent for as
# long as they live (where their memory lies, what of it is in large pages), and that would look like a difference of the builds.

free_port() {
  local port
  for port in $(shuf -i 20000-30000 -n 50); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return 0; }
  done
  return 1
}

# Nanoseconds of processor time that a process, its threads and its ended children have used.
cpu_of() { # PROCESS
  { cat "/proc/$1/task/"*/schedstat; sed 's/.*) //' "/proc/$1/stat"; } |
    awk -v tick="$(getconf CLK_TCK)" 'NF == 3 { sum += $1 } NF > 3 { sum += ($14 + $15) / tick * 1e9 } END { printf "%.0f", sum }'
}

children_of() { cat "/proc/$1/task/"*/children | wc -w; } # PROCESS

# Waits until a server has no more children than it had: those of clients that have gone may still be ending, and what they have used is known afterwards.
settle() { # PROCESS CHILDREN
  local n
  for n in {1..200}; do [ "$(children_of "$1")" -gt "$2" ] || return 0; sleep 0.01; done
  say "children of $1 do not end"
  return 1
}

# start_server PROGRAM CONFIGURATION: its process in `server`, its port in `port`; filled
start_server() {
  local files=$work/servers/$1.$2
  plain=$(folder_of "$1" plain) port=$(free_port)
  rm -rf "$files" && mkdir -p "$files" && "$1_start" "$(folder_of "$1" "$2")" "$port" "$files" && "$1_fill" "$port" ||
    { tail -n 5 "$files"/* >&2; say "$1 does not start with '$2'"; return 1; }
}
stop_server() { # PROGRAM PROCESS PORT
  kill "$2"
  wait "$2"
  ! declare -F "$1_stopped" >/dev/null || "$1_stopped" "$3"
  return 0
}

warm_up() { # PROGRAM PORT
  local load
  while IFS= read -r load; do "$1_load" "$2" "$load" 0.2 >/dev/null </dev/null || { say "$1: the load '$load' fails"; return 1; }; done < <("$1_loads")
}

update_server() { # PROGRAM CONFIGURATION PROCESS
  local n updates; updates=$(updates_of "$2")
  [ "$updates" -gt 0 ] || return 0
  identity "$(folder_of "$1" "$2")/$("$1_executable")" || return 1
  for ((n = 0; n < updates; n++)); do "$bin/upstare" apply "$3" "$patch" >"$work/reply" 2>&1 || { cat "$work/reply" >&2; say "$1 is not updated"; return 1; }; done
}

one_load() { # PROGRAM LOAD CONFIGURATION ROUND PROCESS PORT
  local before after result children
  children=$(children_of "$5") before=$(cpu_of "$5")
  result=$("$1_load" "$6" "$2" 1 </dev/null) || { say "$1: the load '$2' fails with '$3'"; return 1; }
  settle "$5" "$children" || return 1
  after=$(cpu_of "$5")
  row rate "$1" "${2/,/}" "$3" "$4" "$(awk '{ printf "%.1f", $1 / $2 }' <<<"$result")"
  row cpu_ns "$1" "${2/,/}" "$3" "$4" "$(awk -v ns=$((after - before)) '{ printf "%.1f", ns / $1 }' <<<"$result")"
}

# The configurations in another order each round: none is always behind the same one.
in_turn() { # ROUND
  local i n=${#configurations[@]}
  for ((i = 0; i < n; i++)); do printf '%s\n' "${configurations[($1 + i) % n]}"; done
}

measure_server() { # PROGRAM
  local configuration load round
  declare -A process ports
  for ((round = 1; round <= rounds; round++)); do
    say "loading $1, round $round of $rounds"
    for configuration in "${configurations[@]}"; do
      start_server "$1" "$configuration" || return 1
      process[$configuration]=$server ports[$configuration]=$port
      warm_up "$1" "$port" && update_server "$1" "$configuration" "$server" || return 1
    done
    while IFS= read -r load <&3; do
      while IFS= read -r configuration <&4; do
        one_load "$1" "$load" "$configuration" "$round" "${process[$configuration]}" "${ports[$configuration]}" || return 1
      done 4< <(in_turn "$round")
    done 3< <("$1_loads")
    for configuration in "${configurations[@]}"; do
      row rss_kb "$1" server "$configuration" "$round" "$(awk '/^VmRSS/ { print $2 }' "/proc/${process[$configuration]}/status")"
      stop_server "$1" "${process[$configuration]}" "${ports[$configuration]}"
    done
  done
}
