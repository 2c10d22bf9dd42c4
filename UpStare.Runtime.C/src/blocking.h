/* blocking.h - the calls that can block, as the program makes them, and how they look to the rest of the runtime.
 *
 *   blocking_call.h/.c      the machinery: a call that an update takes back, and goes on with afterwards
 *   blocking_wait.h/.c      the same for waits inside libc (locks, streams)
 *   blocking_TOPIC.c        the calls themselves */
#ifndef UPS_BLOCKING_H
#define UPS_BLOCKING_H
#include "../include/upstare_abi.h"
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/msg.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

/* What the library's headers declare only with _FORTIFY_SOURCE, and then as `read` with another symbol. */
ssize_t __read_chk(int, void *, size_t, size_t);
ssize_t __pread_chk(int, void *, size_t, off_t, size_t);
ssize_t __pread64_chk(int, void *, size_t, off64_t, size_t);
ssize_t __recv_chk(int, void *, size_t, size_t, int);
ssize_t __recvfrom_chk(int, void *restrict, size_t, size_t, int, struct sockaddr *restrict, socklen_t *restrict);
int __poll_chk(struct pollfd *, nfds_t, int, size_t);
int __ppoll_chk(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *, size_t);
int __open_2(const char *, int);
int __open64_2(const char *, int);
int __openat_2(int, const char *, int);
int __openat64_2(int, const char *, int);
char *__fgets_chk(char *restrict, size_t, int, FILE *restrict);
char *__fgets_unlocked_chk(char *restrict, size_t, int, FILE *restrict);
size_t __fread_chk(void *restrict, size_t, size_t, size_t, FILE *restrict);
size_t __fread_unlocked_chk(void *restrict, size_t, size_t, size_t, FILE *restrict);
/* What getc_unlocked and its kin are made of where they are expanded in the program. */
int __uflow(FILE *);
ssize_t __getdelim(char **restrict, size_t *restrict, int, FILE *restrict);
int _IO_getc(FILE *);
/* What scanf and its kin are in the newer modes of C. */
int __isoc99_scanf(const char *restrict, ...);
int __isoc99_fscanf(FILE *restrict, const char *restrict, ...);
int __isoc99_vscanf(const char *restrict, va_list);
int __isoc99_vfscanf(FILE *restrict, const char *restrict, va_list);

/* THE list of wrapped calls: the compiler (BlockingCalls.cs) turns a call of NAME into one of __upstare_NAME. */
#define UPS_DESCRIPTOR_CALLS(X)                                                                              \
  X(read) X(pread) X(pread64) X(write) X(pwrite) X(pwrite64) X(open) X(open64) X(openat) X(openat64) X(creat) X(creat64)           \
  X(sendfile) X(sendfile64) X(splice) X(tee) X(getrandom) X(flock) X(fcntl) X(fcntl64) X(lockf) X(lockf64)   \
  X(__read_chk) X(__pread_chk) X(__pread64_chk) X(__open_2) X(__open64_2) X(__openat_2) X(__openat64_2)
#define UPS_SOCKET_CALLS(X)                                                                                  \
  X(recv) X(recvfrom) X(send) X(sendto) X(accept) X(accept4) X(connect) X(setsockopt) X(__recv_chk) X(__recvfrom_chk)
#define UPS_VECTOR_CALLS(X)                                                                                  \
  X(readv) X(preadv) X(preadv64) X(writev) X(pwritev) X(pwritev64) X(recvmsg) X(sendmsg) X(recvmmsg) X(sendmmsg)
#define UPS_WAITING_CALLS(X)                                                                                 \
  X(poll) X(ppoll) X(select) X(pselect) X(epoll_wait) X(epoll_pwait) X(epoll_pwait2) X(__poll_chk) X(__ppoll_chk)
#define UPS_TIME_CALLS(X) X(nanosleep) X(clock_nanosleep) X(usleep) X(sleep) X(thrd_sleep)
#define UPS_PROCESS_CALLS(X)                                                                                 \
  X(wait) X(waitpid) X(wait3) X(wait4) X(waitid) X(pause) X(sigsuspend) X(sigwait) X(sigwaitinfo) X(sigtimedwait)
#define UPS_IPC_CALLS(X)                                                                                     \
  X(semop) X(semtimedop) X(msgrcv) X(msgsnd) X(mq_receive) X(mq_timedreceive) X(mq_send) X(mq_timedsend) X(syscall)
#define UPS_LOCK_CALLS(X)                                                                                    \
  X(pthread_mutex_lock) X(pthread_mutex_timedlock) X(pthread_mutex_clocklock) X(pthread_rwlock_rdlock)       \
  X(pthread_rwlock_timedrdlock) X(pthread_rwlock_clockrdlock) X(pthread_rwlock_wrlock)                       \
  X(pthread_rwlock_timedwrlock) X(pthread_rwlock_clockwrlock) X(mtx_lock) X(mtx_timedlock)
#define UPS_CONDITION_CALLS(X)                                                                               \
  X(pthread_cond_wait) X(pthread_cond_timedwait) X(pthread_cond_clockwait) X(cnd_wait) X(cnd_timedwait)      \
  X(pthread_join) X(pthread_timedjoin_np) X(pthread_clockjoin_np) X(thrd_join) X(pthread_cancel)             \
  X(sem_wait) X(sem_timedwait) X(sem_clockwait)
#define UPS_STREAM_CALLS(X)                                                                                  \
  X(fgets) X(fgets_unlocked) X(fgetc) X(fgetc_unlocked) X(getc) X(getc_unlocked) X(getchar) X(getchar_unlocked)  \
  X(fread) X(fread_unlocked) X(getline) X(getdelim) X(__getdelim) X(__uflow) X(_IO_getc) X(__fgets_chk)      \
  X(__fgets_unlocked_chk) X(__fread_chk) X(__fread_unlocked_chk)
#define UPS_SCAN_CALLS(X)                                                                                    \
  X(scanf) X(fscanf) X(vscanf) X(vfscanf) X(__isoc99_scanf) X(__isoc99_fscanf) X(__isoc99_vscanf) X(__isoc99_vfscanf)
#define UPS_BLOCKING_CALLS(X)                                                                                \
  UPS_DESCRIPTOR_CALLS(X) UPS_SOCKET_CALLS(X) UPS_VECTOR_CALLS(X) UPS_WAITING_CALLS(X) UPS_TIME_CALLS(X)     \
  UPS_PROCESS_CALLS(X) UPS_IPC_CALLS(X) UPS_LOCK_CALLS(X) UPS_CONDITION_CALLS(X)          \
  UPS_STREAM_CALLS(X) UPS_SCAN_CALLS(X)
#define UPS_DECLARE(name) extern __typeof__(name) __upstare_##name;
UPS_BLOCKING_CALLS(UPS_DECLARE)
#undef UPS_DECLARE
void __upstare_update_point(void);
void __upstare_no_update_begin(void);
void __upstare_no_update_end(void);

struct ups_call;
struct ups_machine;

/* The innermost "clone" of a program that was updated in a blocking call: goes on with the call. */
long ups_blocking_resume(void);
/* The update signal has interrupted this: hides it from a blocking call.  `take_back`: end a wait. */
void ups_blocking_signal(struct ups_machine *machine, bool take_back);
/* Is the program counter that of a parked call's trap? */
bool ups_blocking_is_park(uintptr_t pc);
#endif
