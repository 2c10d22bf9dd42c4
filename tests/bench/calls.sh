# calls.sh - what wrapped calls cost when nothing is updated (sourced by bench.sh): calls.c built by each compiler.
#
# Pairwise: each round runs plain gcc's program and the other right after each other; what counts is the median of the quotients, so
# that a slow minute of the machine cancels out.

measure_calls() {
  local i round workload base rounds=21
  [ -z "$quick" ] || rounds=7
  echo "workload,compiler,ns,percent" >"$out/calls.csv"
  for i in "${!names[@]}"; do
    mkdir -p "$build/calls/${names[i]}"
    # shellcheck disable=SC2086
    ${commands[i]} -O2 -o "$build/calls/${names[i]}/calls" "$root/tests/bench/calls.c" || { say "calls.c does not build"; return 1; }
  done
  for workload in pingpong null mutex getc; do
    for i in "${!names[@]}"; do
      [ "${names[i]}" != plain ] || continue
      say "calls, $workload, ${names[i]}"
      for ((round = 0; round < rounds; round++)); do
        base=$("$build/calls/plain/calls" $workload) || return 1
        echo "$base $("$build/calls/${names[i]}/calls" $workload)"
      done | awk '{ print $2 / $1, $2 }' | sort -n >"$build/calls.quotients"
      awk -v workload=$workload -v name="${names[i]}" '{ q[NR] = $1; v[NR] = $2 }
        END { m = int((NR + 1) / 2); printf "%s,%s,%.2f,%+.2f\n", workload, name, v[m], (q[m] - 1) * 100 }' "$build/calls.quotients" >>"$out/calls.csv"
    done
  done
}
