using System.Text.RegularExpressions;
using OpenSre.Core;
using static OpenSre.Diagnostics.DatabaseFacts;

namespace OpenSre.Diagnostics;

/// <summary>A replica behind its primary, and the write-ahead log that outruns it.</summary>
public sealed partial class ReplicationCheck : ICheck
{
    /// <summary>Bytes a second; below it one core replays the log on any class of instance.</summary>
    private const double MuchWal = 16 * 1048576.0;

    public CheckInfo Info { get; } = new(
        "db.replication",
        [DatabaseTools.Metrics, DatabaseTools.Events, DatabaseTools.Load],
        "A ReplicaLag above 30 s now, or events of the last hour that say so where the metric is missing. TransactionLogsGeneration at three times its start and above 16 MiB/s, and a writing statement at the top of the load that waits for the WAL, say what outruns the replica.",
        [DatabaseFaults.ReplicaLag, DatabaseFaults.WalOutrunsReplica],
        "a ReplicaLag within 30 s now");

    public void Examine(CheckContext context)
    {
        var view = DatabaseView.Of(context);
        var replica = view.Replica;
        if (view.Instance.Length == 0)
        {
            return;
        }

        context.Relate(replica, view.Entity, RelationKind.DependsOn);
        var lag = Vital.Lag(view);
        if (lag is { Series: { } series, Broken: false })
        {
            context.Tell(series, replica, lag.Claim, new Bearing(DatabaseFaults.ReplicaLag, replica, -3, true), new Bearing(DatabaseFaults.WalOutrunsReplica, replica, -3, true));
            return;
        }

        if (lag is { Series: { } behind, Broken: true })
        {
            context.Tell(behind, replica, lag.Claim, new Bearing(DatabaseFaults.ReplicaLag, replica, 4), new Bearing(DatabaseFaults.WalOutrunsReplica, replica, 1.5));
        }

        var said = view.Events.Where(e => e.IsRecent && e.Says(LagWords())).ToList();
        foreach (var e in said.TakeLast(2))
        {
            context.Tell(e, replica, $"RDS says: {SafeText.Line(e.Text, 140)}", Currency.Now, new Bearing(DatabaseFaults.ReplicaLag, replica, 3), new Bearing(DatabaseFaults.WalOutrunsReplica, replica, e.Says(WriteWords()) ? 2 : 1));
        }

        if (lag.Broken == true || said.Count > 0 || (lag.Series is null && context.Reading.Has(Symptom.Replication)))
        {
            Drivers(context, view, replica);
        }
    }

    /// <summary>What makes more log than the replica replays.</summary>
    private static void Drivers(CheckContext context, DatabaseView view, Entity replica)
    {
        if (view.Metric("TransactionLogsGeneration") is { } wal)
        {
            var surges = wal.Lasting >= MuchWal && (wal.Lasting >= 3 * wal.Start || wal.Start >= MuchWal);
            context.Tell(wal, replica, surges
                ? $"WAL volume: {view.Instance} generates transaction logs at {Words.Bytes(wal.Lasting)}/s, from {Words.Bytes(wal.Start)}/s at the start; the replica has to replay all of it"
                : $"{view.Instance} generates no more transaction logs than before ({Words.Bytes(wal.Lasting)}/s)", new Bearing(DatabaseFaults.WalOutrunsReplica, replica, surges ? 3 : -1.5));
        }

        if (view.Metric("WriteIOPS") is { } writes && writes.Lasting >= 3 * Math.Max(1, writes.Start))
        {
            context.Tell(writes, replica, $"WriteIOPS of the primary rose from {writes.Start:0} to {writes.Lasting:0}: a write-heavy workload", new Bearing(DatabaseFaults.WalOutrunsReplica, replica, 1));
        }

        if (view.Load?.Statements.FirstOrDefault(s => s.Writes && s.Share(DatabaseLoad.IsWrite) >= 0.4) is { } writer && view.Load.ShareOf(writer) >= 0.3)
        {
            context.Tell(writer, replica, $"Performance Insights: {view.Load.ShareOf(writer):P0} of the top load of the primary is a write that waits for {writer.MainWait}: {Short(writer)}", new Bearing(DatabaseFaults.WalOutrunsReplica, replica, 2.5));
        }
    }

    [GeneratedRegex(@"(replica(tion)?|replay)\b.{0,60}(lag|behind|delay|stale)|lag\b.{0,40}exceed", RegexOptions.IgnoreCase)]
    private static partial Regex LagWords();

    [GeneratedRegex(@"transaction log|\bWAL\b|write (throughput|load|workload|volume)", RegexOptions.IgnoreCase)]
    private static partial Regex WriteWords();
}
