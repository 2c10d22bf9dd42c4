using UpStare.PatchGen.Check;
using UpStare.PatchGen.Image;
using UpStare.PatchGen.Tests.Image;

namespace UpStare.PatchGen.Tests.Check;

/// <summary>EntryRoom: does a jump fit over the entry of a function?</summary>
[TestFixture]
public sealed class EntryRoomTests
{
    // Of the functions that end in a number, one each: what stands behind its entry.
    private const string Functions = """
          .text
          .macro function name
          .globl \name
          .type \name, @function
          \name:
          .endm
          .p2align 4
          function long1
          mov $7, %eax
          ret
          .size long1, . - long1
          .p2align 4
          function neighbour2
          xor %eax, %eax
          ret
          .size neighbour2, . - neighbour2
          function after2
          xor %eax, %eax
          ret
          .p2align 4
          function padded3
          xor %eax, %eax
          ret
          .size padded3, . - padded3
          .p2align 4
          function nameless4
          jmp 1f
          .size nameless4, . - nameless4
          1: mov %edi, %eax
          ret
          .p2align 4
          function marked5
          endbr64
          ret
          .size marked5, . - marked5
          int3
          int3
          int3
          int3
          function marked6
          endbr64
          ret
          .size marked6, . - marked6
          int3
          int3
          function after6
          ret
          .p2align 4
          function branches7
          1: dec %edi
          jnz 1b
          ret
          .size branches7, . - branches7
          .p2align 4
          function jumps8
          jmp 2f
          1: dec %edi
          2: jnz 1b
          ret
          .size jumps8, . - jumps8
          .globl main
          main:
          xor %eax, %eax
          ret
          .section .note.GNU-stack
        """;

    /// <summary>The jump lies over the function's own code, or padding; nothing else begins there.</summary>
    [TestCase("long1", null)]
    [TestCase("neighbour2", "'after2' begins 5 bytes or less behind its entry")]
    [TestCase("padded3", null)]
    [TestCase("nameless4", "other code follows at once")]
    [TestCase("marked5", null)]
    [TestCase("marked6", "'after6' begins 9 bytes or less behind its entry")]
    [TestCase("branches7", null)]
    [TestCase("jumps8", null)]
    public void Entry_IsWideEnough_OrTheReasonIsGiven(string name, string? reason)
    {
        using var tools = new Toolchain();
        var file = Load(tools, "-pie -fPIE -Wl,--build-id");
        var program = ProgramFile.Combine(file, file);
        var entry = program.Symbols.Single(symbol => symbol.Name == name).Value;
        Assert.That(new EntryRoom(program).Reason(entry), Is.EqualTo(reason));
    }

    /// <summary>Without symbols the code says as much: what follows a function's end and is no padding is another one.</summary>
    [TestCase("long1", null)]
    [TestCase("neighbour2", "other code follows at once")]
    [TestCase("padded3", null)]
    [TestCase("marked6", "other code follows at once")]
    [TestCase("jumps8", "other code follows at once")]
    public void Entry_OfAStrippedProgram_IsJudgedByItsCode(string name, string? reason)
    {
        using var tools = new Toolchain();
        var whole = Load(tools, "-pie -fPIE -Wl,--build-id");
        Toolchain.Run("strip", "-o", tools.PathOf("stripped"), whole.Path);
        var stripped = ElfFile.Load(tools.PathOf("stripped"));
        var entry = whole.Symbols.Single(symbol => symbol.Name == name).Value;
        Assert.That(new EntryRoom(ProgramFile.Combine(stripped, stripped)).Reason(entry), Is.EqualTo(reason));
    }

    private static ElfFile Load(Toolchain tools, string options) => ElfFile.Load(tools.Gcc(options, "program", tools.Source("functions.s", Functions)));
}
