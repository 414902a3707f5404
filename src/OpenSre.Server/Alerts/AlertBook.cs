using OpenSre.Core;

namespace OpenSre.Server;

/// <summary>Something that happened to an incident while a line was added.</summary>
/// <param name="Loose">An investigation that nobody needs any more: the incident that took its own up has one.</param>
internal readonly record struct IncidentChange(string Type, OpenIncident Incident, string? Loose = null);

/// <summary>
/// What the lines of the alert journal add up to: every alert, once, and the incidents they belong to. The same lines in
/// the same order give the same book, after a restart and on every server. It reads no clock; one thread uses it at a time.
/// </summary>
internal sealed class AlertBook
{
    private static readonly TimeSpan DeliveryMemory = TimeSpan.FromHours(1);
    private readonly Dictionary<string, Known> _alerts = new(StringComparer.Ordinal);
    private readonly List<Known> _order = [];
    private readonly Dictionary<string, OpenIncident> _byId = new(StringComparer.Ordinal);
    private readonly List<OpenIncident> _incidents = [];
    private readonly Dictionary<string, (DateTimeOffset At, string? Ticket)> _deliveries = new(StringComparer.Ordinal);
    private IncidentGroups _groups = new();
    private readonly List<IncidentChange> _changes = [];
    private int _merged;
    private int _open;

    public int Alerts => _order.Count;

    /// <summary>Incidents that stand for themselves and have an alert that fires.</summary>
    public int Open => _open;

    /// <summary>Incidents that others have taken up.</summary>
    public int Merged => _merged;

    public int Opened => _incidents.Count;

    /// <summary>Whether a delivery was taken before, under another ticket.</summary>
    public bool IsRepeat(string? delivery, string? ticket, DateTimeOffset at) =>
        delivery is not null && _deliveries.TryGetValue(delivery, out var seen) && at - seen.At < DeliveryMemory && (ticket is null || seen.Ticket != ticket);

    /// <summary>Adds a line.</summary>
    /// <param name="changes">What happened to incidents.</param>
    /// <returns>Whether it told anything new, and the id of the incident; empty for a delivery that was taken before.</returns>
    public (bool IsNew, string Incident) Add(AlertLine line, List<IncidentChange> changes)
    {
        if (line.Alert is not { } alert)
        {
            Investigated(line, changes);
            return (false, "");
        }

        // A line without a ticket is the only one of its delivery, or was written before there were tickets.
        if (line.Ticket is not null && IsRepeat(line.Delivery, line.Ticket, line.At))
        {
            return (false, "");
        }

        Remember(line);
        _changes.Clear();
        var (isNew, incident) = Fold(alert, line.At);
        changes.AddRange(_changes);
        return (isNew, incident.Root.Id);
    }

    public OpenIncident? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Distinct alerts, newest first.</summary>
    /// <param name="before">Continue below this number.</param>
    public AlertPage Page(long? before, int limit, AlertStatus? status, string? search)
    {
        List<AlertRow> rows = [];
        var at = (int)Math.Min(_order.Count, before - 1 ?? _order.Count) - 1;
        for (var looked = 0; at >= 0 && rows.Count < limit && looked < 200_000; at--, looked++)
        {
            var k = _order[at];
            if ((status is null || k.Status == status) && (search is null || k.Name.Contains(search, StringComparison.OrdinalIgnoreCase) || k.Summary.Contains(search, StringComparison.OrdinalIgnoreCase)))
            {
                rows.Add(new AlertRow(at + 1, k.Key, k.Name, k.Summary, k.Severity, k.Status, k.Source, k.FirstSeen, k.LastSeen, k.Count, k.Incident.Root.Id));
            }
        }

        return new AlertPage(rows, _order.Count, at >= 0 ? at + 2 : null);
    }

