/* locks.c - scenes of locks, condition variables, semaphores and the end of threads. */
#include "scenes.h"
#include <semaphore.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <threads.h>

/* A lock that is taken by the stage hand and given back when the scene ends: another thread must do both. */
static sem_t asked, given, posted;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static mtx_t c11_mutex;
static cnd_t c11_condition;
static bool ready;

enum kind { MUTEX, READER_WRITER, C11 };
static enum kind kind;

static void *hold(void *unused)
{
    switch (kind) {
    case MUTEX: pthread_mutex_lock(&mutex); break;
    case READER_WRITER: pthread_rwlock_wrlock(&rwlock); break;
    case C11: mtx_lock(&c11_mutex); break;
    }
    sem_post(&given);
    sem_wait(&asked);
    switch (kind) {
    case MUTEX: pthread_mutex_unlock(&mutex); break;
    case READER_WRITER: pthread_rwlock_unlock(&rwlock); break;
    case C11: mtx_unlock(&c11_mutex); break;
    }
    return unused;
}
static void give_back(void) { sem_post(&asked); }

static pthread_t holder;
static void let_hold(enum kind which)
{
    kind = which;
    sem_init(&asked, 0, 0);
    sem_init(&given, 0, 0);
    mtx_init(&c11_mutex, mtx_plain);
    pthread_create(&holder, NULL, hold, NULL);
    sem_wait(&given);
}
static bool released(bool right) { return pthread_join(holder, NULL) == 0 && right; }

static bool play_mutex(void)
{
    let_hold(MUTEX);
    return released(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
}
static bool play_timedlock(void)
{
    struct timespec t = from_now(CLOCK_REALTIME);

    let_hold(MUTEX);
    bool right = pthread_mutex_timedlock(&mutex, &t) == ETIMEDOUT && in_time();
    give_back();
    return released(right);
}
static bool play_rdlock(void)
{
    let_hold(READER_WRITER);
    return released(pthread_rwlock_rdlock(&rwlock) == 0 && pthread_rwlock_unlock(&rwlock) == 0);
}
static bool play_wrlock(void)
{
    let_hold(READER_WRITER);
    return released(pthread_rwlock_wrlock(&rwlock) == 0 && pthread_rwlock_unlock(&rwlock) == 0);
}
static bool play_mtx(void)
{
    let_hold(C11);
    return released(mtx_lock(&c11_mutex) == thrd_success && mtx_unlock(&c11_mutex) == thrd_success);
}

static void signal_condition(void)
{
    pthread_mutex_lock(&mutex);
    ready = true;
    pthread_cond_signal(&condition);
    pthread_mutex_unlock(&mutex);
}
static bool play_condition(void)
{
    pthread_mutex_lock(&mutex);
    ready = false;
    int error = 0;
    while (!ready && error == 0)
        error = pthread_cond_wait(&condition, &mutex);
    pthread_mutex_unlock(&mutex);
    return error == 0 && ready;
}
static bool play_condition_timed(void)
{
    struct timespec t = from_now(CLOCK_MONOTONIC);

    pthread_mutex_lock(&mutex);
    int error = 0;
    while (error == 0)
        error = pthread_cond_clockwait(&condition, &mutex, CLOCK_MONOTONIC, &t);
    pthread_mutex_unlock(&mutex);
    return error == ETIMEDOUT && in_time();
}
static void signal_c11(void)
{
    mtx_lock(&c11_mutex);
    ready = true;
    cnd_signal(&c11_condition);
    mtx_unlock(&c11_mutex);
}
static bool play_c11_condition(void)
{
    cnd_init(&c11_condition);
    mtx_lock(&c11_mutex);
    ready = false;
    int result = thrd_success;
    while (!ready && result == thrd_success)
        result = cnd_wait(&c11_condition, &c11_mutex);
    mtx_unlock(&c11_mutex);
    return result == thrd_success && ready;
}

static void post(void) { sem_post(&posted); }
static bool play_semaphore(void)
{
    sem_init(&posted, 0, 0);
    return sem_wait(&posted) == 0;
}
static bool play_semaphore_timed(void)
{
    struct timespec t = from_now(CLOCK_REALTIME);

    return sem_timedwait(&posted, &t) == -1 && errno == ETIMEDOUT && in_time();
}
static void *wait_for_post(void *value)
{
    while (sem_wait(&posted) < 0)
        continue;
    return value;
}
static bool play_join(void)
{
    pthread_t thread;
    void *value = NULL;

    pthread_create(&thread, NULL, wait_for_post, &ready);
    return pthread_join(thread, &value) == 0 && value == &ready;
}
static int c11_wait(void *unused)
{
    return unused == NULL && sem_wait(&posted) == 0 ? 42 : 1;
}
static bool play_c11_join(void)
{
    thrd_t thread;
    int value = 0;

    thrd_create(&thread, c11_wait, NULL);
    return thrd_join(thread, &value) == thrd_success && value == 42;
}

/* Of System V. */
static int id;
static void up(void) { semop(id, &(struct sembuf){ 0, 1, 0 }, 1); }
static bool play_semop(void)
{
    struct sembuf down = { 0, -1, 0 };

    id = semget(IPC_PRIVATE, 1, 0600);
    bool right = semop(id, &down, 1) == 0;
    semctl(id, 0, IPC_RMID);
    return right;
}
struct message { long type; char text[8]; };
static void send_message(void) { msgsnd(id, &(struct message){ 2, "hello" }, 8, 0); }
static bool play_msgrcv(void)
{
    struct message m;

    id = msgget(IPC_PRIVATE, 0600);
    bool right = msgrcv(id, &m, 8, 0, 0) == 8 && strcmp(m.text, "hello") == 0;
    msgctl(id, IPC_RMID, NULL);
    return right;
}

const struct scene scenes_of_locks[] = {
    { "pthread_mutex_lock", play_mutex, give_back }, { "pthread_mutex_timedlock", play_timedlock, NULL },
    { "pthread_rwlock_rdlock", play_rdlock, give_back }, { "pthread_rwlock_wrlock", play_wrlock, give_back }, { "mtx_lock", play_mtx, give_back },
    { "pthread_cond_wait", play_condition, signal_condition }, { "pthread_cond_clockwait", play_condition_timed, NULL },
    { "cnd_wait", play_c11_condition, signal_c11 }, { "sem_wait", play_semaphore, post }, { "sem_timedwait", play_semaphore_timed, NULL },
    { "pthread_join", play_join, post }, { "thrd_join", play_c11_join, post }, { "semop", play_semop, up }, { "msgrcv", play_msgrcv, send_message },
    { NULL, NULL, NULL },
};
