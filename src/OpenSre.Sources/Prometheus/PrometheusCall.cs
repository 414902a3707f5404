using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>One run of a Prometheus tool.</summary>
internal sealed class PrometheusCall(ICommandRunner runner, ToolDescription description, TimeProvider time)
    : ApiCall(runner, description, time, Program, "Prometheus", "PROMETHEUS_URL")
{
    public const string Program = "opensre:prometheus";
}
