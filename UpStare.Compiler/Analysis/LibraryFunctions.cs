// Functions of the C library that neither block nor call back into the program: a call of one is no continuation
// point.  Everything not listed is treated as if it could (rule C8).  A program that defines one of these names itself
// only loses update points: the return address of such a call is not in the patch's table, so the thread goes on.

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>What is known of functions of the C library.</summary>
public static class LibraryFunctions
{
    // What gcc knows by itself, by the type of the result: it counts on these names to mean what the standard says, whoever
    // declares them, if the declaration agrees with the standard's.
    private static readonly (Predicate<CType> Result, string Names)[] KnownToGcc =
    [
        (type => type.IsPointer,
            " malloc calloc realloc aligned_alloc alloca memcpy memmove memset memchr mempcpy strcpy strncpy stpcpy stpncpy strcat strncat strchr strrchr"
            + " strstr strpbrk strdup strndup index rindex __memcpy_chk __memmove_chk __memset_chk __mempcpy_chk __strcpy_chk __strncpy_chk __strcat_chk"
            + " __strncat_chk __stpcpy_chk __stpncpy_chk"),
        (type => type is { Class: TypeClass.Integer, IsPointer: false, Size: 8 }, " strlen strnlen strspn strcspn labs llabs imaxabs lrint llrint lround llround"),
        (type => type is { Class: TypeClass.Integer, Size: 4 },
            " posix_memalign memcmp bcmp strcmp strncmp strcasecmp strncasecmp ffs ffsl ffsll isalnum isalpha isascii isblank iscntrl isdigit isgraph"
            + " islower isprint ispunct isspace isupper isxdigit tolower toupper toascii abs sprintf snprintf vsprintf vsnprintf sscanf vsscanf"
            + " __sprintf_chk __snprintf_chk __vsprintf_chk __vsnprintf_chk isnan isinf finite signbit ilogb"),
        // the last three never come back: nothing is left to do after them
        (type => type.IsVoid, " free bcopy bzero exit _exit _Exit abort"),
        (type => type.Class is TypeClass.Floating or TypeClass.Memory, string.Concat(Mathematics.Split(' ').Select(name => $" {name} {name}f {name}l"))),
    ];

    // For double, float (...f) and long double (...l).
    private const string Mathematics =
        "sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh exp exp2 exp10 expm1 log log2 log10 log1p logb pow sqrt cbrt"
        + " hypot fabs floor ceil round roundeven trunc rint nearbyint fmod remainder remquo fmin fmax fdim fma ldexp frexp scalbn scalbln modf copysign"
        + " nan erf erfc tgamma lgamma nextafter nexttoward j0 j1 jn y0 y1 yn"
        + " creal cimag conj cabs carg cexp clog csqrt cpow cproj csin ccos ctan csinh ccosh ctanh casin cacos catan casinh cacosh catanh";

    // The C library's, where its headers declare them.
    private const string Names =
        // memory and strings
        " reallocarray memalign malloc_usable_size memrchr memmem memccpy rawmemchr explicit_bzero strcoll strxfrm strchrnul strcasestr"
        + " strtok strtok_r strsep strerror strerror_r strsignal basename dirname wcslen wcscpy wcscmp mblen mbtowc wctomb mbstowcs wcstombs"
        + " mbrtowc wcrtomb btowc wctob towlower towupper iswalpha iswdigit iswspace iswupper iswlower"
        // characters and numbers
        + " __ctype_b_loc __ctype_tolower_loc __ctype_toupper_loc __ctype_get_mb_cur_max __errno_location atoi atol atoll atof strtol strtoul"
        + " strtoll strtoull strtod strtof strtold strtoimax strtoumax __isoc23_strtol __isoc23_strtoul __isoc23_strtoll __isoc23_strtoull"
        + " div ldiv lldiv rand srand random srandom rand_r drand48 erand48 lrand48 nrand48 mrand48 srand48 __isoc99_sscanf __isoc99_vsscanf"
        // time, identity and environment; system calls that return at once
        + " sincos sincosf sincosl time clock gettimeofday clock_gettime clock_getres localtime localtime_r gmtime gmtime_r mktime timegm difftime strftime asctime"
        + " ctime getpid getppid getuid geteuid getgid getegid getpgrp getpgid getsid gettid umask getenv secure_getenv setenv unsetenv"
        + " putenv clearenv sysconf getpagesize getrlimit setrlimit getrusage times uname gethostname isatty ttyname getcwd sigemptyset"
        + " sigfillset sigaddset sigdelset sigismember htonl htons ntohl ntohs inet_addr inet_ntoa inet_ntop inet_pton inet_aton socket bind"
        + " listen getsockname getpeername getsockopt setsockopt shutdown pipe pipe2 dup dup2 dup3 epoll_create epoll_create1 epoll_ctl"
        + " eventfd mmap munmap mprotect madvise brk sbrk setlocale localeconv nl_langinfo"
        // stdio that touches only the stream's fields
        + " feof ferror clearerr fileno ungetc setbuf setvbuf feof_unlocked ferror_unlocked fileno_unlocked"
        // these never come back: nothing is left to do after them
        + " quick_exit __assert_fail __assert_perror_fail __stack_chk_fail longjmp _longjmp siglongjmp __longjmp_chk pthread_exit execv"
        + " execve execvp execl execlp execle";

    private static readonly Dictionary<string, Predicate<CType>> KnownResults =
        KnownToGcc.SelectMany(known => Words(known.Names).Select(name => (name, known.Result))).ToDictionary(known => known.name, known => known.Result);

    private static readonly HashSet<string> KnownInHeaders = [.. Words(Names)];

    /// <summary>Whether a function that this unit does not define is known neither to block nor to call back.</summary>
    public static bool NeitherBlocksNorCallsBack(FunctionDeclaration function) =>
        (KnownResults.TryGetValue(function.Name, out var agrees) && (function.IsSystem || agrees(function.ResultType)))
        || (function.IsSystem && KnownInHeaders.Contains(function.Name));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
