using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Why a container does not start or does not stay: missing secrets, memory, the runtime, its own error.</summary>
public sealed partial class ContainerStartCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "k8s.container_start",
        [KubeTools.Describe],
        "States and events of the containers of a pod that is not ready: a secret that is not found, a kill for memory, a sandbox the runtime cannot make, a crash.",
        ["k8s.missing_secret", "k8s.oom_killed", "k8s.containerd_down", "k8s.crash", "k8s.volume_permission"],
        "the pod is ready now");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        foreach (var (output, name, pod) in view.Descriptions("pods"))
        {
            var app = ClusterView.App(view.AppOf(name));
            var node = pod["Node"].Split('/')[0];
            foreach (var e in pod.Events.Where(e => e.IsWarning))
            {
                if (NotFound().IsMatch(e.Message) && e.Reason is "Failed" or "FailedMount")
                {
                    context.Tell(output, app, "k8s.container_start", e.Line, $"{app.Name} cannot start: {SafeText.Line(e.Message, 100)}", "k8s.missing_secret", 4);
                }
                else if (e.Message.Contains("OOM-killed", StringComparison.Ordinal) || e.Message.Contains("OOMKilled", StringComparison.Ordinal))
                {
                    context.Tell(output, app, "k8s.container_start", e.Line, $"{app.Name} is killed for memory while it starts", "k8s.oom_killed", 4);
                }
                else if (e.Reason is "FailedCreatePodSandBox" or "FailedKillPod" && RuntimeGone().IsMatch(e.Message) && node.Length > 0)
                {
                    context.Tell(output, ClusterView.Node(node), "k8s.runtime", e.Line, $"the kubelet of {node} does not reach the container runtime", "k8s.containerd_down", 3);
                    context.Look(KubeTools.Service(node, "containerd"), $"whether the runtime of {node} runs", 1);
                }
                else if (PermissionDenied().IsMatch(e.Message) && e.Reason is "Failed" or "FailedMount" or "BackOff")
                {
                    context.Tell(output, app, "k8s.container_start", e.Line, $"{app.Name} is denied access to a file", "k8s.volume_permission", 3);
                }
            }

            foreach (var container in pod.Containers())
            {
                ReadContainer(context, view, output, app, pod, container);
            }
        }
    }

    private static void ReadContainer(CheckContext context, ClusterView view, StoredOutput output, Entity app, KubeDescription pod, KubeSection container)
    {
        var ended = container.Child("Last State") is { Value: "Terminated" } last ? last : container.Child("State") is { Value: "Terminated" } now ? now : null;
        if (ended?.Child("Reason") is { Value: "OOMKilled" } oom)
        {
            context.Tell(output, app, "k8s.container_start", oom.Line, $"{app.Name} was killed for memory", "k8s.oom_killed", 4);
            return;
        }

        var probed = pod.Events.Any(e => e.Reason == "Killing" && e.Message.Contains("liveness", StringComparison.Ordinal));
        var waits = container.Child("State")?.Child("Reason") is { Value: "CrashLoopBackOff" } reason ? reason : null;
        var code = ended?.Child("Exit Code");
        if (!probed && (waits is not null || (code is not null && code.Value != "0" && container["Ready"] == "False")))
        {
            var line = waits ?? code!;
            context.Tell(output, app, "k8s.container_start", line.Line, $"{app.Name} ends with an error each time it starts", "k8s.crash", 3);
            context.Look(KubeTools.Logs(app.Name), $"the last words of {app.Name}", 0.98);
            if (view.Logs().Any(l => l.App == app.Name))
            {
                context.Look(KubeTools.Yaml(app.Name), $"how {app.Name} is configured", 0.8);
            }
        }
    }

    [GeneratedRegex(@"(secret|configmap|references non-existent).*not found|couldn't find key")]
    private static partial Regex NotFound();

    [GeneratedRegex(@"(containerd|crio|dockershim|docker)\.sock|container runtime is down|rpc error: code = Unavailable")]
    private static partial Regex RuntimeGone();

    [GeneratedRegex(@"permission denied|read-only file system", RegexOptions.IgnoreCase)]
    private static partial Regex PermissionDenied();
}
