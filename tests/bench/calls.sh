# calls.sh - what wrapped calls cost when nothing is updated (sourced by bench.sh): calls.c built by each compiler, time of a call in each round.

measure_calls() {
  local round workload name calls=$((rounds * 2))
  for name in "${names[@]}"; do
    mkdir -p "$work/calls/$name"
    # shellcheck disable=SC2046
    $(command_of "$name") -O2 -o "$work/calls/$name/calls" "$here/calls.c" || { say "calls.c does not build"; return 1; }
  done
  for workload in pingpong null mutex getc; do
    say "calls, $workload"
    for ((round = 1; round <= calls; round++)); do
      for name in "${configurations[@]}"; do
        [ "$(updates_of "$name")" = 0 ] || continue
        row call_ns calls $workload "$name" $round "$("$work/calls/$(build_of "$name")/calls" $workload)" || return 1
      done
    done
  done
}
