using System.Text;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary><c>metrics.targets</c>: what Prometheus cannot scrape now, and why.</summary>
internal sealed class PrometheusTargetsTool(ICommandRunner runner, TimeProvider time) : IEvidenceTool
{
    private const int Most = 60;

    public ToolDescription Description { get; } = new(
        "metrics.targets",
        "Asks Prometheus which of its targets do not answer now, with the error of the last attempt, and how many of each job do.",
        [],
        TimeSpan.FromSeconds(15),
        48_000,
        Cost: 1.5);

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        var (data, failure) = await new PrometheusCall(runner, Description, time).AskAsync(cancellation, "targets");
        if (failure is not null)
        {
            return failure;
        }

        var targets = data.ItemsAt("activeTargets").Select(t => (
            Job: t.TextAt("labels", "job") ?? t.TextAt("scrapePool") ?? "",
            Instance: t.TextAt("labels", "instance") ?? "",
            Health: t.TextAt("health") ?? "unknown",
            Error: t.TextAt("lastError") ?? "",
            At: t.TextAt("lastScrape"))).ToList();
        var text = new StringBuilder();
        foreach (var job in targets.GroupBy(t => t.Job, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            text.AppendLine(new RecordLine("job").Add("name", job.Key).Add("up", job.Count(t => t.Health == "up")).Add("down", job.Count(t => t.Health == "down")).ToString());
        }

        var down = targets.Where(t => t.Health == "down").ToList();
        foreach (var (job, instance, health, error, at) in down.Take(Most))
        {
            text.AppendLine(new RecordLine("target").Add("job", job).Add("instance", instance).Add("health", health).Add("at", at).Text(error));
        }

        return CommandTool.Ok(Description, text.ToString(), down.Count > Most ? $"{down.Count - Most} further targets that are down were left out." : "");
    }
}
