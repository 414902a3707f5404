using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>How one entity hangs on another.</summary>
public enum RelationKind
{
    /// <summary>The first runs on, writes to or is placed in the second.</summary>
    Uses,

    /// <summary>The first calls the second.</summary>
    DependsOn,

    /// <summary>The first is another view of the second: a process of a service, a port of a service.</summary>
    PartOf,
}

public readonly record struct Relation(Entity From, Entity To, RelationKind Kind);

/// <summary>A proposal of a check or of the planner: what to look at next.</summary>
/// <param name="SpeaksTo">Fault types the answer would decide about; empty means it informs about everything.</param>
/// <param name="Weight">0 … 1: how much of the question the answer is likely to settle.</param>
/// <param name="Prompted">Something that was read asks for this look by name; it is worth more than the bare odds say.</param>
/// <param name="Behind">Fault types that are not yet an answer: the more they are believed, the more worth it is to look behind them.</param>
public sealed record Lead(ToolCall Call, string Why, IReadOnlyList<string> SpeaksTo, double Weight, IReadOnlyList<string>? Behind = null, bool Prompted = false);

/// <summary>What the checks see, and where they put what they find.</summary>
public sealed class CheckContext
{
    private readonly Dictionary<string, StoredOutput[]> _byTool = new(StringComparer.Ordinal);
    private readonly RecordCache _cache;
    private string _check = "";

    /// <param name="outputs">All outputs of the investigation, oldest first.</param>
    /// <param name="now">The time of the investigation (of the recording, in a replay).</param>
    public CheckContext(Incident incident, AlertReading reading, IEnumerable<StoredOutput> outputs, DateTimeOffset now, RecordCache cache)
    {
        Incident = incident;
        Reading = reading;
        Now = now;
        _cache = cache;
        foreach (var group in outputs.GroupBy(o => o.Tool, StringComparer.Ordinal))
        {
            // A call that was made twice counts with its newest answer.
            _byTool[group.Key] = [.. group.GroupBy(o => new ToolCall(o.Tool, o.Arguments).Key, StringComparer.Ordinal).Select(g => g.Last())];
        }

        HostName = Records("host.overview", "host").Select(r => r["name"]).FirstOrDefault(n => n.Length > 0) ?? "localhost";
    }

    /// <summary>Hosts the alert names that were not looked at.</summary>
    public IReadOnlyList<string> OtherHosts => [.. Reading.OtherHosts(HostName, [.. Records("host.overview", "address").Select(r => r["ip"])])];

    /// <summary>Whether what was looked at is what the alert speaks of: only then can it be called healthy.</summary>
    public bool IsAboutThisHost => Reading.Hosts.Count == 0 || OtherHosts.Count < Reading.Hosts.Distinct(StringComparer.OrdinalIgnoreCase).Count();

    public Incident Incident { get; }

    public AlertReading Reading { get; }

    public DateTimeOffset Now { get; }

    public string HostName { get; }

    public Entity Host => new(EntityKind.Host, HostName);

    public List<Evidence> Evidence { get; } = [];

    public HashSet<Relation> Relations { get; } = [];

    public List<Lead> Leads { get; } = [];

    /// <summary>What should have been there to be read and was not.</summary>
    public List<Gap> Gaps { get; } = [];

    /// <summary>Set by the engine before each check, so that evidence carries its name.</summary>
    internal void Begin(ICheck check) => _check = check.Info.Id;

    /// <summary>The newest readable outputs of a tool, one for each set of arguments.</summary>
    public IEnumerable<StoredOutput> Outputs(string tool) =>
        _byTool.TryGetValue(tool, out var outputs) ? outputs.Where(o => o.Status is ToolStatus.Ok or ToolStatus.Failed && o.Text.Length > 0) : [];

    /// <summary>The newest answers of tools of other programs, whatever their format.</summary>
    public IEnumerable<StoredOutput> OutsideOutputs => _byTool.Where(t => IsOutside(t.Key)).SelectMany(t => t.Value).Where(o => o.Status == ToolStatus.Ok && o.Text.Length > 0);

