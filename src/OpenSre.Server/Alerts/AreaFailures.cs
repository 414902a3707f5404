namespace OpenSre.Server;

/// <summary>An area that fails as a whole.</summary>
/// <param name="Incidents">The incidents of what fails there.</param>
internal sealed record FailedArea(AlertArea Area, IReadOnlyList<OpenIncident> Incidents);

/// <summary>
/// Notices that a whole zone, cluster, datacenter or region fails, whatever its alerts are called: three kinds of alerts
/// begin there within two minutes, each about eight things within one, while none of these kinds is heard of from any
/// other place of the sort, and another such place is known to speak. Where there is one zone only, or a kind complains
/// elsewhere too, nothing is folded.
/// </summary>
internal sealed class AreaFailures
{
    private const int KindsOfOneCause = 3;
    private const int MostKinds = 256;
    private static readonly TimeSpan BeginTogether = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);
    private readonly Dictionary<string, Dictionary<string, Place>> _sorts = new(StringComparer.Ordinal);

    /// <summary>The incident of the area's failure, for a kind of alert that is part of it.</summary>
    public OpenIncident? Find(AlertMarks marks, DateTimeOffset now)
    {
        foreach (var area in marks.Areas)
        {
            if (_sorts.TryGetValue(area.Sort, out var places) && places.TryGetValue(area.Name, out var place)
                && place.CauseOf(marks.Kind, now) is { } cause)
            {
                return cause;
            }
        }

        return null;
    }

    /// <summary>Notes that an alert is of an incident.</summary>
    /// <returns>An area that turns out to fail as a whole, or in which one more kind does; else null.</returns>
    public FailedArea? Note(AlertMarks marks, OpenIncident incident, DateTimeOffset now)
    {
        FailedArea? failed = null;
        foreach (var area in marks.Areas)
        {
            if (!_sorts.TryGetValue(area.Sort, out var places))
            {
                places = _sorts[area.Sort] = new Dictionary<string, Place>(StringComparer.Ordinal);
            }

            if (!places.TryGetValue(area.Name, out var place))
            {
                place = places[area.Name] = new Place();
            }

            if (place.Count(marks.Kind, marks.Self, incident, now) && failed is null && places.Any(p => p.Value != place && now - p.Value.Seen < Remembered))
            {
                bool IsHereAlone(string kind) => !places.Any(p => p.Value != place && p.Value.Hears(kind, now));
                failed = place.Failing(IsHereAlone, marks.Kind, now) is { } incidents ? new FailedArea(area, incidents) : null;
            }
        }

        return failed;
    }

    /// <summary>Says which incident the failure of an area is.</summary>
    public void Settle(FailedArea failed, OpenIncident cause) => _sorts[failed.Area.Sort][failed.Area.Name].Settle(cause);

    /// <summary>Forgets places that have not spoken for an hour, and what is over.</summary>
    public void Sweep(DateTimeOffset now)
    {
        foreach (var (sort, places) in _sorts)
        {
            foreach (var (name, place) in places)
            {
                place.Sweep(now);
                if (now - place.Seen > Remembered)
                {
                    places.Remove(name);
                }
            }

            if (places.Count == 0)
            {
                _sorts.Remove(sort);
            }
        }
    }

    /// <summary>Takes down what it knows now, to be written later.</summary>
    public Action<BinaryWriter> Capture()
    {
        var places = _sorts.SelectMany(s => s.Value.Select(p => (Sort: s.Key, Name: p.Key, Write: p.Value.Capture()))).ToArray();
        return to => to.WriteAll(places, p => { to.Write(p.Sort); to.Write(p.Name); p.Write(to); });
    }

    /// <summary>Reads what <see cref="Capture"/> took down.</summary>
    public void Read(BinaryReader from, Func<int, OpenIncident> incident) => from.ReadAll(() =>
    {
        var sort = from.ReadString();
        if (!_sorts.TryGetValue(sort, out var places))
        {
            places = _sorts[sort] = new Dictionary<string, Place>(StringComparer.Ordinal);
        }

        places[from.ReadString()] = Place.Read(from, incident);
    });

    private sealed class Place
    {
        private readonly Dictionary<string, Kind> _kinds = new(StringComparer.Ordinal);
        private readonly HashSet<string> _parts = new(StringComparer.Ordinal);
        private OpenIncident? _cause;

        public DateTimeOffset Seen { get; private set; }

        public OpenIncident? CauseOf(string kind, DateTimeOffset now) => _parts.Contains(kind) ? Cause(now) : null;

        public bool Hears(string kind, DateTimeOffset now) => _kinds.TryGetValue(kind, out var known) && now - known.Seen <= BeginTogether;

        /// <returns>Whether the kind has just come to be about many things.</returns>
        public bool Count(string kind, string thing, OpenIncident incident, DateTimeOffset now)
        {
            Seen = now;
            if (!_kinds.TryGetValue(kind, out var known))
            {
                if (_kinds.Count >= MostKinds)
                {
                    return false;
                }

                known = _kinds[kind] = new Kind();
            }

            return known.Count(thing, incident, now);
        }

        /// <summary>The incidents of the kinds that fail together here; null when they are too few.</summary>
        public List<OpenIncident>? Failing(Func<string, bool> isHereAlone, string newest, DateTimeOffset now)
        {
            if (Cause(now) is { } cause)
            {
                if (_parts.Contains(newest) || !_kinds[newest].BeganSince(now - BeginTogether) || !isHereAlone(newest))
                {
                    return null;
                }

                _parts.Add(newest);
                return [cause, .. _kinds[newest].Incidents];
            }

            var failing = _kinds.Where(k => k.Value.IsAboutMany(now) && k.Value.BeganSince(now - BeginTogether) && isHereAlone(k.Key)).ToList();
            if (failing.Count < KindsOfOneCause)
            {
                return null;
            }

            _parts.Clear();
            _parts.UnionWith(failing.Select(f => f.Key));
            return [.. failing.SelectMany(f => f.Value.Incidents)];
        }

        public void Settle(OpenIncident cause) => _cause = cause;

        public void Sweep(DateTimeOffset now)
        {
            foreach (var (name, kind) in _kinds)
            {
                if (now - kind.Seen > BeginTogether)
                {
                    _kinds.Remove(name);
                }
            }
        }

        public Action<BinaryWriter> Capture()
        {
            var (seen, cause, parts) = (Seen, _cause, _parts.ToArray());
            var kinds = Array.ConvertAll(_kinds.ToArray(), k => (k.Key, Write: k.Value.Capture()));
            return to =>
            {
                to.Write(seen);
                to.Write(cause);
                to.WriteAll(parts, p => to.Write(p));
                to.WriteAll(kinds, k => { to.Write(k.Key); k.Write(to); });
            };
        }

        public static Place Read(BinaryReader from, Func<int, OpenIncident> incident)
        {
            var place = new Place { Seen = from.ReadTime(), _cause = from.ReadIncident(incident) };
            from.ReadAll(() => place._parts.Add(from.ReadString()));
            from.ReadAll(() => place._kinds[from.ReadString()] = Kind.Read(from, incident));
            return place;
        }

        private OpenIncident? Cause(DateTimeOffset now) => _cause?.Root is { } root && root.Takes(now) ? root : null;
    }

    /// <summary>One kind of alert in one place.</summary>
    private sealed class Kind
    {
        private readonly Dictionary<string, (DateTimeOffset At, OpenIncident Incident)> _things = new(StringComparer.Ordinal);
        private DateTimeOffset _began;

        public DateTimeOffset Seen { get; private set; }

        public IEnumerable<OpenIncident> Incidents => _things.Values.Select(t => t.Incident);

        /// <returns>Whether it has just come to be about many things.</returns>
        public bool Count(string thing, OpenIncident incident, DateTimeOffset now)
        {
            Expire(now);
            if (_things.Count == 0 && now - Seen > IncidentGroups.AtOnce)
            {
                _began = now;
            }

            Seen = now;
            var before = _things.Count;
            if (before < IncidentGroups.MostCounted || _things.ContainsKey(thing))
            {
                _things[thing] = (now, incident);
            }

            return before < IncidentGroups.ThingsOfOneCause && _things.Count >= IncidentGroups.ThingsOfOneCause;
        }

        public bool BeganSince(DateTimeOffset time) => _began >= time;

        public bool IsAboutMany(DateTimeOffset now)
        {
            Expire(now);
            return _things.Count >= IncidentGroups.ThingsOfOneCause;
        }

        public Action<BinaryWriter> Capture()
        {
            var (began, seen, things) = (_began, Seen, _things.ToArray());
            return to =>
            {
                to.Write(began);
                to.Write(seen);
                to.WriteAll(things, t => { to.Write(t.Key); to.Write(t.Value.At); to.Write7BitEncodedInt(t.Value.Incident.Number); });
            };
        }

        public static Kind Read(BinaryReader from, Func<int, OpenIncident> incident)
        {
            var kind = new Kind { _began = from.ReadTime(), Seen = from.ReadTime() };
            from.ReadAll(() => kind._things[from.ReadString()] = (from.ReadTime(), incident(from.Read7BitEncodedInt())));
            return kind;
        }

        private void Expire(DateTimeOffset now)
        {
            foreach (var (thing, seen) in _things)
            {
                if (now - seen.At > IncidentGroups.AtOnce)
                {
                    _things.Remove(thing);
                }
            }
        }
    }
}
