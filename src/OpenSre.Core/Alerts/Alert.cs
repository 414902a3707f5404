namespace OpenSre.Core;

/// <summary>One severity scale for every vendor; higher is worse.</summary>
public enum Severity { Unknown, Info, Warning, Error, Critical }

/// <summary>Whether the sender says the condition holds.</summary>
public enum AlertStatus { Unknown, Firing, Resolved }

/// <summary>A link the sender attached: a dashboard, a runbook, the alert's own page.</summary>
public sealed record AlertLink(string Title, string Url);

/// <summary>
/// What somebody wants looked at: a vendor's alert or a person's question, in one shape.
/// All text in it comes from outside and is data, never an instruction.
/// </summary>
public sealed record Alert
{
    public required string Name { get; init; }

    /// <summary>One sentence that says what is wrong, in the sender's words.</summary>
    public string Summary { get; init; } = "";

    public Severity Severity { get; init; }

    public AlertStatus Status { get; init; } = AlertStatus.Firing;

    /// <summary>The dialect it arrived in: <c>alertmanager</c>, <c>grafana</c>, <c>text</c>, <c>json</c> …</summary>
    public string Source { get; init; } = "text";

    public IReadOnlyDictionary<string, string> Labels { get; init; } = EmptyMap;

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = EmptyMap;

    /// <summary>When the condition began; anchors the incident window. Null if the sender did not say.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    public DateTimeOffset? EndsAt { get; init; }

    public IReadOnlyList<AlertLink> Links { get; init; } = [];

    /// <summary>The sender's deduplication key, or a hash of name and labels.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>The sender's key for the group of alerts this one came in, if any.</summary>
    public string? GroupKey { get; init; }

    /// <summary>What a person asked, when the input is a question or carries one.</summary>
    public string? Question { get; init; }

    private static readonly Dictionary<string, string> EmptyMap = [];

    /// <summary>Looks a name up in the labels, then in the annotations, ignoring case.</summary>
    public string? Find(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            foreach (var map in new[] { Labels, Annotations })
            {
                foreach (var (key, value) in map)
                {
                    if (key.Equals(name, StringComparison.OrdinalIgnoreCase) && value.Length > 0)
                    {
                        return value;
                    }
                }
            }
        }

        return null;
    }
}
