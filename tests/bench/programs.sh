# programs.sh - the programs that are measured: how to build each, and what to run (sourced by bench.sh).
#
# A program NAME has NAME_prepare (sources; once), NAME_build OUT COMPILER... (compiles into the folder OUT with a
# compiler command; plain gcc -O2 options, no -g) and NAME_workloads, which prints lines
#     WORKLOAD | EXECUTABLE ARGUMENTS (in OUT; {in} is the folder of inputs)
# and the same with smaller numbers when $SMALL is 1, for counting instructions under valgrind (some 50 times slower).

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
debian_source=$here/../thirdparty/debian-source.sh
NAMES='kissfft lua sqlite'

size() { if [ "$SMALL" = 1 ]; then echo "$1"; else echo "$2"; fi; } # SMALL-VALUE FULL-VALUE

# compile OUT SOURCE OPTIONS... with the compiler command in the array CC: one object in OUT, named as its source
compile() {
  local out=$1 source=$2
  "${CC[@]}" -O2 "${@:3}" -c "$source" -o "$out/$(basename "$source" .c).o"
}

# ---- KissFFT: its own benchmark, and the streaming filter (real and complex samples) over one file

kissfft_prepare() {
  kissfft=$("$debian_source" kissfft) || return 1
  gcc -O2 -o "$in/samples" "$here/../../examples/kissfft-demo/samples.c" -lm &&
    "$in/samples" stream 3000000 >"$in/samples.f32" && "$in/samples" filter 101 >"$in/filter.f32"
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
  echo "fft 1024 | benchkiss -n 1024 -x $(size 2000 20000)"
  echo "fft 1800 | benchkiss -n 1800 -x $(size 1000 10000)"
  echo "real fft 1024 | benchkiss -r -n 1024 -x $(size 2000 20000)"
  echo "filter real | fastfir -h {in}/filter.f32 -i {in}/samples.f32"
  echo "filter complex | fastfir-complex -h {in}/filter.f32 -i {in}/samples.f32"
}

# ---- Lua 5.4: the interpreter with five scripts.  It seeds its string hash and the pivots of its sort with clock and
# addresses, which moves the number of instructions by some percent from run to run: both are made constant.

lua_prepare() {
  lua=$("$debian_source" lua5.4) || return 1
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
  echo "fib | lua $here/lua/fib.lua $(size 22 31)"
  echo "nbody | lua $here/lua/nbody.lua $(size 8000 150000)"
  echo "tables | lua $here/lua/tables.lua $(size 10000 200000)"
  echo "strings | lua $here/lua/strings.lua $(size 4000 60000)"
  echo "closures | lua $here/lua/closures.lua $(size 15000 400000)"
}

# ---- SQLite: speedtest1 on a database in memory.  Its one-file source is made with tclsh.

sqlite_prepare() {
  sqlite=$("$debian_source" sqlite3) || return 1
  [ -s "$in/sqlite/sqlite3.c" ] && return 0
  need tclsh tcl || return 1
  mkdir -p "$in/sqlite"
  (cd "$in/sqlite" && "$sqlite/configure" --disable-tcl && make sqlite3.c) >"$in/sqlite.log" 2>&1 ||
    { tail -n 5 "$in/sqlite.log" >&2; return 1; }
}

sqlite_build() {
  local out=$1
  CC=("${@:2}")
  mkdir -p "$out" || return 1
  compile "$out" "$in/sqlite/sqlite3.c" -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION &&
    compile "$out" "$sqlite/test/speedtest1.c" -I"$in/sqlite" &&
    "${CC[@]}" -o "$out/speedtest1" "$out/sqlite3.o" "$out/speedtest1.o" -lm
}

sqlite_workloads() {
  # its report of seconds would differ from run to run: only the verification hash is kept
  echo "speedtest1 | speedtest1 --size $(size 3 30) --verify --testset main :memory:"
}
