/* wrap_signals.h - calls about signals that the compiler redirects to the runtime. */
#ifndef UPS_WRAP_SIGNALS_H
#define UPS_WRAP_SIGNALS_H
#include <signal.h>

/* THE list, as in blocking.h: a call of NAME becomes one of __upstare_NAME. */
#define UPS_SIGNAL_CALLS(X) X(sigaction) X(sigprocmask) X(pthread_sigmask) X(signal) X(__sysv_signal)
int __upstare_sigaction(int signal, const struct sigaction *action, struct sigaction *old);
int __upstare_sigprocmask(int how, const sigset_t *set, sigset_t *old);
__sighandler_t __upstare_signal(int number, __sighandler_t handler);
__sighandler_t __upstare___sysv_signal(int number, __sighandler_t handler);
int __upstare_pthread_sigmask(int how, const sigset_t *set, sigset_t *old);
#endif
