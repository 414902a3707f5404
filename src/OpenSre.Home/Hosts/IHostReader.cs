namespace OpenSre.Home;

/// <summary>
/// Looks at the hosts that are configured, and keeps the newest look at each. Looks at one host at the same time are one.
/// </summary>
public interface IHostReader
{
    /// <summary>The names of all hosts, in the order of the configuration.</summary>
    IReadOnlyList<string> Hosts { get; }

    /// <summary>
    /// Looks now. A host that does not answer in time is a reading with a <see cref="HostReading.Problem"/>; only
    /// cancellation and a name that is not among <see cref="Hosts"/> (<see cref="ArgumentException"/>) throw.
    /// </summary>
    Task<HostReading> ReadAsync(string host, CancellationToken cancellation);

    /// <summary>The newest reading there is, whatever its age; null before the first. It looks at nothing.</summary>
    HostReading? Latest(string host);
}
