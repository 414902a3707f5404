using OpenSre.Core;

namespace OpenSre.Server;

/// <summary>How the server is run. Secrets come from the environment, never from arguments.</summary>
public sealed record ServerSettings
{
    /// <summary>Where it listens: an http URL, or https with a certificate.</summary>
    public string Url { get; init; } = "http://127.0.0.1:8081";

    /// <summary>The home directory; the server keeps everything in its folder <c>server</c>.</summary>
    public required string Home { get; init; }

    /// <summary>Connection string of a PostgreSQL that several servers share; null for a server of its own.</summary>
    public string? Postgres { get; init; }

    /// <summary>Bearer token every request must carry; required when it listens beyond loopback without mutual TLS.</summary>
    public string? Token { get; init; }

    /// <summary>PEM file of its certificate, for https; null for http.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file of the certificate's key; null when it is in the same file.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>PEM file of the authority whose certificates clients must carry: mutual TLS.</summary>
    public string? ClientAuthority { get; init; }

    /// <summary>How often figures go to a collector, where one is named.</summary>
    public TimeSpan TelemetryEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Origins of web pages that may call it, beside its own.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>Investigations that run at the same time; more wait their turn.</summary>
    public int ConcurrentRuns { get; init; } = 4;

    /// <summary>Investigations that alerts may start within an hour.</summary>
    public int AutomaticRunsPerHour { get; init; } = 30;

    /// <summary>The least severity that starts an investigation by itself; null when none does.</summary>
    public Severity? InvestigateFrom { get; init; } = Severity.Warning;

    /// <summary>How long an incident waits for more alerts before it is investigated.</summary>
    public TimeSpan GroupWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Alerts taken in after which what all of them add up to is written down anew, at least, so that the next start is quick.</summary>
    public int CheckpointEvery { get; init; } = 50_000;

    /// <summary>Largest body in bytes.</summary>
    public int MostBodyBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Open connections at most.</summary>
    public int MostConnections { get; init; } = 20_000;

    /// <summary>Requests a second that one address may make, on average, bursts of ten times that; streams count once.</summary>
    public int RequestsPerSecond { get; init; } = 20_000;

    /// <summary>A comment on every idle stream this often, so that nobody takes silence for death.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A reader that takes nothing for this long is cut off.</summary>
    public TimeSpan SlowReader { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long an unanswered approval waits before it counts as declined.</summary>
    public TimeSpan ApprovalWait { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long running investigations may take to end when the server is told to stop.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Where secrets are looked up: names of environment variables.</summary>
    public Func<string, string?> Secret { get; init; } = Environment.GetEnvironmentVariable;

    public string Folder => Path.Combine(Home, "server");

    /// <summary>Whether only this machine can reach it.</summary>
    public bool IsLoopback => Uri.TryCreate(Url, UriKind.Absolute, out var url) && (url.IsLoopback || url.Host is "localhost");
}
