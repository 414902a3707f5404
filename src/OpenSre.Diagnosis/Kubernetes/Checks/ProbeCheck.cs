using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Probes that fail because they ask the wrong thing: port, protocol, or too soon.</summary>
public sealed partial class ProbeCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "k8s.probe",
        [KubeTools.Describe],
        "A failing probe whose port the container does not open, whose protocol the answer does not speak, or that gives up within a few seconds.",
        ["k8s.liveness_port", "k8s.liveness_protocol", "k8s.liveness_timing", "k8s.readiness_port", "k8s.readiness_protocol"],
        "the pod is ready and has not restarted lately");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        foreach (var (output, name, pod) in view.Descriptions("pods"))
        {
            var app = ClusterView.App(view.AppOf(name));
            foreach (var container in pod.Containers())
            {
                var liveness = ProbeSpec.FromDescription(container, "Liveness");
                var readiness = ProbeSpec.FromDescription(container, "Readiness");
                var killed = pod.Events.Any(e => e.Reason == "Killing" && e.Message.Contains("liveness", StringComparison.Ordinal));
                var restarts = container["Restart Count"] is { Length: > 0 } count && count != "0";
                if (liveness is not null && (killed || restarts) && Failure(pod, "Liveness") is { } livenessFailure)
                {
                    Judge(context, output, app, container, liveness, readiness, livenessFailure, "liveness");
                }

                if (readiness is not null && container["Ready"] == "False" && !killed && Failure(pod, "Readiness") is { } readinessFailure && container["State"] == "Running")
                {
                    Judge(context, output, app, container, readiness, liveness, readinessFailure, "readiness");
                }
            }
        }
    }

    private static KubeEvent? Failure(KubeDescription pod, string kind) =>
        pod.Events.Where(e => e.Reason is "Unhealthy" or "ProbeWarning" && e.Message.StartsWith(kind, StringComparison.Ordinal)).OrderBy(e => e.LastSeconds).FirstOrDefault();

    private static void Judge(CheckContext context, StoredOutput output, Entity app, KubeSection container, ProbeSpec probe, ProbeSpec? other, KubeEvent failure, string kind)
    {
        var ports = Ports(container);
        void Say(string fault, double weight, string why)
        {
            context.Tell(output, app, "k8s.probe", probe.Line, $"the {kind} probe of {app.Name} {why}", fault, weight);
            context.Tell(output, app, "k8s.probe_failure", failure.Line, $"the {kind} probe of {app.Name} has failed {failure.Count} times", fault, 0.8);
        }

        if (WrongProtocol().IsMatch(failure.Message))
        {
            Say($"k8s.{kind}_protocol", 4, "is answered in another protocol");
        }
        else if (probe.Port.Length > 0 && ports.Count > 0 && !ports.Contains(probe.Port) && char.IsAsciiDigit(probe.Port[0]) && !probe.Line.Contains("/app-health/", StringComparison.Ordinal))
        {
            Say($"k8s.{kind}_port", 4, $"asks port {probe.Port}, which the container does not open");
        }
        else if (other is not null && other.Protocol != probe.Protocol && probe.Protocol != "exec" && other.Protocol != "exec")
        {
            Say($"k8s.{kind}_protocol", 3, $"speaks {probe.Protocol} where the other probe speaks {other.Protocol}");
        }
        else if (kind == "liveness" && probe.Patience <= 12)
        {
            Say("k8s.liveness_timing", probe.Failures <= 1 ? 4 : 3, $"gives up after {probe.Patience:0} s");
        }
    }

    private static HashSet<string> Ports(KubeSection container)
    {
        HashSet<string> ports = new(StringComparer.Ordinal);
        foreach (var section in container.Children.Where(c => c.Key is "Port" or "Ports"))
        {
            ports.UnionWith(section.Value.Split(',').Select(p => p.Split('/')[0].Trim()).Where(p => p.Length > 0 && char.IsAsciiDigit(p[0])));
        }

        return ports;
    }

    [GeneratedRegex(@"malformed HTTP|server gave HTTP response to HTTPS|error reading server preface|first record does not look like a TLS|Unimplemented|HTTP/1\.x transport connection broken|does not implement the grpc health protocol")]
    private static partial Regex WrongProtocol();
}
