namespace OpenSre.Fleet;

/// <summary>
/// One process and no other: its number, and when it started, because numbers are used again.
/// </summary>
/// <param name="Pid">The process id.</param>
/// <param name="Start">On Linux clock ticks since boot, as in field 22 of <c>/proc/PID/stat</c>; elsewhere seconds since 1970.</param>
public readonly record struct ProcessIdentity(int Pid, long Start);
