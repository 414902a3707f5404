using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Probes that fail, where the cluster does not show how they are set up.</summary>
public sealed class ProbeFailureCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "k8s.probe_failures",
        [KubeTools.Describe],
        "A container that the kubelet kills for its liveness probe, or that runs but is kept out by its readiness probe. A clean end (exit code 0 or 143) says that the application itself does not fail.",
        [CloudFaults.LivenessFailing, CloudFaults.ReadinessFailing],
        "the pod is ready and has not restarted lately; a container that ends for memory or by its own error");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        foreach (var (output, name, pod) in view.Descriptions("pods"))
        {
            // A described probe is judged by what it asks.
            if (pod.All().Any(s => s.Key is "Liveness" or "Readiness") || view.Pod(name) is { IsReady: true, KeepsRestarting: false })
            {
                continue;
            }

            var app = ClusterView.App(view.AppOf(name));
            var kill = pod.Events.FirstOrDefault(e => e.Reason == "Killing" && e.Message.Contains("liveness", StringComparison.OrdinalIgnoreCase));
            var failed = pod.Events.Where(e => e.Reason == "Unhealthy" && e.LastSeconds < 1800).OrderBy(e => e.LastSeconds).ToList();
            var liveness = failed.FirstOrDefault(e => e.Message.StartsWith("Liveness", StringComparison.OrdinalIgnoreCase));
            var ended = pod.Containers().Select(c => c.Child("Last State")).FirstOrDefault(s => s is not null);
            if (liveness is not null && (kill is not null || pod.Containers().Any(c => c["Restart Count"] is not ("0" or ""))))
            {
                context.Tell(output, app, "k8s.probe_failures", liveness.Line, $"the liveness probe of {name} has failed {liveness.Count} times: {SafeText.Line(liveness.Message, 120)}", CloudFaults.LivenessFailing, 3.5);
                if (kill is not null)
                {
                    context.Tell(output, app, "k8s.probe_kills", kill.Line, $"the kubelet has killed {name} {kill.Count} times for its liveness probe", CloudFaults.LivenessFailing, 1.5);
                }

                if (ended?.Child("Exit Code") is { Value: "0" or "143" } code)
                {
                    context.Tell(output, app, "k8s.clean_end", code.Line, $"{name} ends cleanly each time (exit code {code.Value}): the application does not crash, it is stopped", CloudFaults.LivenessFailing, 1);
                }
            }
            else if (failed.FirstOrDefault(e => e.Message.StartsWith("Readiness", StringComparison.OrdinalIgnoreCase)) is { } readiness && pod.Containers().Any(c => c["State"] == "Running" && c["Ready"] == "False"))
            {
                context.Tell(output, app, "k8s.probe_failures", readiness.Line, $"the readiness probe of {name} has failed {readiness.Count} times: {SafeText.Line(readiness.Message, 120)}", CloudFaults.ReadinessFailing, 3.5);
            }
        }
    }
}
