/* descriptors.c - scenes of reading, writing, sending, receiving, waiting for descriptors. */
#include "scenes.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#define LARGE 1500000

static char text[16];
static char large[LARGE];
static struct iovec parts[3] = { { large, 1000 }, { large + 1000, 900001 }, { large + 901001, LARGE - 901001 } };

static void fill(void)
{
    for (size_t i = 0; i < LARGE; i++)
        large[i] = (char)(i * 7 + i / 1000);
}

static bool is_hello(ssize_t n) { return n == 5 && memcmp(text, "hello", 5) == 0; }

static void say(int fd)
{
    if (write(fd, "hello", 5) != 5)
        perror("write");
}
static void say_to_pipe(void) { say(pipes[1]); }
static void say_to_socket(void) { say(sockets[1]); }

/* The other side takes everything and looks at it. */
static volatile bool whole;
static void take_all(void)
{
    static char piece[30000];
    size_t got = 0;
    bool same = true;

    while (got < LARGE) {
        ssize_t n = recv(sockets[1], piece, sizeof piece, 0);
        if (n <= 0)
            break;
        same = same && memcmp(piece, large + got, n) == 0;
        got += n;
    }
    whole = same && got == LARGE;
}
static bool is_whole(ssize_t n)
{
    for (int i = 0; i < 300 && !whole; i++)
        usleep(10000); /* the other side may be a little behind */
    return n == LARGE && whole;
}
static void prepare_large(void)
{
    fill();
    whole = false;
}

static bool play_read(void) { return is_hello(read(pipes[0], text, 16)); }
static bool play_readv(void)
{
    struct iovec v[2] = { { text, 2 }, { text + 2, 14 } };

    return is_hello(readv(pipes[0], v, 2));
}
static bool play_recv(void) { return is_hello(recv(sockets[0], text, 16, 0)); }
static bool play_recvfrom(void) { return is_hello(recvfrom(sockets[0], text, 16, 0, NULL, NULL)); }
static bool play_recvmsg(void)
{
    struct iovec v = { text, 16 };
    struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };

    return is_hello(recvmsg(sockets[0], &m, 0));
}
static bool play_recvmmsg(void)
{
    struct iovec v = { text, 16 };
    struct mmsghdr m = { .msg_hdr = { .msg_iov = &v, .msg_iovlen = 1 } };

    return recvmmsg(sockets[0], &m, 1, 0, NULL) == 1 && is_hello(m.msg_len);
}
static bool play_write(void)
{
    prepare_large();
    return is_whole(write(sockets[0], large, LARGE));
}
static bool play_writev(void)
{
    prepare_large();
    return is_whole(writev(sockets[0], parts, 3));
}
static bool play_send(void)
{
    prepare_large();
    return is_whole(send(sockets[0], large, LARGE, 0));
}
static bool play_sendto(void)
{
    prepare_large();
    return is_whole(sendto(sockets[0], large, LARGE, 0, NULL, 0));
}
static bool play_sendmsg(void)
{
    struct msghdr m = { .msg_iov = parts, .msg_iovlen = 3 };

    prepare_large();
    return is_whole(sendmsg(sockets[0], &m, 0));
}
static bool play_sendmmsg(void)
{
    struct mmsghdr m[2] = { { .msg_hdr = { .msg_iov = parts, .msg_iovlen = 2 } }, { .msg_hdr = { .msg_iov = parts + 2, .msg_iovlen = 1 } } };

    prepare_large();
    return sendmmsg(sockets[0], m, 2, 0) == 2 && is_whole(m[0].msg_len + m[1].msg_len);
}
static bool play_sendfile(void)
{
    int file = memfd_create("file", 0);
    off_t offset = 0;

    prepare_large();
    if (write(file, large, LARGE) != LARGE)
        return false;
    bool right = is_whole(sendfile(sockets[0], file, &offset, LARGE));
    close(file);
    return right && offset == LARGE;
}
static bool play_splice(void)
{
    int other[2];

    if (pipe(other) < 0)
        return false;
    bool right = splice(pipes[0], NULL, other[1], NULL, 16, 0) == 5 && is_hello(read(other[0], text, 16));
    close(other[0]);
    close(other[1]);
    return right;
}
static bool play_tee(void)
{
    int other[2];

    if (pipe(other) < 0)
        return false;
    bool right = tee(pipes[0], other[1], 16, 0) == 5 && is_hello(read(other[0], text, 16)) && is_hello(read(pipes[0], text, 16));
    close(other[0]);
    close(other[1]);
    return right;
}

/* Connections. */
static int server;
static struct sockaddr_in address;
static void open_server(void)
{
    socklen_t length = sizeof address;

    server = socket(AF_INET, SOCK_STREAM, 0);
    address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (bind(server, (void *)&address, length) < 0 || listen(server, 1) < 0 || getsockname(server, (void *)&address, &length) < 0)
        exit(1);
}
static void call_server(void)
{
    int s = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(s, (void *)&address, sizeof address) < 0)
        perror("connect");
    say(s);
    close(s);
}
static bool play_accept(void)
{
    open_server();
    int s = accept(server, NULL, NULL);
    bool right = s >= 0 && is_hello(recv(s, text, 16, MSG_WAITALL));
    close(s);
    close(server);
    return right;
}
static bool play_accept4(void)
{
    open_server();
    int s = accept4(server, NULL, NULL, SOCK_CLOEXEC);
    bool right = s >= 0 && fcntl(s, F_GETFD) == FD_CLOEXEC && is_hello(read(s, text, 16));
    close(s);
    close(server);
    return right;
}

