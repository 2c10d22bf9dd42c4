# A configure script finds with upstare-cc what it finds with gcc: config.h is the same; libtool's static and shared libraries work, also
# out of the source tree.
. "$(dirname "$0")/lib.sh"
need autoreconf
need libtoolize
cat >configure.ac <<'C'
AC_INIT([scenario], [1])
AM_INIT_AUTOMAKE([foreign])
AC_CONFIG_HEADERS([config.h])
AC_PROG_CC
AM_PROG_AR
LT_INIT
AC_USE_SYSTEM_EXTENSIONS
AC_SYS_LARGEFILE
AC_C_BIGENDIAN
AC_C_RESTRICT
AC_C_INLINE
AC_C_VARARRAYS
AC_CHECK_HEADERS([sys/epoll.h sys/event.h upstare_not_there.h stdatomic.h])
AC_CHECK_FUNCS([epoll_create1 kqueue strlcpy getrandom accept4])
AC_CHECK_SIZEOF([long double])
AC_CHECK_MEMBERS([struct stat.st_mtim])
AC_CHECK_LIB([m], [cos])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
C
cat >Makefile.am <<'C'
lib_LTLIBRARIES = libw.la
libw_la_SOURCES = b.c
bin_PROGRAMS = prog
prog_SOURCES = a.c
prog_LDADD = libw.la
C
autoreconf -fi >autoreconf.log 2>&1 || { cat autoreconf.log >&2; fail autoreconf; }
for compiler in gcc "$CC"; do
  name=$(basename "$compiler")
  mkdir "build.$name"
  (cd "build.$name" && ../configure CC="$compiler" && make) >"$name.log" 2>&1 || { tail -n 20 "$name.log" >&2; fail "$name"; }
  "build.$name/prog" | cmp - expected
done
same build.gcc/config.h build.upstare-cc/config.h "configure finds other features"
is_instrumented build.upstare-cc/.libs/prog
