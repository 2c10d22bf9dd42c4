# report.sh - the Markdown page from the csv files of a run (sourced by bench.sh).

# One table: rows are workloads, a pair of columns for each compiler but plain gcc.  Percentages are against plain gcc;
# the last row sums a program's instructions and times.
overhead_table() { # PROGRAM
  awk -F, -v program="$1" '
    NR > 1 && $1 == program {
      if (!($2 in seen)) { seen[$2] = 1; order[++n] = $2 }
      if (!($3 in known)) { known[$3] = 1; compilers[++m] = $3 }
      i[$2, $3] = $4; t[$2, $3] = $6; it[$3] += $4; tt[$3] += $6
    }
    function cell(base, value) { return sprintf("%+.2f %%", (value / base - 1) * 100) }
    END {
      line = "| " program " | instructions, plain | time, plain |"; rule = "| --- | ---: | ---: |"
      for (c = 2; c <= m; c++) {
        line = line " instructions, " compilers[c] " | time, " compilers[c] " |"; rule = rule " ---: | ---: |"
      }
      print line; print rule
      for (w = 1; w <= n; w++) {
        o = order[w]; line = sprintf("| %s | %.1f M | %.0f ms |", o, i[o, "plain"] / 1e6, t[o, "plain"] / 1e3)
        for (c = 2; c <= m; c++) line = line " " cell(i[o, "plain"], i[o, compilers[c]]) " | " cell(t[o, "plain"], t[o, compilers[c]]) " |"
        print line
      }
      line = sprintf("| **all** | %.1f M | %.0f ms |", it["plain"] / 1e6, tt["plain"] / 1e3)
      for (c = 2; c <= m; c++) line = line " **" cell(it["plain"], it[compilers[c]]) "** | **" cell(tt["plain"], tt[compilers[c]]) "** |"
      print line
    }' "$out/overhead.csv"
}

# The targets are for the default poll mode's column only; others are there to compare.
targets() {
  awk -F, 'NR > 1 { i[$1, $3] += $4; if ($3 == "trap") have[$1] = 1 }
    function row(program, limit, p) {
      if (!(program in have)) return
      p = (i[program, "trap"] / i[program, "plain"] - 1) * 100
      printf "| %s, instructions | <= %+.1f %% | %+.2f %% | %s |\n", program, limit, p, p <= limit ? "met" : "missed"
    }
    END { row("kissfft", 0.5); row("lua", 3) }' "$out/overhead.csv"
  [ ! -s "$out/pause.csv" ] || awk -F, 'NR > 1 && $1 == "trap" {
      printf "| pause of an update, 10 frames, median | <= 200 us | %s us | %s |\n", $4, $4 <= 200 ? "met" : "missed" }' "$out/pause.csv"
  [ ! -s "$out/threads.csv" ] || awk -F, '$1 == "trap" && $2 == "threads" {
      printf "| update of 64 threads, median | <= 1 ms | %.2f ms | %s |\n", $5 / 1000, $5 <= 1000 ? "met" : "missed"
      printf "| update of 64 threads, 99 %% | <= 10 ms | %.2f ms | %s |\n", $7 / 1000, $7 <= 10000 ? "met" : "missed" }' "$out/threads.csv"
  [ ! -s "$out/calls.csv" ] || awk -F, '$1 == "pingpong" && $2 == "trap" {
      printf "| ping-pong over a pipe, time | <= +1.0 %% | %s %% | %s |\n", $4, $4 + 0 <= 1 ? "met" : "missed" }' "$out/calls.csv"
}

report() {
  local i program
  echo "# What updatability costs"
  echo
  echo "Written by \`bench.sh\`: $(gcc --version | head -n 1), $(nproc) processors, $(date -u +%Y-%m-%d)."
  echo "Instructions are counted by callgrind; times are medians of $rounds interleaved runs (user + system)."
  echo "Inputs for the count are smaller than for the times."
  echo
  local t
  t=$(targets)
  if [ -n "$t" ]; then printf '| target | limit | measured | |\n| --- | ---: | ---: | --- |\n%s\n\n' "$t"; fi
  for program in "${programs[@]}"; do
    overhead_table "$program"
    echo
  done
  echo "Code and compile time. *Code* is the text of the objects, *linked* that of the executables, with the runtime."
  echo
  echo "| program | compiler | code | | linked | | build | |"
  echo "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
  awk -F, 'NR > 1 { printf "| %s | %s | %d | %s %% | %d | %s %% | %.1f s | %+.0f %% |\n", $1, $2, $3, $4, $5, $6, $7 / 1000, $8 }' "$out/build.csv"
  if [ -s "$out/pause.csv" ]; then
    echo
    echo "Pause of an update: from the first trap to the program going on, without loading the patch."
    echo
    echo "| poll mode | frames | updates | median | 90 % | longest |"
    echo "| --- | ---: | ---: | ---: | ---: | ---: |"
    awk -F, 'NR > 1 { printf "| %s | %s | %s | %s us | %s us | %s us |\n", $1, $2, $3, $4, $5, $6 }' "$out/pause.csv"
  fi
  if [ -s "$out/threads.csv" ]; then
    echo
    echo "Updates of programs with many threads: latency from the request to the reply that all threads go on, loading included;"
    echo "of the echo servers' clients, the longest that one waited for an answer."
    echo
    echo "| poll mode | program | threads, clients | updates | p50 | p90 | p99 | longest | longest answer |"
    echo "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    awk -F, 'NR > 1 { printf "| %s | %s | %s | %s | %s us | %s us | %s us | %s us | %s |\n", $1, $2, $3, $4, $5, $6, $7, $8, $9 == "" ? "" : $9 " us" }' "$out/threads.csv"
    echo
    echo "Histogram of the latency, 64 threads."
    echo
    echo "| poll mode | below | updates |"
    echo "| --- | ---: | ---: |"
    awk -F, 'NR > 1 { printf "| %s | %s ms | %s |\n", $1, $2 / 1000, $3 }' "$out/histogram.csv"
  fi
  if [ -s "$out/calls.csv" ]; then
    echo
    echo "Wrapped calls when nothing is updated: time a round, and against plain gcc (median of quotients of runs right after each other)."
    echo
    echo "| workload | compiler | time | |"
    echo "| --- | --- | ---: | ---: |"
    awk -F, 'NR > 1 { printf "| %s | %s | %.1f ns | %s %% |\n", $1, $2, $3, $4 }' "$out/calls.csv"
  fi
}
