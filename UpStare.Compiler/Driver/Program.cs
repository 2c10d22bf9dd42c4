// upstare-cc: a C compiler whose programs can be updated while they run. It takes gcc's command line and does what gcc
// does, with C inputs instrumented on their way.
using System.Globalization;
using System.Text;
using UpStare.Compiler.Diagnostics;

namespace UpStare.Compiler.Driver;

/// <summary>The entry of upstare-cc.</summary>
public static class Program
{
    private const string OwnHelp = """

        upstare-cc takes gcc's command line. Its own options:
          -fno-upstare               Compile and link as gcc does, nothing more.
          -fupstare-poll=trap|flag   How a continuation point notices an update: a nop that becomes
                                     a trap (default), or a test of a flag.
          -fupstare-save=live|all    What is saved: live variables (default), or all in scope.
          -fupstare-points=auto|manual
                                     Where continuation points go: calls and loops (default), or only
                                     where the source says UPSTARE_UPDATE_POINT().
          -fupstare-heap=types       Remember at run time of what types heap objects are, so that an
                                     update can change those types.
          -fupstare-away=NAME[,NAME...]
                                     Functions of libraries that may block for long (SSL_read): an
                                     update does not wait for a thread that is in one of them.
          -fupstare-verbose          Say why each function is or is not instrumented.
          --dump-after=PASS          Print what is known of the unit after PASS: tree, escapes, points,
                                     frames or lower.
        Environment: UPSTARE_GCC (the gcc to use), UPSTARE_LIB (the directory of libupstare.a).

        """;

    /// <summary>Runs upstare-cc with gcc's command line and returns gcc's exit status.</summary>
    public static int Main(string[] args)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            LargePages.Prepare();
            var gcc = new ToolRunner(Installation.Gcc);
            var line = CommandLine.Parse(args);
            if (Supervisor.Crash is { } signal)
                return Supervisor.StandIn(gcc, line, signal);
            // gcc's answer stays first: configure scripts look at its first line.
            if (line.Has("--version"))
                return Answer(gcc, line, $"upstare-cc {Installation.Version}: instruments C for updating, runs the gcc above\n");
            if (line.Has("--help"))
                return Answer(gcc, line, OwnHelp);
            return new BuildRunner(gcc, new Pipeline()).Run(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Write(Console.OpenStandardError(), DriverMessages.Error(e.Message));
            return 1;
        }
    }

    private static int Answer(ToolRunner gcc, CommandLine line, string ours)
    {
        var status = gcc.RunInherited(line.GccWords);
        Write(Console.OpenStandardOutput(), ours);
        return status;
    }

    private static void Write(Stream stream, string text)
    {
        using (stream)
            stream.Write(Encoding.UTF8.GetBytes(text));
    }
}
