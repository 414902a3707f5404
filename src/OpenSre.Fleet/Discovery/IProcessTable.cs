namespace OpenSre.Fleet;

/// <summary>The processes of this machine.</summary>
public interface IProcessTable
{
    /// <summary>
    /// All processes whose executable or arguments <paramref name="wanted"/> accepts; about the others as little as
    /// possible is read. Processes that end meanwhile are left out.
    /// </summary>
    IReadOnlyList<ProcessFacts> Find(ProcessFilter wanted);

    /// <summary>One process, or null when it is gone.</summary>
    ProcessFacts? Get(int pid);

    /// <summary>The processes a process has started that still live.</summary>
    IReadOnlyList<int> Children(int pid);

    /// <summary>The working directory, or null when it may not be seen.</summary>
    string? WorkingDirectory(int pid);

    /// <summary>One variable of the environment a process was started with, or null when it has none or it may not be seen.</summary>
    string? Variable(int pid, string name);

    /// <summary>The files a process has open, as far as they may be seen.</summary>
    IReadOnlyList<string> OpenFiles(int pid);

    /// <summary>True if a process has a file open for writing; false also where that cannot be known.</summary>
    bool Writes(int pid, string path);
}

/// <summary>Decides from bytes, before anything is made of them. Both may be empty.</summary>
/// <param name="commandLine">The arguments, each ended by a zero byte.</param>
/// <param name="executable">The path of the file that runs.</param>
public delegate bool ProcessFilter(ReadOnlySpan<byte> commandLine, ReadOnlySpan<byte> executable);
