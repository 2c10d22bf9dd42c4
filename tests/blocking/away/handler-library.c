/* handler-library.c - a library that gcc compiles, with a signal handler of its own that calls the program back. */
#include <signal.h>

static void (*function)(void);

static void call(int number)
{
    if (number == SIGALRM)
        function();
}

int library_handles(void (*callback)(void))
{
    function = callback;
    return sigaction(SIGALRM, &(struct sigaction){ .sa_handler = call, .sa_flags = SA_RESTART }, 0);
}
