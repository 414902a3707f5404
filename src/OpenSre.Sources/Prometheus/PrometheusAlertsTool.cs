using System.Globalization;
using System.Text;
using System.Text.Json;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary><c>metrics.alerts</c>: what Prometheus alerts of now, and the rule behind an alert.</summary>
internal sealed class PrometheusAlertsTool(ICommandRunner runner, TimeProvider time) : IEvidenceTool
{
    private const int MostAlerts = 100;

    public ToolDescription Description { get; } = new(
        "metrics.alerts",
        "Asks Prometheus which alerts fire or are pending now, since when and with which value, and for the expression of a rule.",
        [new ToolParameter("name", "The rule whose expression and state are wanted even if it does not fire.")],
        TimeSpan.FromSeconds(15),
        48_000,
        Cost: 1.5);

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        var (data, failure) = await new PrometheusCall(runner, Description, time).AskAsync(cancellation, "rules");
        if (failure is not null)
        {
            return failure;
        }

        var wanted = arguments.GetValueOrDefault("name", "");
        var text = new StringBuilder();
        var rules = data.ItemsAt("groups").SelectMany(g => g.ItemsAt("rules")).Where(r => r.TextAt("type") is "alerting" or null).ToList();
        var left = MostAlerts;
        foreach (var rule in rules.OrderBy(r => r.TextAt("name") != wanted))
        {
            var active = rule.ItemsAt("alerts").ToList();
            if (active.Count == 0 && rule.TextAt("name") != wanted)
            {
                continue;
            }

            text.AppendLine(new RecordLine("rule").Add("name", rule.TextAt("name")).Add("state", rule.TextAt("state")).Add("health", rule.TextAt("health")).Text(rule.TextAt("query")));
            foreach (var alert in active)
            {
                if (left-- > 0)
                {
                    text.AppendLine(Line(rule, alert));
                }
            }
        }

        text.AppendLine(new RecordLine("rules").Add("count", rules.Count).Add("firing", rules.Count(r => r.TextAt("state") == "firing")).ToString());
        return CommandTool.Ok(Description, text.ToString(), left < 0 ? $"{-left} further alerts were left out." : "");
    }

    private static string Line(JsonElement rule, JsonElement alert)
    {
        var labels = alert.MembersAt("labels").Where(l => l.Value.ValueKind == JsonValueKind.String && l.Name is not "alertname").ToList();
        return new RecordLine("alert")
            .Add("name", rule.TextAt("name"))
            .Add("state", alert.TextAt("state"))
            .Add("since", DateTimeOffset.TryParse(alert.TextAt("activeAt"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since) ? Formats.Utc(since) : null)
            .Add("value", alert.TextAt("value"))
            .Text(string.Join(", ", labels.Select(l => $"{l.Name}={l.Value.GetString()}")));
    }
}
