using System.Text.Json.Serialization;

namespace OpenSre.Core;

/// <summary>
/// What a session file holds besides the events of its investigations, one record a line. The set is closed; a line of a
/// kind only a newer version knows is left out by older ones.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(SessionOpened), "session.opened")]
[JsonDerivedType(typeof(SessionNamed), "session.named")]
[JsonDerivedType(typeof(SessionInput), "session.input")]
[JsonDerivedType(typeof(SessionNote), "session.note")]
[JsonDerivedType(typeof(SessionCase), "session.case")]
[JsonDerivedType(typeof(SessionJudgement), "session.judgement")]
[JsonDerivedType(typeof(SessionAlert), "session.alert")]
[JsonDerivedType(typeof(SessionWatch), "session.watch")]
public abstract record SessionRecord
{
    /// <summary>Version of the format; rises only when a reader of the old one would misread it.</summary>
    public int V { get; init; } = 1;

    public DateTimeOffset At { get; init; }
}

/// <summary>A session began, or went on after it was left.</summary>
public sealed record SessionOpened(string Id, string WorkingDirectory, string Version) : SessionRecord;

/// <summary>The session was given a name by the person.</summary>
public sealed record SessionNamed(string Name) : SessionRecord;

/// <summary>Something a person typed, with secrets taken out.</summary>
public sealed record SessionInput(string Text) : SessionRecord;

/// <summary>Something to remember, or to forget when <paramref name="Value"/> is null.</summary>
/// <param name="Name">A fact's name such as <c>namespace</c>; empty for a correction, which is then <paramref name="Value"/>.</param>
/// <param name="Origin">Who said so: the person, or the alert it was read from. For a correction to forget, the correction.</param>
public sealed record SessionNote(string Name, string? Value, string Origin) : SessionRecord;

/// <summary>An investigation ended.</summary>
/// <param name="Facts">The ids of the facts that held at its end, in order; others found on the way were dropped.</param>
public sealed record SessionCase(string InvestigationId, IReadOnlyList<string> Facts) : SessionRecord;

/// <summary>A person said how good an answer was.</summary>
/// <param name="Grade"><c>right</c>, <c>partly</c> or <c>wrong</c>.</param>
public sealed record SessionJudgement(string InvestigationId, string Grade, string Words) : SessionRecord;

/// <summary>An alert came by itself, or something became of one that had come.</summary>
/// <param name="Id">"a1", "a2" … within one session.</param>
/// <param name="Origin">Where it came from; empty when the record only tells what became of it.</param>
/// <param name="Text">What was sent, as far as it is kept.</param>
/// <param name="Alert">The alert as it was read; null when the record only tells what became of it.</param>
/// <param name="IsOver">It fires no more.</param>
/// <param name="IsTaken">It has been looked into.</param>
public sealed record SessionAlert(string Id, string Origin, string Text, Alert? Alert, bool IsOver, bool IsTaken) : SessionRecord;

/// <summary>Something is watched from now on, or no longer.</summary>
/// <param name="Words">The watch as it was asked for, such as <c>https://shop/health time&gt;2s</c>.</param>
public sealed record SessionWatch(string Words, bool IsOn) : SessionRecord;
