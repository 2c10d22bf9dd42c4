/* fast.c - every wrapped call where it need not wait, or only for its time-out: no system call is made that gcc's program does
 * not make. */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/random.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

static int pipes[2], sockets[2], file, event;
static char bytes[4096];
static FILE *stream;

#define MUST(condition)                                                                                      \
    do                                                                                                       \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%d: %s: %s\n", __LINE__, #condition, strerror(errno));                          \
            exit(1);                                                                                         \
        }                                                                                                    \
    while (0)

static void transfers(void)
{
    struct iovec v[2] = { { bytes, 10 }, { bytes + 10, 20 } };
    struct msghdr m = { .msg_iov = v, .msg_iovlen = 2 };
    struct mmsghdr many = { .msg_hdr = m };
    off_t offset = 0;

    MUST(write(pipes[1], bytes, 30) == 30 && read(pipes[0], bytes, 4096) == 30);
    MUST(writev(pipes[1], v, 2) == 30 && readv(pipes[0], v, 2) == 30);
    MUST(pwrite(file, bytes, 30, 0) == 30 && pread(file, bytes, 30, 0) == 30);
    MUST(pwritev(file, v, 2, 0) == 30 && preadv(file, v, 2, 0) == 30);
    MUST(send(sockets[1], bytes, 30, 0) == 30 && recv(sockets[0], bytes, 4096, 0) == 30);
    MUST(sendto(sockets[1], bytes, 30, 0, NULL, 0) == 30 && recvfrom(sockets[0], bytes, 30, MSG_WAITALL, NULL, NULL) == 30);
    MUST(sendmsg(sockets[1], &m, 0) == 30 && recvmsg(sockets[0], &m, 0) == 30);
    MUST(sendmmsg(sockets[1], &many, 1, 0) == 1 && recvmmsg(sockets[0], &many, 1, 0, NULL) == 1);
    MUST(sendfile(sockets[1], file, &offset, 30) == 30 && recv(sockets[0], bytes, 30, 0) == 30);
    MUST(write(pipes[1], bytes, 30) == 30 && splice(pipes[0], NULL, sockets[1], NULL, 30, 0) == 30 && recv(sockets[0], bytes, 30, 0) == 30);
    MUST(getrandom(bytes, 100, 0) == 100);
    MUST(recv(sockets[0], bytes, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN);
}

static void waits(void)
{
    struct pollfd one = { .fd = pipes[1], .events = POLLOUT };
    struct timespec little = { 0, 1000 };
    struct timeval little_too = { 0, 1 };
    struct epoll_event e;
    fd_set set;
    sigset_t none;
    int word = 1;

    sigemptyset(&none);
    FD_ZERO(&set);
    FD_SET(pipes[1], &set);
    MUST(poll(&one, 1, 1000) == 1 && poll(NULL, 0, 1) == 0 && ppoll(&one, 1, &little, NULL) == 1);
    MUST(select(pipes[1] + 1, NULL, &set, NULL, &little_too) == 1 && select(0, NULL, NULL, NULL, &little_too) == 0);
    MUST(pselect(pipes[1] + 1, NULL, &set, NULL, &little, &none) == 1);
    MUST(epoll_wait(event, &e, 1, 1000) == 1 && epoll_pwait(event, &e, 1, 1, &none) == 1);
    MUST(nanosleep(&little, NULL) == 0 && usleep(1) == 0 && sleep(0) == 0 && clock_nanosleep(CLOCK_MONOTONIC, 0, &little, NULL) == 0);
    MUST(thrd_sleep(&little, NULL) == 0);
    MUST(sigtimedwait(&none, NULL, &little) == -1 && errno == EAGAIN);
    MUST(syscall(SYS_futex, &word, FUTEX_WAIT, 1, &little, NULL, 0) == -1 && errno == ETIMEDOUT);
}

static void files(void)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    int fd = open("/dev/null", O_RDWR), other = openat(AT_FDCWD, "/dev/null", O_RDONLY);

    MUST(fd >= 0 && other >= 0);
    MUST(flock(file, LOCK_EX) == 0 && fcntl(file, F_SETLKW, &lock) == 0 && lockf(file, F_LOCK, 0) == 0 && fcntl(fd, F_GETFL) >= 0);
    close(fd);
    close(other);
}

static void queues(void)
{
    struct { long type; char text[8]; } m = { 1, "text" };
    struct sembuf up = { 0, 1, 0 }, down = { 0, -1, 0 };
    struct timespec little = { 0, 1000 };
    int id = semget(IPC_PRIVATE, 1, 0600), queue = msgget(IPC_PRIVATE, 0600);

    MUST(semop(id, &up, 1) == 0 && semop(id, &down, 1) == 0 && semtimedop(id, &down, 1, &little) == -1);
    MUST(msgsnd(queue, &m, 8, 0) == 0 && msgrcv(queue, &m, 8, 0, 0) == 8);
    semctl(id, 0, IPC_RMID);
    msgctl(queue, IPC_RMID, NULL);
}

static void locks(void)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
    static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
    struct timespec past = { 1, 0 };
    mtx_t c11;
    sem_t semaphore;

    sem_init(&semaphore, 0, 1);
    mtx_init(&c11, mtx_plain);
    MUST(pthread_mutex_lock(&mutex) == 0 && pthread_cond_timedwait(&condition, &mutex, &past) == ETIMEDOUT && pthread_mutex_unlock(&mutex) == 0);
    MUST(pthread_rwlock_rdlock(&rwlock) == 0 && pthread_rwlock_unlock(&rwlock) == 0 && pthread_rwlock_wrlock(&rwlock) == 0);
    MUST(pthread_rwlock_unlock(&rwlock) == 0 && mtx_lock(&c11) == thrd_success && mtx_unlock(&c11) == thrd_success);
    MUST(sem_wait(&semaphore) == 0 && sem_timedwait(&semaphore, &past) == -1);
}

static void streams(void)
{
    char *line = NULL;
    size_t size = 0;

    MUST(write(pipes[1], "one\ntwo\nthree\nfour\n", 19) == 19);
    MUST(fgets(bytes, 4096, stream) != NULL && getline(&line, &size, stream) == 4 && getc(stream) == 't' && fread(bytes, 1, 3, stream) == 3);
    MUST(getc_unlocked(stream) == 'e' && fgets(bytes, 4096, stream) != NULL && fgets(bytes, 4096, stream) != NULL);
    MUST(write(pipes[1], "0123456789", 10) == 10 && fread(bytes, 5, 2, stream) == 2);
    free(line);
}

static void children(void)
{
    siginfo_t info;
    int status;

    for (int i = 0; i < 3; i++)
        if (fork() == 0)
            _exit(0);
    MUST(waitid(P_ALL, 0, &info, WEXITED) == 0 && wait(&status) > 0 && waitpid(-1, &status, 0) > 0);
}

int main(void)
{
    struct epoll_event e = { .events = EPOLLOUT };

    MUST(pipe(pipes) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
    file = memfd_create("file", 0);
    event = epoll_create1(0);
    stream = fdopen(pipes[0], "r");
    MUST(file >= 0 && stream != NULL && epoll_ctl(event, EPOLL_CTL_ADD, sockets[0], &e) == 0);
    getppid();
    transfers();
    waits();
    files();
    queues();
    locks();
    streams();
    children();
    getppid();
    return 0;
}
