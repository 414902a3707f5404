namespace OpenSre.Home;

/// <summary>What is watched besides the hosts, at one moment. What is null was not looked at.</summary>
public sealed record Surroundings(DateTimeOffset At)
{
    public IReadOnlyList<CertificateReading>? Certificates { get; init; }

    /// <summary>Why Home Assistant does not answer; empty when it does.</summary>
    public string? HomeAssistantProblem { get; init; }

    /// <summary>Why messages may not come through; empty when they do.</summary>
    public string? ChannelProblem { get; init; }

    /// <summary>Why what is known cannot be written down; empty when it can.</summary>
    public string? StateProblem { get; init; }

    /// <summary>Hosts whose look is overdue, with the time of the last one.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset>? Overdue { get; init; }
}

/// <param name="Endpoint">host:port.</param>
/// <param name="Ends">When it stops being valid; null when it could not be read.</param>
/// <param name="Problem">Why it could not be read, or why it is not trusted; null when it is fine.</param>
public sealed record CertificateReading(string Endpoint, DateTimeOffset? Ends, string? Problem);
