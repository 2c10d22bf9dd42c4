// Calls that can block and that the runtime wraps so that an update can interrupt them (design section 8).  A call of
// one of these functions of the C library, or of one that sets signal masks and handlers (rule S1), becomes a call of the runtime's wrapper of the same type.

namespace UpStare.Compiler.Lowering;

/// <summary>Which calls are wrapped.</summary>
public static class BlockingCalls
{
    private static readonly HashSet<string> Wrapped =
    [
        "read", "write", "recv", "recvfrom", "recvmsg", "send", "sendto", "accept", "accept4", "connect", "poll", "ppoll", "select", "pselect",
        "epoll_wait", "nanosleep", "clock_nanosleep", "usleep", "sleep", "wait", "waitpid", "pause",
        "sigaction", "sigprocmask", "pthread_sigmask", "sigsuspend",
    ];

    /// <summary>Whether the runtime wraps the function.</summary>
    public static bool IsWrapped(string name) => Wrapped.Contains(name);

    /// <summary>The wrapper's symbol.</summary>
    public static string WrapperOf(string name) => "__upstare_" + name;
}
