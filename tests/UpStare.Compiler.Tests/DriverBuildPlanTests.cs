using UpStare.Compiler.Driver;

namespace UpStare.Compiler.Tests;

/// <summary>What is done for a command line.</summary>
[TestFixture]
public sealed class DriverBuildPlanTests
{
    private static string[] Split(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static BuildPlan Plan(string words) => BuildPlan.Make(CommandLine.Parse(Split(words)), "/t");

    // Without what is added to every preprocessing.
    private static string Users(IEnumerable<string>? words) =>
        Join(words).Replace("-D__UPSTARE__=1 ", "").Replace($"-idirafter {Installation.HeaderFolder} ", "");

    [Test]
    public void Preprocess_Always_DefinesOurMacroAndFindsOurHeader() =>
        Assert.That(Join(Plan("-c -O2 a.c").Units.Single().Preprocess), Does.StartWith("-D__UPSTARE__=1 ").And.Contains($" -idirafter {Installation.HeaderFolder} "));

    /// <summary>ccache hashes what -E writes, make believes what -MM lists: both must be of the text that is compiled.</summary>
    [TestCase("-E a.c")]
    [TestCase("-MM -DX a.c")]
    [TestCase("-fsyntax-only a.c")]
    public void Preprocess_Alone_SeesWhatIsCompiled(string words) =>
        Assert.That(Join(Plan(words).Rest), Is.EqualTo($"-D__UPSTARE__=1 {words} -idirafter {Installation.HeaderFolder}"));

    [TestCase("-E a.cc")]
    [TestCase("-E a.S")]
    [TestCase("-E -fopenmp a.c")]
    [TestCase("-E -fno-upstare a.c")]
    public void Preprocess_OfWhatIsNotInstrumented_IsGccs(string words) =>
        Assert.That(Join(Plan(words).Rest), Is.EqualTo(words.Replace("-fno-upstare ", "")));

    private static string Join(IEnumerable<string>? words) => string.Join(' ', words ?? ["(none)"]);

    [TestCase("-E a.c")]
    [TestCase("-M a.c")]
    [TestCase("-fsyntax-only a.c")]
    [TestCase("-v")]
    [TestCase("--print-file-name=x a.c")]
    [TestCase("-c a.s")]
    [TestCase("-c a.cc")]
    [TestCase("-c a.c b.c -o x")]
    [TestCase("-### a.c")]
    public void Pass_NothingToInstrument_GccDoesItAll(string words)
    {
        var plan = Plan(words);
        Assert.That(plan.IsPassThrough);
        Assert.That(plan.LinksRuntime, Is.False);
        Assert.That(Join(plan.Rest), Does.Contain(words));
    }

    [Test]
    public void Pass_SwitchedOff_DropsOwnOptionsAndRuntime()
    {
        var plan = Plan("-fno-upstare -fupstare-verbose a.c -o a");
        Assert.That(plan.IsPassThrough && !plan.LinksRuntime);
        Assert.That(Join(plan.Rest), Is.EqualTo("a.c -o a"));
    }

    [Test]
    public void Compile_PreprocessorFlags_StopAtThePreprocessor()
    {
        var unit = Plan("-c -O2 -DX -D Y -UZ -I inc -include p.h -Wall -isystem s -Wp,-DQ -nostdinc a.c").Units.Single();
        Assert.That(Users(unit.Preprocess), Is.EqualTo(
            "-O2 -DX -D Y -UZ -I inc -include p.h -Wall -isystem s -Wp,-DQ -nostdinc -E a.c"));
        Assert.That(Join(unit.Compile), Is.EqualTo("-O2 -Wall"));
        Assert.That(Join(unit.CodeFlags), Is.EqualTo("-O2"));
        Assert.That((unit.Output, unit.Mode), Is.EqualTo(("a.o", "-c")));
    }

    [Test]
    public void Compile_CodeFlags_KeepWhatMattersForCode() =>
        Assert.That(Join(Plan("-c -std=c99 -g -O3 -fno-strict-aliasing -mavx2 -Wall -pipe -fdiagnostics-color=never "
            + "--param max-inline-insns-single=9 -pthread a.c").Units.Single().CodeFlags),
            Is.EqualTo("-std=c99 -g -O3 -fno-strict-aliasing -mavx2 --param max-inline-insns-single=9 -pthread"));

    [Test]
    public void Compile_MacroDump_DoesNotReachThePreprocessor() =>
        Assert.That(Users(Plan("-c -dD -P -g3 a.c").Units.Single().Preprocess), Is.EqualTo("-g3 -E a.c"));

    // The names are those that `gcc -###` shows for the same words.
    [TestCase("-c d/a.c", "a.o", "-dumpbase a.c -dumpbase-ext .c")]
    [TestCase("-c d/a.c -o o/x.o", "o/x.o", "-dumpdir o/ -dumpbase x.c -dumpbase-ext .c")]
    [TestCase("-c a.c -o /dev/null", "/dev/null", "-dumpbase a.c -dumpbase-ext .c")]
    [TestCase("-S a.c", "a.s", "-dumpbase a.c -dumpbase-ext .c")]
    [TestCase("a.c", "/t/0-a.o", "-dumpbase a.c -dumpbase-ext .c")]
    [TestCase("a.c -o o/prog", "/t/0-a.o", "-dumpdir o/prog- -dumpbase a.c -dumpbase-ext .c")]
    [TestCase("a.c -o prog.exe", "/t/0-a.o", "-dumpdir prog- -dumpbase a.c -dumpbase-ext .c")]
    [TestCase("-xc - -o p", "/t/0--.o", "-dumpdir p- -dumpbase -")]
    public void Names_OutputAndDumps_AreGccs(string words, string output, string dump)
    {
        var unit = Plan("-fstack-usage " + words).Units.Single();
        Assert.That(unit.Output, Is.EqualTo(output));
        Assert.That(Join(unit.Compile), Is.EqualTo("-fstack-usage " + dump));
        // Without an option that dumps something there is nothing to name.
        Assert.That(Join(Plan(words).Units.Single().Compile), Is.Empty);
    }

    [TestCase("-MD -c a.c -o o/x.o", "-MD -MF o/x.d -MQ o/x.o -E a.c")]
    [TestCase("-MMD -c d/a.c", "-MMD -MF a.d -E d/a.c")]
    [TestCase("-MD -MF q.d -c a.c", "-MD -MF q.d -E a.c")]
    [TestCase("-MD -MT t -c a.c -o x.o", "-MD -MT t -MF x.d -E a.c")]
    [TestCase("-MD a.c -o o/prog", "-MD -MF o/prog.d -MQ o/prog -E a.c")]
    [TestCase("-Wp,-MD,dep.d -c a.c -o x.o", "-Wp,-MD,dep.d -E a.c")]
    public void Dependencies_FileAndTarget_AreGccs(string words, string preprocess) =>
        Assert.That(Users(Plan(words).Units.Single().Preprocess), Is.EqualTo(preprocess));

    [TestCase("-MD -c a.c b.c", false)]
    [TestCase("-MD -MF x.d -c a.c b.c", true)]
    [TestCase("-MD a.c b.c -o p", true)]
    public void Dependencies_OneFileForSeveralUnits_UnitsAreSerial(string words, bool serial) =>
        Assert.That(Plan(words).OneByOne, Is.EqualTo(serial));

    [Test]
    public void Link_Units_StandWhereTheirSourcesStood()
    {
        var plan = Plan("-O2 x.o a.c -L. -lfoo b.c y.a -o p");
        Assert.That(Join(plan.Rest), Is.EqualTo("-O2 x.o /t/0-a.o -L. -lfoo /t/1-b.o y.a -o p".Replace("0-a", "1-a").Replace("1-b", "2-b")));
        Assert.That(plan.LinksRuntime);
    }

    [Test]
    public void Link_SameNameTwice_ObjectsDiffer()
    {
        var units = Plan("a/x.c b/x.c").Units;
        Assert.That(units[0].Output, Is.Not.EqualTo(units[1].Output));
    }

    [Test]
    public void Link_ExplicitLanguage_DoesNotCoverObjects() =>
        Assert.That(Join(Plan("-x c a -x assembler b -xnone c.o").Rest),
            Is.EqualTo("/t/0-a.o -x assembler b -x none c.o"));

    [Test]
    public void Compile_OtherInputs_AreLeftToGcc()
    {
        var plan = Plan("-c a.c b.S c.s -O2");
        Assert.That(Join(plan.Rest), Is.EqualTo("-c b.S c.s -O2"));
        Assert.That(plan.Units.Single().Input, Is.EqualTo("a.c"));
        Assert.That(plan.LinksRuntime, Is.False);
    }

    [Test]
    public void Compile_OnlyUnits_LeavesNothingToDo() => Assert.That(Plan("-c a.c b.c").Rest, Is.Null);

    [TestCase("a.o", true)]
    [TestCase("a.o -shared", false)]
    [TestCase("a.o -r", false)]
    [TestCase("a.o -nostdlib", false)]
    [TestCase("a.o -nostartfiles", false)]
    [TestCase("a.o -static", true)]
    [TestCase("main.cc", true)]
    [TestCase("-c a.o", false)]
    public void Link_Executable_GetsTheRuntime(string words, bool links) =>
        Assert.That(Plan(words).LinksRuntime, Is.EqualTo(links));

    [TestCase("a.o", "-Wl,--wrap=main -Wl,--wrap=pthread_create -Wl,--wrap=thrd_create -Wl,-u,__upstare_getaddrinfo -lc lib.a -Wl,--build-id=sha1")]
    [TestCase("-x c a.c", "-Wl,--wrap=main -Wl,--wrap=pthread_create -Wl,--wrap=thrd_create -Wl,-u,__upstare_getaddrinfo -lc -x none lib.a -Wl,--build-id=sha1")]
    [TestCase("a.o -Wl,--build-id=none", "-Wl,--wrap=main -Wl,--wrap=pthread_create -Wl,--wrap=thrd_create -Wl,-u,__upstare_getaddrinfo -lc lib.a -Wl,--build-id=sha1")]
    [TestCase("a.o -Wl,--build-id=0xabcd", "-Wl,--wrap=main -Wl,--wrap=pthread_create -Wl,--wrap=thrd_create -Wl,-u,__upstare_getaddrinfo -lc lib.a")]
    [TestCase("a.o -static", "-Wl,--wrap=main -Wl,--wrap=pthread_create -Wl,--wrap=thrd_create -lc lib.a -Wl,--build-id=sha1")]
    [TestCase("a.o -nostdlib", "-Wl,--wrap=main -Wl,--wrap=pthread_create -Wl,--wrap=thrd_create -Wl,-u,__upstare_getaddrinfo lib.a -Wl,--build-id=sha1")]
    public void Link_RuntimeWords_FitTheCommandLine(string words, string added) =>
        Assert.That(Join(RuntimeLink.Arguments(CommandLine.Parse(Split(words)), "lib.a")), Is.EqualTo(added));

    [TestCase("-masm=intel")] [TestCase("-fsanitize=undefined,address")]
    [TestCase("-fsplit-stack")] [TestCase("-finstrument-functions")] [TestCase("-pg")] [TestCase("-p")]
    [TestCase("-m32")] [TestCase("-fopenmp")] [TestCase("-fsingle-precision-constant")] [TestCase("-funsigned-bitfields")]
    [TestCase("-fno-signed-bitfields")] [TestCase("-mfpmath=387")] [TestCase("-mfpmath=both")] [TestCase("-mabi=ms")] [TestCase("-ffixed-r15")]
    [TestCase("-fcall-saved-xmm8")] [TestCase("-fplan9-extensions")] [TestCase("-mlong-double-64")] [TestCase("-mlong-double-128")]
    public void Flag_Unsupported_UnitIsLeftToGccWithTheReason(string flag)
    {
        var plan = Plan($"{flag} -c a.c");
        Assert.That(plan.IsPassThrough);
        Assert.That(Join(plan.Rest), Is.EqualTo($"{flag} -c a.c"));
        Assert.That(plan.Refused.Single().File, Is.EqualTo("a.c"));
        Assert.That(plan.Refused.Single().Reason, Does.Contain(flag.Replace("undefined,", "")));
    }

    [TestCase("-flto")] [TestCase("-fsanitize=undefined")] [TestCase("-masm=intel -masm=att")]
    [TestCase("-m32 -m64")] [TestCase("-fsanitize=address -fno-sanitize=all")] [TestCase("-mfpmath=387 -mfpmath=sse")]
    [TestCase("-funsigned-bitfields -fsigned-bitfields")] [TestCase("-mlong-double-64 -mlong-double-80")]
    public void Flag_TakenBack_UnitIsInstrumented(string flags) =>
        Assert.That(Plan($"{flags} -c a.c").Units, Has.Count.EqualTo(1));

    [TestCase("-save-temps -c a.c -o o/x.o", "o/x")]
    [TestCase("-save-temps a.c b.c -o o/p", "o/p-a")]
    [TestCase("-save-temps=cwd -c a.c -o o/x.o", "x")]
    public void SaveTemps_Names_AreGccs(string words, string kept) =>
        Assert.That(Plan(words).Units[0].SaveTempsAs, Is.EqualTo(kept));
}