    /// <summary>Incidents that stand for themselves, newest first.</summary>
    public IncidentPage Incidents(int skip, int limit, bool openOnly)
    {
        List<IncidentView> views = [];
        for (var at = _incidents.Count - 1; at >= 0 && views.Count < limit; at--)
        {
            var incident = _incidents[at];
            if (!incident.IsMerged && (!openOnly || incident.Firing > 0) && skip-- <= 0)
            {
                views.Add(incident.View());
            }
        }

        return new IncidentPage(views, openOnly ? _open : _incidents.Count - _merged);
    }

    /// <summary>Incidents that fire, stand for themselves and have no investigation, opened since a time.</summary>
    public IEnumerable<OpenIncident> Uninvestigated(DateTimeOffset since) =>
        _incidents.Where(i => !i.IsMerged && i.Firing > 0 && i.RunId is null && i.OpenedAt >= since);

    /// <summary>Takes down what it holds now, to be written later, while lines are added.</summary>
    public Action<BinaryWriter> Capture()
    {
        var alerts = new KnownNow[_order.Count];
        for (var i = 0; i < alerts.Length; i++)
        {
            alerts[i] = new KnownNow(_order[i]);
        }

        var incidents = Array.ConvertAll(_incidents.ToArray(), i => i.Capture());
        var (deliveries, groups, merged, open) = (_deliveries.ToArray(), _groups.Capture(), _merged, _open);
        return to =>
        {
            to.Write7BitEncodedInt(merged);
            to.Write7BitEncodedInt(open);
            to.WriteAll(incidents, write => write(to));
            Dictionary<string, int> words = new(StringComparer.Ordinal);
            to.WriteAll(alerts, a => a.Write(to, words));
            to.WriteAll(deliveries, d => { to.Write(d.Key); to.Write(d.Value.At); to.Write(d.Value.Ticket ?? ""); });
            groups(to);
        };
    }

    /// <summary>Reads what <see cref="Capture"/> took down.</summary>
    public static AlertBook Read(BinaryReader from)
    {
        var book = new AlertBook { _merged = from.Read7BitEncodedInt(), _open = from.Read7BitEncodedInt() };
        OpenIncident Incident(int number) => book._incidents[number - 1];
        from.ReadAll(() =>
        {
            var incident = OpenIncident.Read(from, book._incidents.Count + 1, Incident);
            book._incidents.Add(incident);
            book._byId[incident.Id] = incident;
        });
        var count = from.Read7BitEncodedInt();
        book._alerts.EnsureCapacity(count);
        book._order.EnsureCapacity(count);
        List<string> words = [];
        for (; count > 0; count--)
        {
            var known = Known.Read(from, words, Incident);
            book._alerts[known.Key] = known;
            book._order.Add(known);
        }

        from.ReadAll(() => book._deliveries[from.ReadString()] = (from.ReadTime(), from.ReadString() is { Length: > 0 } ticket ? ticket : null));
        book._groups = IncidentGroups.Read(from, Incident);
        return book;
    }

    private (bool IsNew, OpenIncident Incident) Fold(Alert alert, DateTimeOffset now)
    {
        // An alert is known by its sender's kind and its sender's fingerprint.
        var key = $"{alert.Source}:{(alert.Fingerprint.Length > 0 ? alert.Fingerprint : alert.Name)}";
        if (_alerts.TryGetValue(key, out var known))
        {
            return Again(known, alert, now);
        }

        var marks = AlertMarks.Of(alert);
        var incident = Belongs(marks, alert, now);
        known = new Known(key, alert, incident, now);
        _alerts[key] = known;
        _order.Add(known);
        incident.Alerts++;
        incident.LastSeen = now;
        incident.KeepNew(alert);
        if (alert.Status != AlertStatus.Resolved)
        {
            Fires(incident, 1);
            Worsen(incident, alert.Severity);
        }

        Note(marks, incident, now);
        return (true, incident);
    }

