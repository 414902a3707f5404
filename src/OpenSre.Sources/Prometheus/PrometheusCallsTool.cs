using System.Text;
using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary><c>topology.calls</c> out of Prometheus: who calls whom, where a service mesh or a tracer counts it.</summary>
internal sealed class PrometheusCallsTool(ICommandRunner runner, TimeProvider time) : IEvidenceTool
{
    /// <summary>Metrics that count calls, with the labels of both ends: Tempo's and the OpenTelemetry collector's service graph, Istio, Linkerd.</summary>
    private static readonly (string Metric, string Caller, string Callee)[] Known =
    [
        ("traces_service_graph_request_total", "client", "server"),
        ("istio_requests_total", "source_workload", "destination_workload"),
        ("response_total", "deployment", "dst_deployment"),
    ];

    public ToolDescription Description { get; } = new(
        "topology.calls",
        "Asks Prometheus which service calls which, where a service mesh or a tracer counts calls.",
        [],
        TimeSpan.FromSeconds(15),
        48_000,
        Cost: 1.5);

    public async Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> arguments, CancellationToken cancellation)
    {
        var call = new PrometheusCall(runner, Description, time);
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (metric, caller, callee) in Known)
        {
            var (data, failure) = await call.AskAsync(cancellation, "now", $"group by ({caller}, {callee}) ({metric}{{{caller}!=\"\",{callee}!=\"\"}})");
            if (failure is not null)
            {
                return failure;
            }

            foreach (var edge in data.ItemsAt("result"))
            {
                if (edge.TextAt("metric", caller) is { } from && edge.TextAt("metric", callee) is { } to && from != "unknown" && to != "unknown")
                {
                    lines.Add(new RecordLine("call").Text($"{from} -> {to}"));
                }
            }
        }

        var text = new StringBuilder();
        foreach (var line in lines.Take(500))
        {
            text.AppendLine(line);
        }

        return CommandTool.Ok(Description, text.ToString(), lines.Count == 0 ? "Nothing here counts calls between services (no service graph of traces, no Istio, no Linkerd), so who calls whom is not known." : "");
    }
}
