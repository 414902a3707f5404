using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Where to look in the monitoring of a living system: at what the alert names, and at what its expression measures.</summary>
public static class LiveTelemetry
{
    private static readonly string[] ExpressionKeys = ["expr", "expression", "promql", "__expr__"];

    /// <summary>Labels that tools look for without being told.</summary>
    private static readonly string[] UsualLabels = ["service", "service_name"];

    private static readonly string[] NamingLabels = ["app_kubernetes_io_name", "app", "application", "deployment", "workload", "container", "job"];

    public static IEnumerable<Lead> Leads(CheckContext context)
    {
        yield return new Lead(Series(context, Expression(context)), "the golden signals before the alert and since, and what its expression measures", [], 1);
        yield return new Lead(ToolCall.With(TelemetryTools.Alerts, ("name", context.Incident.Primary.Name)), "whether the alert still fires there, and what else does", [], 0.9);
        yield return new Lead(new ToolCall(TelemetryTools.Targets), "what the monitoring cannot reach", ["service.unreachable", "service.stopped", "dependency.unreachable"], context.Reading.Has(Symptom.Down) ? 1 : 0.5);
        yield return new Lead(Logs(context), "which log lines are new or come more often", [], context.Reading.Has(Symptom.Errors) ? 0.9 : 0.7);
        if (context.Reading.Has(Symptom.Latency | Symptom.Errors))
        {
            yield return new Lead(new ToolCall(TelemetryTools.Topology), "who calls whom", [], 0.6);
        }
    }

    /// <summary>The call for series from before the alert until now.</summary>
    /// <param name="expression">What the alert measures; null when that is not known.</param>
    public static ToolCall Series(CheckContext context, string? expression)
    {
        List<(string, string)> arguments = [.. Since(context)];
        if (expression is not null)
        {
            arguments.Add(("expr", expression));
        }

        var labels = context.Incident.Primary.Labels;
        if (!UsualLabels.Any(labels.ContainsKey) && NamingLabels.FirstOrDefault(l => labels.TryGetValue(l, out var value) && context.Reading.ServiceNames.Contains(value)) is { } by)
        {
            arguments.Add(("by", by));
        }

        return ToolCall.With(TelemetryTools.Series, [.. arguments]);
    }

    /// <summary>The call for log lines of all services: the one that complains is seldom the one that fails.</summary>
    private static ToolCall Logs(CheckContext context) => ToolCall.With(TelemetryTools.Logs, [.. Since(context)]);

    /// <summary>When it began, where an alert says so.</summary>
    private static IEnumerable<(string, string)> Since(CheckContext context)
    {
        if (context.Incident.Alerts.Any(a => a.StartsAt == context.Incident.Window.Start))
        {
            yield return ("since", context.Incident.Window.Start.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:00Z", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The expression of the leading alert, where it brings one: beside its labels or in the link to its graph.</summary>
    public static string? Expression(CheckContext context)
    {
        var alert = context.Incident.Primary;
        foreach (var key in ExpressionKeys)
        {
            if (alert.Find(key) is { } said)
            {
                return said;
            }
        }

        foreach (var link in alert.Links)
        {
            if (Uri.TryCreate(link.Url, UriKind.Absolute, out var url)
                && url.Query.TrimStart('?').Split('&').FirstOrDefault(p => p.StartsWith("g0.expr=", StringComparison.Ordinal)) is { } query
                && Uri.UnescapeDataString(query[8..].Replace('+', ' ')).Trim() is { Length: > 0 } expression)
            {
                return SafeText.Clean(expression, keepLines: false);
            }
        }

        return null;
    }
}
