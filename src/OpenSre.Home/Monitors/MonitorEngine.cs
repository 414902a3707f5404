using OpenSre.Core;

namespace OpenSre.Home;

/// <summary>
/// Watches: takes looks at hosts and what surrounds them, and keeps an alarm for each thing that is wrong, OK → pending →
/// firing → recovering → OK. It says nothing to anybody; <see cref="NoticeDesk"/> does. All time is that of the looks.
/// </summary>
public sealed class MonitorEngine
{
    /// <summary>The name under which alarms about the surroundings are kept.</summary>
    public const string Surroundings = "home";

    private static readonly TimeSpan FlapWindow = TimeSpan.FromMinutes(60);
    private static readonly TimeSpan FlapCalm = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan StartUp = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan LongestClear = TimeSpan.FromHours(1);
    private static readonly TimeSpan LeastGap = TimeSpan.FromMinutes(5);
    private static readonly RuleTimes HostTimes = RuleTimes.Minutes(0, 0);
    private const int FlapSwings = 5;
    private const int PastKept = 200;

    private readonly AlarmBook _book;
    private readonly CodeBook _codes;
    private readonly IReadOnlyList<MonitorRule> _rules;
    private readonly IReadOnlyDictionary<string, RuleSettings> _settings;
    private readonly Dictionary<string, HostSettings> _hosts;
    private readonly Dictionary<string, HostReading> _last = [];
    private readonly TimeSpan _gap;
    private DateTimeOffset _stored;
    private bool _dirty;

    /// <param name="every">How often hosts are looked at. After five times that without a look, and five minutes at least, what was about to be believed begins anew: it was not seen to last.</param>
    public MonitorEngine(AlarmBook book, CodeBook codes, IReadOnlyDictionary<string, RuleSettings>? settings = null, IReadOnlyList<HostSettings>? hosts = null, IReadOnlyList<MonitorRule>? rules = null, TimeSpan? every = null)
    {
        _book = book;
        _codes = codes;
        _gap = every is { } known && known * 5 > LeastGap ? known * 5 : LeastGap;
        _settings = settings ?? new Dictionary<string, RuleSettings>();
        _hosts = (hosts ?? []).ToDictionary(h => h.Name, StringComparer.Ordinal);
        _rules = [.. (rules ?? AllRules).Where(r => !(_settings.GetValueOrDefault(r.Id)?.Off ?? false))];
    }

    /// <summary>Every rule there is; <c>host</c>, whether a host answers, is the engine's own.</summary>
    public static IReadOnlyList<MonitorRule> AllRules { get; } = [.. HostRules.All, .. DiskRules.All, .. ContainerRules.All, .. SurroundingsRules.All];

    public AlarmBook Book => _book;

    /// <summary>The last look at a host that brought something; null before.</summary>
    public HostReading? Last(string host)
    {
        lock (_book.Gate)
        {
            return _last.GetValueOrDefault(host);
        }
    }

    /// <summary>Takes a look at a host, which may have failed.</summary>
    public IReadOnlyList<AlarmChange> Observe(HostReading reading)
    {
        lock (_book.Gate)
        {
            List<AlarmChange> changes = [];
            _book.PutBack(reading.At);
            var memory = Memory(reading.Host);
            if (reading.At - memory.LastLook > _gap)
            {
                // Looks that failed hours ago say nothing about now.
                memory.Failures.Clear();
            }

            memory.LastLook = reading.At;
            Reach(reading, memory, changes);
            if (reading.Problem is null)
            {
                memory.Take(reading);
                _last[reading.Host] = reading;
                var starting = reading.Uptime < StartUp;
                foreach (var rule in _rules.Where(r => !r.IsAboutSurroundings && !(starting && r.WaitsForStart)))
                {
                    Judge(rule, reading.Host, Sight(rule, reading, memory, null), reading.At, changes);
                }
            }

            Store(reading.At, changes.Count > 0);
            return changes;
        }
    }

