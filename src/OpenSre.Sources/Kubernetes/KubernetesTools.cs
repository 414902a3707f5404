using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>The evidence tools of a live cluster, over kubectl.</summary>
public static class KubernetesTools
{
    public static IReadOnlyList<IEvidenceTool> All(ICommandRunner runner, KubernetesOptions? options = null)
    {
        options ??= new KubernetesOptions();
        KubectlTool Tool(ToolDescription description, Func<KubectlCall, IReadOnlyList<string>> command, Func<string, string>? shape = null) => new(runner, options, description, command, shape);
        return
        [
            Tool(KubernetesToolDescriptions.Resources, c => c["name"].Length > 0 ? c.With("get", c["kind"], c["name"], "-o", "wide") : c.With("get", c["kind"], "-o", "wide")),
            Tool(KubernetesToolDescriptions.Object, c => c.With("describe", c["kind"], c["name"])),
            Tool(KubernetesToolDescriptions.Events, c => c.With("get", "events", "--sort-by=.lastTimestamp")),
            Tool(KubernetesToolDescriptions.Logs, c => c["previous"] == "true" ? c.With("logs", c["pod"], "--all-containers", "--tail=200", "--previous") : c.With("logs", c["pod"], "--all-containers", "--tail=200")),
            Tool(KubernetesToolDescriptions.ErrorLogs, c => c.With("logs", "deployment/" + c["service"], "--all-containers", "--tail=3000"), ErrorLines.Summarise),
            Tool(KubernetesToolDescriptions.AppYaml, c => c.With("get", $"deployment/{c["name"]}", $"service/{c["name"]}", "-o", "yaml")),
            new ServiceDependenciesTool(runner, options),
            Tool(KubernetesToolDescriptions.Connectivity, c => c.With("get", "--raw", $"/api/v1/namespaces/{c.Namespace ?? "default"}/services/{c["service"]}:{c["port"]}/proxy/")),
            Tool(KubernetesToolDescriptions.NodeService, c => NodeService(c)),
        ];
    }

    /// <summary>The kubelet answers for itself and hands out the node's journal where the cluster allows it.</summary>
    private static IReadOnlyList<string> NodeService(KubectlCall call) =>
        call["service"] == "kubelet"
            ? call.With("get", "--raw", $"/api/v1/nodes/{call["node"]}/proxy/healthz")
            : call.With("get", "--raw", $"/api/v1/nodes/{call["node"]}/proxy/logs/?query={call["service"]}&tailLines=50");
}
