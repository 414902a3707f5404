using System.Text.RegularExpressions;
using OpenSre.Core;
using static OpenSre.Diagnostics.DatabaseFacts;

namespace OpenSre.Diagnostics;

/// <summary>Connections at their limit, and who holds them.</summary>
public sealed partial class ConnectionCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "db.connections",
        [DatabaseTools.Metrics, DatabaseTools.Events, DatabaseTools.Load, DatabaseTools.Instance],
        "DatabaseConnections at 90 % of max_connections (as set, as an event names it, or the default of the instance class); events of refused connections; sessions idle in Client:ClientRead as the main wait.",
        [DatabaseFaults.ConnectionsExhausted],
        "DatabaseConnections below 80 % of the limit now");

    public void Examine(CheckContext context)
    {
        var view = DatabaseView.Of(context);
        var entity = view.Entity;
        var vital = Vital.Connections(view);
        if (vital.Series is { } series)
        {
            if (vital.Broken == true)
            {
                context.Tell(series, entity, vital.Claim, new Bearing(DatabaseFaults.ConnectionsExhausted, entity, 4));
            }
            else if (view.ConnectionLimit is { } limit && series.Now < 0.8 * limit)
            {
                context.Tell(series, entity, vital.Claim, new Bearing(DatabaseFaults.ConnectionsExhausted, entity, -3, true));
            }
            else if (series.Now >= 1.5 * Math.Max(1, series.Start) && view.ConnectionLimit is null)
            {
                context.Tell(series, entity, $"the connections of {view.Instance} rose from {series.Start:0} to {series.Now:0}", new Bearing(DatabaseFaults.ConnectionsExhausted, entity, 1));
            }
        }

        foreach (var e in view.OwnEvents.Where(e => e.IsRecent && e.Says(LimitWords())).TakeLast(2))
        {
            context.Tell(e, entity, $"RDS says: {SafeText.Line(e.Text, 140)}", Currency.Now, new Bearing(DatabaseFaults.ConnectionsExhausted, entity, 3));
        }

        if (view.Load is { Main: { } main } load && DatabaseLoad.IsIdleClient(main.Name) && vital.Broken != false)
        {
            context.Tell(main, entity, $"most sessions wait in {main.Name}: they are idle and hold their connection", new Bearing(DatabaseFaults.ConnectionsExhausted, entity, 2));
            if (load.Statements.FirstOrDefault(s => DatabaseLoad.IsIdleClient(s.MainWait)) is { } holder)
            {
                context.Tell(holder, entity, $"Performance Insights: the sessions that hold connections idle in {holder.MainWait} ran: {Short(holder)}", new Bearing(DatabaseFaults.ConnectionsExhausted, entity, 2));
            }
        }
    }

    [GeneratedRegex(@"max_connections|too many (clients|connections)|remaining connection slots|connection (count|limit|slots?|pool)|[0-9]+ connections|connections?\b.{0,40}(refused|exhaust|reached|approach|maximum|limit)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex LimitWords();
}
