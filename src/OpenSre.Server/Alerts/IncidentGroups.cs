namespace OpenSre.Server;

/// <summary>
/// Decides which alerts are of one incident. What a sender groups, and what complains of the same host or service within
/// five minutes, is one. When eight things complain of the same within a minute, in one place or in four places, that is
/// one cause: the incidents that were opened for them are merged, and whatever joins the family later goes there at once.
/// Two families of one rack are one cause as well. Alerts of different kinds in one cluster or zone stay apart, however many,
/// unless the whole of it fails (<see cref="AreaFailures"/>).
/// </summary>
internal sealed class IncidentGroups
{
    public const int ThingsOfOneCause = 8;
    private const int PartsOfOneCause = 4;
    public const int MostCounted = 64;
    public static readonly TimeSpan AtOnce = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, OpenIncident> _things = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OpenIncident> _neighbourhoods = new(StringComparer.Ordinal);
    private readonly AreaFailures _areas = new();
    private DateTimeOffset _swept;

    /// <summary>The incident an alert belongs to, if there is one.</summary>
    public OpenIncident? Find(AlertMarks marks, DateTimeOffset now)
    {
        if (marks.Group is { } group && Open(group, now) is { } grouped)
        {
            return grouped;
        }

        foreach (var family in marks.Families)
        {
            if (_families.TryGetValue(family.Key, out var known) && known.Cause(now) is { } cause)
            {
                return cause;
            }
        }

        foreach (var thing in marks.Things)
        {
            if (Open(thing, now) is { } same)
            {
                return same;
            }
        }

        return _areas.Find(marks, now);
    }

    /// <summary>Notes that an alert is of an incident.</summary>
    /// <param name="merge">Called for two incidents that turn out to be of one cause, the older first.</param>
    /// <returns>Whether many things complain of the same at once.</returns>
    public bool Note(AlertMarks marks, OpenIncident incident, DateTimeOffset now, Action<OpenIncident, OpenIncident> merge)
    {
        Sweep(now);
        if (marks.Group is { } group)
        {
            _things[group] = incident;
        }

        foreach (var thing in marks.Things)
        {
            // A host with an incident of its own keeps it, also when a storm takes its other alerts.
            if (Open(thing, now) is null)
            {
                _things[thing] = incident;
            }
        }

        var isStorm = false;
        foreach (var mark in marks.Families)
        {
            if (!_families.TryGetValue(mark.Key, out var family))
            {
                family = _families[mark.Key] = new Family();
            }

            var root = incident.Root;
            if (family.Cause(now) is { } cause)
            {
                isStorm = true;
                if (cause == root)
                {
                    continue;
                }

                // Its sender, or its own host, put it elsewhere: that stays so unless a wider family says otherwise.
                family.Count(marks.Self, mark.Part, null, now);
                continue;
            }

            if (!family.Count(marks.Self, mark.Part, root, now))
            {
                continue;
            }

            isStorm = true;
            family.Settle(Merged([.. family.Incidents()], merge));
            if (mark.Neighbourhood is { } place)
            {
                var here = family.Cause(now)!;
                _neighbourhoods[place] = _neighbourhoods.TryGetValue(place, out var other) && other.Root.Takes(now) ? Merged([other.Root, here], merge) : here;
            }
        }

        if (_areas.Note(marks, incident, now) is { } failed)
        {
            isStorm = true;
            _areas.Settle(failed, Merged(failed.Incidents, merge));
        }

        return isStorm;
    }

    /// <summary>Takes down what it knows now, to be written later.</summary>
    public Action<BinaryWriter> Capture()
    {
        var (swept, things, neighbourhoods, areas) = (_swept, _things.ToArray(), _neighbourhoods.ToArray(), _areas.Capture());
        var families = Array.ConvertAll(_families.ToArray(), f => (f.Key, Write: f.Value.Capture()));
        return to =>
        {
            to.Write(swept);
            to.WriteAll(things, t => { to.Write(t.Key); to.Write7BitEncodedInt(t.Value.Number); });
            to.WriteAll(neighbourhoods, n => { to.Write(n.Key); to.Write7BitEncodedInt(n.Value.Number); });
            to.WriteAll(families, f => { to.Write(f.Key); f.Write(to); });
            areas(to);
        };
    }

