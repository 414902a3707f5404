namespace OpenSre.Fleet;

/// <summary>What the system says about a process at one moment.</summary>
/// <param name="Arguments">Word by word, as the process was given them or has rewritten them.</param>
/// <param name="Executable">The file that runs; empty when it may not be seen.</param>
/// <param name="State">The letter of <c>/proc/PID/stat</c>: R, S, D, T, Z …</param>
/// <param name="CpuTime">Used so far, in user and kernel mode.</param>
/// <param name="ResidentBytes">Memory in use.</param>
public sealed record ProcessFacts(
    ProcessIdentity Identity,
    int Parent,
    IReadOnlyList<string> Arguments,
    string Executable,
    char State,
    DateTimeOffset StartedAt,
    TimeSpan CpuTime,
    long ResidentBytes)
{
    /// <summary>Where its stack begins; a copy of a process has that of the original until it runs a program. 0 where that may not be seen.</summary>
    public long Stack { get; init; }

    /// <summary>It was made as a copy of <paramref name="parent"/> and has not run a program of its own.</summary>
    public bool IsCopyOf(ProcessFacts parent) =>
        Parent == parent.Identity.Pid && Stack != 0 && Stack == parent.Stack && Executable == parent.Executable && Arguments.SequenceEqual(parent.Arguments);
}
