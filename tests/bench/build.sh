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
  build_step build "$1" "$2" "$folder" || return 1
  echo "$stamp" >"$folder.stamp"
}

# The build functions are the shell's: a shell of its own runs them under the stopwatch.
build_step() { # build|configure|compile PROGRAM NAME FOLDER
  mkdir -p "$(dirname "$4")"
  # shellcheck disable=SC2016
  "$work/stopwatch" "$4.time" bash -c 'here=$1 in=$2 program=$3 step=$4 folder=$5; shift 5; need() { command -v "$1" >/dev/null; }
    . "$here/programs.sh"; . "$here/servers.sh"; "${program}_prepare" && "${program}_$step" "$folder" "$@"' build "$here" "$in" "$2" "$1" "$4" $(command_of "$3") >"$4.log" 2>&1 ||
    { tail -n 15 "$4.log" >&2; say "$2 does not build with $(command_of "$3") ($4.log)"; return 1; }
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
  [ ${#names[@]} -gt 1 ] || return 0
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
    folder=$(folder_of "$1" "$name") executable=$(folder_of "$1" "$name")/$("$1_executable")
    row text "$1" all "$name" 1 "$(bytes "$(objects_of "$1" "$name")" '^\.text')"
    row cold_text "$1" all "$name" 1 "$(bytes "$(objects_of "$1" "$name")" '^\.text\.unlikely')"
    strip -o "$work/stripped" "$executable" && row file_bytes "$1" all "$name" 1 "$(stat -c %s "$work/stripped")"
    row loaded_bytes "$1" all "$name" 1 "$(command size "$executable" | awk 'NR == 2 { print $1 + $2 }')"
  done
  read -ra words <<<"$("$1_start_command" | sed "s|{in}|$in|g")"
  for ((round = 1; round <= 10 * rounds; round++)); do
    for configuration in "${configurations[@]}"; do
      [ "$(updates_of "$configuration")" = 0 ] || continue
      "$work/stopwatch" "$work/time" "$(folder_of "$1" "$configuration")/${words[0]}" "${words[@]:1}" >/dev/null 2>&1 </dev/null
      row start_us "$1" start "$configuration" $round "$(cut -d' ' -f2 "$work/time")"
    done
  done
}
# The folder of the objects: the build's, or what it says.
objects_of() { if declare -F "$1_objects" >/dev/null; then "$1_objects" "$(folder_of "$1" "$2")"; else folder_of "$1" "$2"; fi; }

# Everything once more from the start, by plain gcc and by the build that is measured in turn, once or as often as NAME_compilations says: the best counts.  What
# comes before compiling (copies, configure) is not timed.
measure_compile() {
  local program name round compilations
  for program in $programs; do
    compilations=${program}_compilations
    for ((round = 1; round <= ${!compilations-1}; round++)); do
      for name in plain "$(measured)"; do
        say "compiling $program with $(command_of "$name")"
        compile_again "$program" "$name" "$work/compile" && times_of_compiling "$work/compile.time" "$program" "$name" $round || return 1
      done
    done
  done
}
compile_again() { # PROGRAM NAME FOLDER
  if declare -F "$1_configure" >/dev/null; then build_step configure "$@" && build_step compile "$@"; else rm -rf "$3"; build_step build "$@"; fi
}
times_of_compiling() { # FILE PROGRAM NAME ROUND
  local cpu wall kb
  read -r cpu wall kb <"$1"
  row compile_cpu_us "$2" all "$3" "$4" "$cpu"
  row compile_wall_us "$2" all "$3" "$4" "$wall"
  row compile_kb "$2" all "$3" "$4" "$kb"
}
