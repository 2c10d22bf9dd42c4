# KissFFT: CMake, as Debian builds it; the suite is its own benchmark, filter and real-transform test, outputs compared as bytes.
SUITE='test_real, fastfir, fastconv'

source() { "$debian_source" kissfft; }

# Its Makefile, with the tests that are in C (those in Python want numpy, those in C++ are not ours).
build() {
  cmake -B build -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER="$CC" -DKISSFFT_PKGCONFIG=OFF -DKISSFFT_TEST=OFF -DKISSFFT_TOOLS=ON -DKISSFFT_STATIC=ON &&
    cmake --build build -j "$jobs" && "$CC" -O2 -I. -o build/test_real test/test_real.c kiss_fft.c kiss_fftr.c -lm &&
    "$CC" -O2 -I. -o build/twotone test/twotonetest.c kiss_fft.c kiss_fftr.c -lm && "$CC" -O2 -I. -o build/doit test/doit.c kiss_fft.c kiss_fftnd.c kiss_fftr.c kiss_fftndr.c -lm 2>/dev/null || [ -x build/twotone ]
}

suite() {
  local size program
  gcc -O2 -o samples "$root/examples/kissfft-demo/samples.c" -lm && ./samples stream 200000 >samples.f32 && ./samples filter 101 >filter.f32
  for size in 64 1000 1024; do
    build/twotone "$size" >"two.$size" 2>&1 && echo "ok twotone $size $(cksum <"two.$size")" || echo "FAILED twotone $size"
  done
  program=$(find build -name 'fastconv*' -type f -perm -u+x | grep -v fastconvr | head -n 1)
  [ -n "$program" ] && { "$program" -h filter.f32 -i samples.f32 -o filtered.f32 && echo "ok fastconv $(cksum <filtered.f32)" || echo "FAILED fastconv"; }
  program=$(find build -name 'fft-*' -type f -perm -u+x | head -n 1)
  [ -n "$program" ] && { "$program" -n 1024 samples.f32 transformed.f32 && echo "ok fftutil $(cksum <transformed.f32)" || echo "FAILED fftutil"; }
}
