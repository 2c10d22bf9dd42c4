/* blocking_vectors.c - readv, writev, sendmsg, recvmsg and the calls for several messages.
 *
 * What is left of a vector begins, in general, in the middle of one of its buffers.  That one is finished by a call for a single
 * buffer; then the call for vectors goes on with the next.  So nobody has to copy a vector. */
#include "blocking_call.h"

static size_t length_of(const struct iovec *v, size_t count) {
  size_t sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += v[i].iov_len;
  return sum;
}

/* Where byte `done` of a vector is: moves *v and *count on to its buffer; the result is its offset there. */
static size_t locate(const struct iovec **v, size_t *count, size_t done) {
  while (*count && done >= (*v)->iov_len) {
    done -= (*v)->iov_len;
    ++*v, --*count;
  }
  return done;
}

/* The total is looked at only now: an address that is wrong is for the kernel to find. */
static bool settle_vector(struct ups_call *c, struct ups_outcome r, long *result) {
  bool message = c->number == SYS_sendmsg || c->number == SYS_recvmsg;
  const struct msghdr *m = (const struct msghdr *)c->arg[1];
  if (r.value > 0 && !c->total)
    c->total = message ? length_of(m->msg_iov, m->msg_iovlen) : length_of((const struct iovec *)c->arg[1], c->arg[2]);
  return ups_call_settle(c, r, result);
}

/* One buffer is finished: the others are still to be done, as if the transfer had been cut short. */
static struct ups_outcome piece(struct ups_outcome r, size_t length) {
  if (r.value > 0 && (size_t)r.value == length)
    r.cut = 1;
  return r;
}

/* writev and pwritev from where they are. */
static struct ups_outcome write_again(struct ups_call *c) {
  const struct iovec *v = (const struct iovec *)c->arg[1];
  size_t count = c->arg[2], in = locate(&v, &count, c->done);
  bool at = c->number == SYS_pwritev;
  long offset = c->arg[3] + (long)c->done;
  if (in && !at)
    return piece(ups_call_attempt(c, SYS_write, (long[6]){c->arg[0], (long)v->iov_base + in, v->iov_len - in}), v->iov_len - in);
  if (in)
    return piece(ups_call_attempt(c, SYS_pwrite64, (long[6]){c->arg[0], (long)v->iov_base + in, v->iov_len - in, offset}),
                 v->iov_len - in);
  return ups_call_attempt(c, c->number, (long[6]){c->arg[0], (long)v, count, at ? offset : 0});
}

WRAPPER ssize_t __upstare_writev(int fd, const struct iovec *v, int count) {
  int64_t start = ups_call_start();
  struct ups_outcome r = UPS_TRY3(SYS_writev, fd, v, count);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_writev, fd, (long)v, count);
  ups_call_set_start(&c, start, POLLOUT);
  c.again = write_again;
  c.settle = settle_vector;
  return ups_call_go_on(&c, r);
}

WRAPPER ssize_t __upstare_pwritev64(int fd, const struct iovec *v, int count, off64_t offset) {
  struct ups_outcome r = UPS_TRY6(SYS_pwritev, fd, v, count, offset, 0, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_pwritev, fd, (long)v, count, offset);
  c.again = write_again;
  c.settle = settle_vector;
  return ups_call_go_on(&c, r);
}

WRAPPER ssize_t __upstare_readv(int fd, const struct iovec *v, int count) {
  int64_t start = ups_call_start();
  struct ups_outcome r = UPS_TRY3(SYS_readv, fd, v, count);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_readv, fd, (long)v, count);
  ups_call_set_start(&c, start, POLLIN);
  return ups_call_go_on(&c, r);
}

WRAPPER ssize_t __upstare_preadv64(int fd, const struct iovec *v, int count, off64_t offset) {
  struct ups_outcome r = UPS_TRY6(SYS_preadv, fd, v, count, offset, 0, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_preadv, fd, (long)v, count, offset);
  return ups_call_go_on(&c, r);
}

/* The rest of a message, after `done` bytes: what goes along with it went with the first. */
static struct ups_outcome send_rest(struct ups_call *c, const struct msghdr *message, size_t done, long flags) {
  const struct iovec *v = message->msg_iov;
  size_t count = message->msg_iovlen, in = locate(&v, &count, done);
  if (in)
    return piece(ups_call_attempt(c, SYS_sendto, (long[6]){c->arg[0], (long)v->iov_base + in, v->iov_len - in, flags}),
                 v->iov_len - in);
  struct msghdr rest = {.msg_iov = (struct iovec *)v, .msg_iovlen = count};
  return ups_call_attempt(c, SYS_sendmsg, (long[6]){c->arg[0], (long)&rest, flags});
}

static struct ups_outcome send_again(struct ups_call *c) {
  return c->done ? send_rest(c, (const struct msghdr *)c->arg[1], c->done, c->arg[2]) : ups_call_again(c);
}

WRAPPER ssize_t __upstare_sendmsg(int fd, const struct msghdr *message, int flags) {
  int64_t start = ups_call_start();
  struct ups_outcome r = UPS_TRY3(SYS_sendmsg, fd, message, flags);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_sendmsg, fd, (long)message, flags);
  ups_call_set_start(&c, start, POLLOUT);
  c.again = send_again;
  c.settle = settle_vector;
  return ups_call_go_on(&c, r);
}

