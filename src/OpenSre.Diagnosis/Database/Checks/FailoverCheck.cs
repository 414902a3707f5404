using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>
/// A failover or restart of the last hour. It is over when it is told of, so what it did is judged by what connections
/// did at its time: a failover that cut none is no cause.
/// </summary>
public sealed partial class FailoverCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "db.failover",
        [DatabaseTools.Events, DatabaseTools.Metrics],
        "RDS events of a failover, restart or outage of the instance within the last hour, and a fall of DatabaseConnections or of throughput to a third of what is usual.",
        [DatabaseFaults.Failover],
        "connections that went on through it");

    public void Examine(CheckContext context)
    {
        var view = DatabaseView.Of(context);
        var entity = view.Entity;
        var events = view.OwnEvents.Where(e => e.IsRecent && e.Says(FailoverWords()) && !e.Says(Tests())).ToList();
        foreach (var e in events.TakeLast(3))
        {
            context.Tell(e, entity, $"RDS says, {Words.Ago(e.SecondsAgo)}: {SafeText.Line(e.Text, 140)}", Currency.Past, new Bearing(DatabaseFaults.Failover, entity, 3));
        }

        if (events.Count == 0)
        {
            return;
        }

        if (view.Metric("DatabaseConnections") is { } connections)
        {
            var cut = connections.Min <= connections.Max / 3;
            context.Tell(connections, entity, cut ? $"connections of {view.Instance} fell from {connections.Max:0} to {connections.Min:0} in this time" : $"connections of {view.Instance} never fell below {connections.Min:0} in this time", new Bearing(DatabaseFaults.Failover, entity, cut ? 2.5 : -2));
        }

        // The interruption is what such an alert is about; that the standby serves now does not undo it.
        if (!context.Reading.Has(Symptom.Cpu | Symptom.DiskSpace | Symptom.Replication | Symptom.Memory))
        {
            context.Found(events[^1].Record.Output, entity, "recheck", events[^1].Record.Line, $"{view.Instance} was interrupted {Words.Ago(events[^1].SecondsAgo)}", Currency.Past, [new Bearing(FaultCatalogue.Healthy, context.Host, -4)]);
        }
    }

    [GeneratedRegex(@"fail-?over|failed over|promot(ed|ion)|(instance|engine|database)\b.{0,30}\b(restarted|rebooted|shut ?down|crash(ed)?)|recovery of the (db|database) instance|standby\b.{0,40}(primary|promot)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex FailoverWords();

    /// <summary>What is planned, or only spoken of.</summary>
    [GeneratedRegex(@"\bwill\b|scheduled|not required|needs to be rebooted|no fail-?over", RegexOptions.IgnoreCase)]
    private static partial Regex Tests();
}
