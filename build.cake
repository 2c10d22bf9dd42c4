// Builds everything into artifacts/, runs the tests, the torture, the demo and the benchmark, installs.
//
//   artifacts/bin/            upstare-cc (native), upstare-diff, upstare
//   artifacts/lib/upstare/    libupstare.a, libupstare-shared.a, libclang/ (copies of libclang that load faster)
//   artifacts/include/        upstare.h
//   artifacts/share/man/man1/
//
// A step that finds its outputs newer than its inputs does nothing, so ./build.sh is cheap to repeat.
using System.Xml.Linq;

var target = Argument("target", "default");
var prefix = Argument("prefix", EnvironmentVariable("PREFIX") ?? "/usr/local");
// Only tests that match, in the syntax of dotnet test: --filter=FullyQualifiedName~Driver
var filter = Argument("filter", "");
var destination = Argument("destdir", EnvironmentVariable("DESTDIR") ?? "");
var root = Context.Environment.WorkingDirectory.FullPath;
var artifacts = root + "/artifacts";
var runtime = root + "/UpStare.Runtime.C";
// The build-host processor names the directory of what differs between processors.
var processor = Run("uname", "-m").Output.Trim();
var runtimeFlags = "-std=gnu11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Werror"
    + $" -I{runtime}/include -I{runtime}/src -I{runtime}/arch/{processor}";
// In the program: any link mode, no symbol of ours in its way, no stack protector (frames are taken apart), and its
// thread-local variables reachable in a signal handler.  Frame pointers: the walk passes the wrapper of a blocking call that
// a handler has interrupted.  No vector registers: a pair of results in two registers went through memory and back.
var libraryFlags = runtimeFlags
    + " -fPIC -ftls-model=initial-exec -fvisibility=hidden -fno-stack-protector -fno-omit-frame-pointer -ffunction-sections -mgeneral-regs-only";

(int Status, string Output) Run(string command, string arguments)
{
    var status = StartProcess(command, new ProcessSettings { Arguments = arguments, RedirectStandardOutput = true },
        out var output);
    return (status, string.Join("\n", output));
}

void Must(string command, string arguments, string what)
{
    if (StartProcess(command, new ProcessSettings { Arguments = arguments }) != 0)
        throw new CakeException($"{what} failed");
}

bool IsNewer(string output, IEnumerable<string> inputs) =>
    System.IO.File.Exists(output)
    && inputs.All(i => System.IO.File.GetLastWriteTimeUtc(i) < System.IO.File.GetLastWriteTimeUtc(output));