    /// <summary>Reads what <see cref="Capture"/> took down.</summary>
    /// <param name="incident">The incident of a number.</param>
    public static IncidentGroups Read(BinaryReader from, Func<int, OpenIncident> incident)
    {
        var groups = new IncidentGroups { _swept = from.ReadTime() };
        from.ReadAll(() => groups._things[from.ReadString()] = incident(from.Read7BitEncodedInt()));
        from.ReadAll(() => groups._neighbourhoods[from.ReadString()] = incident(from.Read7BitEncodedInt()));
        from.ReadAll(() => groups._families[from.ReadString()] = Family.Read(from, incident));
        groups._areas.Read(from, incident);
        return groups;
    }

    private static OpenIncident Merged(IEnumerable<OpenIncident> incidents, Action<OpenIncident, OpenIncident> merge)
    {
        OpenIncident? oldest = null;
        foreach (var incident in incidents.Select(i => i.Root).Distinct().OrderBy(i => i.Number).ToList())
        {
            if (oldest is null)
            {
                oldest = incident;
            }
            else
            {
                merge(oldest, incident);
            }
        }

        return oldest!;
    }

    private OpenIncident? Open(string key, DateTimeOffset now) => _things.TryGetValue(key, out var known) && known.Root.Takes(now) ? known.Root : null;

    /// <summary>Forgets what is over, now and then.</summary>
    private void Sweep(DateTimeOffset now)
    {
        if (now - _swept < OpenIncident.Together)
        {
            return;
        }

        _swept = now;
        Forget(_things, t => !t.Root.Takes(now));
        Forget(_families, f => f.IsOver(now));
        Forget(_neighbourhoods, n => !n.Root.Takes(now));
        _areas.Sweep(now);
    }

    private static void Forget<T>(Dictionary<string, T> all, Predicate<T> isOver)
    {
        // A dictionary may lose entries while it is walked.
        foreach (var (key, value) in all)
        {
            if (isOver(value))
            {
                all.Remove(key);
            }
        }
    }

    /// <summary>The same kind of alert in one place.</summary>
    private sealed class Family
    {
        private readonly Dictionary<string, (DateTimeOffset At, OpenIncident? Incident)> _things = new(StringComparer.Ordinal);
        private readonly Dictionary<string, (DateTimeOffset At, OpenIncident? Incident)> _parts = new(StringComparer.Ordinal);
        private OpenIncident? _cause;
        private DateTimeOffset _seen;

        /// <summary>The incident of the family, while it lasts.</summary>
        public OpenIncident? Cause(DateTimeOffset now) => _cause?.Root is { } root && root.Takes(now) ? root : null;

        public bool IsOver(DateTimeOffset now) => Cause(now) is null && now - _seen > AtOnce;

        /// <summary>Counts a thing that complains, and the part of the place it is in.</summary>
        /// <returns>Whether so many do that they have one cause.</returns>
        public bool Count(string thing, string part, OpenIncident? incident, DateTimeOffset now)
        {
            _seen = now;
            Add(_things, thing, incident, now);
            Add(_parts, part, incident, now);
            return _things.Count >= ThingsOfOneCause && _parts.Count >= PartsOfOneCause;
        }

        /// <summary>The incidents of all that were counted.</summary>
        public IEnumerable<OpenIncident> Incidents() => _things.Values.Concat(_parts.Values).Select(t => t.Incident).OfType<OpenIncident>();

        public void Settle(OpenIncident cause)
        {
            _cause = cause;
            _things.Clear();
            _parts.Clear();
        }

        public Action<BinaryWriter> Capture()
        {
            var (cause, seen, things, parts) = (_cause, _seen, _things.ToArray(), _parts.ToArray());
            return to =>
            {
                to.Write(cause);
                to.Write(seen);
                foreach (var counted in (KeyValuePair<string, (DateTimeOffset At, OpenIncident? Incident)>[][])[things, parts])
                {
                    to.WriteAll(counted, c => { to.Write(c.Key); to.Write(c.Value.At); to.Write(c.Value.Incident); });
                }
            };
        }

        public static Family Read(BinaryReader from, Func<int, OpenIncident> incident)
        {
            var family = new Family { _cause = from.ReadIncident(incident), _seen = from.ReadTime() };
            from.ReadAll(() => family._things[from.ReadString()] = (from.ReadTime(), from.ReadIncident(incident)));
            from.ReadAll(() => family._parts[from.ReadString()] = (from.ReadTime(), from.ReadIncident(incident)));
            return family;
        }

        private static void Add(Dictionary<string, (DateTimeOffset At, OpenIncident? Incident)> counted, string name, OpenIncident? incident, DateTimeOffset now)
        {
            Forget(counted, c => now - c.At > AtOnce);
            if (counted.Count < MostCounted || counted.ContainsKey(name))
            {
                counted[name] = (now, incident);
            }
        }
    }
}
