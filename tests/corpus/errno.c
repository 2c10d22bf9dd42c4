/* errno survives: set by one call, read after others. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "corpus.h"

static int fail(void) { int fd = open("/no/such/file", O_RDONLY); quiet(3); return fd; }

int main(void)
{
    for (int i = 0; i < 4; i++) {
        errno = i;
        quiet(i);
        note("kept", errno);
        note("failed", fail());
        note("reason", errno == ENOENT);
        note("again", close(-1) + (errno == EBADF));
    }
    return finish();
}
