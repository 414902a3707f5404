using System.Text.RegularExpressions;
using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Services that do not lead to their pods: selector, protocol, target port.</summary>
public sealed partial class ServiceCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "k8s.service",
        [KubeTools.Resources, KubeTools.AppYaml],
        "A selector that no workload's labels fit while the workload of that name is ready; a UDP port in front of a TCP workload; a target port that no container of the workload opens.",
        ["k8s.service_selector", "k8s.service_protocol", "k8s.service_port", KubernetesFaults.Failing],
        "the service has endpoints on the ports of its pods");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        var labels = view.Rows("deployments").Concat(view.Rows("statefulsets")).Select(d => d["SELECTOR"]).Where(s => s.Length > 0).Select(Pairs).ToList();
        foreach (var service in view.Rows("services"))
        {
            var app = ClusterView.App(OwnerOf(view, service));
            var selector = service["SELECTOR"];
            // A workload of the service's name exists and is well, and yet the service does not find it.
            if (selector.Length > 0 && labels.Count > 0 && view.WorkloadNames.Contains(app.Name) && !labels.Exists(l => Pairs(selector).IsSubsetOf(l)) && !labels.Exists(l => l.IsSubsetOf(Pairs(selector))))
            {
                context.Tell(service.Output, app, "k8s.service", service.Line, $"the service {service.Name} selects {selector}, which no workload carries", "k8s.service_selector", 4);
            }

            if (Udp().IsMatch(service["PORT(S)"]) && view.WorkloadNames.Contains(app.Name))
            {
                context.Tell(service.Output, app, "k8s.service", service.Line, $"the service {service.Name} forwards {service["PORT(S)"]}", "k8s.service_protocol", 3.2);
                context.Look(KubeTools.Yaml(app.Name), $"which protocol the containers of {app.Name} speak", 0.55);
            }
        }

        foreach (var seen in view.Rows("endpoints"))
        {
            var service = view.Rows("services").FirstOrDefault(s => s.Name == seen.Name);
            var name = service.Row.Table is null ? seen.Name : OwnerOf(view, service);
            if (seen["ENDPOINTS"].Length == 0 && view.IsUnready(name) == false && view.Workload(name) is { Desired: > 0 })
            {
                // Where the tables show that the selector fits, it is not the selector: pods without the named port give no endpoint either.
                var fits = service.Row.Table is not null && service["SELECTOR"].Length > 0 && labels.Exists(l => Pairs(service["SELECTOR"]).IsSubsetOf(l));
                context.Tell(seen.Output, ClusterView.App(name), "k8s.endpoints", seen.Line, $"the service {seen.Name} has no endpoints although {name} is ready" + (fits ? " and carries what it selects" : ""), Currency.Now, (KubernetesFaults.Failing, 3), fits ? ("k8s.service_port", 1.5) : ("k8s.service_selector", 3));
            }
            else if (service.Row.Table is not null && view.WorkloadNames.Contains(name) && PortsDiffer(service, seen))
            {
                context.Look(KubeTools.Yaml(name), $"whether {name} listens where its service forwards to", 0.75);
            }
        }

        foreach (var (output, name, documents) in view.Manifests())
        {
            CompareManifest(context, view, output, name, documents);
        }
    }

    private static void CompareManifest(CheckContext context, ClusterView view, StoredOutput output, string name, IReadOnlyList<KubeYaml> documents)
    {
        var app = ClusterView.App(name);
        var workload = documents.FirstOrDefault(d => d["kind"].Text is "Deployment" or "StatefulSet" && d["metadata"]["name"].Text == name);
        if (workload is null)
        {
            return;
        }

        var template = workload["spec"]["template"];
        var ports = template["spec"]["containers"].Items.SelectMany(c => c["ports"].Items).ToList();
        foreach (var service in documents.Where(d => d["kind"].Text == "Service" && d["spec"]["selector"].Exists))
        {
            var labels = template["metadata"]["labels"].Map;
            var wrong = service["spec"]["selector"].Map.FirstOrDefault(s => labels.GetValueOrDefault(s.Key)?.Text != s.Value.Text);
            if (wrong.Key is not null && labels.Count > 0)
            {
                // A second service of the same manifest may lead elsewhere on purpose.
                context.Tell(output, app, "k8s.service_manifest", wrong.Value.Line, $"the service {service["metadata"]["name"].Text} selects {wrong.Key}={wrong.Value.Text}, but the pods of {name} carry {labels.GetValueOrDefault(wrong.Key)?.Text}", "k8s.service_selector", 3);
                continue;
            }

            foreach (var port in service["spec"]["ports"].Items)
            {
                var target = port["targetPort"].Exists ? port["targetPort"] : port["port"];
                var known = ports.FirstOrDefault(p => p["containerPort"].Text == target.Text || p["name"].Text == target.Text);
                if (known is null && ports.Count > 0 && target.Text.Length > 0)
                {
                    context.Tell(output, app, "k8s.service_manifest", target.Line, $"the service of {name} forwards to {target.Text}, but its containers open {string.Join(", ", ports.Select(p => p["containerPort"].Text))}", "k8s.service_port", 4.5);
                }

                var speaks = known?["protocol"] is { Exists: true } declared ? declared.Text : "TCP";
                if (known is not null && port["protocol"] is { Exists: true } forwards && forwards.Text != speaks)
                {
                    context.Tell(output, app, "k8s.service_manifest", forwards.Line, $"the service of {name} forwards {forwards.Text}, its containers speak {speaks}", "k8s.service_protocol", 4);
                }
            }
        }
    }

    /// <summary>The workload a service is for: of the same name, else the one its selector names.</summary>
    private static string OwnerOf(ClusterView view, Sighting service)
    {
        if (view.WorkloadNames.Contains(service.Name))
        {
            return service.Name;
        }

        return Pairs(service["SELECTOR"]).Select(p => p[(p.IndexOf('=', StringComparison.Ordinal) + 1)..]).FirstOrDefault(view.WorkloadNames.Contains) ?? service.Name;
    }

    private static bool PortsDiffer(Sighting service, Sighting endpoints)
    {
        var fronts = Number().Matches(service["PORT(S)"]).Select(m => m.Groups["port"].Value).ToHashSet(StringComparer.Ordinal);
        var backs = endpoints["ENDPOINTS"].Split(',').Select(e => e[(e.LastIndexOf(':') + 1)..]).Where(p => p.Length > 0 && char.IsAsciiDigit(p[0]));
        // 80 in front of 8080 is how services are made; it is the rest that is worth a look.
        return !fronts.Contains("80") && !fronts.Contains("443") && backs.Any(b => !fronts.Contains(b.Split(' ')[0]));
    }

    private static HashSet<string> Pairs(string selector) => [.. selector.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    [GeneratedRegex(@"^((?!53/)[0-9:]+/UDP,?)+$")]
    private static partial Regex Udp();

    [GeneratedRegex(@"(?<port>[0-9]+)(:[0-9]+)?/[A-Z]+")]
    private static partial Regex Number();
}
