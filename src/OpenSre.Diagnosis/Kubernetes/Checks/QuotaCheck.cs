using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Quotas that are used up, and what is missing because of them.</summary>
public sealed partial class QuotaCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "k8s.quota",
        [KubeTools.Resources],
        "A workload without a service of its name, where the others have one, beside a quota of services that is used up; a pod or claim that a quota forbids.",
        ["k8s.quota_services", "k8s.quota_pods", "k8s.quota_cpu", "k8s.quota_memory", KubernetesFaults.Quota],
        "room in the quota");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        var missing = WithoutService(view);
        if (missing.Count > 0)
        {
            context.Look(KubeTools.List("resourcequota"), $"whether a quota kept the service of {missing[0].Name} from being made", AlertsOnRequests(context) ? 0.4 : 0.98);
        }

        foreach (var (seen, resource, used, hard) in Quotas(view).Where(q => q.Used >= q.Hard && q.Hard > 0))
        {
            if (resource is "services" or "count/services")
            {
                if (missing.Count > 0)
                {
                    context.Tell(seen.Output, view.NamespaceEntity, "k8s.quota", seen.Line, $"the quota of services is used up ({used:0} of {hard:0}), and {missing[0].Name} has none", Currency.Now, ("k8s.quota_services", 4), (KubernetesFaults.Quota, 3.5));
                    context.Tell(missing[0].Seen.Output, view.NamespaceEntity, "k8s.missing_service", missing[0].Seen.Line, $"{missing[0].Name} runs but has no service", "k8s.quota_services", 2);
                }
            }
            else if (Fault(resource) is { } fault && view.Workloads.Any(w => !w.IsReady && view.Pods.All(p => p.App != w.Name)))
            {
                context.Tell(seen.Output, view.NamespaceEntity, "k8s.quota", seen.Line, $"the quota of {resource} is used up", fault, 2.5);
            }
        }
    }

    private static bool AlertsOnRequests(CheckContext context) =>
        context.Outputs(KubeTools.Alerts).SelectMany(o => Parsed<IReadOnlyList<MetricAlert>>.Of(o, MetricAlert.Read)).Any(a => a.RawError.Length > 0);

    /// <summary>Workloads that have no service of their name although most have one.</summary>
    private static List<WorkloadState> WithoutService(ClusterView view)
    {
        if (!view.Listed("services") || view.Workloads.Count < 3)
        {
            return [];
        }

        var services = view.Rows("services").Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        var without = view.Workloads.Where(w => w.Desired > 0 && !services.Contains(w.Name)).ToList();
        return without.Count <= view.Workloads.Count / 4 ? without : [];
    }

    /// <summary>Every quota of the namespace: which resource, how much of it is used, how much there is.</summary>
    internal static IEnumerable<(Sighting Seen, string Resource, double Used, double Hard)> Quotas(ClusterView view)
    {
        foreach (var row in view.Rows("resourcequota"))
        {
            foreach (Match match in Use().Matches(row["REQUEST"] + ", " + row["LIMIT"]))
            {
                if (KubeAge.Amount(match.Groups["used"].Value) is { } used && KubeAge.Amount(match.Groups["hard"].Value) is { } hard)
                {
                    yield return (row, match.Groups["resource"].Value, used, hard);
                }
            }
        }
    }

    /// <summary>The fault of a quota of this resource.</summary>
    internal static string? Fault(string resource) => resource switch
    {
        "cpu" or "requests.cpu" or "limits.cpu" => "k8s.quota_cpu",
        "memory" or "requests.memory" or "limits.memory" => "k8s.quota_memory",
        "pods" or "count/pods" => "k8s.quota_pods",
        "services" or "count/services" => "k8s.quota_services",
        "requests.storage" or "persistentvolumeclaims" => "k8s.quota_storage",
        _ => null,
    };

    [GeneratedRegex(@"(?<resource>[a-z][a-z./-]*): (?<used>[0-9][0-9A-Za-z.]*)/(?<hard>[0-9][0-9A-Za-z.]*)")]
    private static partial Regex Use();
}
