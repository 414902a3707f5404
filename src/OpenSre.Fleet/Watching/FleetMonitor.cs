namespace OpenSre.Fleet;

/// <summary>
/// Looks at all agents again and again; what was read of their records is not read twice. Not thread-safe.
/// </summary>
public sealed class FleetMonitor(FleetHome home, AgentDiscovery discovery, FleetSettings settings, TimeProvider time)
{
    private static readonly TimeSpan UsualProgress = TimeSpan.FromMinutes(8);

    private readonly AgentLogs _logs = new(discovery.Table);
    private readonly Dictionary<ProcessIdentity, Watched> _watched = [];

    public FleetSettings Settings => settings;

    /// <summary>All agents now: those that run, and the registered ones whose process is gone.</summary>
    public IReadOnlyList<AgentView> Look()
    {
        var now = time.GetUtcNow();
        var records = Records();
        var agents = discovery.Find();
        foreach (var gone in _watched.Keys.Except(agents.Select(a => a.Identity)).ToList())
        {
            _watched.Remove(gone);
        }

        List<AgentView> views = [];
        foreach (var agent in agents)
        {
            views.Add(Look(agent, records, now));
        }

        foreach (var record in records.Where(r => views.All(v => v.Pid != r.Pid) && (discovery.Table.Get(r.Pid) is not { } process || !r.Is(process) || process.State is 'Z')))
        {
            views.Add(new AgentView(record.Name, record.Pid, null, new AgentStatus(AgentState.Crashed, "it is registered, and its process is gone"), new AgentMeter(_ => null), null, 0, null, 0, 0, now));
        }

        return [.. views.OrderBy(v => v.Name, StringComparer.Ordinal).ThenBy(v => v.Pid)];
    }

    private List<AgentRecord> Records() => [.. home.Folders.SelectMany(f => new AgentRegistry(Path.Combine(f, AgentRegistry.FileName)).All()).DistinctBy(r => r.Pid)];

    private AgentView Look(AgentProcess agent, List<AgentRecord> records, DateTimeOffset now)
    {
        var name = records.Find(r => r.Is(agent.Facts))?.Name ?? agent.Tool;
        var budget = settings.BudgetOf(name, agent.Tool);
        if (!_watched.TryGetValue(agent.Identity, out var watched))
        {
            _watched[agent.Identity] = watched = new Watched(new AgentMeter(model => budget?.OwnPrice ?? Prices.Of(model)));
        }

        var taken = _watched.Where(w => w.Key != agent.Identity).SelectMany(w => w.Value.Logs).Select(l => l.Path).ToHashSet(StringComparer.Ordinal);
        watched.Logs = _logs.Of(agent, watched.Logs, watched.Counted, taken);
        foreach (var activity in watched.Logs.SelectMany(l => l.Read()))
        {
            watched.Meter.Add(activity, now);
        }

        var (cpu, memory) = Load(agent, watched, now);
        var word = _logs.Session(agent);
        var status = AgentStatus.Of(agent.Facts, watched.Meter, word, cpu, budget?.Progress ?? UsualProgress, now);
        return new AgentView(name, agent.Pid, agent, status, watched.Meter, cpu, memory, budget, watched.Meter.CostSince(now - TimeSpan.FromHours(1)), watched.Meter.CostSince(now - TimeSpan.FromHours(24)), now);
    }

    private (double? Cpu, long Memory) Load(AgentProcess agent, Watched watched, DateTimeOffset now)
    {
        var used = agent.Facts.CpuTime;
        var memory = agent.Facts.ResidentBytes;
        foreach (var child in discovery.Descendants(agent.Pid))
        {
            if (discovery.Table.Get(child) is { } facts)
            {
                used += facts.CpuTime;
                memory += facts.ResidentBytes;
            }
        }

        // A child that ends takes its time with it; then nothing is known until the next look.
        double? cpu = watched.SeenAt == default || used < watched.CpuTime ? null : 100 * (used - watched.CpuTime) / (now - watched.SeenAt);
        (watched.CpuTime, watched.SeenAt) = (used, now);
        return (cpu, memory);
    }

    private sealed class Watched(AgentMeter meter)
    {
        public AgentMeter Meter => meter;

        public IReadOnlyList<IAgentLog> Logs { get; set; } = [];

        public Dictionary<string, TokenUse> Counted { get; } = new(StringComparer.Ordinal);

        public TimeSpan CpuTime { get; set; }

        public DateTimeOffset SeenAt { get; set; }
    }
}