    private (bool IsNew, OpenIncident Incident) Again(Known known, Alert alert, DateTimeOffset now)
    {
        var incident = known.Incident.Root;
        known.Count++;
        known.LastSeen = now;
        AlertMarks? anew = null;
        if (alert.Status == AlertStatus.Firing && known.Status != AlertStatus.Firing && incident.Firing == 0 && now - known.LastChange > OpenIncident.Together)
        {
            // It came back after its incident was over: that is a new incident.
            anew = AlertMarks.Of(alert);
            known.Incident = incident = Belongs(anew, alert, now);
            incident.Alerts++;
        }
        else
        {
            incident.Folded++;
        }

        incident.LastSeen = now;
        var rises = alert.Status == AlertStatus.Firing && alert.Severity > known.Severity;
        if (alert.Status == known.Status && !rises)
        {
            return (false, incident);
        }

        Fires(incident, (alert.Status == AlertStatus.Resolved ? 0 : 1) - (known.Status == AlertStatus.Resolved ? 0 : 1));
        (known.Status, known.Severity, known.LastChange) = (alert.Status, alert.Severity == Severity.Unknown ? known.Severity : alert.Severity, now);
        incident.Keep(alert);
        if (alert.Status == AlertStatus.Firing)
        {
            Worsen(incident, alert.Severity);
        }

        if (anew is not null)
        {
            Note(anew, incident, now);
        }

        return (true, incident);
    }

    private OpenIncident Belongs(AlertMarks marks, Alert alert, DateTimeOffset now)
    {
        if (_groups.Find(marks, now) is { } known)
        {
            return known;
        }

        var incident = new OpenIncident(_incidents.Count + 1, SafeText.Line(alert.Name, 200), now, alert.Severity);
        _incidents.Add(incident);
        _byId[incident.Id] = incident;
        Turn("incident.opened", incident);
        return incident;
    }

    private void Note(AlertMarks marks, OpenIncident incident, DateTimeOffset now)
    {
        if (_groups.Note(marks, incident, now, Merge))
        {
            incident.Root.Storm = true;
        }
    }

    /// <summary>A graver alert has joined it, whoever sent it: what was found so far was found of something lesser.</summary>
    private void Worsen(OpenIncident incident, Severity severity)
    {
        if (severity > incident.Severity)
        {
            incident.Severity = severity;
            Turn("incident.worsened", incident);
        }
    }

    private void Turn(string type, OpenIncident incident)
    {
        incident.Turns++;
        _changes.Add(new IncidentChange(type, incident));
    }

    private void Merge(OpenIncident older, OpenIncident younger)
    {
        // Where the younger one's investigation goes over, the graver thing is what is looked at already.
        var worsens = younger.Firing > 0 && older.Firing > 0 && younger.Severity > older.Severity && (older.RunId is not null || younger.RunId is null);
        _open -= (older.Firing > 0 ? 1 : 0) + (younger.Firing > 0 ? 1 : 0);
        var loose = older.TakeUp(younger);
        _open += older.Firing > 0 ? 1 : 0;
        _merged++;
        _changes.Add(new IncidentChange("incident.merged", younger, loose));
        if (worsens)
        {
            Turn("incident.worsened", older);
        }
    }

    private void Fires(OpenIncident incident, int more)
    {
        var before = incident.Firing;
        incident.Firing += more;
        if (before > 0 && incident.Firing <= 0)
        {
            _open--;
            _changes.Add(new IncidentChange("incident.resolved", incident));
        }
        else if (before <= 0 && incident.Firing > 0)
        {
            _open++;
        }
    }

    private void Investigated(AlertLine line, List<IncidentChange> changes)
    {
        if (line.RunFor is not { } id || !_byId.TryGetValue(id, out var incident))
        {
            return;
        }

        incident.RunId = line.RunId;
        if (incident.IsMerged && incident.Root is { RunId: { } other } && other != line.RunId)
        {
            // It was taken up while its investigation began.
            changes.Add(new IncidentChange("incident.merged", incident, line.RunId));
            return;
        }

        incident.Root.RunId = line.RunId;
        changes.Add(new IncidentChange("incident.investigated", incident.Root));
    }

