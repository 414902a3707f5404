using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>What has been read so far of the database the alert speaks of, and of its replicas.</summary>
public sealed partial class DatabaseView
{
    private static readonly string[] LagMetrics = ["ReplicaLag", "AuroraReplicaLag"];
    private static readonly ConditionalWeakTable<CheckContext, DatabaseView> Known = [];
    private readonly CheckContext _context;
    private readonly Dictionary<(string Instance, string Metric), MetricSeries> _series = [];

    private DatabaseView(CheckContext context)
    {
        _context = context;
        Instance = context.Incident.Alerts.Select(a => a.Find("db_instance_identifier", "DBInstanceIdentifier", "db_instance", "dbinstance", "dbinstanceidentifier", "rds_instance")).FirstOrDefault(n => n is not null) ?? "";
        foreach (var record in context.Records(DatabaseTools.Metrics, "metric"))
        {
            if (MetricSeries.Read(record) is { } series)
            {
                _series[(series.Instance, series.Name)] = series;
            }
        }

        Events = [.. context.Records(DatabaseTools.Events, "event").Select(r => DatabaseEvent.Read(r, context.Now)).OrderByDescending(e => e.SecondsAgo)];
        Load = DatabaseLoad.Read(context.Outputs(DatabaseTools.Load).SelectMany(context.Records));
        Description = context.Records(DatabaseTools.Instance, "instance").Where(r => r["name"] == Instance).Select(r => (Record?)r).FirstOrDefault();
        Replicas =
        [
            .. context.Incident.Alerts.Select(a => a.Find("read_replica", "replica", "replica_identifier")).OfType<string>()
                .Concat(context.Records(DatabaseTools.Instance, "replica").Select(r => r["name"]))
                .Concat(Events.Where(e => e.Source != Instance && e.Source.Length > 0 && ReplicaWords().IsMatch(e.Record["categories"] + " " + e.Text)).Select(e => e.Source))
                .Where(n => n != Instance).Distinct(StringComparer.Ordinal),
        ];
    }

    public static DatabaseView Of(CheckContext context) => Known.GetValue(context, c => new DatabaseView(c));

    public static Entity Database(string name) => new(EntityKind.Database, name);

    /// <summary>The instance the alert names; "" when it names none.</summary>
    public string Instance { get; }

    public Entity Entity => Database(Instance);

    public IReadOnlyList<string> Replicas { get; }

    /// <summary>The replica that is meant where one is, else the instance itself.</summary>
    public Entity Replica => Replicas.Count > 0 ? Database(Replicas[0]) : Entity;

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<DatabaseEvent> Events { get; }

    /// <summary>Events of the instance itself.</summary>
    public IEnumerable<DatabaseEvent> OwnEvents => Events.Where(e => e.Source == Instance);

    public DatabaseLoad? Load { get; }

    public Record? Description { get; }

    public bool HasMetrics => _context.Outputs(DatabaseTools.Metrics).Any();

    public MetricSeries? Metric(string name) => _series.GetValueOrDefault((Instance, name));

    /// <summary>How far the replica is behind, wherever that is measured.</summary>
    public MetricSeries? Lag => Replicas.Append(Instance).SelectMany(_ => LagMetrics, (i, m) => _series.GetValueOrDefault((i, m))).FirstOrDefault(s => s is not null);

    /// <summary>The limit of connections: as set, as an event names it, or the default of the class.</summary>
    public double? ConnectionLimit =>
        Description?.Number("max_connections")
        ?? OwnEvents.Reverse().Select(e => e.ConnectionLimit).FirstOrDefault(l => l is not null)
        ?? (Description is { } d ? InstanceClass.DefaultConnections(d["class"], d["engine"]) : null);

    /// <summary>Bytes of storage: as the newest event names it, else as described.</summary>
    public double? AllocatedStorage =>
        OwnEvents.Reverse().Select(e => e.AllocatedStorage).FirstOrDefault(s => s is not null) ?? Description?.Number("storage_gib") * 1073741824;

    public double? Memory => Description is { } d ? InstanceClass.Memory(d["class"]) : null;

    [GeneratedRegex(@"read[_ ]replica|replication|replica lag", RegexOptions.IgnoreCase)]
    private static partial Regex ReplicaWords();
}
