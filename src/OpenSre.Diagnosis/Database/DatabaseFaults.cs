using OpenSre.Core;
using static OpenSre.Diagnostics.FaultDepth;
using static OpenSre.Diagnostics.Symptom;

namespace OpenSre.Diagnostics;

/// <summary>The fault types of a managed database.</summary>
public static class DatabaseFaults
{
    public const string ReplicaLag = "db.replica_lag";
    public const string WalOutrunsReplica = "db.wal_outruns_replica";
    public const string ConnectionsExhausted = "db.connections_exhausted";
    public const string StorageExhausted = "db.storage_exhausted";
    public const string CpuBusy = "db.cpu_busy";
    public const string BadQuery = "db.bad_query";
    public const string CheckpointStorm = "db.checkpoint_storm";
    public const string VacuumStorm = "db.vacuum_storm";
    public const string Wraparound = "db.wraparound";
    public const string Failover = "db.failover";
    public const string MemoryExhausted = "db.memory_exhausted";
    public const string LockContention = "db.lock_contention";
    public const string IoSaturated = "db.io_saturated";
    public const string TwoResources = "db.two_resources";

    private const double Usual = -3.5;

    public static IReadOnlyList<FaultType> All { get; } =
    [
        Of(ReplicaLag, "The read replica {0} lags behind its primary", State, Replication | Latency | Errors, "See what it replays and who holds it up", "SELECT now() - pg_last_xact_replay_timestamp(); SELECT * FROM pg_stat_activity"),
        Of(WalOutrunsReplica, "Replication lag: a write-heavy workload on the primary makes WAL faster than the replica {0} can replay it", Reason, Replication | Latency | Errors, "Split or slow the writing job, or give the replica a larger class", ""),
        Of(ConnectionsExhausted, "The connections of {0} are used up: it is at its max_connections", Reason, Connections | Cpu | Service | Network, "See who holds them, and who is idle", "SELECT usename, state, wait_event, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3 ORDER BY 4 DESC"),
        Of(StorageExhausted, "The storage of {0} is used up: FreeStorageSpace runs out", Reason, DiskSpace | DiskIo | ReadOnly | Latency | Errors | Down, "Add storage or switch storage autoscaling on; then see what grew", "SELECT relname, pg_size_pretty(pg_total_relation_size(oid)) FROM pg_class ORDER BY pg_total_relation_size(oid) DESC LIMIT 10"),
        Of(CpuBusy, "The CPU of {0} is busy", State, Cpu | Load | Latency | Errors, "See the load by wait and statement", ""),
        Of(BadQuery, "One query saturates the CPU of {0}", Reason, Cpu | Load | Latency | Errors | Memory, "Look at its plan", "EXPLAIN (ANALYZE, BUFFERS) …"),
        Of(CheckpointStorm, "Checkpoints follow one another without rest and saturate the I/O of {0}", Reason, Cpu | DiskIo | Latency | Load | Errors | DiskSpace, "Raise max_wal_size, spread checkpoints, and see what writes so much WAL", "SHOW max_wal_size; SHOW checkpoint_timeout"),
        Of(VacuumStorm, "A vacuum saturates the I/O of {0}", Reason, Cpu | DiskIo | Latency | Load | Errors | DiskSpace, "See how far it is", "SELECT * FROM pg_stat_progress_vacuum"),
        Of(Wraparound, "{0} comes near the wraparound of its transaction ids", Resource, Cpu | DiskIo | ReadOnly | Errors | Down | Latency, "Vacuum the oldest tables, end old transactions", "SELECT datname, age(datfrozenxid) FROM pg_database ORDER BY 2 DESC"),
        Of(Failover, "{0} failed over to its standby, and every connection was cut", Reason, Service | Network | Connections, "See why the primary was left, and that clients resolve the endpoint anew", ""),
        Of(MemoryExhausted, "{0} is out of memory", Reason, Memory | OutOfMemory | Latency | Errors | Down, "See who uses it: work_mem times sessions, and the buffer cache", "SHOW work_mem; SHOW shared_buffers"),
        Of(LockContention, "The sessions of {0} wait for each other's locks", State, Latency | Errors | Connections | Load, "See who blocks whom", "SELECT pid, pg_blocking_pids(pid), query FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0"),
        Of(IoSaturated, "The storage of {0} cannot keep up with its I/O", State, DiskIo | Latency | Load | Errors | Cpu, "Compare IOPS and throughput with what the volume may do", ""),
        Of(TwoResources, "{0} runs out of two things at once, each for a reason of its own", Resource, Cpu | DiskSpace | DiskIo | Connections | Load | Latency | Errors | Down, "Treat both: neither goes away with the other", ""),
    ];

    /// <summary>Faults that name a cause; a lead speaks to these.</summary>
    public static string[] Causes { get; } = [.. All.Where(f => f.Depth != State).Select(f => f.Id)];

    /// <summary>What is seen before its reason is known.</summary>
    public static string[] States { get; } = [.. All.Where(f => f.Depth == State).Select(f => f.Id)];

    private static FaultType Of(string id, string title, FaultDepth depth, Symptom shows, string remedy, string command) =>
        new(id, title, depth, shows, Usual) { Remedies = [new Remedy(remedy, command)] };
}
