using System.Text.Json.Serialization;
using OpenSre.Core;

namespace OpenSre.Home;

public enum NoticeStage
{
    /// <summary>Waiting for what belongs to it, and for the investigation.</summary>
    Forming,

    /// <summary>Decided to be said; on its way.</summary>
    Sending,
    Sent,
    Closed,
}

/// <summary>One message about a host's alarms, edited as they evolve.</summary>
public sealed class Notice
{
    public required string Id { get; init; }

    public required string Host { get; init; }

    /// <summary>Keys of its alarms, in the order in which they came.</summary>
    public List<string> Alarms { get; set; } = [];

    public NoticeStage Stage { get; set; }

    public Severity Severity { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    /// <summary>Probably why, in a sentence; empty when nothing was found, null while it is looked for.</summary>
    public string? Cause { get; set; }

    /// <summary>What speaks for the cause, each cleaned.</summary>
    public IReadOnlyList<string> Evidence { get; set; } = [];

    /// <summary>The plan offered with it.</summary>
    public string? Plan { get; set; }

    /// <summary>The whole text that was last said, by chat.</summary>
    public Dictionary<string, NoticePost> Posts { get; set; } = [];

    public DateTimeOffset? LastEdit { get; set; }

    public int Edits { get; set; }

    /// <summary>Edits in a row that did not get through.</summary>
    public int FailedEdits { get; set; }

    /// <summary>When it was last said with a sound: sent, repeated.</summary>
    public DateTimeOffset? LastSaid { get; set; }

    public int Repeats { get; set; }

    /// <summary>Messages about it after the first, over all; they are told apart by it.</summary>
    public int Messages { get; set; }

    /// <summary>Others were told over the second way.</summary>
    public DateTimeOffset? EscalatedAt { get; set; }

    public bool RecoverySaid { get; set; }

    /// <summary>It is only a list: a digest.</summary>
    public string? Digest { get; init; }

    [JsonIgnore]
    public bool IsClosed => Stage == NoticeStage.Closed;
}

/// <param name="Timestamp">What identifies the message there; null while it is on its way.</param>
/// <param name="Text">What it says now.</param>
public sealed record NoticePost(long? Timestamp, string Text)
{
    /// <summary>Keys of the alarms the text is about.</summary>
    public IReadOnlyList<string> Shows { get; init; } = [];
}
