/* upstare.h - what a program may say about its own updates.
 *
 * Under plain gcc every macro is empty, so the header costs nothing and nobody needs the runtime.  Under
 * upstare-cc (which defines __UPSTARE__) they are calls into the runtime, which generated code treats as
 * continuation points like any other call.  Leaves out everything that the compiler finds by itself. */
#ifndef UPSTARE_H
#define UPSTARE_H

#ifdef __UPSTARE__
#ifdef __cplusplus
extern "C" {
#endif
void __upstare_update_point(void);
void __upstare_no_update_begin(void);
void __upstare_no_update_end(void);
#ifdef __cplusplus
}
#endif
/* An update may begin here: the only such place with -fupstare-points=manual. */
#define UPSTARE_UPDATE_POINT() __upstare_update_point()
/* Between the two no update begins: the code runs wholly in one version.  Regions nest. */
#define UPSTARE_NO_UPDATE_BEGIN() __upstare_no_update_begin()
#define UPSTARE_NO_UPDATE_END() __upstare_no_update_end()
/* On a declaration that callers see: the function returns memory that it has allocated for its caller, and allocates nothing
 * else without a type.  With -fupstare-heap=types the memory is of the type that the caller converts the result to:
 *     void *xmalloc(size_t size) UPSTARE_ALLOCATOR;  */
#define UPSTARE_ALLOCATOR __attribute__((__upstare_allocator__))
/* On a declaration of a library's function that may block for long, does not call the program back and returns once: an update
 * does not wait for a thread that is in it (as with -fupstare-away=SSL_read):
 *     int SSL_read(SSL *, void *, int) UPSTARE_AWAY;  */
#define UPSTARE_AWAY __attribute__((__upstare_away__))
#else
#define UPSTARE_UPDATE_POINT() ((void)0)
#define UPSTARE_NO_UPDATE_BEGIN() ((void)0)
#define UPSTARE_NO_UPDATE_END() ((void)0)
#define UPSTARE_ALLOCATOR
#define UPSTARE_AWAY
#endif
#endif
