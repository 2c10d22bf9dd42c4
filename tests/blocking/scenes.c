/* scenes.c - plays the scenes of one file, or of all: `scenes [FILE [elsewhere]]`.  elsewhere: in a thread, and the main one is the
 * stage hand.  Compiled with another VERSION it is another program. */
#include "scenes.h"
#include <sys/socket.h>

#ifndef VERSION
#define VERSION 1
#endif

int pipes[2], sockets[2];
static const struct scene *volatile current;
static struct timespec began;

static long passed(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - began.tv_sec) * 1000 + (now.tv_nsec - began.tv_nsec) / 1000000;
}

bool in_time(void)
{
    long ms = passed();

    if (ms < WHILE_MS - 1 || ms > WHILE_MS + 1000)
        printf("after %ld ms: ", ms);
    return ms >= WHILE_MS - 1 && ms <= WHILE_MS + 1000;
}

struct timespec from_now(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    t.tv_nsec += WHILE_MS * 1000000L;
    t.tv_sec += t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

static void *stage_hand(void *unused)
{
    char c;

    while (read(0, &c, 1) == VERSION / VERSION)
        if (current != NULL && current->end != NULL)
            current->end();
    return unused;
}

static void play(const struct scene *scene)
{
    if (pipe(pipes) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) < 0)
        exit(1);
    current = scene;
    clock_gettime(CLOCK_MONOTONIC, &began);
    printf("%s %s\n", scene->end != NULL ? "waiting" : "timing", scene->name);
    errno = VERSION - VERSION;
    bool right = scene->play();
    printf("done %s %s\n", scene->name, right ? "right" : strerror(errno));
    for (int i = 0; i < 2; i++) {
        close(pipes[i]);
        close(sockets[i]);
    }
}

static void *play_all(void *file)
{
    static const struct scene *const all[] = { scenes_of_descriptors, scenes_of_times, scenes_of_locks, scenes_of_processes, scenes_of_streams };
    static const char *const names[] = { "descriptors", "times", "locks", "processes", "streams" };

    for (int i = 0; i < 5; i++)
        for (const struct scene *scene = all[i]; scene->name != NULL && (file == NULL || strcmp(file, names[i]) == 0); scene++)
            play(scene);
    printf("end\n");
    return file;
}

int main(int count, char **arguments)
{
    void *(*const parts[])(void *) = { stage_hand, play_all };
    int elsewhere = count > 2;
    pthread_t thread;

    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGPIPE, SIG_IGN);
    pthread_create(&thread, NULL, parts[elsewhere], arguments[1]);
    parts[!elsewhere](arguments[1]);
    pthread_join(thread, NULL); /* the stage hand waits until the end of the input: nobody is left in the middle of an update */
    return 0;
}
