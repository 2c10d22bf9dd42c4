# v2.sed - turns KissFFT's tools/kiss_fastfir.c into version 2: include the gain stage, call it before each write.
/^#ifdef FAST_FILT_UTIL/a #include "gain.h"
/ssize_t written = write(/i \        apply_gain(outbuf, nwrite / sizeof *outbuf);
