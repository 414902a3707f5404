using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>Something a session knows about where it works.</summary>
/// <param name="Name">Such as <c>namespace</c> or <c>service</c>; empty for a correction.</param>
/// <param name="IsSaid">A person said it; otherwise it was read from an alert.</param>
public sealed record ContextFact(string Name, string Value, string Origin, bool IsSaid);

/// <summary>
/// What a session remembers between investigations: where things are, and corrections. What a person said fills in what an
/// alert leaves open, and corrections are said again to every investigation, visibly; what was read from alerts only says
/// where a question without a place is about. None of it is evidence. Members may be used from any thread.
/// </summary>
public sealed partial class SessionContext
{
    private static readonly string[] Places = ["cluster", "namespace", "service", "host", "instance", "region", "environment", "env"];
    private static readonly string[] Scopes = ["cluster", "namespace"];
    private readonly Lock _lock = new();
    private readonly List<ContextFact> _facts = [];

    /// <summary>Facts first, then corrections, each in the order they were learnt.</summary>
    public IReadOnlyList<ContextFact> Facts
    {
        get
        {
            lock (_lock)
            {
                return [.. _facts.OrderBy(f => f.Name.Length == 0)];
            }
        }
    }

    public IReadOnlyList<string> Corrections => [.. Facts.Where(f => f.Name.Length == 0).Select(f => f.Value)];

    /// <summary>Takes a record of a session file, or one that is about to be written.</summary>
    public void Take(SessionNote note)
    {
        ArgumentNullException.ThrowIfNull(note);
        lock (_lock)
        {
            _facts.RemoveAll(f => f.Name == note.Name && (note.Name.Length > 0 || f.Value == (note.Value ?? note.Origin)));
            if (note.Value is { } value)
            {
                _facts.Add(new ContextFact(note.Name, value, note.Origin, note.Origin == You));
            }
        }
    }

    /// <summary>The origin of what a person said.</summary>
    public const string You = "you";

    /// <summary>What these alerts tell about the place and is not known yet; nothing said by a person is replaced.</summary>
    public IReadOnlyList<SessionNote> Learn(IReadOnlyList<Alert> alerts, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        var known = Facts.ToDictionary(f => f.Name.Length > 0 ? f.Name : "\n" + f.Value, StringComparer.Ordinal);
        List<SessionNote> news = [];
        foreach (var name in Places)
        {
            var value = alerts.Select(a => a.Labels.TryGetValue(name, out var v) ? v : null).FirstOrDefault(v => v is { Length: > 0 });
            if (value is not null && (!known.TryGetValue(name, out var old) || (!old.IsSaid && old.Value != value)))
            {
                news.Add(new SessionNote(name, Redaction.Apply(SafeText.Line(value, 200)), SafeText.Line(alerts[0].Name, 80)) { At = now });
            }
        }

        return news;
    }

    /// <summary>The alerts with what is known about their place, where they leave it open.</summary>
    public IReadOnlyList<Alert> Complete(IReadOnlyList<Alert> alerts)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        var facts = Facts.Where(f => f.Name.Length > 0).ToList();
        return facts.Count == 0 ? alerts : [.. alerts.Select(Completed)];

        Alert Completed(Alert alert)
        {
            var missing = facts.Where(f => alert.Find(f.Name) is null && (f.IsSaid || (alert.Question is not null && Scopes.Contains(f.Name)))).ToList();
            return missing.Count == 0
                ? alert
                : alert with { Labels = new Dictionary<string, string>([.. alert.Labels, .. missing.Select(f => KeyValuePair.Create(f.Name, f.Value))], StringComparer.Ordinal) };
        }
    }

    /// <summary>Whether words said to a run are a correction that later runs should hear too: something is to be left out.</summary>
    public static bool IsCorrection(string words) => LeavesOut().IsMatch(words);

    [GeneratedRegex(@"^\W*(please\s+)?(ignore|skip|leave\s+out|forget\s+about|don'?t\s+look\s+at|it'?s\s+not|not\s+about)\b", RegexOptions.IgnoreCase)]
    private static partial Regex LeavesOut();
}