    /// <summary>What may matter in one of them.</summary>
    public IReadOnlyList<OutsideLine> OutsideLines(StoredOutput output) => _cache.Outside(output);

    /// <summary>Whether a tool is one of another program.</summary>
    public static bool IsOutside(string tool) => tool.StartsWith("mcp.", StringComparison.Ordinal);

    public bool HasRun(string tool) => _byTool.ContainsKey(tool);

    /// <summary>Whether a tool was called and gave nothing that can be read: what it would have shown is neither there nor not there.</summary>
    public bool WasAskedInVain(string tool) => HasRun(tool) && !Outputs(tool).Any();

    /// <summary>All records of one kind in the outputs of a tool.</summary>
    public IEnumerable<Record> Records(string tool, string kind) =>
        Outputs(tool).SelectMany(_cache.Read).Where(r => r.Kind == kind);

    /// <summary>What the words of lines mean, across all states of the investigation.</summary>
    public LineMemo Words => _cache.Lines;

    public IReadOnlyList<Record> Records(StoredOutput output) => _cache.Read(output);

    /// <summary>Reports a fact.</summary>
    public void Found(StoredOutput output, Entity entity, string family, string quote, string claim, Currency currency, IReadOnlyList<Bearing> bearings, double strength = 1, TimeWindow? interval = null) =>
        Evidence.Add(new Evidence
        {
            Id = "",
            Check = _check,
            Tool = output.Tool,
            Arguments = output.Arguments,
            OutputId = output.Id,
            Entity = entity,
            Family = family,
            Quote = quote,
            Claim = claim,
            Currency = currency,
            Bearings = bearings,
            Strength = strength,
            Interval = interval ?? (currency == Currency.Now ? TimeWindow.At(output.At) : null),
        });

    /// <summary>Reports a fact of one record about one fault.</summary>
    public void Found(Record record, Entity entity, string family, string claim, string fault, double weight, Currency currency = Currency.Now, bool contradicts = false, TimeWindow? interval = null) =>
        Found(record.Output, entity, family, record.Line, claim, currency, [new Bearing(fault, entity, weight, contradicts)], 1, interval);

    /// <summary>
    /// Says whether the alert's own condition holds now. Counts only where the alert complains of this symptom,
    /// and, when it names things of this kind, only for the thing it names.
    /// </summary>
    /// <param name="weight">How much of the complaint this answer covers, 0 … 4.</param>
    public void Rechecked(StoredOutput output, Symptom symptom, Entity entity, bool holds, string quote, string claim, double weight = 4)
    {
        if (Reading.Has(symptom))
        {
            Found(output, entity, "recheck", quote, claim, Currency.Now, [new Bearing(FaultCatalogue.Healthy, Host, holds ? -4 : weight)]);
        }
    }

    public void Relate(Entity from, Entity to, RelationKind kind)
    {
        if (from != to)
        {
            Relations.Add(new Relation(from, to, kind));
        }
    }

    /// <summary>Says that evidence is missing, rather than guess what it would have said.</summary>
    public void Missing(string what, string why) => Gaps.Add(new Gap(what, why));

    public void Suggest(ToolCall call, string why, double weight, params string[] speaksTo) => Leads.Add(new Lead(call, why, speaksTo, weight));

    /// <summary>Proposes a look that a fact asks for: a log that names a full disk asks for the disks.</summary>
    public void SuggestNow(ToolCall call, string why, double weight, params string[] speaksTo) => Leads.Add(new Lead(call, why, speaksTo, weight, null, true));

    /// <summary>Proposes to look behind a state or an unreachable dependency, at what may explain it.</summary>
    public void SuggestBehind(ToolCall call, string why, double weight, IReadOnlyList<string> behind, IReadOnlyList<string> speaksTo) => Leads.Add(new Lead(call, why, speaksTo, weight, behind));

    public TimeWindow Ago(double seconds) => TimeWindow.At(Now - TimeSpan.FromSeconds(seconds));
}
