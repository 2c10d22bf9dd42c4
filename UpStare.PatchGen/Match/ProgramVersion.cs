// One version of a program as upstare-diff sees it: the executable, its records, and its units analysed again from the
// sources stored in it.  Points and entities are numbered over the whole image, unit after unit in link order; an
// executable and a patch that brings the same version have the same numbers.

using System.Collections.Concurrent;
using UpStare.Compiler;
using UpStare.Compiler.Driver;
using UpStare.Compiler.Metadata;
using UpStare.Compiler.Tree;
using UpStare.PatchGen.Image;
using UnitFrame = UpStare.PatchGen.Image.UnitFrame;

namespace UpStare.PatchGen.Match;

/// <summary>A unit of a version.</summary>
public sealed class VersionUnit
{
    /// <summary>Number in link order.</summary>
    public required int Index { get; init; }

    /// <summary>Offset of its frame: its identity in the records.</summary>
    public required ulong Offset { get; init; }

    /// <summary>What was stored.</summary>
    public required UnitSource Stored { get; init; }

    /// <summary>The unit, analysed.</summary>
    public required AnalysedUnit Analysed { get; init; }

    /// <summary>Number of its first point in the image.</summary>
    public int FirstPoint { get; set; }

    /// <summary>Number of its first entity in the image.</summary>
    public int FirstEntity { get; set; }

    /// <summary>Records of its entities by ordinal.</summary>
    public Dictionary<int, EntityRecord> Records { get; } = [];

    /// <summary>The unit's options of upstare-cc.</summary>
    public CompileOptions Options => CompileOptions.FromStored(Stored);

    /// <summary>Which functions use each of its variables.</summary>
    public ILookup<Entity, FunctionDefinition> Users => field ??= Analysed.Tree.Functions.Where(function => function.Body is not null)
        .SelectMany(function => function.Expressions.OfType<NameExpression>().Select(name => Analysed.Tree.EntityOf.GetValueOrDefault(name.Declaration)).OfType<Entity>().Distinct().Select(entity => (entity, function)))
        .ToLookup(pair => pair.entity, pair => pair.function);

    /// <summary>Place of an offset of its text, for messages.</summary>
    public string Place(int offset) => Analysed.Source.OriginOf(offset).ToString();
}

/// <summary>An entity of a version.</summary>
public sealed record VersionEntity(VersionUnit Unit, Entity Entity, int Number)
{
    /// <summary>Where the executable has it; null when it has no record or the linker dropped it.</summary>
    public EntityRecord? Record => Unit.Records.GetValueOrDefault(Entity.Ordinal);

    /// <summary>Where it is declared, for messages.</summary>
    public string Place => Unit.Place(Entity.Definition?.NameOffset ?? (Entity.IsLabel ? Entity.Function!.NameOffset : Entity.Sites[0].NameSpan.Start));
}

/// <summary>A version of a program.</summary>
public sealed class ProgramVersion
{
    private ProgramVersion(ProgramFile file, UpstareRecords records, List<VersionUnit> units)
    {
        (File, Records, Units) = (file, records, units);
        var (points, entities) = (0, new List<VersionEntity>());
        foreach (var unit in units)
        {
            (unit.FirstPoint, unit.FirstEntity) = (points, entities.Count);
            points += unit.Analysed.Points.Count;
            entities.AddRange(unit.Analysed.Tree.Entities.Select(entity => new VersionEntity(unit, entity, unit.FirstEntity + entity.Ordinal)));
        }

        Entities = entities;
        PointCount = points;
        var byOffset = units.ToDictionary(unit => unit.Offset);
        foreach (var record in records.Entities)
        {
            if (byOffset.TryGetValue(record.Unit, out var unit)) unit.Records.TryAdd((int)record.Ordinal, record);
        }

        TakenFunctions = units.SelectMany(TakenIn).ToHashSet();
    }

    /// <summary>The files.</summary>
    public ProgramFile File { get; }

    /// <summary>The code in them; read when it is first asked for.</summary>
    public CodeMap Code => field ??= CodeMap.Of(File);

    /// <summary>The records of upstare-cc in them.</summary>
    public UpstareRecords Records { get; }

    /// <summary>The units in link order.</summary>
    public IReadOnlyList<VersionUnit> Units { get; }