List<string> Files(string directory, string pattern) =>
    System.IO.Directory.Exists(directory)
        ? System.IO.Directory.EnumerateFiles(directory, pattern, System.IO.SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/") && !f.Contains("/bin/"))
            .OrderBy(f => f, StringComparer.Ordinal).ToList()
        : new List<string>();

List<string> Projects() =>
    new[] { "/Directory.Build.props", "/global.json" }.Select(f => root + f)
        .Concat(Files(root + "/UpStare.Compiler", "*.c*")).ToList();

void Publish(string project, string program, IEnumerable<string> inputs)
{
    var output = $"{artifacts}/bin/{program}";
    if (IsNewer(output, inputs))
        return;
    // The output is as old as the start of the build: a source that is saved meanwhile is newer.
    var started = DateTime.UtcNow;
    var staging = $"{artifacts}/obj/{program}";
    CleanDirectory(staging);
    Must("dotnet", $"publish {root}/{project} -c Release --use-current-runtime -o {staging} -v quiet --nologo", project);
    EnsureDirectoryExists(artifacts + "/bin");
    // Replaced by rename: a compiler that is running is not written to.
    CopyFile($"{staging}/{program}", output + ".new");
    System.IO.File.Move(output + ".new", output, overwrite: true);
    System.IO.File.SetLastWriteTimeUtc(output, started);
}

// Compiles C and assembler files to objects; the caller links or archives them.
List<string> Objects(IEnumerable<string> sources, string directory, string flags)
{
    var headers = Files(runtime, "*.h").Concat(Files(runtime, "*.def")).Append(root + "/build.cake").ToList();
    EnsureDirectoryExists(directory);
    var objects = new List<string>();
    foreach (var source in sources)
    {
        var output = $"{directory}/{System.IO.Path.GetFileName(source)}.o";
        objects.Add(output);
        if (!IsNewer(output, headers.Append(source)))
            Must("gcc", $"{flags} -c {source} -o {output}", source);
    }
    return objects;
}

Task("upstare-cc").Does(() => Publish("UpStare.Compiler", "upstare-cc", Projects()));

Task("upstare-diff").Does(() =>
    Publish("UpStare.PatchGen", "upstare-diff", Projects().Concat(Files(root + "/UpStare.PatchGen", "*.cs*"))));

Task("runtime").Does(() =>
{
    var sources = Files(runtime + "/src", "*.c").Concat(Files($"{runtime}/arch/{processor}", "*.c"))
        .Concat(Files($"{runtime}/arch/{processor}", "*.S")).ToList();
    if (sources.Count == 0)
        throw new CakeException("the runtime has no sources for " + processor);
    var objects = Objects(sources, artifacts + "/obj/libupstare", libraryFlags);
    var library = artifacts + "/lib/upstare/libupstare.a";
    EnsureDirectoryExists(artifacts + "/lib/upstare");
    EnsureDirectoryExists(artifacts + "/include");
    if (!IsNewer(library, objects))
    {
        // Made anew: ar would keep the objects of sources that are gone.
        if (FileExists(library))
            DeleteFile(library);
        Must("ar", $"rcs {library} {string.Join(" ", objects)}", "libupstare.a");
    }
    // What shared libraries get in the runtime's place.
    var forward = Objects(Files(runtime + "/shared", "*.c"), artifacts + "/obj/libupstare-shared", libraryFlags);
    var shared = artifacts + "/lib/upstare/libupstare-shared.a";
    if (!IsNewer(shared, forward))
        Must("ar", $"rcs {shared} {string.Join(" ", forward)}", "libupstare-shared.a");
    CopyFile(runtime + "/include/upstare.h", artifacts + "/include/upstare.h");
});

// Copies of libclang that load faster (Prelink/prelink.c); where they cannot be made the library itself is used.
Task("libclang").Does(() =>
{
    var source = $"{root}/UpStare.Compiler/Prelink/prelink.c";
    var program = $"{artifacts}/obj/prelink";
    var copies = $"{artifacts}/lib/upstare/libclang";
    if (processor != "x86_64")
        return;
    EnsureDirectoryExists(artifacts + "/obj");
    if (!IsNewer(program, [source]))
    {
        Must("gcc", $"-std=gnu11 -O2 -Wall -Wextra -Werror {source} -o {program}", "prelink");
        CleanDirectory(copies);
    }
    EnsureDirectoryExists(copies);
    if (StartProcess(program, copies) != 0)
    {
        CleanDirectory(copies);
        Warning("libclang is not prelinked: upstare-cc takes 20 ms longer for each file");
    }
});

Task("upstare").Does(() =>
{
    var objects = Objects(Files(runtime + "/tools", "*.c"), artifacts + "/obj/upstare", runtimeFlags);
    if (objects.Count == 0)
        throw new CakeException("the command upstare has no sources");
    EnsureDirectoryExists(artifacts + "/bin");
    if (!IsNewer(artifacts + "/bin/upstare", objects))
        Must("gcc", $"-o {artifacts}/bin/upstare {string.Join(" ", objects)}", "upstare");
});

Task("man").Does(() =>
{
    EnsureDirectoryExists(artifacts + "/share/man/man1");
    CopyFiles(root + "/docs/man/*.1", artifacts + "/share/man/man1");
});

Task("default")
    .IsDependentOn("runtime").IsDependentOn("upstare-cc").IsDependentOn("libclang").IsDependentOn("upstare-diff").IsDependentOn("upstare")
    .IsDependentOn("man");

Task("demo").IsDependentOn("default")
    .Does(() => Must("bash", root + "/examples/kissfft-demo/demo.sh", "the demo"));

// Arguments of tests/bench/bench.sh after --bench=, such as --bench="-p lua,redis --quick".
Task("bench").IsDependentOn("default").Does(() =>
{
    Must("dotnet", $"publish {root}/tests/UpStare.Plots -c Release --use-current-runtime --no-self-contained -o {artifacts}/obj/upstare-plots -v quiet --nologo", "upstare-plots");
    Must("bash", $"{root}/tests/bench/bench.sh {Argument("bench", "")}", "the benchmark");
});

// The test suites. Each gives one row of the table; a suite that does not even run counts as one failure.
var rows = new List<(string Suite, int Passed, int Failed, int Skipped)>();

// What failed and why: printed again behind the table, where a log that was cut still has it.
var failures = new List<string>();

void TestProject(string project)
{
    var name = System.IO.Path.GetFileNameWithoutExtension(project);
    var results = $"{artifacts}/test/{name}.trx";
    if (FileExists(results))
        DeleteFile(results);
    var status = StartProcess("dotnet", new ProcessSettings
    {
        Arguments = $"test {project} -c Release --nologo -v quiet --logger \"trx;LogFileName={results}\""
            + (filter == "" ? "" : $" --filter \"{filter}\""),
    });
    if (!FileExists(results))
    {
        rows.Add((name, 0, 1, 0));
        return;
    }
    XNamespace ns = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
    var run = XDocument.Load(results);
    failures.AddRange(run.Descendants(ns + "UnitTestResult").Where(test => (string)test.Attribute("outcome") == "Failed")
        .Select(test => $"{name}: {test.Attribute("testName").Value}\n{FirstLines(test.Descendants(ns + "Message").FirstOrDefault()?.Value ?? "")}"));
    var counters = run.Descendants(ns + "Counters").Single();
    int Count(string what) => (int)counters.Attribute(what);
    var (passed, total, executed) = (Count("passed"), Count("total"), Count("executed"));
    var failed = executed - passed;
    // A run that was broken off fails although each test that ran had passed.
    rows.Add((name, passed, status != 0 && failed == 0 ? 1 : failed, total - executed));
}

/// The first lines of a message, indented: what a test printed can be long.
string FirstLines(string message)
    => string.Join("\n", message.Split('\n').Take(20).Select(line => "    " + (line.Length > 300 ? line[..300] + "..." : line)));

// Each C file is a program, linked with the runtime; it passes when it exits with 0, and 77 skips it.
void TestRuntime()
{
    EnsureDirectoryExists(artifacts + "/test/runtime");
    var (passed, failed, skipped) = (0, 0, 0);
    foreach (var source in Files(root + "/tests/runtime", "*.c"))
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(source);
        var program = $"{artifacts}/test/runtime/{name}";
        var status = StartProcess("gcc", $"{runtimeFlags} {source} -o {program} {artifacts}/lib/upstare/libupstare.a"
            + " -Wl,--wrap=main -Wl,--wrap=pthread_create -Wl,--wrap=thrd_create -Wl,--build-id=sha1");
        if (status == 0)
            status = StartProcess("timeout", new ProcessSettings { Arguments = $"60 {program}", WorkingDirectory = root });
        if (status == 0)
            passed++;
        else if (status == 77)
            skipped++;
        else
        {
            failed++;
            failures.Add($"tests/runtime/{name}.c: exit status {status}");
            Error(failures.Last());
        }
    }
    // The threads' own test once more, it and the runtime under gcc's thread sanitizer, which wants addresses as they always were.
    var sanitized = $"{artifacts}/test/runtime/threads-sanitized";
    // Without the runtime's own free and realloc, which only programs with heap types have: the sanitizer has its own.
    var sources = Files(runtime + "/src", "*.c").Where(f => !f.EndsWith("/heap_watch.c")).Concat(Files($"{runtime}/arch/{processor}", "*.S"));
    if (StartProcess("gcc", $"-std=gnu11 -D_GNU_SOURCE -O1 -g -fsanitize=thread -ftls-model=initial-exec -I{runtime}/include -I{runtime}/src -I{runtime}/arch/{processor}"
            + $" {string.Join(" ", sources)} {root}/tests/runtime/threads.c -o {sanitized}"
            + " -Wl,--wrap=main -Wl,--wrap=pthread_create -Wl,--wrap=thrd_create -Wl,--build-id=sha1") == 0
        && StartProcess("timeout", $"120 setarch -R {sanitized}") == 0)
        passed++;
    else
    {
        failed++;
        failures.Add("tests/runtime/threads.c fails under the thread sanitizer");
        Error(failures.Last());
    }
    if (passed + failed + skipped > 0)
        rows.Add(("tests/runtime", passed, failed, skipped));
}

