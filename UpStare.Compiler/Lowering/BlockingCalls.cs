// Functions of the C library that can block and that the runtime wraps so that an update can interrupt them (design
// section 8), those that set signal masks and handlers (rule S1), and those that make processes.  The lists are those of
// UPS_BLOCKING_CALLS in UpStare.Runtime.C/src/blocking.h, of UPS_SIGNAL_CALLS in wrap_signals.h and of UPS_FORK_CALLS in wrap_forks.h.

namespace UpStare.Compiler.Lowering;

/// <summary>Which functions are wrapped.</summary>
public static class BlockingCalls
{
    private const string Names =
        // descriptors
        " read pread pread64 write pwrite pwrite64 open open64 openat openat64 creat creat64 sendfile sendfile64 splice tee getrandom flock fcntl fcntl64"
        + " lockf lockf64 __read_chk __pread_chk __pread64_chk __open_2 __open64_2 __openat_2 __openat64_2"
        // sockets and vectors
        + " recv recvfrom send sendto accept accept4 connect setsockopt __recv_chk __recvfrom_chk readv preadv preadv64 writev pwritev pwritev64 recvmsg"
        + " sendmsg recvmmsg sendmmsg"
        // waiting, time, processes
        + " poll ppoll select pselect epoll_wait epoll_pwait epoll_pwait2 __poll_chk __ppoll_chk nanosleep clock_nanosleep usleep sleep thrd_sleep"
        + " wait waitpid wait3 wait4 waitid pause sigsuspend sigwait sigwaitinfo sigtimedwait"
        // queues
        + " semop semtimedop msgrcv msgsnd mq_receive mq_timedreceive mq_send mq_timedsend syscall"
        // locks and conditions
        + " pthread_mutex_lock pthread_mutex_timedlock pthread_mutex_clocklock pthread_rwlock_rdlock pthread_rwlock_timedrdlock pthread_rwlock_clockrdlock"
        + " pthread_rwlock_wrlock pthread_rwlock_timedwrlock pthread_rwlock_clockwrlock mtx_lock mtx_timedlock pthread_cond_wait pthread_cond_timedwait"
        + " pthread_cond_clockwait cnd_wait cnd_timedwait pthread_join pthread_timedjoin_np pthread_clockjoin_np thrd_join pthread_cancel sem_wait"
        + " sem_timedwait sem_clockwait"
        // streams
        + " fgets fgets_unlocked fgetc fgetc_unlocked getc getc_unlocked getchar getchar_unlocked fread fread_unlocked getline getdelim __getdelim"
        + " __uflow _IO_getc __fgets_chk __fgets_unlocked_chk __fread_chk __fread_unlocked_chk"
        + " scanf fscanf vscanf vfscanf __isoc99_scanf __isoc99_fscanf __isoc99_vscanf __isoc99_vfscanf"
        // where a thread can be away
        + " fsync fdatasync syncfs sync msync fallocate fallocate64 posix_fallocate posix_fallocate64 tcdrain getaddrinfo getnameinfo gethostbyname"
        + " gethostbyname2 gethostbyaddr pthread_barrier_wait system pclose"
        // signals
        + " sigaction sigprocmask pthread_sigmask signal __sysv_signal"
        // processes, of which libc's fork handlers do not hear
        + " _Fork clone";

    private static readonly HashSet<string> Wrapped = [.. Names.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>All their names.</summary>
    public static IReadOnlyCollection<string> All => Wrapped;

    /// <summary>Whether the runtime wraps the function with this symbol.</summary>
    public static bool IsWrapped(string symbol) => Wrapped.Contains(symbol);

    /// <summary>The wrapper's symbol.</summary>
    public static string WrapperOf(string symbol) => "__upstare_" + symbol;
}
