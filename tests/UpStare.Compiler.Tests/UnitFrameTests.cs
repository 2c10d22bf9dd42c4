using System.Diagnostics.CodeAnalysis;
using System.Text;
using UpStare.Compiler.Metadata;

namespace UpStare.Compiler.Tests;

/// <summary>Stored units and their frames.</summary>
[TestFixture]
public sealed class UnitFrameTests
{
    private static UnitSource Unit(string name, string text) => new()
    {
        MainFile = name, WorkingDirectory = "/src/ü", Arguments = ["-O2", "-DX=a b"],
        Options = ["-fupstare-poll=trap"], Text = Encoding.Latin1.GetBytes(text),
    };

    private static void AssertSame([NotNull] UnitSource? actual, UnitSource expected)
    {
        Assert.That(actual, Is.Not.Null);
        Assert.That(actual!.Serialize(), Is.EqualTo(expected.Serialize()));
        Assert.That((actual.MainFile, actual.WorkingDirectory, actual.Pipeline),
            Is.EqualTo((expected.MainFile, expected.WorkingDirectory, UnitSource.PipelineVersion)));
        Assert.That(actual.Arguments, Is.EqualTo(expected.Arguments));
        Assert.That(actual.Text, Is.EqualTo(expected.Text));
    }

    [TestCase("")]
    [TestCase("int x;\n")]
    [TestCase("\"\xe9\xff\x00\"")]
    public void Frame_OneUnit_ReadsBack(string text)
    {
        var unit = Unit("a.c", text);
        var frame = UnitFrame.Encode(unit);
        Assert.That(frame.Length % 8, Is.Zero);
        var (offset, read) = UnitFrame.ReadAll(frame).Single();
        Assert.That(offset, Is.Zero);
        AssertSame(read, unit);
    }

    [Test]
    public void Section_SeveralUnitsWithPadding_AreFoundInOrder()
    {
        var (a, b) = (UnitFrame.Encode(Unit("a.c", "int a;")), UnitFrame.Encode(Unit("b.c", new string('x', 5000))));
        byte[] section = [.. a, .. new byte[24], .. b, .. new byte[8]];
        var units = UnitFrame.ReadAll(section);
        Assert.That(units.Select(u => u.Unit.MainFile), Is.EqualTo(new[] { "a.c", "b.c" }));
        Assert.That(units[1].Offset, Is.EqualTo((ulong)a.Length + 24));
    }

    [Test]
    public void Unit_OfAnotherPipeline_TellsItsNumberAndName()
    {
        // What the fields behind the name are is that pipeline's business.
        byte[] other = [4, 0, 0, 0, 3, .. "a.c"u8, 200, 200, 200];
        var unit = UnitSource.Deserialize(other);
        Assert.That((unit.Pipeline, unit.MainFile, unit.Text.Length), Is.EqualTo((4, "a.c", 0)));
    }

    [Test]
    public void Section_CutOff_IsRefused()
    {
        var frame = UnitFrame.Encode(Unit("a.c", "int a;"));
        Assert.That(() => UnitFrame.ReadAll(frame.AsSpan(0, frame.Length - 8)), Throws.InstanceOf<InvalidDataException>());
        Assert.That(() => UnitFrame.ReadAll("something else"u8), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public void Section_DamagedData_IsRefused()
    {
        var frame = UnitFrame.Encode(Unit("a.c", "int a; int b; int c;"));
        for (var i = 16; i < frame.Length - 8; i++)
        {
            var damaged = (byte[])frame.Clone();
            damaged[i] ^= 0x55;
            Assert.That(() => UnitFrame.ReadAll(damaged), Throws.InstanceOf<InvalidDataException>(), $"byte {i}");
        }
    }

    [Test]
    public void Assembly_OfFrame_AssemblesToTheSameBytes()
    {
        var directory = Directory.CreateTempSubdirectory("upstare-test-").FullName;
        try
        {
            var frame = UnitFrame.Encode(Unit("a.c", new string('y', 300) + "\n"));
            File.WriteAllText(directory + "/a.s", ".section .debug.upstare,\"\",@progbits\n" + UnitFrame.ToAssembly(frame));
            var gcc = new Driver.ToolRunner("gcc");
            Assert.That(gcc.Run(["-c", directory + "/a.s", "-o", directory + "/a.o"], true).Status, Is.Zero);
            var objcopy = new Driver.ToolRunner("objcopy");
            Assert.That(objcopy.Run(["-O", "binary", "--only-section=.debug.upstare",
                "--set-section-flags", ".debug.upstare=alloc", directory + "/a.o", directory + "/a.bin"], true).Status, Is.Zero);
            Assert.That(File.ReadAllBytes(directory + "/a.bin"), Is.EqualTo(frame));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
