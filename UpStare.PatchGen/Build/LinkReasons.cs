// Collects why a patch cannot be linked: one method per message, all wording here. Everything is collected; the caller
// fails once, with the whole list.
using UpStare.PatchGen.Image;

namespace UpStare.PatchGen.Build;

/// <summary>The reasons of one link.</summary>
internal sealed class LinkReasons
{
  private readonly List<string> list = [];
  private readonly HashSet<string> known = [];

  /// <summary>All reasons, in the order they were found, each once.</summary>
  public IReadOnlyList<string> All => list;

  public void LinkerFailed(string message) =>
    Add($"the objects of the patch cannot be joined: {message.Trim()}");

  public void Damaged(string message) => Add($"the joined object cannot be read: {message}");

  public void Constructors(string section, string function) =>
    Add($"{section}{In(function)}: a patch can have no constructors or destructors (the program has long started); "
      + "call the function where it is needed");

  public void ThreadLocalAlignment(string names, uint limit) =>
    Add($"{names}: new thread-local variables cannot be aligned to more than {limit} bytes");

  public void ExecutableStack(string section) =>
    Add($"{section}: a patch cannot ask for an executable stack (nested functions whose address is taken, or assembly "
      + "without a .note.GNU-stack section)");

  public void IndirectFunction(string name) =>
    Add($"{name}: an ifunc would have to be resolved before anything is decided; a patch can have none");

  public void Unresolved(string name, string reason) => Add($"{name}: {reason}");

  public void PositionDependent(RelocationType type, string target, string place) =>
    Add($"{place}: refers to {target} by a fixed address ({type}): compile with -fPIC");

  public void TooFar(RelocationType type, string target, string place) =>
    Add($"{place}: {target} may be out of reach of {type}: compile with -fPIC");

  public void ThreadLocalModel(RelocationType type, string target, string place) =>
    Add($"{place}: refers to the thread-local {target} by {type}: compile with -ftls-model=initial-exec");

  public void NotThreadLocal(string target, string place) =>
    Add($"{place}: {target} is used as a thread-local variable and is none");

  public void UnknownRelocation(RelocationType type, string target, string place) =>
    Add($"{place}: relocation type {type} (against {target}) is not known");

  public void OutsideSection(string place) => Add($"{place}: a relocation lies outside of its section");

  public void TooLarge() => Add("the patch is larger than 1 GB");

  private static string In(string function) => function == "" ? "" : $" ({function})";

  private void Add(string reason)
  {
    if (known.Add(reason))
    {
      list.Add(reason);
    }
  }
}
