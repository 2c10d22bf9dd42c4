# Static archives, ld -r, and both with the compiler as the linker.
. "$(dirname "$0")/lib.sh"
"$CC" -O2 -c a.c b.c
ar rcs lib.a b.o
"$CC" a.o lib.a -o archive
ld -r a.o b.o -o both.o
"$CC" both.o -o relinked
"$CC" -r a.o b.o -o both2.o
"$CC" both2.o -o relinked2
for program in archive relinked relinked2; do
  ./$program | cmp - expected
  "$diff" --identity $program $program -o $program.upd
  updates ./$program $program.upd
done
