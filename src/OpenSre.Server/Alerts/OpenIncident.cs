using System.Text.Json;
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

    /// <summary>How often it took a turn that may be worth an investigation: it opened, or got worse.</summary>
    public int Turns { get; set; }

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

    /// <summary>Keeps an alert that was kept before, as it is now, or makes room for it.</summary>
    public void Keep(Alert alert)
    {
        if (Sample.FindIndex(a => a.Fingerprint == alert.Fingerprint && a.Source == alert.Source) is >= 0 and var same)
        {
            Sample[same] = alert;
        }
        else
        {
            KeepNew(alert);
        }
    }

    /// <summary>Keeps an alert that nobody has heard of before, if it is one of the first or graver than others.</summary>
    public void KeepNew(Alert alert)
    {
        if (Sample.Count < MostKept)
        {
            Sample.Add(alert);
        }
        else if (Sample.FindIndex(1, a => a.Severity < alert.Severity) is > 0 and var lesser)
        {
            Sample[lesser] = alert;
        }
    }

    /// <summary>Takes down what it is now, to be written later.</summary>
    public Action<BinaryWriter> Capture()
    {
        var (lastSeen, worst, alerts, firing, folded, storm, merged, turns, run, into) = (LastSeen, Severity, Alerts, Firing, Folded, Storm, Merged, Turns, RunId, _into?.Root.Number ?? 0);
        Alert[] sample = [.. Sample];
        return to =>
        {
            to.Write(Title);
            to.Write(OpenedAt);
            to.Write(lastSeen);
            to.Write((byte)worst);
            to.Write7BitEncodedInt(alerts);
            to.Write7BitEncodedInt(firing);
            to.Write7BitEncodedInt64(folded);
            to.Write(storm);
            to.Write7BitEncodedInt(merged);
            to.Write7BitEncodedInt(turns);
            to.Write(run ?? "");
            to.Write7BitEncodedInt(into);
            to.WriteAll(sample, alert => to.WriteBytes(JsonSerializer.SerializeToUtf8Bytes(alert, ServerJson.Default.Alert)));
        };
    }

    /// <summary>Reads what <see cref="Capture"/> took down.</summary>
    /// <param name="older">The incident of a number; one that was taken up was so by an older one.</param>
    public static OpenIncident Read(BinaryReader from, int number, Func<int, OpenIncident> older)
    {
        var incident = new OpenIncident(number, from.ReadString(), from.ReadTime(), default)
        {
            LastSeen = from.ReadTime(),
            Severity = (Severity)from.ReadByte(),
            Alerts = from.Read7BitEncodedInt(),
            Firing = from.Read7BitEncodedInt(),
            Folded = from.Read7BitEncodedInt64(),
            Storm = from.ReadBoolean(),
            Merged = from.Read7BitEncodedInt(),
            Turns = from.Read7BitEncodedInt(),
            RunId = from.ReadString() is { Length: > 0 } run ? run : null,
        };
        incident._into = from.ReadIncident(older);
        from.ReadAll(() => incident.Sample.Add(JsonSerializer.Deserialize(from.ReadBytes(), ServerJson.Default.Alert)!));

        return incident;
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
