/* blocking_sockets.c - recv, send, accept, connect; and the time-outs that a socket has of its own.
 *
 * Nobody sees at a call that its socket has SO_RCVTIMEO; the kernel ends it with EINTR instead of beginning it again,
 * but does not tell what is left of the time.  So setsockopt is wrapped: once a program has set such a time-out, calls on
 * descriptors note when they begin.  An interrupted one goes on without waiting itself, and poll waits for it. */
#include "blocking_call.h"

bool ups_call_socket_timeouts;

WRAPPER int __upstare_setsockopt(int fd, int level, int option, const void *value, socklen_t length) {
  if (level == SOL_SOCKET && (option == SO_RCVTIMEO || option == SO_SNDTIMEO))
    ups_call_socket_timeouts = true;
  return setsockopt(fd, level, option, value, length);
}

/* The system call's flags: where they are; -1: it has none. */
static int flags_argument(long number) {
  switch (number) {
  case SYS_recvfrom:
  case SYS_sendto: return 3;
  case SYS_recvmsg:
  case SYS_sendmsg: return 2;
  default: return -1;
  }
}

/* It was interrupted. */
void ups_call_socket_time(struct ups_call *c) {
  struct timeval t = {0, 0};
  socklen_t length = sizeof t;
  int option = c->events == POLLIN ? SO_RCVTIMEO : SO_SNDTIMEO;
  if (ups_sys(SYS_getsockopt, c->arg[0], SOL_SOCKET, option, &t, &length) < 0 || (!t.tv_sec && !t.tv_usec)) {
    c->start = -1;
    return;
  }
  ups_call_set_deadline(c, c->start, (int64_t)t.tv_sec * 1000000000 + t.tv_usec * 1000);
  c->timed = true;
  if (c->number == SYS_read || c->number == SYS_write) { /* on a socket the same as these, which have flags */
    c->number = c->number == SYS_read ? SYS_recvfrom : SYS_sendto;
    c->arg[3] = c->arg[4] = c->arg[5] = 0;
  }
  int flags = flags_argument(c->number);
  if (flags >= 0)
    c->arg[flags] |= MSG_DONTWAIT;
}

/* Waits as long as the time-out lets it, then makes an attempt. */
struct ups_outcome ups_call_timed_again(struct ups_call *c) {
  struct pollfd one = {.fd = (int)c->arg[0], .events = c->events};
  int64_t left = ups_call_time_left(c);
  struct timespec t = {left / 1000000000, left % 1000000000};
  struct ups_outcome r = ups_call_attempt(c, SYS_ppoll, (long[6]){(long)&one, 1, (long)&t, 0, 8});
  if (r.value == 0)
    r.value = c->number == SYS_connect ? -EINPROGRESS : -EAGAIN;
  return r.value > 0 ? c->again(c) : r; /* in either case signals that wait are seen to */
}

/* recv is recvfrom without an address. */
static inline __attribute__((always_inline)) ssize_t receive(int fd, void *buffer, size_t size, int flags, struct sockaddr *address,
                                                              socklen_t *length, uintptr_t frame) {
  int64_t start = ups_call_start();
  bool all = flags & MSG_WAITALL && !(flags & MSG_PEEK);
  struct ups_outcome r = UPS_TRY6(SYS_recvfrom, fd, buffer, size, flags, address, length);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_recvfrom, fd, (long)buffer, (long)size, flags, (long)address, (long)length);
  c.frame = frame;
  ups_call_set_start(&c, start, POLLIN);
  if (all) {
    c.total = size;
    c.advance[1] = 1;
    c.advance[2] = -1;
  }
  return ups_call_go_on(&c, r);
}

/* send is sendto without an address. */
static inline __attribute__((always_inline)) ssize_t transmit(int fd, const void *buffer, size_t size, int flags,
                                                               const struct sockaddr *address, socklen_t length, uintptr_t frame) {
  int64_t start = ups_call_start();
  struct ups_outcome r = UPS_TRY6(SYS_sendto, fd, buffer, size, flags, address, length);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_sendto, fd, (long)buffer, (long)size, flags, (long)address, (long)length);
  c.frame = frame;
  ups_call_set_start(&c, start, POLLOUT);
  c.total = size;
  c.advance[1] = 1;
  c.advance[2] = -1;
  return ups_call_go_on(&c, r);
}

WRAPPER ssize_t __upstare_recv(int fd, void *buffer, size_t size, int flags) { return receive(fd, buffer, size, flags, 0, 0, UPS_FRAME); }

WRAPPER ssize_t __upstare_recvfrom(int fd, void *restrict buffer, size_t size, int flags, struct sockaddr *restrict address,
                                   socklen_t *restrict length) {
  return receive(fd, buffer, size, flags, address, length, UPS_FRAME);
}

WRAPPER ssize_t __upstare_send(int fd, const void *buffer, size_t size, int flags) {
  return transmit(fd, buffer, size, flags, 0, 0, UPS_FRAME);
}

WRAPPER ssize_t __upstare_sendto(int fd, const void *buffer, size_t size, int flags, const struct sockaddr *address,
                                 socklen_t length) {
  return transmit(fd, buffer, size, flags, address, length, UPS_FRAME);
}

WRAPPER int __upstare_accept(int fd, struct sockaddr *restrict address, socklen_t *restrict length) {
  int64_t start = ups_call_start();
  struct ups_outcome r = UPS_TRY3(SYS_accept, fd, address, length);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_accept, fd, (long)address, (long)length);
  ups_call_set_start(&c, start, POLLIN);
  return (int)ups_call_go_on(&c, r);
}

WRAPPER int __upstare_accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict length, int flags) {
  int64_t start = ups_call_start();
  struct ups_outcome r = UPS_TRY6(SYS_accept4, fd, address, length, flags, 0, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_accept4, fd, (long)address, (long)length, flags);
  ups_call_set_start(&c, start, POLLIN);
  return (int)ups_call_go_on(&c, r);
}

WRAPPER int __upstare_connect(int fd, const struct sockaddr *address, socklen_t length) {
  int64_t start = ups_call_start();
  struct ups_outcome r = UPS_TRY3(SYS_connect, fd, address, length);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_connect, fd, (long)address, length); /* Linux goes on waiting when it is repeated */
  ups_call_set_start(&c, start, POLLOUT);
  return (int)ups_call_go_on(&c, r);
}

/* A buffer smaller than what may come is found by libc. */
WRAPPER ssize_t __upstare___recv_chk(int fd, void *buffer, size_t size, size_t room, int flags) {
  return size > room ? __recv_chk(fd, buffer, size, room, flags) : receive(fd, buffer, size, flags, 0, 0, UPS_FRAME);
}

WRAPPER ssize_t __upstare___recvfrom_chk(int fd, void *restrict buffer, size_t size, size_t room, int flags,
                                         struct sockaddr *restrict address, socklen_t *restrict length) {
  return size > room ? __recvfrom_chk(fd, buffer, size, room, flags, address, length)
                     : receive(fd, buffer, size, flags, address, length, UPS_FRAME);
}
