using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>How the checks of a database report facts.</summary>
internal static class DatabaseFacts
{
    public const string FromMetrics = "db.metrics.";
    public const string FromEvents = "db.events";
    public const string FromLoad = "db.load";

    public static void Tell(this CheckContext context, MetricSeries series, Entity entity, string claim, params Bearing[] bearings) =>
        context.Found(series.Output, entity, FromMetrics + series.Name, series.Quote, claim, Currency.Now, bearings);

    public static void Tell(this CheckContext context, DatabaseEvent e, Entity entity, string claim, Currency currency, params Bearing[] bearings) =>
        context.Found(e.Record.Output, entity, FromEvents, e.Record.Line, claim, currency, bearings, 1, context.Ago(Math.Min(e.SecondsAgo, 30 * 86400)));

    public static void Tell(this CheckContext context, TopStatement statement, Entity entity, string claim, params Bearing[] bearings) =>
        context.Found(statement.Record.Output, entity, FromLoad, statement.Record.Line, claim, Currency.Now, bearings);

    public static void Tell(this CheckContext context, TopWait wait, Entity entity, string claim, params Bearing[] bearings) =>
        context.Found(wait.Record.Output, entity, FromLoad, wait.Record.Line, claim, Currency.Now, bearings);

    /// <summary>A statement as a person recognises it.</summary>
    public static string Short(TopStatement statement) => SafeText.Line(statement.Text, 110);
}
