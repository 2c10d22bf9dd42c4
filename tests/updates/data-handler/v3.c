/* A signal handler has interrupted a call that reads into an object whose type changes: the call goes on at the object's new place. */
#include "../step.h"
#include <signal.h>
#include <sys/time.h>

struct state { char byte, padding[40]; int count; };
static struct state state = { .byte = '-' };
static int channel[2];

static void on_alarm(int signal)
{
    step();
    printf("last %d %c\n", ++state.count, state.byte);
    step();
    if (write(channel[1], "abcdef" + state.count, 1) < 0)
        signal = 0;
}

int main(void)
{
    struct itimerval soon = { { 0, 0 }, { 0, 2000 } };

    if (pipe(channel))
        return 1;
    sigaction(SIGALRM, &(struct sigaction) { .sa_handler = on_alarm, .sa_flags = SA_RESTART }, 0);
    for (int i = 0; i < 4; i++) {
        setitimer(ITIMER_REAL, &soon, 0);
        if (read(channel[0], &state.byte, 1) != 1)
            return 2;
        printf("last %c\n", state.byte);
    }
    return 0;
}
