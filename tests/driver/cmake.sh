# CMake takes upstare-cc for the gcc it runs: identification, features, static and shared libraries.
. "$(dirname "$0")/lib.sh"
need cmake
cat >CMakeLists.txt <<'C'
cmake_minimum_required(VERSION 3.10)
project(scenario C)
include(CheckCSourceCompiles)
include(CheckFunctionExists)
include(CheckTypeSize)
check_function_exists(epoll_wait HAVE_EPOLL)
check_function_exists(no_such_function HAVE_NOTHING)
check_type_size("long double" SIZE)
check_c_source_compiles("int main (void) { __int128 x = 1; return (int) x; }" HAVE_INT128)
add_library(static STATIC b.c)
add_library(shared SHARED b.c)
add_executable(prog a.c)
target_link_libraries(prog static)
add_executable(progs a.c)
target_link_libraries(progs shared)
C
for compiler in gcc "$CC"; do
  name=$(basename "$compiler")
  CC=$compiler cmake -B "build.$name" . >"$name.log" 2>&1 && cmake --build "build.$name" >>"$name.log" 2>&1 || { cat "$name.log" >&2; fail "$name"; }
  "build.$name/prog" | cmp - expected
  "build.$name/progs" | cmp - expected
  cat "build.$name"/CMakeFiles/*/CMakeCCompiler.cmake "build.$name/CMakeCache.txt" | grep -E 'HAVE_|SIZE|COMPILER_ID |COMPILER_VERSION |STANDARD_COMPUTED|COMPILE_FEATURES' | sed "s/build\.$name//" >"$name.features"
done
same gcc.features upstare-cc.features "CMake finds other features"
"$diff" --identity build.upstare-cc/prog build.upstare-cc/prog -o prog.upd
updates build.upstare-cc/prog prog.upd
