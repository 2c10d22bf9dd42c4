# A shared library and a plug-in of instrumented units work like gcc's, though the runtime is the executable's alone, in both poll modes;
# the program around them can be updated, and its names do not get in their way.
. "$(dirname "$0")/lib.sh"
cat >library.c <<'C'
#include <unistd.h>
int helper (int);
int plug (int x) { int sum = 0; for (int i = 0; i < x; i++) { usleep (1000); sum += helper (i); } return sum; }
C
cat >program.c <<'C'
#include <stdio.h>
int plug (int);
int helper (int x) { return x * 3; }
int main (void) { for (int i = 2; i < 5; i++) printf ("%d\n", plug (i)); return 0; }
C
cat >host.c <<'C'
#include <dlfcn.h>
#include <stdio.h>
int helper (int x) { return x * 3; }
int main (int argc, char **argv)
{
  void *library = dlopen (argv[1], RTLD_NOW);
  if (!library) { puts (dlerror ()); return 1; }
  int (*plug) (int) = (int (*) (int)) dlsym (library, "plug");
  for (int i = 2; i < 5; i++) printf ("%d\n", plug (i));
  return 0;
}
C
printf '3\n9\n18\n' >expected
for poll in trap flag; do
  "$CC" -O2 -fupstare-poll=$poll -fPIC -c library.c -o library.o
  "$CC" -shared library.o -o libplug.so
  nm -D libplug.so | grep -i upstare && fail "the library exports or wants names of ours"
  "$CC" -O2 -fupstare-poll=$poll program.c -L. -lplug -Wl,-rpath,"$PWD" -o program
  "$CC" -O2 -fupstare-poll=$poll -rdynamic host.c -ldl -o host
  ./program | cmp - expected
  ./host ./libplug.so | cmp - expected
  "$diff" --identity program program -o program.upd
  updates ./program program.upd
  "$diff" --identity host host -o host.upd
  updates ./host host.upd ./libplug.so
  gcc -O2 -rdynamic host.c -ldl -o plain && ./plain ./libplug.so | cmp - expected # a program of gcc's loads it, too
done
# Linked by something else, the runtime is missing, and the message says what to do; objects that need nothing of it are like any others.
"$CC" -O2 -fPIC -c library.c
for by in 'gcc library.o' 'g++ library.o' 'gcc -shared library.o'; do
  $by -o wrong 2>log && fail "linked without a runtime: $by"
  grep -q '__upstare_missing__link_with_upstare_cc' log || fail "$by: $(cat log)"
done
"$CC" -O2 -c a.c b.c && gcc a.o b.o -o plain && ./plain >plain.out && [ "$(head -n 1 plain.out)" = 0 ] || fail "objects without calls of the runtime"
