using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Why a workload gets no pod at all: the newest refusal to create one, while there is none.</summary>
public sealed partial class AdmissionCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "k8s.admission",
        [KubeTools.Events, KubeTools.Describe],
        "The newest FailedCreate message of a workload: a service account that is not there, or a quota. It is past when the workload has pods.",
        ["k8s.missing_service_account", "k8s.quota_cpu", "k8s.quota_memory", "k8s.quota_pods", "k8s.quota_storage", "k8s.quota_services", KubernetesFaults.Quota],
        "the workload has its pods now, or a newer refusal says something else");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        var refusals = view.NamespaceEvents().Select(e => (e.Output, App: view.AppOfObject(e.Event.Object), e.Event))
            .Concat(view.Descriptions("replicasets").SelectMany(d => d.Text.Events.Select(e => (d.Output, App: view.AppOfObject("replicaset/" + d.Name), Event: e))))
            .Where(r => r.Event.Reason is "FailedCreate" or "ReplicaSetCreateError");
        foreach (var group in refusals.GroupBy(r => r.App, StringComparer.Ordinal))
        {
            var short_of_pods = view.IsUnready(group.Key) == true && view.HasPods && view.Pods.Count(p => p.App == group.Key) < (view.Workload(group.Key)?.Desired ?? 1);
            var newest = group.Min(r => r.Event.LastSeconds);
            foreach (var (output, app, refusal) in group.OrderBy(r => r.Event.LastSeconds).DistinctBy(r => Cause(r.Event.Message)))
            {
                var now = short_of_pods && refusal.LastSeconds <= newest + 15;
                Read(context, view, output, ClusterView.App(app), refusal, now);
            }
        }

        foreach (var workload in view.Workloads.Where(w => !w.IsReady && view.HasPods && view.Pods.Count(p => p.App == w.Name) < w.Desired).Take(2))
        {
            context.Look(ToolCall.With(KubeTools.Events), $"why {workload.Name} gets no pod", 0.97);
        }
    }

    private static void Read(CheckContext context, ClusterView view, StoredOutput output, Entity app, KubeEvent refusal, bool now)
    {
        var currency = now ? Currency.Now : Currency.Past;
        if (Account().Match(refusal.Message) is { Success: true } account)
        {
            context.Tell(output, app, "k8s.admission", refusal.Line, $"pods of {app.Name} are refused: the service account {account.Groups["name"].Value} does not exist", "k8s.missing_service_account", now ? 4 : 1, currency);
        }
        else if (ExceededQuota().Match(refusal.Message) is { Success: true } quota)
        {
            context.Relate(app, view.NamespaceEntity, RelationKind.Uses);
            List<(string, double)> faults = [(KubernetesFaults.Quota, now ? 4 : 1)];
            faults.AddRange(quota.Groups["requested"].Value.Split(',').Select(r => QuotaCheck.Fault(r.Split('=')[0].Trim())).OfType<string>().Select(f => (f, now ? 4.5 : 1)));
            context.Tell(output, view.NamespaceEntity, "k8s.admission", refusal.Line, $"pods of {app.Name} are refused: they would exceed the quota {quota.Groups["name"].Value}", currency, [.. faults]);
        }
    }

    private static string Cause(string message) =>
        ExceededQuota().Match(message) is { Success: true } quota ? quota.Groups["name"].Value : Account().Match(message) is { Success: true } account ? account.Groups["name"].Value : "other";

    [GeneratedRegex(@"serviceaccount ""(?<name>[^""]+)"" not found")]
    private static partial Regex Account();

    [GeneratedRegex(@"exceeded quota: (?<name>[^,]+), requested: (?<requested>.+?), used:")]
    private static partial Regex ExceededQuota();
}