Task("test").IsDependentOn("default").Does(() =>
{
    EnsureDirectoryExists(artifacts + "/test");
    TestRuntime();
    foreach (var project in Files(root + "/tests", "*.Tests.csproj"))
        TestProject(project);

    Console.WriteLine();
    Console.WriteLine($"{"suite",-28} {"passed",7} {"failed",7} {"skipped",8}");
    foreach (var row in rows)
        Console.WriteLine($"{row.Suite,-28} {row.Passed,7} {row.Failed,7} {row.Skipped,8}");
});

// Everything: hours. Arguments of the command after --torture=, such as --torture="csmith --seed=fresh --count=50".
Task("torture").IsDependentOn("default").Does(() =>
{
    var program = $"{artifacts}/obj/upstare-torture";
    Must("dotnet", $"publish {root}/tests/UpStare.Torture -c Release --use-current-runtime --no-self-contained -o {program} -v quiet --nologo", "upstare-torture");
    Must($"{program}/upstare-torture", $"-o {artifacts}/torture {Argument("torture", "")}", "the torture");
});

// Real programs with gcc and with upstare-cc: an hour or more. --only=NAME,... chooses (tests/realworld/realworld.sh --list).
Task("realworld").IsDependentOn("default").Does(() =>
    Must("bash", $"{root}/tests/realworld/realworld.sh" + (Argument("only", "") is { Length: > 0 } only ? $" --only={only}" : ""), "a real program"));

