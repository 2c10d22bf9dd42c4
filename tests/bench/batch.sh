# batch.sh - programs that run and end: instructions and times of their workloads (sourced by bench.sh).
#
# A configuration with updates gets them at its first points, one right after the other: what is measured is the program after them.  What the updates
# themselves take (a patch is read, checked and copied each time) is known from the same command with next to nothing to do, with and without
# updates; the page subtracts it.

# The words of a workload's command in the array `words`, with the environment of its configuration; the executable taken from the build's folder.
command_words() { # PROGRAM CONFIGURATION "EXECUTABLE ARGUMENTS"
  local updates executable
  read -ra words <<<"${3//'{in}'/$in}"
  executable=$(folder_of "$1" "$2")/${words[0]} updates=$(updates_of "$2")
  words[0]=$executable environment=()
  if [ "$updates" -gt 0 ]; then
    identity "$executable" || return 1
    environment=("UPSTARE_APPLY_AT=1+1x$updates:$patch")
  fi
}

# What must be equal: all output but the lines that report times.
same_output() { sed '/[0-9]s$/d;/^system time/d;/^user time/d;/^total time/d' "$1"; }

# Is the output what plain gcc's program prints?
check_output() { # PROGRAM LABEL CONFIGURATION RESULT EXPECTED
  same_output "$4" | cmp - "$5" >&2 || { say "$1, $2: the output of '$3' differs from plain gcc's"; return 1; }
}

# Were there as many updates as there should be?  Once before the measurement, which does not let the program report.
check_updates() { # PROGRAM LABEL CONFIGURATION
  local made
  [ "$(updates_of "$3")" = 0 ] && return 0
  env "${environment[@]}" UPSTARE_VERBOSE=1 "${words[@]}" >"$work/result" 2>"$work/errors" </dev/null
  made=$(grep -c '^upstare: updated: ' "$work/errors")
  [ "$made" = "$(updates_of "$3")" ] || { tail -n 5 "$work/errors" >&2; say "$1, $2: $made updates instead of $(updates_of "$3")"; return 1; }
}

# One count: valgrind must be told that code which comes from a file changes (the traps).
count() { # PROGRAM LABEL CONFIGURATION RESULT
  env "${environment[@]}" valgrind --tool=callgrind --smc-check=all --callgrind-out-file=/dev/null --log-file="$4.log" "${words[@]}" >"$4" 2>"$4.errors" </dev/null ||
    { tail -n 3 "$4.errors" "$4.log" >&2; say "$1, $2 fails under valgrind with '$3'"; return 1; }
}

count_all() { # PROGRAM
  count_as instructions "$1" small && count_as start_instructions "$1" start
}

# As many at once as there are processors: other programs do not change what is counted.
count_as() { # KIND PROGRAM SIZE
  local line label configuration job status=0 jobs
  while IFS= read -r line <&3; do
    label=${line%% | *}
    say "counting $2, $label ($3)"
    jobs=()
    for configuration in "${configurations[@]}"; do
      [ "$configuration" != again ] || continue
      command_words "$2" "$configuration" "${line#* | }" || return 1
      count "$2" "$label" "$configuration" "$work/count.$configuration" &
      jobs+=($!)
      if [ ${#jobs[@]} -ge "$(nproc)" ]; then wait "${jobs[0]}" || status=1; jobs=("${jobs[@]:1}"); fi
    done
    for job in "${jobs[@]}"; do wait "$job" || status=1; done
    [ $status = 0 ] || return 1
    same_output "$work/count.plain" >"$work/expected"
    for configuration in "${configurations[@]}"; do
      [ "$configuration" != again ] || continue
      check_output "$2" "$label" "$configuration" "$work/count.$configuration" "$work/expected" || return 1
      row "$1" "$2" "$label" "$configuration" 1 "$(awk '/Collected :/ { print $NF }' "$work/count.$configuration.log")"
    done
  done 3< <(SIZE=$3 "$2_workloads")
}

# One run of each configuration.  KIND is what the number is called.
time_round() { # KIND PROGRAM LABEL COMMAND ROUND
  local configuration
  for configuration in "${configurations[@]}"; do
    command_words "$2" "$configuration" "$4" || return 1
    [ "$5" != 1 ] || check_updates "$2" "$3" "$configuration" || return 1
    env "${environment[@]}" "$work/stopwatch" "$work/time" "${words[@]}" >"$work/result" 2>"$work/errors" </dev/null ||
      { tail -n 3 "$work/errors" >&2; say "$2, $3 fails with '$configuration'"; return 1; }
    [ "$configuration" != plain ] || same_output "$work/result" >"$work/expected"
    check_output "$2" "$3" "$configuration" "$work/result" "$work/expected" || return 1
    row "$1" "$2" "$3" "$configuration" "$5" "$(cut -d' ' -f1 "$work/time")"
    [ "$1" != cpu_us ] || row rss_kb "$2" "$3" "$configuration" "$5" "$(cut -d' ' -f3 "$work/time")"
  done
}

time_all() { # PROGRAM
  local round line
  while IFS= read -r line <&3; do
    say "timing $1, ${line%% | *}"
    for ((round = 1; round <= rounds; round++)); do
      time_round cpu_us "$1" "${line%% | *}" "${line#* | }" $round || return 1
    done
  done 3< <(SIZE=full "$1_workloads")
  while IFS= read -r line <&3; do
    for ((round = 1; round <= rounds; round++)); do
      time_round start_cpu_us "$1" "${line%% | *}" "${line#* | }" $round || return 1
    done
  done 3< <(SIZE=start "$1_workloads")
}
