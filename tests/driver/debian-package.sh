# A Debian package built with upstare-cc: dh_strip leaves nothing of ours in the program, and puts it into the debug package's file.
. "$(dirname "$0")/lib.sh"
need dh_strip
mkdir -p debian/scenario/usr/bin debian/source
printf 'Source: scenario\nMaintainer: A <a@example.org>\nBuild-Depends: debhelper-compat (= 13)\n\nPackage: scenario\nArchitecture: any\nDescription: scenario\n' >debian/control
printf 'scenario (1) unstable; urgency=low\n\n  * x\n\n -- A <a@example.org>  Mon, 01 Jan 2024 00:00:00 +0000\n' >debian/changelog
"$CC" $(dpkg-buildflags --get CFLAGS) $(dpkg-buildflags --get CPPFLAGS) $(dpkg-buildflags --get LDFLAGS) a.c b.c -o debian/scenario/usr/bin/prog
dh_dwz >dh.log 2>&1 && dh_strip >>dh.log 2>&1 || { cat dh.log >&2; fail "debhelper"; }
is_instrumented debian/scenario/usr/bin/prog && fail "the stripped program has our section"
file=$(find debian/.debhelper -name '*.debug' | head -n 1)
[ -n "$file" ] && is_instrumented "$file" || fail "the debug package has not our section"
cp "$file" debian/scenario/usr/bin/prog.debug
"$diff" --identity debian/scenario/usr/bin/prog.debug debian/scenario/usr/bin/prog.debug -o prog.upd
updates debian/scenario/usr/bin/prog prog.upd
