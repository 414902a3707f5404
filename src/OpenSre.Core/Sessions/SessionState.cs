namespace OpenSre.Core;

/// <summary>What a session remembers between inputs; small enough to be written whole.</summary>
public sealed record SessionState
{
    public int V { get; init; } = 1;

    public required string Id { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public string WorkingDirectory { get; init; } = "";

    /// <summary>The model in use, or null for the built-in engine.</summary>
    public string? Model { get; init; }

    /// <summary>True while approvals are given without a question.</summary>
    public bool Trusted { get; init; }

    /// <summary>Ids of the investigations of this session, oldest first.</summary>
    public IReadOnlyList<string> Investigations { get; init; } = [];

    /// <summary>What the person typed, oldest first.</summary>
    public IReadOnlyList<string> History { get; init; } = [];
}
