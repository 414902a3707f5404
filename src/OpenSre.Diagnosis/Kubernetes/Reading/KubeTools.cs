namespace OpenSre.Diagnostics;

/// <summary>Names of the evidence tools of a cluster, as checks and leads speak of them.</summary>
public static class KubeTools
{
    public const string Resources = "k8s.resources";
    public const string Describe = "k8s.describe";
    public const string Events = "k8s.events";
    public const string ErrorLogs = "k8s.error_logs";
    public const string AppYaml = "k8s.app_yaml";
    public const string Dependencies = "k8s.dependencies";
    public const string Connectivity = "k8s.connectivity";
    public const string NodeService = "k8s.node_service";
    public const string Alerts = "k8s.alerts";

    public static OpenSre.Core.ToolCall List(string kind) => OpenSre.Core.ToolCall.With(Resources, ("kind", kind));

    public static OpenSre.Core.ToolCall One(string kind, string name) => OpenSre.Core.ToolCall.With(Describe, ("kind", kind), ("name", name));

    public static OpenSre.Core.ToolCall Yaml(string app) => OpenSre.Core.ToolCall.With(AppYaml, ("name", app));

    public static OpenSre.Core.ToolCall Logs(string app) => OpenSre.Core.ToolCall.With(ErrorLogs, ("service", app));

    public static OpenSre.Core.ToolCall Service(string node, string service) => OpenSre.Core.ToolCall.With(NodeService, ("node", node), ("service", service));
}
