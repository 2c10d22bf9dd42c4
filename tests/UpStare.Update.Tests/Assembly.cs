// Updates work on Linux only; tests run side by side, each case for itself.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
[assembly: Parallelizable(ParallelScope.All)]