    /// <summary>Takes a look at what surrounds the hosts.</summary>
    public IReadOnlyList<AlarmChange> Observe(Surroundings around)
    {
        lock (_book.Gate)
        {
            List<AlarmChange> changes = [];
            _book.PutBack(around.At);
            var memory = Memory(Surroundings);
            var reading = new HostReading(Surroundings, around.At, TimeSpan.Zero, null, new Dictionary<string, string>());
            foreach (var rule in _rules.Where(r => r.IsAboutSurroundings))
            {
                Judge(rule, Surroundings, Sight(rule, reading, memory, around), around.At, changes);
            }

            Store(around.At, changes.Count > 0);
            return changes;
        }
    }

    /// <summary>
    /// Whether a look shows an alarm's trouble still there: true, false, or null when the look does not tell. The alarm's
    /// own clearing limit counts, not the one it fired at.
    /// </summary>
    public bool? Holds(string key, HostReading reading)
    {
        lock (_book.Gate)
        {
            if (!_book.Alarms.TryGetValue(key, out var alarm) || alarm.Host != reading.Host)
            {
                return null;
            }

            if (alarm.Rule == "host")
            {
                return reading.Problem is not null;
            }

            if (reading.Problem is not null || _rules.FirstOrDefault(r => r.Id == alarm.Rule) is not { IsAboutSurroundings: false } rule)
            {
                return null;
            }

            var seen = rule.Examine(Sight(rule, reading, Memory(reading.Host), null));
            return seen?.Any(o => o.Object == alarm.Thing && o.Level > Severity.Unknown);
        }
    }

    /// <summary>Says that a thing is stopped on purpose; its being stopped is no fault until it runs again.</summary>
    public void StoppedOnPurpose(string host, string thing)
    {
        lock (_book.Gate)
        {
            _book.Host(host).StoppedHere.Add(thing);
            _book.Save();
        }
    }

    /// <summary>Says that a host was told to reboot; that it does not answer is no fault until then.</summary>
    public void RebootingUntil(string host, DateTimeOffset until)
    {
        lock (_book.Gate)
        {
            _book.Host(host).RebootExpectedUntil = until;
            _book.Save();
        }
    }

    private RuleSight Sight(MonitorRule rule, HostReading reading, HostMemory memory, Surroundings? around) =>
        new(reading, memory, thing => _book.Alarms.TryGetValue(Alarm.MakeKey(reading.Host, rule.Id, thing), out var alarm) && alarm.IsOpen ? alarm.Severity : Severity.Unknown, _settings.GetValueOrDefault(rule.Id), around);

    private HostMemory Memory(string host)
    {
        var memory = _book.Host(host);
        if (_hosts.TryGetValue(host, out var settings))
        {
            memory.Declared = settings.Containers;
            memory.BackupAges = settings.Backups.GroupBy(b => b.Name).ToDictionary(g => g.Key, g => g.First().MaxAge, StringComparer.Ordinal);
        }

        return memory;
    }

    /// <summary>Down when three of the last four looks failed, which come quickly after a failed one; up at the second good one in a row.</summary>
    private void Reach(HostReading reading, HostMemory memory, List<AlarmChange> changes)
    {
        memory.Failures.Add(reading.Problem is not null);
        if (memory.Failures.Count > 4)
        {
            memory.Failures.RemoveAt(0);
        }

        var known = _book.Alarms.TryGetValue(Alarm.MakeKey(reading.Host, "host", ""), out var alarm) && alarm.IsOpen;
        var expected = reading.At < memory.RebootExpectedUntil;
        var down = known ? memory.Failures.TakeLast(2).Any(f => f) : !expected && memory.Failures.Count(f => f) >= 3;
        if (_settings.GetValueOrDefault("host")?.Off ?? false)
        {
            return;
        }

        Step(HostTimes, "host", true, reading.Host, new Observation("", down ? Severity.Critical : Severity.Unknown, "does not answer", reading.Problem ?? ""), reading.At, changes);
    }

    private void Judge(MonitorRule rule, string host, RuleSight sight, DateTimeOffset now, List<AlarmChange> changes)
    {
        if (rule.Examine(sight) is not { } seen)
        {
            return;
        }

        var times = _settings.GetValueOrDefault(rule.Id)?.For is { } longer ? rule.Times with { For = longer } : rule.Times;
        foreach (var one in seen)
        {
            Step(times, rule.Id, rule.CountsEveryChange, host, one, now, changes);
        }

        // What is no longer spoken of is well, or gone.
        var named = seen.Select(o => o.Object).ToHashSet(StringComparer.Ordinal);
        foreach (var alarm in _book.Alarms.Values.Where(a => a.Host == host && a.Rule == rule.Id && a.Phase != AlarmPhase.Over && !named.Contains(a.Thing)).ToList())
        {
            Step(times, rule.Id, rule.CountsEveryChange, host, new Observation(alarm.Thing, Severity.Unknown), now, changes);
        }
    }

