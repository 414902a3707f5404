using OpenSre.Investigation;

namespace OpenSre.Terminal;

/// <summary>What a session needs to know of the program around it. Everything costly is behind a function.</summary>
public sealed record SessionHost
{
    public required string Version { get; init; }

    /// <summary>What plans the investigations at the start, as far as that is known at once: "built-in engine" or a model.</summary>
    public required string Engine { get; init; }

    /// <summary>
    /// Finds out what plans the investigations and reads the configuration; called once, beside the prompt. Throws
    /// <see cref="InvalidDataException"/> with a sentence when something configured cannot be used.
    /// </summary>
    public Func<string>? FindEngine { get; init; }

    /// <summary>What can be looked at from here, on one line; quick, because the banner waits for it.</summary>
    public required Func<string> Sources { get; init; }

    public required string WorkingDirectory { get; init; }

    /// <summary>The session's name, and the file that keeps it. Other sessions are in the same folder.</summary>
    public required string SessionId { get; init; }

    public required string LogPath { get; init; }

    /// <summary>A session that was left and goes on here; null for a new one.</summary>
    public ShelvedSession? Resume { get; init; }

    /// <summary>A new session's name.</summary>
    public Func<string> NewId { get; init; } = () => Guid.NewGuid().ToString("n")[..8];

    /// <summary>The file of what was typed, for all sessions; null to keep none.</summary>
    public string? HistoryPath { get; init; }

    /// <summary>The file of decisions about changes, for all sessions.</summary>
    public required string AuditPath { get; init; }

    /// <summary>What is refused whoever asks.</summary>
    public IChangePolicy Policy { get; init; } = new ChangePolicy();

    /// <summary>Names to complete and what they are (a host, a container, a namespace); asked for when Tab is pressed.</summary>
    public Func<IEnumerable<(string Name, string Kind)>> KnownNames { get; init; } = () => [];

    /// <summary>Reads text as alerts.</summary>
    public required Func<string, IntakeResult> Intake { get; init; }

    /// <summary>
    /// Asks a model whether words that read like a question are about a case; null where no model is configured, and it
    /// returns null where the model does not say in time.
    /// </summary>
    public Func<CaseFile, string, CancellationToken, Task<DoubtResolved?>>? ResolveDoubt { get; init; }

    /// <summary>Runs one investigation to its end.</summary>
    public required Func<CaseRequest, CancellationToken, Task<CaseFile>> Investigate { get; init; }

    /// <summary>Investigates a recording of the path given; null where that cannot be done.</summary>
    public Func<string, CaseRequest, CancellationToken, Task<CaseFile>>? Replay { get; init; }

    /// <summary>Commands of the program that a session offers too.</summary>
    public IReadOnlyList<SessionProgram> Programs { get; init; } = [];

    /// <summary>Finds out how to watch something; throws <see cref="InvalidDataException"/> with a sentence if it cannot be.</summary>
    public Func<WatchTarget, IWatchProbe>? Watch { get; init; }

    /// <summary>Listens for alerts on a port of this machine until it is cancelled; null where that cannot be done.</summary>
    public Func<int, Action<AlertArrival>, CancellationToken, Task>? Listen { get; init; }

    /// <summary>Loads what an investigation needs, so that the first one begins at once; runs while the person types.</summary>
    public Action? WarmUp { get; init; }
}
