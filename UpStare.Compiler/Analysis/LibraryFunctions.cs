// Functions of the C library that neither block nor call back into the program: a call of one is no continuation
// point.  Everything not listed is treated as if it could (rule C8).  A program that defines one of these names itself
// only loses update points: the return address of such a call is not in the patch's table, so the thread goes on.

using UpStare.Compiler.Tree;

namespace UpStare.Compiler.Analysis;

/// <summary>What is known of functions of the C library.</summary>
public static class LibraryFunctions
{
    // What gcc knows by itself: it counts on these names to mean what the standard says, whoever declares them.
    private const string Builtin =
        " malloc calloc realloc free aligned_alloc posix_memalign alloca memcpy memmove memset memcmp memchr mempcpy bcmp bcopy bzero"
        + " strlen strnlen strcpy strncpy stpcpy stpncpy strcat strncat strcmp strncmp strcasecmp strncasecmp strchr strrchr strstr strspn"
        + " strcspn strpbrk strdup strndup index rindex ffs ffsl ffsll isalnum isalpha isascii isblank iscntrl isdigit isgraph islower"
        + " isprint ispunct isspace isupper isxdigit tolower toupper toascii abs labs llabs imaxabs sprintf snprintf vsprintf vsnprintf"
        + " sscanf vsscanf isnan isinf finite __sprintf_chk __snprintf_chk __vsprintf_chk __vsnprintf_chk __memcpy_chk __memmove_chk __memset_chk __mempcpy_chk"
        + " __strcpy_chk __strncpy_chk __strcat_chk __strncat_chk __stpcpy_chk __stpncpy_chk"
        // these never come back: nothing is left to do after them
        + " exit _exit _Exit abort";

    // The same, each for double, float (...f) and long double (...l).
    private const string Mathematics =
        " sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh exp exp2 exp10 expm1 log log2 log10 log1p logb pow sqrt cbrt"
        + " hypot fabs floor ceil round roundeven trunc rint nearbyint lrint llrint lround llround fmod remainder remquo fmin fmax fdim fma"
        + " ldexp frexp scalbn scalbln modf copysign nan erf erfc tgamma lgamma ilogb nextafter nexttoward signbit sincos j0 j1 jn y0 y1 yn"
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
        + " time clock gettimeofday clock_gettime clock_getres localtime localtime_r gmtime gmtime_r mktime timegm difftime strftime asctime"
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

    private static readonly HashSet<string> KnownToGcc = [.. Words(Builtin), .. Words(Mathematics).SelectMany(name => new[] { name, name + "f", name + "l" })];

    private static readonly HashSet<string> KnownInHeaders = [.. Words(Names)];

    /// <summary>Whether a function that this unit does not define is known neither to block nor to call back.</summary>
    public static bool NeitherBlocksNorCallsBack(FunctionDeclaration function) =>
        KnownToGcc.Contains(function.Name) || (function.IsSystem && KnownInHeaders.Contains(function.Name));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
