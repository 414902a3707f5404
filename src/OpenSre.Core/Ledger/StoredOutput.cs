namespace OpenSre.Core;

/// <summary>How a tool call ended.</summary>
public enum ToolStatus
{
    /// <summary>It ran and its output can be read.</summary>
    Ok,

    /// <summary>What it looks at does not exist here (no Docker, no systemd).</summary>
    Missing,

    /// <summary>Permission was refused.</summary>
    Refused,

    /// <summary>It did not answer within its timeout.</summary>
    TimedOut,

    /// <summary>It ended in an error.</summary>
    Failed,

    /// <summary>A replay has no recording of this call.</summary>
    NotRecorded,
}

/// <summary>The full text a tool returned, kept so that every quote can be checked against it.</summary>
/// <param name="Id">"o1", "o2" … within one investigation.</param>
/// <param name="Arguments">The arguments of the call, by name.</param>
/// <param name="Text">The output as the checks read it, after redaction of secrets.</param>
/// <param name="Note">What was cut, or why it failed; empty when nothing is to be said.</param>
public sealed record StoredOutput(
    string Id,
    string Tool,
    IReadOnlyDictionary<string, string> Arguments,
    ToolStatus Status,
    string Text,
    string Note,
    DateTimeOffset At,
    TimeSpan Duration);
