# build.sh - the programs' builds and identity patches, kept from run to run (sourced by bench.sh).
#
# A build is a folder FOLDER=$cache/PROGRAM/NAME; beside it FOLDER.stamp says by what it was made, FOLDER.time how long it took:
# processor time and wall clock in microseconds, and the largest process in KB.

folder_of() { printf '%s/%s/%s' "$cache" "$1" "$(build_of "$2")"; } # PROGRAM CONFIGURATION

stamp_of() { # NAME
  local command; command=$(command_of "$1")
  case $command in
    "$bin/upstare-cc"*) echo "${command#"$bin/"} $(cat "$bin/upstare-cc" "$root/artifacts/lib/upstare/libupstare.a" | sha1sum)" ;;
    *) echo "$command $(${command%% *} -dumpfullversion 2>/dev/null)" ;;
  esac
}

build() { # PROGRAM NAME
  local folder stamp
  folder=$(folder_of "$1" "$2") stamp="$(stamp_of "$2") $(basename "${!1}")" # the variable of its name is its source
  if [ -e "$folder.stamp" ] && { [ -n "$keep" ] || [ "$(cat "$folder.stamp")" = "$stamp" ]; }; then return 0; fi
  say "building $1 with $(command_of "$2")"
  rm -rf "$folder" "$folder.stamp"
  build_into "$1" "$2" "$folder" || return 1
  echo "$stamp" >"$folder.stamp"
}

# The build functions are the shell's: a shell of its own runs them under the stopwatch.
build_into() { # PROGRAM NAME FOLDER
  mkdir -p "$(dirname "$3")"
  # shellcheck disable=SC2016
  "$work/stopwatch" "$3.time" bash -c 'here=$1 in=$2 program=$3 folder=$4; shift 4; need() { command -v "$1" >/dev/null; }
    . "$here/programs.sh"; . "$here/servers.sh"; "${program}_prepare" && "${program}_build" "$folder" "$@"' build "$here" "$in" "$1" "$3" $(command_of "$2") >"$3.log" 2>&1 ||
    { tail -n 15 "$3.log" >&2; say "$1 does not build with $(command_of "$2") ($3.log)"; return 1; }
}

# The patch from an executable to itself, in the variable `patch`; how long it took is beside it, as a build's time.
identity() { # EXECUTABLE
  patch=$1.upd
  if [ "$patch" -nt "$1" ] && { [ -n "$keep" ] || [ "$patch" -nt "$bin/upstare-diff" ]; }; then return 0; fi
  "$work/stopwatch" "$1.diff" "$bin/upstare-diff" --identity "$1" "$1" -o "$patch" >"$patch.log" 2>&1 || { tail -n 5 "$patch.log" >&2; say "no identity patch of $1"; return 1; }
}

# All patches that a run needs.
patches() { # PROGRAM
  local executable executables
  [ -z "$(cannot_update "$1")" ] && [ ${#names[@]} -gt 1 ] || return 0
  if is_server "$1"; then executables=$("$1_executable"); else executables=$({ SIZE=full "$1_workloads" | sed 's/.* | //'; "$1_idle"; "$1_loaded"; } | cut -d' ' -f1 | sort -u); fi
  for executable in $executables; do identity "$(folder_of "$1" "$(measured)")/$executable" || return 1; done
}

# ---- stages

# bytes FOLDER PATTERN: of the sections that match, in all objects of a build
bytes() { find "$1" -name '*.o' -exec size -A {} + | awk -v pattern="$2" '$1 ~ pattern { n += $2 } END { print n + 0 }'; }

# Text of the objects, in sections that are meant to be executed and in cold ones; the executable, stripped; the start of the program until its end.
measure_sizes() { # PROGRAM
  local name folder executable round configuration words
  for name in "${names[@]}"; do
    is_built_with "$1" "$name" || continue
    folder=$(folder_of "$1" "$name") executable=$(folder_of "$1" "$name")/$("$1_executable")
    row text "$1" all "$name" 1 "$(bytes "$(objects_of "$1" "$name")" '^\.text')"
    row cold_text "$1" all "$name" 1 "$(bytes "$(objects_of "$1" "$name")" '^\.text\.unlikely')"
    strip -o "$work/stripped" "$executable" && row file_bytes "$1" all "$name" 1 "$(stat -c %s "$work/stripped")"
    row loaded_bytes "$1" all "$name" 1 "$(command size "$executable" | awk 'NR == 2 { print $1 + $2 }')"
  done
  read -ra words <<<"$("$1_start_command" | sed "s|{in}|$in|g")"
  for ((round = 1; round <= 10 * rounds; round++)); do
    for configuration in "${configurations[@]}"; do
      is_built_with "$1" "$(build_of "$configuration")" && [ "$(updates_of "$configuration")" = 0 ] || continue
      "$work/stopwatch" "$work/time" "$(folder_of "$1" "$configuration")/${words[0]}" "${words[@]:1}" >/dev/null 2>&1 </dev/null
      row start_us "$1" start "$configuration" $round "$(cut -d' ' -f2 "$work/time")"
    done
  done
}
# The folder of the objects: the build's, or what it says.
objects_of() { if declare -F "$1_objects" >/dev/null; then "$1_objects" "$(folder_of "$1" "$2")"; else folder_of "$1" "$2"; fi; }

# Redis once more from the start, with make -j2, by both; what the others took when they were built is in their .time.
measure_compile() {
  local program name folder cpu wall kb
  for program in $programs; do
    for name in "${names[@]}"; do
      is_built_with "$program" "$name" || continue
      folder=$(folder_of "$program" "$name")
      if [ "$program" = redis ] && [ "$name" != flag ]; then
        say "compiling $program with $(command_of "$name")"
        build_into "$program" "$name" "$work/compile" && cp "$work/compile.time" "$folder.time" && rm -rf "$work/compile" || return 1
      fi
      [ -s "$folder.time" ] || continue
      read -r cpu wall kb <"$folder.time"
      row compile_cpu_us "$program" all "$name" 1 "$cpu"
      row compile_wall_us "$program" all "$name" 1 "$wall"
      row compile_kb "$program" all "$name" 1 "$kb"
    done
  done
}
