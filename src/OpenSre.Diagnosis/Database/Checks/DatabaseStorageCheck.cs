using System.Text.RegularExpressions;
using OpenSre.Core;
using static OpenSre.Diagnostics.DatabaseFacts;

namespace OpenSre.Diagnostics;

/// <summary>Storage that runs out, from the metric or, where it is missing, from events and from writes that stall.</summary>
public sealed partial class DatabaseStorageCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "db.storage",
        [DatabaseTools.Metrics, DatabaseTools.Events, DatabaseTools.Load],
        "FreeStorageSpace below 10 % of the storage or below 5 GiB, or gone within 2 h at the present rate; RDS events of low or exhausted storage without a later one of its expansion; writes that come to a stop.",
        [DatabaseFaults.StorageExhausted],
        "10 % free now, or an event that the storage has been expanded");

    public void Examine(CheckContext context)
    {
        var view = DatabaseView.Of(context);
        var entity = view.Entity;
        var vital = Vital.Storage(view);
        var troubled = vital.Broken == true;
        if (vital is { Series: { } series, Broken: { } broken })
        {
            context.Tell(series, entity, vital.Claim, new Bearing(DatabaseFaults.StorageExhausted, entity, !broken ? -3 : Vital.IsLow(view, series) ? 4 : 1.5, !broken));
        }

        foreach (var e in view.OwnEvents.Where(e => e.IsRecent).Reverse())
        {
            if (e.Says(ExpandedWords()))
            {
                context.Tell(e, entity, $"RDS says: {SafeText.Line(e.Text, 140)}", Currency.Now, new Bearing(DatabaseFaults.StorageExhausted, entity, -3, true), new Bearing(FaultCatalogue.Healthy, context.Host, vital.Broken == false ? 1 : 0));
                break;
            }

            if (e.Says(ExhaustedWords()) || e.Says(LowWords()))
            {
                // "Low" at a third of the storage is a notice; the metric, where there is one, decides.
                var notice = vital.Series is { } free && view.AllocatedStorage is { } size && free.Now > 0.2 * size && !e.Says(ExhaustedWords());
                context.Tell(e, entity, $"RDS says: {SafeText.Line(e.Text, 140)}", Currency.Now, new Bearing(DatabaseFaults.StorageExhausted, entity, e.Says(ExhaustedWords()) ? 4 : notice ? 0.3 : 3));
                troubled |= !notice;
            }
        }

        if (troubled && vital.Broken != false)
        {
            Writes(context, view, entity);
        }
    }

    /// <summary>What fills the storage, and writes that no longer get through.</summary>
    private static void Writes(CheckContext context, DatabaseView view, Entity entity)
    {
        if (view.Load?.Statements.FirstOrDefault(s => s.Writes) is { } writer && view.Load.ShareOf(writer) >= 0.2)
        {
            context.Tell(writer, entity, $"Performance Insights: {view.Load.ShareOf(writer):P0} of the top load writes: {Short(writer)}", new Bearing(DatabaseFaults.StorageExhausted, entity, 1));
        }

        if (view.Metric("WriteIOPS") is { Max: > 0 } writes && writes.Now <= 0.1 * writes.Max && view.Metric("WriteLatency") is { } latency && latency.Now >= 1)
        {
            context.Tell(writes, entity, $"writes of {view.Instance} have stalled: {writes.Now:0} a second after {writes.Max:0}", new Bearing(DatabaseFaults.StorageExhausted, entity, 1.5));
        }
    }

    [GeneratedRegex(@"(ran|run|running|is) out of (free )?storage|insufficient storage|storage[- ]full|storage (has been |is )?exhausted|no space left", RegexOptions.IgnoreCase)]
    private static partial Regex ExhaustedWords();

    [GeneratedRegex(@"storage.{0,40}\b(low|getting low)\b|\blow\b.{0,20}storage|FreeStorageSpace exhaustion", RegexOptions.IgnoreCase)]
    private static partial Regex LowWords();

    [GeneratedRegex(@"autoscaling (has )?completed|finished (applying|modifying).{0,40}storage|storage (has been |was )?(increased|expanded|modified)|storage has been increased", RegexOptions.IgnoreCase)]
    private static partial Regex ExpandedWords();
}
