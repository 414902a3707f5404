using OpenSre.Core;

namespace OpenSre.Server;

/// <summary>An incident while it is added up.</summary>
/// <param name="number">Which it is of all; the lower, the older.</param>
internal sealed class OpenIncident(int number, string title, DateTimeOffset openedAt, Severity severity)
{
    private const int MostKept = 20;

    /// <summary>Alerts this near to each other in time may belong together.</summary>
    public static readonly TimeSpan Together = TimeSpan.FromMinutes(5);

    private OpenIncident? _into;

    public int Number { get; } = number;

    public string Id { get; } = $"inc-{number}";

    public string Title { get; } = title;

    public DateTimeOffset OpenedAt { get; } = openedAt;

    public DateTimeOffset LastSeen { get; set; } = openedAt;

    public Severity Severity { get; set; } = severity;

    public int Alerts { get; set; }

    public int Firing { get; set; }

    public long Folded { get; set; }

    public bool Storm { get; set; }

    public int Merged { get; private set; }

    public string? RunId { get; set; }

    public List<Alert> Sample { get; } = [];

    public bool IsMerged => _into is not null;

    /// <summary>Itself, or the incident that has taken it up.</summary>
    public OpenIncident Root
    {
        get
        {
            if (_into is null)
            {
                return this;
            }

            return _into = _into.Root;
        }
    }

    public bool Takes(DateTimeOffset now) => now - LastSeen <= Together;

    public void Keep(Alert alert)
    {
        var same = Sample.FindIndex(a => a.Source == alert.Source && a.Fingerprint == alert.Fingerprint);
        if (same >= 0)
        {
            Sample[same] = alert;
        }
        else if (Sample.Count < MostKept)
        {
            Sample.Add(alert);
        }
        else if (Sample.FindIndex(1, a => a.Severity < alert.Severity) is > 0 and var lesser)
        {
            Sample[lesser] = alert;
        }
    }

    /// <summary>Takes up a younger incident of the same cause: everything it counted is counted here from now on.</summary>
    /// <returns>The younger one's investigation, where this one has its own; else null: it is this one's now.</returns>
    public string? TakeUp(OpenIncident younger)
    {
        younger._into = this;
        Merged += younger.Merged + 1;
        Alerts += younger.Alerts;
        Firing += younger.Firing;
        Folded += younger.Folded;
        LastSeen = LastSeen > younger.LastSeen ? LastSeen : younger.LastSeen;
        Severity = Severity > younger.Severity ? Severity : younger.Severity;
        Storm |= younger.Storm;
        younger.Sample.ForEach(Keep);
        younger.Sample.Clear();
        if (RunId is not null)
        {
            return younger.RunId;
        }

        RunId = younger.RunId;
        return null;
    }

    public IncidentView View() =>
        new(Id, Title, Severity, IsMerged ? "merged" : Firing > 0 ? "open" : "resolved", OpenedAt, LastSeen, Alerts, Firing, Folded, Storm, RunId, [.. Sample.Select(a => SafeText.Line(a.Summary.Length > 0 ? a.Summary : a.Name, 200))], Merged, IsMerged ? Root.Id : null);
}
