using System.Text.RegularExpressions;
using OpenSre.Core;
using static OpenSre.Diagnostics.DatabaseFacts;

namespace OpenSre.Diagnostics;

/// <summary>Checkpoints without rest, vacuums, and the I/O they saturate.</summary>
public sealed partial class CheckpointCheck : ICheck
{
    /// <summary>Requests waiting for the volume; a healthy volume has few.</summary>
    private const double LongQueue = 10;

    public CheckInfo Info { get; } = new(
        "db.checkpoints",
        [DatabaseTools.Metrics, DatabaseTools.Events, DatabaseTools.Load],
        "Log lines of checkpoints that occur too frequently or are forced by max_wal_size; a checkpointer or a vacuum among the top statements; a DiskQueueDepth of 10 or more with I/O slower than 20 ms.",
        [DatabaseFaults.CheckpointStorm, DatabaseFaults.VacuumStorm, DatabaseFaults.IoSaturated],
        "a short queue and fast I/O now");

    public void Examine(CheckContext context)
    {
        var view = DatabaseView.Of(context);
        var entity = view.Entity;
        var queue = view.Metric("DiskQueueDepth");
        var slow = Vital.Of(view).FirstOrDefault(v => v.Metric is "ReadLatency" or "WriteLatency" && v.Broken == true);
        var saturated = queue?.Now >= LongQueue;
        if (queue is not null && (saturated || (slow is null && queue.Now < 1)))
        {
            context.Tell(queue, entity, $"DiskQueueDepth of {view.Instance} is {queue.Now:0.#}", saturated
                ? [new Bearing(DatabaseFaults.IoSaturated, entity, slow is null ? 2 : 3), new Bearing(DatabaseFaults.CheckpointStorm, entity, 1.5), new Bearing(DatabaseFaults.VacuumStorm, entity, 1.5)]
                : [new Bearing(DatabaseFaults.IoSaturated, entity, -3, true), new Bearing(DatabaseFaults.CheckpointStorm, entity, -2, true), new Bearing(DatabaseFaults.VacuumStorm, entity, -2, true)]);
        }

        var often = view.OwnEvents.Where(e => e.IsRecent && e.Says(TooOften())).ToList();
        var forced = view.OwnEvents.Where(e => e.IsRecent && e.Says(Forced())).ToList();
        foreach (var e in often.TakeLast(2))
        {
            context.Tell(e, entity, $"the log says: {SafeText.Line(e.Text, 160)}", Currency.Now, new Bearing(DatabaseFaults.CheckpointStorm, entity, 3));
        }

        if (forced.Count > 0)
        {
            context.Tell(forced[^1], entity, $"the log says: {SafeText.Line(forced[^1].Text, 160)}", Currency.Now, new Bearing(DatabaseFaults.CheckpointStorm, entity, forced.Count > 1 ? 2 : 1));
        }

        Statements(context, view, entity, often.Count + forced.Count > 0);
    }

    private static void Statements(CheckContext context, DatabaseView view, Entity entity, bool checkpoints)
    {
        if (view.Load is not { } load)
        {
            return;
        }

        if (load.Statements.FirstOrDefault(s => s.IsVacuum) is { } vacuum && load.ShareOf(vacuum) >= 1.0 / 3)
        {
            context.Tell(vacuum, entity, $"Performance Insights: {load.ShareOf(vacuum):P0} of the top load is {Short(vacuum)}, which waits for {vacuum.MainWait}", new Bearing(DatabaseFaults.VacuumStorm, entity, 3), new Bearing(DatabaseFaults.CheckpointStorm, entity, checkpoints ? 1.5 : 0.5));
        }

        if (load.Statements.FirstOrDefault(s => s.IsCheckpointer) is { } checkpointer)
        {
            context.Tell(checkpointer, entity, $"Performance Insights: the checkpointer itself is among the top load: {Short(checkpointer)}", new Bearing(DatabaseFaults.CheckpointStorm, entity, 2));
        }

        if (load.Main is { } main && FlushWait().IsMatch(main.Name))
        {
            context.Tell(main, entity, $"what most sessions spend their time on is {main.Name}", new Bearing(DatabaseFaults.CheckpointStorm, entity, checkpoints ? 1 : 0.3), new Bearing(DatabaseFaults.VacuumStorm, entity, 0.5));
        }
    }

    [GeneratedRegex(@"checkpoints? (are|is) occurring too frequently|checkpoint storm|[0-9]+ checkpoints\b.{0,40}(minute|second)", RegexOptions.IgnoreCase)]
    private static partial Regex TooOften();

    [GeneratedRegex(@"checkpoint starting: (wal|xlog|immediate|force)|max_wal_size", RegexOptions.IgnoreCase)]
    private static partial Regex Forced();

    [GeneratedRegex(@"LWLock:(BufferMapping|BufferContent|WAL\w*|Checkpoint\w*)|IO:(WALSync|BufferSync|DataFileSync|DataFileFlush|WALWrite)", RegexOptions.IgnoreCase)]
    private static partial Regex FlushWait();
}
