using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>
/// Services that run, but not here: the monitoring hears of them at this time, and on the machine that is looked at there is
/// no process, no supervised service and no container of that name. What is short on this machine does not reach them.
/// </summary>
internal static class Elsewhere
{
    /// <summary>A service that has said nothing for longer may have ended here.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(3);

    /// <summary>Whether all services the alert names run somewhere else.</summary>
    public static bool IsComplaint(CheckContext context)
    {
        var looked = context.Outputs("service.inspect").ToList();
        return looked.Count > 0 && context.Reading.ServiceNames.Count > 0
            && context.Reading.ServiceNames.TrueForAll(name => looked.Exists(o => o.Arguments.GetValueOrDefault("name") == name && Runs(context, o, name)));
    }

    /// <param name="inspected">What was looked at here for the service.</param>
    public static bool Runs(CheckContext context, StoredOutput inspected, string name) =>
        context.Records(inspected).Any(r => r.Kind == "no_process")
        && ServiceState.Of(context, Entities.Service(name)) is null
        && context.Outputs("docker.containers").All(o => !o.Text.Contains(name, StringComparison.Ordinal))
        && IsHeard(context, inspected.At, name);

    private static bool IsHeard(CheckContext context, DateTimeOffset now, string name) =>
        TimedLogs.Of(context)?.Lines.LastOrDefault(l => l.Service == name)?.At > now - Fresh
        || TelemetryView.Of(context).Metrics.Any(m => m.Series.Of == name && m.Kind.Quantity == MetricQuantity.Throughput && m.During is [.., > 0]);
}
