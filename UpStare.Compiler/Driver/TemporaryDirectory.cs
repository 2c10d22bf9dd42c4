// One private directory for everything temporary of a run; gone when the run ends, also when a signal ends it.
using System.Runtime.InteropServices;

namespace UpStare.Compiler.Driver;

/// <summary>A directory that is deleted at the end.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    private readonly List<PosixSignalRegistration> registrations = [];

    /// <summary>Makes the directory in TMPDIR.</summary>
    public TemporaryDirectory()
    {
        Path = Directory.CreateTempSubdirectory("upstare-").FullName;
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
            registrations.Add(PosixSignalRegistration.Create(signal, _ => Delete()));
    }

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Delete();
        registrations.ForEach(r => r.Dispose());
    }

    private void Delete()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Someone else was faster, or /tmp is in trouble: no reason to fail a finished compilation.
        }
    }
}
