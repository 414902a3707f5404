using System.Text.Json;
using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Investigation;

/// <summary>The tools of a cloud account, answered from a recorded case in the form the live ones answer in.</summary>
public static class OpenSreSyntheticTools
{
    private static readonly JsonElement Nothing = JsonElement.Parse("{}");

    public static IReadOnlyList<IEvidenceTool> All(OpenSreSyntheticCase recorded)
    {
        var cluster = new EksListing(recorded.At);
        string? From(string source, Func<JsonElement, string?> print) => recorded[source] is { } answer ? print(answer) : null;
        return
        [
            new RecordedTool(AwsToolDescriptions.Metrics, a => recorded.Metrics.Any() ? AwsRecords.Metrics(recorded.Metrics, a("instance")) : null),
            new RecordedTool(AwsToolDescriptions.Events, _ => From("aws_rds_events", AwsRecords.Events)),
            new RecordedTool(AwsToolDescriptions.PerformanceInsights, a => From("aws_performance_insights", p => IsOf(p, a("instance")) ? AwsRecords.PerformanceInsights(p) : null)),
            new RecordedTool(AwsToolDescriptions.DbInstance, a => From("context", c => IsOf(c, a("instance")) ? AwsRecords.Instance(c, a("instance")) : null)),
            new RecordedTool(KubernetesToolDescriptions.Resources, a => a("kind") switch
            {
                "pods" => From("eks_pods", cluster.Pods),
                "deployments" => From("eks_deployments", EksListing.Deployments),
                "nodes" => From("eks_node_health", EksListing.Nodes),
                _ => null,
            }),
            new RecordedTool(KubernetesToolDescriptions.Object, a => a("kind") switch
            {
                "pods" => From("eks_pods", p => cluster.Pod(p, recorded["eks_events"] ?? Nothing, a("name"))),
                "nodes" => From("eks_node_health", n => cluster.Node(n, recorded["eks_events"] ?? Nothing, a("name"))),
                _ => null,
            }),
            new RecordedTool(KubernetesToolDescriptions.Events, _ => From("eks_events", cluster.Events)),
            new RecordedTool(KubernetesToolDescriptions.Logs, a => From("eks_pod_logs", l => l.TryGetProperty("pod_name", out var pod) && pod.GetString() == a("pod") && l.TryGetProperty("logs", out var logs) ? logs.GetString() : null)),
            new RecordedTool(DatadogToolDescriptions.Logs, _ => From("datadog_logs", DatadogRecords.Logs)),
            new RecordedTool(DatadogToolDescriptions.Monitors, _ => From("datadog_monitors", DatadogRecords.Monitors)),
        ];
    }

    /// <summary>Whether an answer is about this instance.</summary>
    private static bool IsOf(JsonElement answer, string instance) =>
        answer.TryGetProperty("db_instance_identifier", out var name) && name.GetString() == instance;
}