Task("install").IsDependentOn("default").Does(() =>
{
    var directories = new List<string> { "bin", "lib/upstare", "include", "share/man/man1" };
    // Copies of this machine's libclang are of no use in a package.
    if (destination == "" && DirectoryExists(artifacts + "/lib/upstare/libclang"))
        directories.Add("lib/upstare/libclang");
    foreach (var directory in directories)
    {
        var to = $"{destination}{prefix}/{directory}";
        EnsureDirectoryExists(to);
        foreach (var file in System.IO.Directory.EnumerateFiles($"{artifacts}/{directory}"))
        {
            var mode = directory == "bin" ? "755" : "644";
            Must("install", $"-m {mode} {file} {to}/", "install");
        }
    }
});

Task("clean").Does(() =>
{
    CleanDirectory(artifacts);
    foreach (var pattern in new[] { "./UpStare.*/bin", "./UpStare.*/obj", "./tests/*/bin", "./tests/*/obj" })
        CleanDirectories(pattern);
});

RunTarget(target);

// After Cake's own report, so that the summary is the last line.
if (target == "test")
{
    var (passed, failed) = (rows.Sum(r => r.Passed), rows.Sum(r => r.Failed));
    foreach (var failure in failures)
        Console.WriteLine(failure);
    Console.WriteLine($"{passed} passed, {failed} failed");
    Console.Out.Flush();
    if (failed > 0 || passed == 0)
        System.Environment.Exit(1);
}
