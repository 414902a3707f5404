using System.Globalization;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Errors in the logs of a service, read by the words the field knows.</summary>
public sealed class ServiceLogCheck : ICheck
{
    /// <summary>Seconds within which a line belongs to what happens now.</summary>
    private const double Current = 900;

    public CheckInfo Info { get; } = new(
        "cloud.service_log",
        [CloudTools.Logs, CloudTools.PodLogs],
        "Lines of level warning or above, or of a pod that is not ready, that match the library of error words; lines older than 15 min count little.",
        [.. LogSignatures.All.Select(s => Fault(s.Fault)).Distinct()],
        "no such line of late");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        HashSet<(string, string)> told = [];
        foreach (var record in context.Records(CloudTools.Logs, "log"))
        {
            if (record["level"].ToLowerInvariant() is not ("info" or "debug" or "ok" or "notice" or "trace"))
            {
                Read(context, told, record.Output, record.Line, record["text"], AppOf(context, view, record["service"]), Age(context, record["at"]));
            }
        }

        foreach (var output in context.Outputs(CloudTools.PodLogs))
        {
            var app = view.AppOf(ClusterView.Argument(output, "pod"));
            foreach (var line in output.Text.Split('\n').Where(l => l.Length > 20))
            {
                var space = line.IndexOf(' ', StringComparison.Ordinal);
                Read(context, told, output, line, space > 0 ? line[space..] : line, app, Age(context, space > 0 ? line[..space] : ""));
            }
        }
    }

    private static void Read(CheckContext context, HashSet<(string, string)> told, StoredOutput output, string line, string text, string app, double? age)
    {
        if (app.Length == 0 || LogSignatures.All.FirstOrDefault(s => s.Pattern.IsMatch(text)) is not { } signature)
        {
            return;
        }

        var now = age is null or <= Current;
        var first = told.Add((app, signature.Fault));
        var entity = ClusterView.App(app);
        context.Found(output, entity, "cloud.service_log", line, $"{app} logs{(age is { } seconds ? ", " + Words.Ago(seconds) : "")}: {SafeText.Line(text.Trim(), 160)}", now ? Currency.Now : Currency.Past, [new Bearing(Fault(signature.Fault), entity, (first ? signature.Weight + 0.5 : 1) * (now ? 1 : 0.2))]);
    }

    /// <summary>The workload a log speaks of; what the control plane logs is about workloads in other words.</summary>
    private static string AppOf(CheckContext context, ClusterView view, string service) =>
        view.WorkloadNames.Contains(service) || context.Reading.Names(service) ? service : "";

    /// <summary>In a cluster a kill for memory is a matter of the container's limit.</summary>
    private static string Fault(string fault) => fault == "memory.oom_killed" ? "k8s.oom_killed" : fault;

    private static double? Age(CheckContext context, string time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? Math.Max(0, (context.Now - at).TotalSeconds) : null;
}