/* With MSG_WAITALL: the rest.  What comes along with it goes where the program wants it: nothing has come yet. */
static struct ups_outcome receive_again(struct ups_call *c) {
  struct msghdr *message = (struct msghdr *)c->arg[1];
  if (!c->done)
    return ups_call_again(c);
  const struct iovec *v = message->msg_iov;
  size_t count = message->msg_iovlen, in = locate(&v, &count, c->done);
  struct iovec one = {(char *)v->iov_base + in, v->iov_len - in};
  struct msghdr rest = {.msg_iov = in ? &one : (struct iovec *)v, .msg_iovlen = in ? 1 : count};
  rest.msg_control = message->msg_control;
  rest.msg_controllen = c->pair[0];
  struct ups_outcome r = ups_call_attempt(c, SYS_recvmsg, (long[6]){c->arg[0], (long)&rest, c->arg[2]});
  if (r.value > 0) {
    message->msg_controllen = rest.msg_controllen;
    message->msg_flags = rest.msg_flags;
  }
  return in ? piece(r, one.iov_len) : r;
}

/* The kernel ends a message where something has come along with it. */
static bool settle_receive(struct ups_call *c, struct ups_outcome r, long *result) {
  const struct msghdr *message = (const struct msghdr *)c->arg[1];
  if (r.value > 0 && message->msg_controllen)
    r.cut = c->timed = 0;
  return settle_vector(c, r, result);
}

WRAPPER ssize_t __upstare_recvmsg(int fd, struct msghdr *message, int flags) {
  int64_t start = ups_call_start();
  bool all = flags & MSG_WAITALL && !(flags & MSG_PEEK);
  size_t control = all ? message->msg_controllen : 0;
  struct ups_outcome r = UPS_TRY3(SYS_recvmsg, fd, message, flags);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_recvmsg, fd, (long)message, flags);
  ups_call_set_start(&c, start, POLLIN);
  if (all) {
    c.again = receive_again;
    c.settle = settle_receive;
    c.pair[0] = control;
  }
  return ups_call_go_on(&c, r);
}

/* Several messages: `done` counts them; pair[1]: the last of them is not complete. */
static struct ups_outcome send_many_again(struct ups_call *c) {
  struct mmsghdr *m = (struct mmsghdr *)c->arg[1];
  if (c->pair[1])
    return send_rest(c, &m[c->done - 1].msg_hdr, m[c->done - 1].msg_len, c->arg[3]);
  return ups_call_attempt(c, SYS_sendmmsg, (long[6]){c->arg[0], (long)(m + c->done), c->arg[2] - (long)c->done, c->arg[3]});
}

static bool settle_send_many(struct ups_call *c, struct ups_outcome r, long *result) {
  struct mmsghdr *m = (struct mmsghdr *)c->arg[1];
  if (r.value == -UPS_INTERRUPTED)
    return false;
  if (r.value >= 0 && c->pair[1])
    m[c->done - 1].msg_len += (unsigned)r.value;
  else if (r.value > 0)
    c->done += r.value;
  *result = c->done ? (long)c->done : r.value;
  if (r.value <= 0)
    return true;
  const struct mmsghdr *last = &m[c->done - 1];
  bool finishes = c->pair[1];
  c->pair[1] = last->msg_len < length_of(last->msg_hdr.msg_iov, last->msg_hdr.msg_iovlen);
  return !((r.cut || finishes) && (c->pair[1] || c->done < c->total));
}

WRAPPER int __upstare_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags) {
  struct ups_outcome r = UPS_TRY6(SYS_sendmmsg, fd, messages, count, flags, 0, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_sendmmsg, fd, (long)messages, count, flags);
  c.again = send_many_again;
  c.settle = settle_send_many;
  c.total = count;
  return (int)ups_call_go_on(&c, r);
}

/* The kernel has noted on the socket with what the wait for a datagram was ended, and says so once, at the next call: that
 * of ours (pair[0]) is not the program's. */
#define RESTART 512
static bool settle_receive_many(struct ups_call *c, struct ups_outcome r, long *result) {
  if (c->pair[0] && (r.value == -RESTART || r.value == -EINTR)) {
    c->pair[0] = 0;
    return false;
  }
  if (r.value != -UPS_INTERRUPTED)
    c->pair[0] = r.value > 0 && r.cut;
  return ups_call_settle(c, r, result);
}

/* The kernel writes what is left of the time-out where it has read it. */
static struct ups_outcome receive_many_again(struct ups_call *c) {
  struct mmsghdr *m = (struct mmsghdr *)c->arg[1];
  return ups_call_attempt(c, SYS_recvmmsg,
                          (long[6]){c->arg[0], (long)(m + c->done), c->arg[2] - (long)c->done, c->arg[3], c->arg[4]});
}

WRAPPER int __upstare_recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout) {
  struct ups_outcome r = UPS_TRY6(SYS_recvmmsg, fd, messages, count, flags, timeout, 0);
  UPS_RETURN_IF_SETTLED(r);
  CALL(SYS_recvmmsg, fd, (long)messages, count, flags, (long)timeout);
  c.again = receive_many_again;
  c.settle = settle_receive_many;
  c.total = flags & MSG_WAITFORONE ? 0 : count;
  return (int)ups_call_go_on(&c, r);
}

extern __typeof__(pwritev) __upstare_pwritev UPS_HOT __attribute__((alias("__upstare_pwritev64")));
extern __typeof__(preadv) __upstare_preadv UPS_HOT __attribute__((alias("__upstare_preadv64")));
