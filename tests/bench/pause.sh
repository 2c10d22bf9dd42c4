# pause.sh - how long an update stops a program of ten frames (sourced by bench.sh).
#
# The program is updated to its own version 200 times, every 500 continuation points.  The runtime reports each pause
# with UPSTARE_VERBOSE=1.  The output must be what the program prints when nobody updates it.

PAUSES=200

measure_pause() {
  local i folder times=$build/pause.times
  echo "compiler,frames,updates,median_us,p90_us,longest_us" >"$out/pause.csv"
  for i in "${!names[@]}"; do
    [ "${names[i]}" != plain ] || continue
    folder=$build/pause/${names[i]}
    mkdir -p "$folder"
    # upstare-diff is beside the compiler, or on the path
    local compiler=${commands[i]%% *} diff
    diff=$(dirname "$(command -v "$compiler")")/upstare-diff
    [ -x "$diff" ] || diff=$(command -v upstare-diff) || { say "no upstare-diff for ${names[i]}: no pause measured"; continue; }
    say "pause with ${names[i]}"
    # shellcheck disable=SC2086
    ${commands[i]} -O2 -o "$folder/pause" "$root/tests/bench/pause.c" || { say "pause.c does not build"; return 1; }
    "$diff" --identity "$folder/pause" "$folder/pause" -o "$folder/pause.upd" || { say "upstare-diff fails"; return 1; }
    "$folder/pause" $((500 * (PAUSES + 2))) >"$folder/expected" || return 1
    UPSTARE_VERBOSE=1 UPSTARE_APPLY_AT="500+500:$folder/pause.upd" \
      "$folder/pause" $((500 * (PAUSES + 2))) >"$folder/result" 2>"$folder/log" || { tail -n 5 "$folder/log" >&2; say "pause fails"; return 1; }
    cmp "$folder/expected" "$folder/result" >&2 || { say "the updated program's output differs"; return 1; }
    # "upstare: updated: pause 79 us, 10 frames"
    sed -n 's/^upstare: updated: pause \([0-9]*\) us, 10 frames$/\1/p' "$folder/log" | head -n $PAUSES | sort -n >"$times"
    [ "$(wc -l <"$times")" = $PAUSES ] || { say "$(wc -l <"$times") updates of ten frames instead of $PAUSES"; return 1; }
    awk -v name="${names[i]}" '{ v[NR] = $1 } END { print name ",10," NR "," v[int((NR + 1) / 2)] "," v[int(NR * 0.9)] "," v[NR] }' \
      "$times" >>"$out/pause.csv"
  done
  [ "$(wc -l <"$out/pause.csv")" -gt 1 ] || rm "$out/pause.csv"
}
