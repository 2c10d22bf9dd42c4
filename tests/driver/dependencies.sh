# Dependency files, with every option that asks for one, are gcc's to the byte.
. "$(dirname "$0")/lib.sh"
while read -r options; do
  for compiler in gcc "$CC"; do
    rm -rf there && mkdir there && cp a.c b.c h.h there
    (cd there && eval "$compiler $options" && rm -f ./*.o && head -n 100 *.d && ls) >"$(basename "$compiler").out" 2>&1 || fail "$compiler $options: $(cat "$(basename "$compiler").out")"
  done
  same gcc.out upstare-cc.out "$options"
done <<'L'
-MD -c a.c
-MMD -c a.c -o x.o
-MD -MF x.d -c a.c
-MMD -MP -MF x.d -MT target -c a.c
-MMD -MQ 'a$b' -c a.c
-Wp,-MD,x.d -c a.c
-Wp,-MMD,x.d -c a.c -o x.o
-MD a.c b.c -o prog
-MM a.c -o x.d
L