    private void Remember(AlertLine line)
    {
        if (line.Delivery is null)
        {
            return;
        }

        _deliveries[line.Delivery] = (line.At, line.Ticket);
        if (_deliveries.Count > 100_000)
        {
            foreach (var (delivery, seen) in _deliveries)
            {
                if (line.At - seen.At > DeliveryMemory)
                {
                    _deliveries.Remove(delivery);
                }
            }
        }
    }

    private sealed class Known
    {
        public Known(string key, Alert alert, OpenIncident incident, DateTimeOffset now)
        {
            (Key, Name, Summary, Source) = (key, string.Intern(SafeText.Line(alert.Name, 200)), SafeText.Line(alert.Summary, 200), string.Intern(alert.Source));
            (Severity, Status, Incident, Count) = (alert.Severity, alert.Status, incident, 1);
            FirstSeen = LastSeen = LastChange = now;
        }

        private Known(BinaryReader from, List<string> words, Func<int, OpenIncident> incident)
        {
            (Key, Name, Source) = (from.ReadString(), Word(from, words), Word(from, words));
            Summary = from.ReadString() is { Length: > 0 } summary ? summary : Name;
            (Severity, Status) = ((Severity)from.ReadByte(), (AlertStatus)from.ReadByte());
            (FirstSeen, LastSeen, LastChange) = (from.ReadTime(), from.ReadTime(), from.ReadTime());
            (Count, Incident) = (from.Read7BitEncodedInt(), incident(from.Read7BitEncodedInt()));
        }

        public string Key { get; }

        public string Name { get; }

        public string Summary { get; }

        public string Source { get; }

        public Severity Severity { get; set; }

        public AlertStatus Status { get; set; }

        public DateTimeOffset FirstSeen { get; }

        public DateTimeOffset LastSeen { get; set; }

        public DateTimeOffset LastChange { get; set; }

        public int Count { get; set; }

        public OpenIncident Incident { get; set; }

        public static Known Read(BinaryReader from, List<string> words, Func<int, OpenIncident> incident) => new(from, words, incident);

        /// <summary>A word that many alerts share: its number, and the word itself where it is new.</summary>
        private static string Word(BinaryReader from, List<string> words)
        {
            var number = from.Read7BitEncodedInt();
            if (number == words.Count)
            {
                words.Add(string.Intern(from.ReadString()));
            }

            return words[number];
        }
    }

    /// <summary>What changes of an alert, as it was at one time.</summary>
    private readonly struct KnownNow(Known known)
    {
        private readonly Known _known = known;
        private readonly OpenIncident _incident = known.Incident;
        private readonly DateTimeOffset _lastSeen = known.LastSeen;
        private readonly DateTimeOffset _lastChange = known.LastChange;
        private readonly int _count = known.Count;
        private readonly Severity _severity = known.Severity;
        private readonly AlertStatus _status = known.Status;

        public void Write(BinaryWriter to, Dictionary<string, int> words)
        {
            to.Write(_known.Key);
            Word(_known.Name, to, words);
            Word(_known.Source, to, words);
            to.Write(_known.Summary == _known.Name ? "" : _known.Summary);
            to.Write((byte)_severity);
            to.Write((byte)_status);
            to.Write(_known.FirstSeen);
            to.Write(_lastSeen);
            to.Write(_lastChange);
            to.Write7BitEncodedInt(_count);
            to.Write7BitEncodedInt(_incident.Number);
        }

        private static void Word(string word, BinaryWriter to, Dictionary<string, int> words)
        {
            if (words.TryGetValue(word, out var number))
            {
                to.Write7BitEncodedInt(number);
                return;
            }

            to.Write7BitEncodedInt(words.Count);
            to.Write(word);
            words[word] = words.Count;
        }
    }
}