static char fifo[40];
static void open_fifo(void)
{
    int fd = open(fifo, O_WRONLY);

    say(fd);
    close(fd);
}
static bool play_open(void)
{
    snprintf(fifo, sizeof fifo, "/tmp/upstare-fifo-%d", (int)getpid());
    if (mkfifo(fifo, 0600) < 0)
        return false;
    int fd = open(fifo, O_RDONLY);
    bool right = fd >= 0 && is_hello(read(fd, text, 16));
    close(fd);
    unlink(fifo);
    return right;
}

static bool play_poll(void)
{
    struct pollfd one = { .fd = pipes[0], .events = POLLIN };

    return poll(&one, 1, -1) == 1 && is_hello(read(pipes[0], text, 16));
}
static bool play_select(void)
{
    fd_set set;

    FD_ZERO(&set);
    FD_SET(pipes[0], &set);
    return select(pipes[0] + 1, &set, NULL, NULL, NULL) == 1 && FD_ISSET(pipes[0], &set) && is_hello(read(pipes[0], text, 16));
}
static bool play_epoll_wait(void)
{
    int e = epoll_create1(0);
    struct epoll_event event = { .events = EPOLLIN, .data.u32 = 7 };

    if (epoll_ctl(e, EPOLL_CTL_ADD, pipes[0], &event) < 0)
        return false;
    event.data.u32 = 0;
    bool right = epoll_wait(e, &event, 1, -1) == 1 && event.data.u32 == 7 && is_hello(read(pipes[0], text, 16));
    close(e);
    return right;
}

/* Locks on files: the stage hand's descriptor has it. */
static int theirs;
static void give_lock(void) { flock(theirs, LOCK_UN); }
static void give_region(void)
{
    fcntl(theirs, F_OFD_SETLK, &(struct flock){ .l_type = F_UNLCK, .l_whence = SEEK_SET });
}
static bool with_file(bool region, int (*wait)(int))
{
    char name[] = "/tmp/upstare-lock-XXXXXX";
    int mine = mkstemp(name);

    theirs = open(name, O_RDWR);
    unlink(name);
    if (region ? fcntl(theirs, F_OFD_SETLK, &(struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET }) : flock(theirs, LOCK_EX))
        return false;
    bool right = wait(mine) == 0;
    close(mine);
    close(theirs);
    return right;
}
static int wait_flock(int fd) { return flock(fd, LOCK_EX); }
static int wait_region(int fd) { return fcntl(fd, F_SETLKW, &(struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET }); }
static int wait_owned(int fd) { return fcntl(fd, F_OFD_SETLKW, &(struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET }); }
static int wait_lockf(int fd) { return lockf(fd, F_LOCK, 0); }
static bool play_flock(void) { return with_file(false, wait_flock); }
static bool play_setlkw(void) { return with_file(true, wait_region); }
static bool play_ofd_setlkw(void) { return with_file(true, wait_owned); }
static bool play_lockf(void) { return with_file(true, wait_lockf); }

/* Through a pointer. */
static bool play_pointer(void)
{
    static ssize_t (*const readers[])(int, void *, size_t) = { read };

    return is_hello(readers[0](pipes[0], text, 16));
}

const struct scene scenes_of_descriptors[] = {
    { "read", play_read, say_to_pipe }, { "readv", play_readv, say_to_pipe }, { "recv", play_recv, say_to_socket },
    { "recvfrom", play_recvfrom, say_to_socket }, { "recvmsg", play_recvmsg, say_to_socket }, { "recvmmsg", play_recvmmsg, say_to_socket },
    { "write", play_write, take_all }, { "writev", play_writev, take_all }, { "send", play_send, take_all }, { "sendto", play_sendto, take_all },
    { "sendmsg", play_sendmsg, take_all }, { "sendmmsg", play_sendmmsg, take_all }, { "sendfile", play_sendfile, take_all },
    { "splice", play_splice, say_to_pipe }, { "tee", play_tee, say_to_pipe }, { "accept", play_accept, call_server },
    { "accept4", play_accept4, call_server }, { "open", play_open, open_fifo }, { "poll", play_poll, say_to_pipe },
    { "select", play_select, say_to_pipe }, { "epoll_wait", play_epoll_wait, say_to_pipe }, { "flock", play_flock, give_lock },
    { "F_SETLKW", play_setlkw, give_region }, { "F_OFD_SETLKW", play_ofd_setlkw, give_region }, { "lockf", play_lockf, give_region },
    { "pointer", play_pointer, say_to_pipe }, { NULL, NULL, NULL },
};
