using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Terminal;

/// <summary>An alert that arrived, and what became of it.</summary>
internal sealed class ArrivedAlert(string id, DateTimeOffset at, string from, string text, Alert alert)
{
    public string Id => id;

    public DateTimeOffset At => at;

    public string From => from;

    public string Text => text;

    public Alert Alert => alert;

    /// <summary>How often it has come.</summary>
    public int Times { get; set; } = 1;

    public bool IsOver { get; set; }

    /// <summary>It has been looked into.</summary>
    public bool IsTaken { get; set; }
}

/// <summary>
/// Alerts that arrive while a session runs. Each is announced once; the same alert again is counted, not announced. The
/// newest are kept, and how many were dropped is known. Members may be used from any thread.
/// </summary>
internal sealed class AlertInbox(Session session)
{
    private const int Most = 256;
    private const int LongestKept = 64 * 1024;
    private readonly Lock _lock = new();
    private readonly List<ArrivedAlert> _alerts = [];
    private int _number;

    /// <summary>Alerts that are no longer in the list.</summary>
    public int Dropped { get; private set; }

    public IReadOnlyList<ArrivedAlert> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _alerts];
            }
        }
    }

    /// <summary>Alerts that fire and were not looked into.</summary>
    public int Open => All.Count(a => a is { IsOver: false, IsTaken: false });

    public ArrivedAlert? Find(string id) => All.FirstOrDefault(a => a.Id.Equals(id, StringComparison.OrdinalIgnoreCase));

    /// <summary>It is being looked into.</summary>
    public void Take(ArrivedAlert arrived)
    {
        arrived.IsTaken = true;
        Keep(arrived, isNew: false);
    }

    /// <summary>Takes what an earlier session left, without announcing it.</summary>
    public void Restore(IReadOnlyList<SessionAlert> kept)
    {
        lock (_lock)
        {
            _alerts.Clear();
            _alerts.AddRange(kept.TakeLast(Most).Select(k => new ArrivedAlert(k.Id, k.At, k.Origin, k.Text, k.Alert!) { IsOver = k.IsOver, IsTaken = k.IsTaken }));
            Dropped = Math.Max(0, kept.Count - Most);
            _number = kept.Count;
        }
    }

    public void Arrive(AlertArrival arrival)
    {
        foreach (var alert in arrival.Alerts)
        {
            Arrive(arrival, alert);
        }

        session.Changed();
    }

    private void Arrive(AlertArrival arrival, Alert alert)
    {
        ArrivedAlert? known;
        lock (_lock)
        {
            known = _alerts.FindLast(a => !a.IsOver && a.Alert.Name == alert.Name && a.Alert.Fingerprint == alert.Fingerprint);
            if (alert.Status == AlertStatus.Resolved)
            {
                if (known is null)
                {
                    return;
                }

                known.IsOver = true;
            }
            else if (known is not null)
            {
                known.Times++;
                return;
            }
            else
            {
                known = new ArrivedAlert("a" + (++_number).ToString(CultureInfo.InvariantCulture), session.Time.GetUtcNow(), arrival.From, arrival.Text, alert);
                _alerts.Add(known);
                if (_alerts.Count > Most)
                {
                    _alerts.RemoveAt(0);
                    Dropped++;
                }
            }
        }

        Keep(known, isNew: !known.IsOver);
        var words = alert.Summary.Length > 0 && alert.Summary != alert.Name ? $"{alert.Name}: {alert.Summary}" : alert.Name;
        session.View.Print(known.IsOver
            ? new Row { Hanging = 2 }.Add("○ ", Ink.Good).Add($"{known.Id} ", Ink.Accent).Add($"{SafeText.Line(known.Alert.Name, 120)} is over").Add($" · {arrival.From}", Ink.Dim)
            : new Row { Hanging = 2 }.Add("● ", alert.Severity >= Severity.Error ? Ink.Bad : Ink.Warn).Add($"{known.Id} ", Ink.Accent)
                .Add(alert.Severity == Severity.Unknown ? "" : alert.Severity.ToString().ToLowerInvariant() + " ", Ink.Warn).Add(SafeText.Line(words, 240), Ink.Bold)
                .Add($" · {arrival.From} · /investigate {known.Id}", Ink.Dim));
    }

    private void Keep(ArrivedAlert alert, bool isNew) =>
        session.Keeper.Keep(isNew
            ? new SessionAlert(alert.Id, alert.From, Redaction.Apply(alert.Text.Length > LongestKept ? alert.Text[..LongestKept] : alert.Text), alert.Alert, IsOver: false, IsTaken: false)
            : new SessionAlert(alert.Id, "", "", null, alert.IsOver, alert.IsTaken));
}