    private void Step(RuleTimes times, string rule, bool everyChange, string host, Observation seen, DateTimeOffset now, List<AlarmChange> changes)
    {
        var key = Alarm.MakeKey(host, rule, seen.Object);
        var bad = seen.Level > Severity.Unknown;
        if (!_book.Alarms.TryGetValue(key, out var alarm) || alarm.Phase == AlarmPhase.Over)
        {
            if (!bad)
            {
                return;
            }

            if (alarm is not null)
            {
                Retire(alarm);
            }

            alarm = _book.Alarms[key] = new Alarm { Host = host, Rule = rule, Thing = seen.Object, Since = now, LastSeen = now, Severity = seen.Level, Phase = AlarmPhase.Pending };
            _dirty = true;
            if (everyChange)
            {
                Swing(key, now);
            }
        }

        if (now - alarm.LastSeen > _gap && bad)
        {
            // Whether it was so all the time nobody saw.
            alarm.OtherSince = null;
            if (alarm.Phase == AlarmPhase.Pending)
            {
                (alarm.Since, alarm.Looks) = (now, 0);
            }
        }
        else if (now - alarm.LastSeen > _gap && alarm.Phase == AlarmPhase.Recovering)
        {
            alarm.GoodSince = now;
        }

        alarm.LastSeen = now;
        switch (alarm.Phase, bad)
        {
            case (AlarmPhase.Pending, true):
                alarm.Looks++;
                Describe(alarm, seen, seen.Level);
                if (now - alarm.Since >= times.For && alarm.Looks >= times.Looks)
                {
                    if (!everyChange)
                    {
                        Swing(key, now);
                    }

                    Fire(alarm, now);
                    changes.Add(new AlarmChange(AlarmEvent.Fired, alarm, now));
                }
                else if (everyChange && Swings(key, now) >= FlapSwings)
                {
                    // Never bad for long enough, and never good either.
                    Fire(alarm, now);
                    alarm.Flapping = true;
                    changes.Add(new AlarmChange(AlarmEvent.BeganFlapping, alarm, now));
                }

                break;
            case (AlarmPhase.Pending, false):
                _book.Alarms.Remove(key);
                _dirty = true;
                if (everyChange)
                {
                    Swing(key, now);
                }

                break;
            case (AlarmPhase.Firing, true):
                Weigh(alarm, seen, times, now, changes);
                Calm(alarm, key, now, changes);
                break;
            case (AlarmPhase.Firing, false):
                alarm.Phase = AlarmPhase.Recovering;
                _dirty = true;
                alarm.GoodSince = now;
                alarm.OtherSince = null;
                Swing(key, now);
                Flap(alarm, key, now, changes);
                Recover(alarm, key, times, now, changes);
                break;
            case (AlarmPhase.Recovering, true):
                alarm.Phase = AlarmPhase.Firing;
                alarm.GoodSince = null;
                Swing(key, now);
                changes.Add(new AlarmChange(AlarmEvent.Relapsed, alarm, now));
                Flap(alarm, key, now, changes);
                break;
            case (AlarmPhase.Recovering, false):
                Recover(alarm, key, times, now, changes);
                break;
        }
    }

    private void Fire(Alarm alarm, DateTimeOffset now)
    {
        alarm.Phase = AlarmPhase.Firing;
        alarm.FiredAt = now;
        alarm.Code = _codes.Issue(stored: false);
    }

