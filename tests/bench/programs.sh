# programs.sh - the programs that are measured: how to build each, and what to run (sourced by bench.sh).
#
# A program NAME has NAME_prepare (sources; once), NAME_build OUT COMPILER... (compiles into the folder OUT with a
# compiler command; plain gcc -O2 options, no -g) and NAME_workloads, which prints lines
#     WORKLOAD | EXECUTABLE ARGUMENTS (in OUT; {in} is the folder of inputs)
# as large as $SIZE says: full for times, small for counting instructions under valgrind (some 50 times slower), start for next to nothing.
# And one such EXECUTABLE ARGUMENTS each: NAME_executable (no arguments; whose sizes are shown), NAME_start_command (starts and ends), NAME_loaded (works for
# long), NAME_idle (waits for input that never comes).

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
debian_source=$here/../thirdparty/debian-source.sh
NAMES='kissfft lua sqlite'

size() { case $SIZE in start) echo "$1" ;; small) echo "$2" ;; *) echo "$3" ;; esac; } # START SMALL FULL

# compile OUT SOURCE OPTIONS... with the compiler command in the array CC: one object in OUT, named as its source
compile() {
  local out=$1 source=$2
  "${CC[@]}" -O2 "${@:3}" -c "$source" -o "$out/$(basename "$source" .c).o"
}

# ---- KissFFT: its own benchmark, and the streaming filter (real and complex samples) over one file

kissfft_prepare() {
  kissfft=$("$debian_source" kissfft) || return 1
  [ ! -s "$in/filter.f32" ] || return 0
  gcc -O2 -o "$in/samples" "$here/../../examples/kissfft-demo/samples.c" -lm && "$in/samples" stream 3000000 >"$in/full.f32" &&
    head -c 4000000 "$in/full.f32" >"$in/small.f32" && head -c 40000 "$in/full.f32" >"$in/start.f32" && "$in/samples" filter 101 >"$in/filter.f32"
}

kissfft_build() {
  local out=$1 s
  CC=("${@:2}")
  mkdir -p "$out/complex" || return 1
  for s in kiss_fft.c kiss_fftr.c kiss_fftnd.c kiss_fftndr.c test/benchkiss.c test/pstats.c; do
    compile "$out" "$kissfft/$s" -I"$kissfft" || return 1
  done
  compile "$out" "$kissfft/tools/kiss_fastfir.c" -I"$kissfft" -DFAST_FILT_UTIL -DREAL_FASTFIR || return 1
  compile "$out/complex" "$kissfft/tools/kiss_fastfir.c" -I"$kissfft" -DFAST_FILT_UTIL || return 1
  (cd "$out" && "${CC[@]}" -o benchkiss kiss_fft.o kiss_fftr.o kiss_fftnd.o kiss_fftndr.o benchkiss.o pstats.o -lm &&
    "${CC[@]}" -o fastfir kiss_fft.o kiss_fftr.o kiss_fastfir.o -lm &&
    "${CC[@]}" -o fastfir-complex kiss_fft.o complex/kiss_fastfir.o -lm)
}

kissfft_workloads() {
  echo "fft 1024 | benchkiss -n 1024 -x $(size 1 2000 40000)"
  echo "fft 1800 | benchkiss -n 1800 -x $(size 1 1000 20000)"
  echo "real fft 1024 | benchkiss -r -n 1024 -x $(size 1 2000 40000)"
  echo "filter real | fastfir -h {in}/filter.f32 -i {in}/$SIZE.f32"
  echo "filter complex | fastfir-complex -h {in}/filter.f32 -i {in}/$SIZE.f32"
}
kissfft_executable() { echo benchkiss; }
kissfft_start_command() { echo "benchkiss -n 4 -x 1"; }
kissfft_loaded() { echo "benchkiss -n 1024 -x 100000000"; }
kissfft_idle() { echo "fastfir -h {in}/filter.f32"; }

# ---- Lua 5.4: the interpreter with five scripts.  It seeds its string hash and the pivots of its sort with clock and
# addresses, which moves the number of instructions by some percent from run to run: both are made constant.

lua_prepare() {
  lua=$("$debian_source" lua5.4 5.4.4) || return 1
  # what Debian's rules would generate
  echo "#define DEB_HOST_MULTIARCH \"$(gcc -dumpmachine)\"" >"$in/lua5.4-deb-multiarch.h"
}

lua_build() {
  local out=$1 s objects=()
  CC=("${@:2}")
  mkdir -p "$out" || return 1
  for s in "$lua"/src/*.c; do
    case $s in */luac.c) continue ;; esac
    compile "$out" "$s" -I"$in" -DLUA_COMPAT_5_3 -DLUA_USE_LINUX '-Dluai_makeseed(L)=20091009u' '-Dl_randomizePivot()=20091009u' ||
      return 1
    objects+=("$out/$(basename "$s" .c).o")
  done
  "${CC[@]}" -Wl,-E -o "$out/lua" "${objects[@]}" -lm -ldl
}

lua_workloads() {
  echo "fib | lua $here/lua/fib.lua $(size 1 22 31)"
  echo "nbody | lua $here/lua/nbody.lua $(size 1 8000 150000)"
  echo "tables | lua $here/lua/tables.lua $(size 1 10000 200000)"
  echo "strings | lua $here/lua/strings.lua $(size 1 4000 60000)"
  echo "closures | lua $here/lua/closures.lua $(size 1 15000 400000)"
}
lua_executable() { echo lua; }
lua_start_command() { echo "lua $here/lua/fib.lua 1"; }
lua_loaded() { echo "lua $here/lua/fib.lua 60"; }
lua_idle() { echo "lua -"; }

# ---- SQLite: speedtest1 on a database in memory.  Its one-file source is made with tclsh.

sqlite_prepare() {
  sqlite=$("$debian_source" sqlite3) || return 1
  [ -s "$in/sqlite/shell.c" ] && return 0
  need tclsh tcl || return 1
  mkdir -p "$in/sqlite"
  (cd "$in/sqlite" && "$sqlite/configure" --disable-tcl && make sqlite3.c shell.c) >"$in/sqlite.log" 2>&1 ||
    { tail -n 5 "$in/sqlite.log" >&2; return 1; }
}

sqlite_build() {
  local out=$1
  CC=("${@:2}")
  mkdir -p "$out" || return 1
  compile "$out" "$in/sqlite/sqlite3.c" -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION &&
    compile "$out" "$sqlite/test/speedtest1.c" -I"$in/sqlite" &&
    "${CC[@]}" -o "$out/speedtest1" "$out/sqlite3.o" "$out/speedtest1.o" -lm &&
    compile "$out" "$in/sqlite/shell.c" -I"$in/sqlite" -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION && "${CC[@]}" -o "$out/sqlite3" "$out/sqlite3.o" "$out/shell.o" -lm
}

sqlite_workloads() {
  # its report of seconds would differ from run to run: only the verification hash is kept
  echo "speedtest1 | speedtest1 --size $(size 1 3 50) --verify --testset main :memory:"
}
sqlite_executable() { echo speedtest1; }
sqlite_start_command() { echo "sqlite3 -version"; }
sqlite_loaded() { echo "speedtest1 --size 100000 --testset main :memory:"; }
sqlite_idle() { echo "sqlite3 :memory:"; }
