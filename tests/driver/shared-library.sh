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
# Functions that are named as such in which a thread is away: libraries call them as ever, and one that another unit of the program
# defines is the program's own, whichever unit comes first.
cat >low.c <<'C'
#include <unistd.h>
double low (int a, int b, int c, int d, int e, int f, int g, double x) { usleep (1000); return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + x; }
C
cat >middle.c <<'C'
double low (int, int, int, int, int, int, int, double);
double middle (int x) { return low (1, 2, 3, 4, 5, 6, x, 0.5) + 1; }
C
cat >top.c <<'C'
#include <stdio.h>
double low (int, int, int, int, int, int, int, double), middle (int);
int own (int);
int main (void) { printf ("%g %g %d\n", low (1, 2, 3, 4, 5, 6, 7, 8.5) + 1, middle (7) + 1, own (3) + 1); return 0; }
C
echo 'int own (int x) { return x * x; }' >own.c
gcc -O2 -shared -fPIC low.c -o liblow.so
gcc -O2 top.c own.c middle.c ./liblow.so -o plain && ./plain >expected
"$CC" -O2 -fupstare-away=low,own -shared -fPIC middle.c ./liblow.so -o libmiddle.so
for units in 'top.c own.c' 'own.c top.c'; do
  "$CC" -O2 -fupstare-away=low,own $units ./libmiddle.so ./liblow.so -o program 2>log
  ./program | cmp - expected
  printf "own.c:1: warning: 'own' is a function of the program's own: a thread is not away in it\n" | cmp - log
  objdump -d --no-show-raw-insn program | grep -A 1 '<__upstare_away_own>:' | grep -q 'jmp .*<own>' || fail "calls of the program's own function do not lead there"
done