    /// <summary>Takes another severity once it has lasted as long as the rule asks of the alarm itself.</summary>
    private static void Weigh(Alarm alarm, Observation seen, RuleTimes times, DateTimeOffset now, List<AlarmChange> changes)
    {
        if (seen.Level == alarm.Severity)
        {
            alarm.OtherSince = null;
            return;
        }

        alarm.OtherSince ??= now;
        var worse = seen.Level > alarm.Severity;
        if (now - alarm.OtherSince < (worse ? times.For : times.ClearFor))
        {
            return;
        }

        alarm.OtherSince = null;
        if (worse)
        {
            // What was acknowledged was something less.
            alarm.AckedBy = null;
            alarm.AckedAt = null;
        }

        Describe(alarm, seen, seen.Level);
        changes.Add(new AlarmChange(worse ? AlarmEvent.Worsened : AlarmEvent.Eased, alarm, now));
    }

    private void Recover(Alarm alarm, string key, RuleTimes times, DateTimeOffset now, List<AlarmChange> changes)
    {
        if (now - alarm.GoodSince < ClearTime(alarm, key, times, now))
        {
            return;
        }

        alarm.Phase = AlarmPhase.Over;
        alarm.OverAt = alarm.GoodSince;
        alarm.Flapping = false;
        changes.Add(new AlarmChange(AlarmEvent.Recovered, alarm, now));
    }

    /// <summary>Grows by half with each relapse of the last hour.</summary>
    private TimeSpan ClearTime(Alarm alarm, string key, RuleTimes times, DateTimeOffset now)
    {
        if (alarm.Flapping)
        {
            return FlapCalm;
        }

        var relapses = Math.Max(0, (Swings(key, now) - 1) / 2);
        var grown = times.ClearFor * Math.Pow(1.5, relapses);
        return grown < LongestClear ? grown : LongestClear;
    }

    private void Flap(Alarm alarm, string key, DateTimeOffset now, List<AlarmChange> changes)
    {
        if (!alarm.Flapping && Swings(key, now) >= FlapSwings)
        {
            alarm.Flapping = true;
            changes.Add(new AlarmChange(AlarmEvent.BeganFlapping, alarm, now));
        }
    }

    private void Calm(Alarm alarm, string key, DateTimeOffset now, List<AlarmChange> changes)
    {
        if (alarm.Flapping && _book.Swings.TryGetValue(key, out var swings) && now - swings[^1] >= FlapCalm)
        {
            alarm.Flapping = false;
            changes.Add(new AlarmChange(AlarmEvent.Settled, alarm, now));
        }
    }

    private void Swing(string key, DateTimeOffset now)
    {
        if (!_book.Swings.TryGetValue(key, out var swings))
        {
            _book.Swings[key] = swings = [];
        }

        swings.Add(now);
        swings.RemoveAll(s => now - s > FlapWindow);
    }

    private int Swings(string key, DateTimeOffset now) => _book.Swings.TryGetValue(key, out var swings) ? swings.Count(s => now - s <= FlapWindow) : 0;

    private static void Describe(Alarm alarm, Observation seen, Severity level)
    {
        alarm.Severity = level;
        alarm.What = OutsideText.Line(seen.What, 160);
        alarm.Detail = OutsideText.Line(seen.Detail, 200);
    }

    private void Retire(Alarm alarm)
    {
        _book.Alarms.Remove(alarm.Key);
        if (alarm.FiredAt is not null)
        {
            _book.Past.Add(alarm);
            if (_book.Past.Count > PastKept)
            {
                _book.Past.RemoveAt(0);
            }
        }
    }

    /// <summary>Alarms are stored as they change, the memory of hosts every few minutes.</summary>
    private void Store(DateTimeOffset now, bool changed)
    {
        foreach (var alarm in _book.Alarms.Values.Where(a => a.Phase == AlarmPhase.Over && (a.Notice is null || !_book.Notices.TryGetValue(a.Notice, out var notice) || notice.IsClosed) && !a.Held).ToList())
        {
            Retire(alarm);
        }

        foreach (var old in _book.Swings.Where(s => now - s.Value[^1] > FlapWindow).Select(s => s.Key).ToList())
        {
            _book.Swings.Remove(old);
        }

        _book.Silences.RemoveAll(s => s.Until <= now);
        if (changed || _dirty || (_book.Problem.Length > 0 && now - _stored >= TimeSpan.FromMinutes(1)) || now - _stored >= TimeSpan.FromMinutes(5) || now < _stored)
        {
            _book.Save();
            _stored = now;
            _dirty = false;
        }
    }
}