    /// <summary>All entities by number.</summary>
    public IReadOnlyList<VersionEntity> Entities { get; }

    /// <summary>How many points there are.</summary>
    public int PointCount { get; }

    /// <summary>Functions whose address some unit uses, as "name" (external) or "unit:name" (static).</summary>
    public IReadOnlySet<string> TakenFunctions { get; }

    /// <summary>Ordinals of a unit's static functions of which the executable has no code but what is inlined. None where its symbols do not tell.</summary>
    public IReadOnlySet<int> InlinedFunctions(VersionUnit unit) => Files.Contains(Path.GetFileName(unit.Stored.MainFile))
        ? unit.Analysed.Tree.Functions
            .Where(function => function is { IsStatic: true, Body: not null, IsAddressTaken: false, IsSystemInline: false, Reasons.Count: 0 } && !LocalCode.Contains(function.Declaration.Name))
            .Select(function => function.Ordinal).ToHashSet()
        : [];

    private HashSet<string> Files => field ??= [.. LocalNames(Elf.SttFile)];

    // step.part.0 is a piece of step.
    private HashSet<string> LocalCode => field ??= [.. LocalNames(Elf.SttFunc).Select(name => name.Split('.')[0])];

    // Links that drop local symbols keep those that were hidden, but not the names of files.
    private IEnumerable<string> LocalNames(int type) => File.Symbols.Where(symbol => symbol.Type == type && symbol.Binding == Elf.StbLocal).Select(symbol => symbol.Name);

    /// <summary>Reads a version; throws with a message for the user when that is not possible.</summary>
    public static ProgramVersion Load(string path)
    {
        var file = ProgramFile.Open(path);
        var records = UpstareRecords.Read(file.Debug);
        var units = new ConcurrentBag<VersionUnit>();
        Parallel.For(0, records.Units.Count, AtOnce, index => OnLargeStack(() => units.Add(LoadUnit(path, index, records.Units[index]))));
        return new ProgramVersion(file, records, [.. units.OrderBy(unit => unit.Index)]);
    }

    /// <summary>Number of a point over the image from its record; null if the unit is not known.</summary>
    public uint? PointNumber(ulong unitOffset, uint point) =>
        Units.FirstOrDefault(unit => unit.Offset == unitOffset) is { } unit && point < unit.Analysed.Points.Count ? (uint)(unit.FirstPoint + (int)point) : null;

    /// <summary>Key of a function among those whose address is used.</summary>
    public static string FunctionKey(VersionUnit unit, FunctionDefinition function) => function.IsStatic ? $"{unit.Index}:{function.Declaration.Name}" : function.Declaration.Name;

    /// <summary>As many units at a time as there are processors. Left to itself the thread pool takes a thread that waits for gcc to do nothing, and
    /// starts another, until a hundred compilers run at once.</summary>
    public static ParallelOptions AtOnce { get; } = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    /// <summary>Runs work that recurses over deep trees.</summary>
    public static void OnLargeStack(Action work)
    {
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                error = e;
            }
        }, 512 << 20);
        thread.Start();
        thread.Join();
        if (error is not null) throw new InvalidOperationException(error.Message, error);
    }

    private static VersionUnit LoadUnit(string path, int index, UnitFrame frame)
    {
        var stored = UnitSource.Deserialize(frame.Read());
        if (stored.Pipeline != UnitSource.PipelineVersion)
        {
            throw new InvalidDataException($"{path}: {stored.MainFile} was compiled by another version of upstare-cc (pipeline {stored.Pipeline}, this is {UnitSource.PipelineVersion}): build it again");
        }

        var analysed = Pipeline.Analyse(stored, CompileOptions.FromStored(stored), describesData: true);
        analysed.Source.Release(() => UnitSource.Deserialize(frame.Read()).Text);
        return new VersionUnit { Index = index, Offset = frame.Offset, Stored = stored.WithoutText(), Analysed = analysed };
    }

    private static IEnumerable<string> TakenIn(VersionUnit unit)
    {
        foreach (var function in unit.Analysed.Tree.FunctionAddresses.Select(address => address.Function).Distinct())
        {
            yield return function.Definition is { } definition ? FunctionKey(unit, definition) : function.Name;
        }

        foreach (var root in unit.Analysed.Tree.Functions.Where(function => function.IsAddressTaken)) yield return FunctionKey(unit, root);
    }
}
