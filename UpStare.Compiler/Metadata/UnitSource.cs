// A unit as upstare-cc keeps it in the executable, so that upstare-diff can compile it again: preprocessed text and
// the flags that matter for code. The binary form is in FORMAT.md.
using System.Text;

namespace UpStare.Compiler.Metadata;

/// <summary>Everything needed to compile a unit again.</summary>
public sealed record UnitSource
{
    /// <summary>Number of the pipeline: to be raised whenever the same source and flags would give other continuation
    /// points, entities or records. upstare-diff refuses what another pipeline has numbered.</summary>
    public const int PipelineVersion = 13;

    /// <summary>The pipeline that numbered the unit's points and entities.</summary>
    public int Pipeline { get; init; } = PipelineVersion;

    /// <summary>The input's name as on the command line.</summary>
    public required string MainFile { get; init; }

    /// <summary>The directory in which the compiler ran.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>gcc's flags that matter for parsing and code generation.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>upstare-cc's own options.</summary>
    public required IReadOnlyList<string> Options { get; init; }

    /// <summary>The preprocessed text, byte for byte as gcc -E wrote it.</summary>
    public required byte[] Text { get; init; }

    /// <summary>The same without the text, for who has made something of it.</summary>
    public UnitSource WithoutText() => new() { Pipeline = Pipeline, MainFile = MainFile, WorkingDirectory = WorkingDirectory, Arguments = Arguments, Options = Options, Text = [] };

    /// <summary>The binary form (not compressed, not framed).</summary>
    public byte[] Serialize() => [.. SerializeHead(), .. Text];

    /// <summary>The binary form up to the text, which is last in it.</summary>
    public byte[] SerializeHead()
    {
        var stream = new MemoryStream(1024);
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Pipeline);
        writer.Write(MainFile);
        writer.Write(WorkingDirectory);
        WriteList(writer, Arguments);
        WriteList(writer, Options);
        writer.Write(Text.Length);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads the binary form; throws InvalidDataException when it is damaged. Of another pipeline's unit only number and name are
    /// read: that is what is said of it, and the rest may have another form.</summary>
    public static UnitSource Deserialize(byte[] data)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(data, writable: false), Encoding.UTF8);
            var (pipeline, name) = (reader.ReadInt32(), reader.ReadString());
            if (pipeline != PipelineVersion)
                return new UnitSource { Pipeline = pipeline, MainFile = name, WorkingDirectory = "", Arguments = [], Options = [], Text = [] };
            return new UnitSource
            {
                MainFile = name,
                WorkingDirectory = reader.ReadString(),
                Arguments = ReadList(reader),
                Options = ReadList(reader),
                Text = ReadBytes(reader),
            };
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException)
        {
            throw new InvalidDataException("damaged unit: " + e.Message, e);
        }
    }

    private static void WriteList(BinaryWriter writer, IReadOnlyList<string> list)
    {
        writer.Write(list.Count);
        foreach (var item in list)
            writer.Write(item);
    }

    private static string[] ReadList(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        if (count < 0 || count > reader.BaseStream.Length)
            throw new InvalidDataException("damaged unit: list length");
        var list = new string[count];
        for (var i = 0; i < count; i++)
            list[i] = reader.ReadString();
        return list;
    }

    private static byte[] ReadBytes(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        if (count < 0 || count > reader.BaseStream.Length - reader.BaseStream.Position)
            throw new InvalidDataException("damaged unit: text length");
        return reader.ReadBytes(count);
    }
}
