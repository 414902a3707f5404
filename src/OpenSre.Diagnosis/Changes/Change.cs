namespace OpenSre.Diagnostics;

/// <summary>A change of code or configuration.</summary>
/// <param name="At">When it was written.</param>
/// <param name="Subject">The first line of its message.</param>
/// <param name="Diff">The changed lines, null when they are not known.</param>
public sealed record Change(string Id, DateTimeOffset At, string Subject, IReadOnlyList<string> Files, string? Diff)
{
    /// <summary>When and where it came into force; empty when nobody says that it ever did.</summary>
    public IReadOnlyList<(DateTimeOffset At, string Service)> Deployments { get; init; } = [];

    /// <summary>When it first came into force, as far as is known.</summary>
    public DateTimeOffset InForce => Deployments.Count > 0 ? Deployments.Min(d => d.At) : At;
}
